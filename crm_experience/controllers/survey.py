from odoo import http
from odoo.addons.survey.controllers.main import Survey
from odoo.http import request


class FeedbackSurvey(Survey):
    """Who may fill in a response that an invitation was answered by: once."""

    @http.route()
    def survey_retry(self, survey_token, answer_token, **post):
        """Whoever was asked once answers once; what they said can be changed by their own link.

        A second response would be that of a customer whom nobody asked, or, after an interview,
        that of the colleague who called.
        """
        access = self._get_access_data(survey_token, answer_token, ensure_token=True)
        answer = access["answer_sudo"]
        if access["validity_code"] is True and answer.feedback_invitation_ids:
            return request.redirect(answer.get_start_url())
        return super().survey_retry(survey_token, answer_token, **post)

    def _check_validity(
        self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True
    ):
        """Core refuses whoever is signed in as somebody else than the answer's contact.

        Two may fill in an answer of somebody else: staff in a telephone interview that they may
        read, and a signed-in customer who answers through a link without saying who they are.
        """
        arguments = (survey_sudo, answer_sudo, answer_token, ensure_token)
        problem = super()._check_validity(*arguments, check_partner)
        # Only whoever is refused is looked at: surveys that nobody is invited to cost nothing.
        if problem == "answer_wrong_user" and check_partner and answer_token:
            invitation = answer_sudo.feedback_invitation_ids[:1]
            if invitation and invitation._is_answerable_by(request.env.user):
                return super()._check_validity(*arguments, check_partner=False)
        return problem
