from odoo.addons.survey.controllers.main import Survey
from odoo.http import request


class FeedbackSurvey(Survey):
    """Who may fill in a response that an invitation was answered by."""

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
