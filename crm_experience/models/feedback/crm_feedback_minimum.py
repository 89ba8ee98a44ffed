from odoo import api, models

MINIMUM_PARAMETER = "crm_experience.minimum_answers"
MINIMUM_ANSWERS = 5
COMMENTS_PARAMETER = "crm_experience.minimum_comments"
MINIMUM_COMMENTS = 10
# One or two answers are no figure, whatever somebody sets.
LEAST, MOST = 3, 1000


class CrmFeedbackMinimum(models.Model):
    """How many answers there must be until anything is said about them."""

    _inherit = "crm.feedback"

    @api.model
    def _get_minimum_answers(self):
        """Fewest answers that a figure is shown of."""
        return self._get_minimum(MINIMUM_PARAMETER, MINIMUM_ANSWERS)

    @api.model
    def _get_minimum_comments(self):
        """Fewest comments that are shown; never fewer than answers for a figure."""
        comments = self._get_minimum(COMMENTS_PARAMETER, MINIMUM_COMMENTS)
        return max(comments, self._get_minimum_answers())

    @api.model
    def _get_minimum(self, parameter, default):
        # Everybody may know it; only the settings change it.
        value = self.env["ir.config_parameter"].sudo().get_param(parameter) or ""
        return min(max(int(value) if value.isdecimal() else default, LEAST), MOST)
