from odoo import api, fields, models
from odoo.exceptions import UserError


class LoyaltyTierMove(models.Model):
    """A change of tier, with its reason. Written by the cards only."""

    _name = "loyalty.tier.move"
    _description = "Loyalty Tier Move"
    _order = "date desc, id desc"
    _rec_name = "to_tier_id"
    _log_access = False

    card_id = fields.Many2one(
        "loyalty.card", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, index=True, ondelete="cascade"
    )
    from_tier_id = fields.Many2one(
        "loyalty.tier", string="From", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    to_tier_id = fields.Many2one(
        "loyalty.tier", string="To", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    direction = fields.Selection(
        [("up", "Upgrade"), ("down", "Downgrade")], required=True, readonly=True
    )
    date = fields.Datetime(required=True, readonly=True, index=True)
    reason = fields.Selection(
        [
            ("points", "Points reached"),
            ("reversal", "Order taken back"),
            ("evaluation", "Nightly evaluation"),
            ("merge", "Contacts merged"),
        ],
        required=True,
        readonly=True,
    )
    qualifying_points = fields.Float(
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="Qualifying points in the rolling window at that moment.",
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        string="Document ID", model_field="document_model", readonly=True, aggregator=None
    )
    document_name = fields.Char(string="Document", readonly=True, help="Name as it was.")
    explanation = fields.Char(compute="_compute_explanation")

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends("reason", "qualifying_points", "document_name", "to_tier_id")
    def _compute_explanation(self):
        for move in self:
            # Whoever may read a move may read the names of its tier and program.
            tier, program = move.sudo().to_tier_id, move.sudo().program_id
            values = {
                "points": f"{move.qualifying_points:g}",
                "name": program.portal_point_name or "",
                "document": move.document_name or "",
                "minimum": f"{tier.min_points:g}",
            }
            move.explanation = move._get_explanation_template() % values

    def _get_explanation_template(self):
        self.ensure_one()
        if self.reason == "points" and self.document_name:
            return self.env._("%(points)s %(name)s with %(document)s, %(minimum)s needed")
        if self.reason == "points":
            return self.env._("%(points)s %(name)s reached, %(minimum)s needed")
        if self.reason == "reversal":
            return self.env._("%(document)s, which had brought the tier, was taken back")
        if self.reason == "merge":
            return self.env._("Cards of merged contacts became one, %(points)s %(name)s")
        return self.env._("%(points)s %(name)s in the rolling window")

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        # Merging contacts moves the customer by SQL; nothing else changes what happened.
        raise UserError(self.env._("The history of tiers cannot be changed."))
