from odoo import fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.fields import Domain


class SurveyUserInput(models.Model):
    """Responses whose answers become answers of the customer.

    A response is read when it is finished, and already when its first question was answered by
    one tap in a mail. Reading it again changes what has changed since, and counts nothing twice:
    every answer is known by the response and the question. How it is read is in
    ``survey_user_input_feedback.py``.
    """

    _inherit = "survey.user_input"

    feedback_invitation_ids = fields.One2many("crm.feedback.invitation", "user_input_id")
    feedback_ids = fields.One2many("crm.feedback", "user_input_id")
    feedback_tap_question_id = fields.Many2one(
        "survey.question",
        string="Answered by One Tap",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    feedback_comment = fields.Text(
        string="Comment on the Tap",
        readonly=True,
        copy=False,
        help="Said beside the one-tap answer, where the survey has no question for it.",
    )

    def _mark_done(self):
        result = super()._mark_done()
        self._read_feedback(is_first=not self.feedback_tap_question_id)
        return result

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """What was tapped or said on the page of the link may be answered again in the survey."""
        if self.feedback_tap_question_id:
            tapped = self.feedback_tap_question_id | self.survey_id._get_comment_question()
            overwrite_existing = overwrite_existing or question in tapped
        return super()._save_lines(question, answer, comment, overwrite_existing)

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _is_feedback(self):
        """Tell whether the response counts: those of test runs never do."""
        self.ensure_one()
        return not self.test_entry and bool(self.state == "done" or self.feedback_tap_question_id)

    def _read_feedback(self, is_first=False):
        """Write what customers answered in these responses as their answers, set-wise.

        New answers are inserted as those of :meth:`crm.feedback.submit` are, changed ones are
        rewritten, and what can no longer be read from a response is removed.

        :param bool is_first: nothing was read from these responses before; so a survey that
            measures nothing costs no look at what is there
        """
        # Responses are not for everybody; what is read from them follows the rules of answers.
        responses = self.sudo().filtered(lambda response: response._is_feedback())
        if not responses:
            return
        feedback = self.env["crm.feedback"].sudo()
        responses._follow_invitations()
        wanted = responses._prepare_feedback_values()
        if is_first and not wanted:
            return
        existing = feedback.search(
            Domain("user_input_id", "in", responses.ids) & Domain("source", "=", RESERVED_SOURCE)
        )
        by_key = {row.external_id: row for row in existing}
        gone = existing.filtered(lambda row: row.external_id not in wanted)
        gone.unlink()
        for company, rows in responses._group_by_company(wanted, by_key).items():
            feedback.with_company(company)._insert_rows(rows)
        feedback.invalidate_model()
        for external_id, row in by_key.items():
            if external_id in wanted:
                row._follow_response(wanted[external_id])

    def _follow_invitations(self):
        """Invitations that these responses belong to are answered."""
        invitations = self.feedback_invitation_ids.filtered(
            lambda invitation: invitation.state != "answered"
        )
        if invitations:
            invitations._mark_answered()

    def _group_by_company(self, wanted, existing):
        """Group the rows that are not there yet by the company that they count in."""
        grouped = {}
        for external_id, values in wanted.items():
            if external_id not in existing:
                company = self.env["res.company"].browse(values["company_id"])
                grouped.setdefault(company, {})[RESERVED_SOURCE, external_id] = values
        return grouped

    # ------------------------------------------------------------
    # One tap
    # ------------------------------------------------------------

    def _save_tap(self, question, value):
        """Save what was tapped as the answer to a question; it counts at once.

        The rest of the survey may be answered afterwards. A survey without any is finished.
        """
        self.ensure_one()
        self.feedback_tap_question_id = question
        self._save_lines(question, value)
        if self.state == "new":
            self._mark_in_progress()
            questions = self.survey_id.question_ids
            if self.survey_id.questions_layout == "page_per_question" and question == questions[:1]:
                self.last_displayed_page_id = question
            if questions == question:
                self._mark_done()
                return
        self._read_feedback()

    def _get_tapped_value(self):
        """Return the value of the choice that was tapped, as a text; empty if there is none."""
        self.ensure_one()
        line = self.user_input_line_ids.filtered(
            lambda line: line.question_id == self.feedback_tap_question_id and not line.skipped
        )[:1]
        if not self.feedback_tap_question_id or not line:
            return ""
        return str(line.suggested_answer_id.id or line.value_scale)

    def _save_tap_comment(self, text):
        """Save a comment: as the answer to the survey's question for it, if it has one."""
        self.ensure_one()
        question = self.survey_id._get_comment_question()
        if question:
            self._save_lines(question, text)
        else:
            self.feedback_comment = text
        self._read_feedback()

    def _get_tap_comment(self):
        self.ensure_one()
        question = self.survey_id._get_comment_question()
        line = self.user_input_line_ids.filtered(
            lambda line: question and line.question_id == question
        )[:1]
        return line._get_remark_text() if line else self.feedback_comment or ""
