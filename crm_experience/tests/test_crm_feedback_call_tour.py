from datetime import datetime

from odoo.tests import HttpCase, freeze_time, tagged

from .common_asking import AskingCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackCallTour(HttpCase, AskingCase):
    """A telephone interview in a browser of the size of a phone, by the service desk."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # browsers keep cookies by the clock of the machine
        cls.startClassPatcher(freeze_time(datetime.now(), tick=True))
        cls.survey.questions_layout = "one_page"
        cls.rule.write({"way": "phone", "user_id": cls.service.id, "date_start": "2020-01-01"})
        cls.contact.write({"email": "bob@customer.example", "phone": "+1 555 0199"})
        cls.new_touchpoint()
        cls.new_touchpoint(cls.contact)
        cls.ask(cls)

    def test_whoever_calls(self):
        by_partner = self.rule.invitation_ids.grouped("partner_id")
        ann, bob = by_partner[self.customer], by_partner[self.contact]
        self.start_tour(
            "/odoo/feedback-interviews", "crm_experience_interview", login=self.service.login
        )
        self.env.invalidate_all()
        self.assertEqual((bob.call_count, bob.state), (1, "sent"))
        self.assertTrue(ann.date_call > datetime.now())

    def test_what_the_customer_says(self):
        """What is filled in is the customer's answer, about the contact and its people."""
        invitation = self.rule.invitation_ids.grouped("partner_id")[self.customer]
        url = invitation.with_user(self.service).action_interview()["url"]
        path = url.removeprefix(self.base_url())
        self.start_tour(path, "crm_experience_interview_fill", login=self.service.login)
        self.env.invalidate_all()
        answers = self.feedback_of(invitation.user_input_id)
        self.assertRecordValues(
            answers,
            [
                {
                    "metric": metric,
                    "score": score,
                    "partner_id": self.customer.id,
                    "channel_id": self.channel_store.id,
                    "team_id": self.team.id,
                    "user_id": self.service.id,
                    "touchpoint_id": invitation.touchpoint_id.id,
                }
                for metric, score in (("nps", 2), ("ces", 1))
            ],
        )
        self.assertEqual(answers[0].comment, "Nobody called me back")
        self.assertEqual(invitation.state, "answered")
        self.assertFalse(invitation.activity_ids.filtered("active"))
