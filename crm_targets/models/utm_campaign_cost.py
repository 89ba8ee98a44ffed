from odoo import api, fields, models


class UtmCampaignCost(models.Model):
    """What a campaign costs: planned and spent, by date."""

    _name = "utm.campaign.cost"
    _description = "Campaign Cost"
    _order = "date desc, id desc"
    _check_company_auto = True

    campaign_id = fields.Many2one("utm.campaign", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        related="campaign_id.user_id",
        string="Responsible",
        store=True,
        index="btree_not_null",
        help="Who is responsible for the campaign.",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    name = fields.Char(string="Note", help="What the money is for, such as leaflets or a stand.")
    kind = fields.Selection(
        [("planned", "Planned"), ("actual", "Spent")],
        string="Planned or Spent",
        required=True,
        default="actual",
    )
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    company_amount = fields.Monetary(
        string="Amount in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_company_amount",
        store=True,
        help="At the rate of the date.",
    )
    reach = fields.Integer(
        string="People Addressed",
        help="How many people this reached, such as the number of leaflets. The share of them who "
        "ask is the response rate.",
    )
    active = fields.Boolean(default=True)

    _check_amount = models.Constraint(
        "CHECK (amount >= 0)", "A cost is not negative; archive it if it has not come about."
    )
    _check_reach = models.Constraint(
        "CHECK (reach >= 0)", "The number of people addressed is not negative."
    )

    @api.depends("amount", "currency_id", "company_id.currency_id", "date")
    def _compute_company_amount(self):
        for cost in self:
            cost.company_amount = (
                cost.currency_id._convert(
                    cost.amount, cost.company_id.currency_id, cost.company_id, cost.date
                )
                if cost.currency_id and cost.company_id and cost.date
                else 0.0
            )

    @api.depends("campaign_id.title", "name")
    def _compute_display_name(self):
        for cost in self:
            parts = (cost.campaign_id.title, cost.name)
            cost.display_name = " · ".join(part for part in parts if part)

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("campaign_id", "company_id")):
            # Rules are checked before the change; it must not lead to where one may not write.
            self.check_access("write")
        return result
