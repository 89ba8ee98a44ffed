from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmCaseTour(CrmCaseCase, HttpCase):
    """Cases in a browser, and the whole way of a bad answer: from the mail to the confirmation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.case.rule"].search([]).active = False
        cls.env["crm.case.rule"].create({"name": "Unhappy", "score_below": 4})
        cls.cause.name = "Tour cause"
        cls.survey = cls.env["survey.survey"].create(
            {"title": "How was it?", "access_mode": "token", "users_can_go_back": True}
        )
        cls.env["survey.question"].create(
            [
                {
                    "survey_id": cls.survey.id,
                    "title": "Would you recommend us?",
                    "question_type": "scale",
                    "measure": "nps",
                },
                {
                    "survey_id": cls.survey.id,
                    "title": "Why?",
                    "question_type": "text_box",
                    "measure": "comment",
                },
            ]
        )

    def _ask(self):
        """An invitation that reaches the customer by mail, and its link."""
        rule = self.env["crm.feedback.rule"].create(
            {"name": "After a visit", "survey_id": self.survey.id, "company_id": self.company.id}
        )
        invitation = self.env["crm.feedback.invitation"].create(
            {
                "rule_id": rule.id,
                "survey_id": self.survey.id,
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "state": "sent",
                "date_sent": fields.Datetime.now(),
            }
        )
        return invitation._get_own_url().removeprefix(invitation.get_base_url())

    def test_from_a_bad_answer_to_the_confirmation(self):
        path = self._ask()
        # the customer taps the worst face, and says why
        self.assertEqual(self.url_open(path, {"score": "0"}).status_code, 200)
        case = self.env["crm.case"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((len(case), case.feedback_id.score), (1, 0))
        self.url_open(path, {"comment": "Nobody called me back"})
        self.env.invalidate_all()
        self.assertEqual(case.title, "Nobody called me back")
        self.assertEqual(case.team_id, self.team)
        # whoever meets them next sees it, and solves it
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}", "crm_experience_case", login=self.service.login
        )
        self.env.invalidate_all()
        self.assertEqual((case.state, case.user_id), ("solved", self.service))
        mail = case.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        self.assertEqual(mail.notified_partner_ids, self.customer)
        # the customer confirms by the link in the mail
        link = f"/experience/case/{case.confirm_token}"
        # which colleagues, who read the mail in the conversation, do not see
        self.assertNotIn(link, mail.body)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", mail.id)])
        self.assertIn(link, mail._prepare_outgoing_list()[0]["body"])
        # whoever solved it does not answer for the customer
        self.assertEqual(self.url_open(link, {"answer": "yes"}).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(case.state, "solved")
        self.logout()
        self.assertIn("Called back, order placed.", self.url_open(link).text)
        self.assertEqual(self.url_open(link, {"answer": "yes"}).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual((case.state, case.confirmed_by), ("confirmed", "customer"))
        touchpoints = self.env["crm.touchpoint"].search(
            [("event", "=", "case"), ("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(set(touchpoints.mapped("direction")), {"in", "out"})

    def test_board(self):
        now = fields.Datetime.now()
        self.company.resource_calendar_id = False
        self.open(title="Battery is empty", user_id=self.service.id)
        late = self.open(title="Repair takes too long", user_id=self.service.id)
        late.sudo().write(dict.fromkeys(("date_open", "date_clock"), now - timedelta(days=9)))
        self.start_tour("/odoo/my-cases", "crm_experience_case_board", login=self.service.login)

    def test_pareto(self):
        self.env["crm.case"].search([]).write({"date_open": datetime(2020, 1, 1)})
        rare = self.env["crm.case.cause"].create({"name": "Rare cause"})
        for cause, count in ((self.cause, 8), (rare, 2)):
            for _number in range(count):
                self.open(cause_id=cause.id)
        self.start_tour("/odoo/case-causes", "crm_experience_pareto", login=self.service.login)
