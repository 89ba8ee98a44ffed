from odoo import api, fields, models
from odoo.addons.crm_experience.models.feedback.crm_feedback import COMMENT_LIMIT
from odoo.tools import SQL


class CrmFeedbackInvitationPage(models.Model):
    """The page behind the link of an invitation: what it shows, and what is done on it.

    All of it runs with all rights, for whoever has the link: the token stands in for the right,
    and it opens one invitation and nothing else.
    """

    _inherit = "crm.feedback.invitation"

    # ------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------

    @api.model
    def _find_page(self, key, token):
        """Return the invitation that a link opens: asked or answered, and not expired."""
        invitation = self._find_by_token(key, token)
        if invitation.state not in ("sent", "answered") or not invitation._is_in_time():
            return self.sudo().browse()
        return invitation.with_company(invitation.company_id)._in_lang()

    def _is_in_time(self):
        self.ensure_one()
        is_late = self.date_expiry and self.date_expiry <= fields.Datetime.now()
        return self.company_id.active and self.survey_id.active and not is_late

    def _in_lang(self, wanted=None):
        """Return the invitation in the language of the customer, if it is installed.

        Whoever came through a printed link has only said who they are: they are answered in the
        language in which they began, which tells nothing about the customer.
        """
        if not self.link_id:
            return super()._in_lang(wanted)
        codes = (self.user_input_id.lang_id.code, wanted, self.company_id.partner_id.lang)
        return self.with_context(lang=self.env["ir.http"]._choose_page_lang(*codes))

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    def _get_page_values(self, chosen=None):
        """Return what the page shows.

        :param str chosen: the value that was tapped in the mail, which is not yet an answer
        """
        self.ensure_one()
        question = self.survey_id._get_tap_question()
        response = self.user_input_id
        options = self._get_scale(question)
        given = response._get_tapped_value() if response else ""
        known = {option["value"] for option in options}
        return {
            "invitation": self,
            "company": self.company_id,
            "question": question,
            "style": self._get_tap_style(options),
            "options": options,
            "given": given,
            "chosen": chosen if chosen in known and not given else "",
            "comment": response._get_tap_comment() if response else "",
            "is_done": bool(response) and response.state == "done",
            "more_count": self._count_more_questions(question),
            "path": self._get_path(self.access_token),
        }

    def _get_scale(self, question):
        """Return the choices of the first question, worst and best ones with their colour."""
        options = question._get_tap_options() if question else []
        count = len(options)
        return [
            option | {"level": 1 + min(4, int(option["good"] * 5)), "index": index, "count": count}
            for index, option in enumerate(options, start=1)
        ]

    def _get_tap_style(self, options):
        """Return how the choices look; faces and stars are for few of them."""
        return self.rule_id.tap_style if 2 <= len(options) <= 7 else "number"

    def _count_more_questions(self, question):
        """Return how many questions the survey has besides the one that is tapped."""
        return len(self.survey_id.question_ids - (question or self.survey_id.question_ids[:0]))

    # ------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------

    def _lock(self):
        """Wait for whoever answers this invitation at the same moment, as by a double tap.

        Odoo runs the request of the second again, and it finds what the first has written.
        """
        self.env.execute_query(
            SQL("SELECT id FROM crm_feedback_invitation WHERE id = %s FOR UPDATE", self.id)
        )

    def _get_response(self):
        """Return the response of the customer; the first time it is created."""
        self.ensure_one()
        if not self.user_input_id:
            # a questionnaire may be for some languages alone
            codes = self.survey_id._get_supported_lang_codes()
            code = self.env.lang if self.env.lang in codes else codes[0]
            language = self.env["res.lang"]._get_data(code=code)
            self.user_input_id = self.survey_id._create_answer(
                partner=self.partner_id,
                email=self.visitor,
                check_attempts=False,
                deadline=self.date_expiry,
                lang_id=language.id,
            )
        return self.user_input_id

    def _answer(self, value):
        """Take the answer to the first question, or another one in its place.

        :param str value: of a choice; anything else changes nothing
        :return: whether it was an answer
        """
        self.ensure_one()
        question = self.survey_id._get_tap_question()
        options = question._get_tap_options() if question else []
        if value not in {option["value"] for option in options}:
            return False
        self._lock()
        response = self._get_response()
        response._save_tap(question, value)
        return True

    def _comment(self, text):
        """Take a comment on the answer that was given."""
        self.ensure_one()
        text = (text or "").replace("\x00", "").strip()[:COMMENT_LIMIT]
        if text and self.user_input_id:
            self._lock()
            self.user_input_id._save_tap_comment(text)

    def _can_stop(self):
        """Tell whether whoever has the link decides about surveys: it was sent to the customer.

        Through a printed link anybody can write the address of somebody else.
        """
        return super()._can_stop() and not self.link_id

    def _stop(self, is_stopped):
        """The customer wants no surveys any more, or wants them again."""
        super()._stop(is_stopped)
        if is_stopped:
            waiting = self.search(
                [("partner_id", "=", self.partner_id.id), ("state", "in", ("queued", "held"))]
            )
            waiting._close("cancelled", "opt_out")

    def _is_answerable_by(self, user):
        """Tell whether a user may fill in the response for somebody else, see controllers."""
        self.ensure_one()
        if user._is_internal():
            is_interview = self.way == "phone" and self.state in ("sent", "answered")
            return is_interview and self.with_user(user).has_access("read")
        return not self.partner_id
