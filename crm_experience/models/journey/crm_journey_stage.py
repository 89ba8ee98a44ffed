from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmJourneyStage(models.Model):
    """Where on their journey with us a customer is, or was."""

    _name = "crm.journey.stage"
    _description = "Journey Stage"
    _inherit = ["crm.experience.term"]

    fallback_days = fields.Integer(
        string="Ends After",
        default=30,
        help="Days after which the stage ends by itself, counted from the last contact that put "
        "the customer into it.",
    )
    fallback_stage_id = fields.Many2one(
        "crm.journey.stage",
        string="Then Goes On To",
        ondelete="restrict",
        help="The stage that follows by itself. Empty: the customer stays until something happens.",
    )
    rule_ids = fields.One2many("crm.journey.rule", "stage_id", string="Rules")

    _fallback_days_positive = models.Constraint(
        "CHECK(fallback_days >= 1)", "A stage lasts at least one day."
    )

    @api.constrains("fallback_stage_id")
    def _check_fallback_stage_id(self):
        if self._has_cycle("fallback_stage_id"):
            raise ValidationError(
                self.env._("Stages cannot follow each other by themselves in a circle.")
            )
