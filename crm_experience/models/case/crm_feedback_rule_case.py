from odoo import fields, models


class CrmFeedbackRuleCase(models.Model):
    _inherit = "crm.feedback.rule"

    is_held_by_case = fields.Boolean(
        string="Not While a Case Is Open",
        default=True,
        help="A customer with an open case is asked, and reminded, once it is settled.",
    )

    def _is_held_by_case(self):
        """Tell whether open cases hold the rule back: not one that asks about cases."""
        self.ensure_one()
        is_about_cases = self.occasion_type == "event" and self.trigger_event == "case"
        return self.is_held_by_case and not is_about_cases
