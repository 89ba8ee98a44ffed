from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.addons.crm_experience.controllers import crm_case
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmCaseCustomer(CrmCaseCase, HttpCase):
    """The customer says whether it is settled, by the link in a mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.env["crm.case"].create(
            {
                "title": "Battery <b>is</b> empty",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.service.id,
                "cause_id": cls.cause.id,
                "outcome": "solved",
                "solution": "Changed it.",
            }
        )

    def get_url(self):
        return f"/experience/case/{self.case.sudo().confirm_token}"

    def reload(self):
        self.env.invalidate_all()
        return self.case.state

    def test_the_customer_confirms(self):
        self.case.with_user(self.service).action_solve()
        url = self.get_url()
        mail = self.case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertIn(f"/my/cases/{self.case.id}#settled", mail.body)
        self.assertEqual(mail.notified_partner_ids, self.customer)
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Battery &lt;b&gt;is&lt;/b&gt; empty", page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])
        # looking, by a person or a mail scanner, changes nothing
        self.url_open(f"{url}?answer=yes")
        self.assertEqual(self.reload(), "solved")
        self.assertEqual(self.url_open(url, {"answer": "perhaps"}).status_code, 200)
        self.assertEqual(self.reload(), "solved")
        page = self.url_open(url, {"answer": "yes"})
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.reload(), "confirmed")
        self.assertEqual(self.case.confirmed_by, "customer")
        self.assertEqual(self.url_open(url, {"answer": "no"}).status_code, 404)
        self.assertEqual(self.reload(), "confirmed")

    def test_staff_do_not_answer_for_the_customer(self):
        """The link is in the conversation, too, where a click is quick."""
        self.case.with_user(self.service).action_solve()
        url = self.get_url()
        new_test_user(
            self.env,
            "case_clicker",
            "crm_experience.group_crm_experience_user",
            password="case_clicker",
        )
        self.authenticate("case_clicker", "case_clicker")
        page = self.url_open(url)
        self.assertIn("Changed it.", page.text)
        self.assertNotIn("<form", page.text)
        for answer in ("yes", "no"):
            self.assertEqual(self.url_open(url, {"answer": answer}).status_code, 200)
            self.assertEqual(self.reload(), "solved")
        with self.assertRaises(UserError):
            self.case.with_user(self.service).sudo()._portal_confirm()
        # somebody who works here can be the customer
        self.case.partner_id = self.service.partner_id
        self.case.with_user(self.service).sudo()._portal_confirm()
        self.assertEqual(self.case.confirmed_by, "customer")

    def test_guessing_is_slowed_and_honest_customers_are_not(self):
        self.case.with_user(self.service).action_solve()
        with patch.object(crm_case, "_GUESS_LIMIT", RateLimit(limit=5, seconds=600)):
            guesses = [
                self.url_open(f"/experience/case/{'x' * 43}").status_code for _guess in range(8)
            ]
            self.assertEqual(guesses, [404] * 5 + [429] * 3)
            self.assertEqual(self.url_open(self.get_url(), {"answer": "yes"}).status_code, 200)
        self.assertEqual(self.reload(), "confirmed")

    def test_the_customer_does_not_agree(self):
        self.case.with_user(self.service).action_solve()
        url = self.get_url()
        page = self.url_open(url, {"answer": "no", "text": "Still <script>empty</script>\x00"})
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.reload(), "in_progress")
        self.assertEqual(self.case.reopen_count, 1)
        word = self.case.message_ids.filtered(lambda m: m.author_id == self.customer)
        self.assertIn("Still &lt;script&gt;", word.body)
        self.assertIn(self.service, self.case.activity_ids.user_id)
        self.assertEqual(self.url_open(url).status_code, 404)
        # a new solution has a new link
        self.case.write({"outcome": "solved", "state": "solved"})
        self.env.flush_all()
        self.assertNotEqual(self.get_url(), url)
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self.url_open(self.get_url()).status_code, 200)

    def test_all_bad_links_look_alike(self):
        self.case.with_user(self.service).action_solve()
        url = self.get_url()
        self.case.sudo().confirm_expiry = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        pages = [self.url_open(url)]
        for bad in ("x", "A" * 43, "A" * 5000, "%00", "%ff%fe", "é" * 30, "None", "False"):
            pages.append(self.url_open(f"/experience/case/{bad}"))
            self.url_open(f"/experience/case/{bad}", {"answer": "yes"})
        self.assertEqual({page.status_code for page in pages}, {404})
        expected = pages[0].text
        for page in pages[1:5]:
            self.assertEqual(page.text, expected)
        self.assertEqual(self.reload(), "solved")

    def test_too_many_questions(self):
        codes = [self.url_open("/experience/case/none").status_code for _number in range(70)]
        self.assertIn(429, codes)

    def test_too_late_to_reopen(self):
        with freeze_time(self.MONDAY):
            self.case.with_user(self.service).action_solve()
        self.company.case_reopen_days = 3
        with freeze_time(self.MONDAY + timedelta(days=4)), self.assertRaises(UserError):
            self.case._portal_reopen("Again")
        with freeze_time(self.MONDAY + timedelta(days=2)):
            self.case._portal_reopen("")
        self.assertEqual(self.case.state, "in_progress")
        with self.assertRaises(UserError):
            self.case._portal_confirm()

    def test_nobody_is_asked_without_an_address_or_against_the_setting(self):
        self.company.is_case_confirmation_asked = False
        self.case.with_user(self.service).action_solve()
        self.assertFalse(self.case.message_ids.filtered(lambda m: m.message_type == "auto_comment"))
        self.company.is_case_confirmation_asked = True
        self.case.with_user(self.service).action_reopen()
        self.customer.email = False
        self.case.write({"outcome": "solved", "state": "solved"})
        self.assertFalse(self.case.message_ids.filtered(lambda m: m.message_type == "auto_comment"))
