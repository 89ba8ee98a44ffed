from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import split_every

PORTION = 500


class SurveySurvey(models.Model):
    """Surveys that measure what customers lived through."""

    _inherit = "survey.survey"

    has_measures = fields.Boolean(
        string="Measures Customers",
        compute="_compute_has_measures",
        store=True,
        compute_sudo=True,
        help="A question of it says what it measures.",
    )

    @api.depends("question_and_page_ids.measure")
    def _compute_has_measures(self):
        for survey in self:
            survey.has_measures = any(
                question.measure and question.measure != "comment"
                for question in survey.question_and_page_ids
            )

    @api.constrains("users_login_required")
    def _check_asked(self):
        """Whoever is asked by a rule answers by their own link: nobody asks them to sign in."""
        # Whoever writes a survey need not see rules.
        rules = self.env["crm.feedback.rule"].sudo()
        for rule in rules.search(
            [("survey_id", "in", self.ids), ("survey_id.users_login_required", "=", True)], limit=1
        ):
            raise ValidationError(
                self.env._(
                    "The asking rule “%(rule)s” asks customers “%(survey)s”. They could not answer "
                    "any more if they had to sign in. Let people answer without signing in, or "
                    "archive the rule first.",
                    rule=rule.name,
                    survey=rule.survey_id.title,
                )
            )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_asking_problem(self):
        """Return why customers cannot be asked this by a rule, in a sentence; empty if they can."""
        self.ensure_one()
        if not self.has_measures:
            return self.env._(
                "No question of “%(survey)s” says what it measures.", survey=self.title
            )
        if self.users_login_required:
            return self.env._(
                "“%(survey)s” asks people to sign in; customers could not answer.",
                survey=self.title,
            )
        return ""

    def _get_tap_question(self):
        """Return the question that can be answered by one tap in a mail: the first that fits."""
        self.ensure_one()
        return self.question_ids.filtered(lambda question: question._is_tappable())[:1]

    def _get_comment_question(self):
        """Return the question for a comment on the whole, if there is one."""
        self.ensure_one()
        return self.question_ids.filtered(
            lambda question: (
                question.measure == "comment"
                and not question.measure_dimension_id
                and not question.triggering_answer_ids
            )
        )[:1]

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_read_answers(self):
        """Read all finished responses again, as after a question was said to measure something.

        Nothing is counted twice, see :meth:`survey.user_input._read_feedback`.
        """
        self.check_access("write")
        if not self.env.user.has_group("crm_experience.group_crm_experience_admin"):
            raise AccessError(self.env._("Only administrators read answers again."))
        responses = self.env["survey.user_input"].sudo()  # checked above
        domain = [("survey_id", "in", self.ids), ("state", "=", "done"), ("test_entry", "=", False)]
        count = 0
        for portion in split_every(PORTION, responses.search(domain, order="id").ids):
            responses.browse(portion)._read_feedback()
            responses.env.invalidate_all()
            count += len(portion)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s responses were read.", count=count),
            },
        }

    def action_view_feedback(self):
        """Open the answers of customers that were read from the survey."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_feedback_action")
        action["domain"] = [("user_input_id.survey_id", "=", self.id)]
        return action
