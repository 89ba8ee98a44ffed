from odoo import api, fields, models


class CrmCareAction(models.Model):
    """What was done for a customer on an occasion. It is why nothing is done twice."""

    _name = "crm.care.action"
    _description = "Care Action"
    _inherit = ["crm.customer.record", "crm.customer.link.mixin"]
    _link_path = "/feedback/c"
    _refusal = "is_greeting_refused"
    _order = "date desc, id desc"

    rule_id = fields.Many2one(
        "crm.care.rule", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    partner_date_id = fields.Many2one(
        "crm.partner.date",
        string="Important Date",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    date_occasion = fields.Date(string="Occasion On", required=True, readonly=True)
    date = fields.Datetime(string="Done On", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Assigned To", readonly=True, ondelete="set null")
    # Says what it was about when it was done, and holds no reference that a merge could change.
    key = fields.Char(required=True, readonly=True)

    _key_unique = models.UniqueIndex("(rule_id, key)", "This has been done already.")

    @api.depends("rule_id", "partner_id")
    def _compute_display_name(self):
        for action in self:
            action.display_name = f"{action.rule_id.name} · {action.partner_id.display_name}"
