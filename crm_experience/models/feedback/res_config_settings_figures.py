from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_feedback_minimum import (
    COMMENTS_PARAMETER,
    LEAST,
    MINIMUM_ANSWERS,
    MINIMUM_COMMENTS,
    MINIMUM_PARAMETER,
    MOST,
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    feedback_minimum_answers = fields.Integer(
        string="Answers per Figure",
        default=MINIMUM_ANSWERS,
        config_parameter=MINIMUM_PARAMETER,
        help="No figure is shown of fewer answers, to anybody.",
    )
    feedback_minimum_comments = fields.Integer(
        string="Comments",
        default=MINIMUM_COMMENTS,
        config_parameter=COMMENTS_PARAMETER,
        help="What customers said is shown among so many comments at least.",
    )

    @api.model
    def get_values(self):
        """Show what holds, also where somebody wrote something else into the parameter."""
        answers = self.env["crm.feedback"]
        return super().get_values() | {
            "feedback_minimum_answers": answers._get_minimum_answers(),
            "feedback_minimum_comments": answers._get_minimum_comments(),
        }

    @api.constrains("feedback_minimum_answers", "feedback_minimum_comments")
    def _check_feedback_minimum(self):
        for settings in self:
            for number in (settings.feedback_minimum_answers, settings.feedback_minimum_comments):
                if not LEAST <= number <= MOST:
                    raise ValidationError(
                        self.env._(
                            "Figures need at least %(least)s and at most %(most)s answers.",
                            least=LEAST,
                            most=MOST,
                        )
                    )
