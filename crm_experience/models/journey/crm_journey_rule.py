from odoo import fields, models
from odoo.fields import Domain


class CrmJourneyRule(models.Model):
    """Which contacts bring a customer to which stage of the journey."""

    _name = "crm.journey.rule"
    _description = "Journey Rule"
    _inherit = ["crm.touchpoint.trigger"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=100, help="Of several rules for the same contact, the first one counts."
    )
    stage_id = fields.Many2one(
        "crm.journey.stage", string="Brings To", required=True, ondelete="cascade"
    )
    from_stage_ids = fields.Many2many(
        "crm.journey.stage",
        relation="crm_journey_rule_from_stage_rel",
        string="Only From",
        help="Only customers in one of these stages. Empty: wherever they are, also those who are "
        "nowhere yet.",
    )
    is_purchase = fields.Boolean(
        string="Only Purchases", help="Only contacts on which the customer bought for an amount."
    )
    is_start = fields.Boolean(
        string="Also New Customers",
        default=True,
        help="Also customers who are in no stage yet.",
    )
    occurrence = fields.Selection(
        [
            ("any", "Every time"),
            ("first", "The first time"),
            ("again", "Again, after a while"),
        ],
        required=True,
        default="any",
        help="Every time; only the first of these contacts with a customer; or only one that "
        "comes at least so many days after the one before.",
    )
    gap_days = fields.Integer(
        string="At Least Days After",
        default=180,
        help="How many days must lie between the contact and the one before that fits the rule.",
    )

    _gap_days_positive = models.Constraint(
        "CHECK(gap_days >= 0)", "The days between two contacts cannot be negative."
    )

    def _get_trigger_domain(self):
        domain = super()._get_trigger_domain()
        if self.is_purchase:
            domain &= Domain("amount", ">", 0)
        return domain
