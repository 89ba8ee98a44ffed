import time
from datetime import datetime

from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tests.common import ChromeBrowser

from .common_asking import AskingCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackTour(HttpCase, AskingCase):
    """From the mail to a detractor, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # browsers keep cookies by the clock of the machine
        cls.startClassPatcher(freeze_time(datetime.now(), tick=True))
        cls.rule.date_start = "2020-01-01"
        cls.new_touchpoint()
        cls.invitation = cls.ask(cls)
        cls.path = f"/feedback/i/{cls.invitation.id}/{cls.invitation.access_token}"

    def answers(self):
        self.env.invalidate_all()
        return self.env["crm.feedback"].search(
            [("invitation_id", "=", self.invitation.id)], order="metric desc"
        )

    def test_a_tap_in_the_mail_is_sent_once_somebody_is_there(self):
        """A program that opens the page and runs its script sends nothing; a hand does."""
        browser = ChromeBrowser(self, headless=True)
        self.addCleanup(browser.stop)
        with self.allow_requests(browser=browser):
            browser.navigate_to(f"{self.base_url()}{self.path}?score=2")
            self.assertTrue(
                browser._wait_ready("!!document.querySelector('form[data-send-on-touch]')")
            )
            time.sleep(2)
        self.assertFalse(self.answers())
        with self.allow_requests(browser=browser):
            for place in (5, 6):
                move = {"type": "mouseMoved", "x": place, "y": place}
                browser._websocket_request("Input.dispatchMouseEvent", params=move)
            self.assertTrue(browser._wait_ready("!!document.querySelector('textarea')"))
            browser.navigate_to("about:blank", wait_stop=True)
        self.assertEqual(self.answers().mapped("score"), [2])

    def test_the_rest_of_the_survey(self):
        """The survey that the customer goes on with: a detractor whose case is open at once."""
        self.env["crm.case.rule"].search([]).active = False
        self.env["crm.case.rule"].create(
            {"name": "Detractors", "metric": "nps", "score_below": 7, "user_id": self.service.id}
        )
        self.survey.questions_layout = "one_page"
        self.url_open(self.path, data={"score": "2"}, method="POST")
        url = self.invitation.user_input_id.get_start_url()
        self.start_tour(url.removeprefix(self.base_url()), "crm_experience_feedback_rest")
        self.assertRecordValues(
            self.answers(),
            [
                {"metric": "nps", "score": 2, "comment": "Nobody called me back"},
                # 7 is the most effort in this questionnaire
                {"metric": "ces", "score": 1, "comment": False},
            ],
        )
        self.assertEqual(self.invitation.state, "answered")
        self.assertEqual(self.answers()[0].case_id.partner_id, self.customer)

    def test_a_choice_on_the_page(self):
        browser = ChromeBrowser(self, headless=True)
        self.addCleanup(browser.stop)
        with self.allow_requests(browser=browser):
            browser.navigate_to(f"{self.base_url()}{self.path}")
            browser._wait_ready("!!document.querySelector('button[value=\"9\"]')")
            click = "document.querySelector('button[value=\"9\"]').click()"
            browser._websocket_request("Runtime.evaluate", params={"expression": click})
            self.assertTrue(browser._wait_ready("!!document.querySelector('textarea')"))
            browser.navigate_to("about:blank", wait_stop=True)
        self.assertEqual(self.answers().score, 9)
