from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmAnswer(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = new_test_user(cls.env, "exp_lead", "crm_experience.group_crm_experience_lead")

    def draft(self, **values):
        return (
            self.env["crm.answer"]
            .with_user(self.service)
            .create({"name": "Why?", "body": "<p>Because.</p>"} | values)
        )

    def test_anybody_drafts_leads_publish(self):
        answer = self.draft()
        for values in ({"is_published": True},):
            with self.assertRaises(UserError):
                answer.write(values)
            with self.assertRaises(UserError):
                self.draft(**values)
        answer.with_user(self.lead).action_publish()
        self.assertTrue(answer.is_published)
        with self.assertRaises(AccessError):
            answer.body = "<p>Something else</p>"
        answer.with_user(self.lead).action_withdraw()
        answer.body = "<p>Something else</p>"

    def test_nothing_empty_is_published(self):
        for values in ({"body": "<p><br></p>"}, {"name": " "}):
            answer = self.draft(**values)
            with self.subTest(values=values), self.assertRaises(ValidationError):
                answer.with_user(self.lead).action_publish()

    def test_no_scripts(self):
        answer = self.draft(body="<p onclick='x()'>A<script>alert(1)</script></p>")
        self.assertNotIn("script", answer.body)
        self.assertNotIn("onclick", answer.body)

    def test_from_a_solved_case(self):
        case = self.env["crm.case"].create(
            {"partner_id": self.customer.id, "title": "Battery", "kind": "question"}
        )
        with self.assertRaises(UserError):
            case.action_draft_answer()
        case.solution = "Charge <it>."
        action = case.with_user(self.service).action_draft_answer()
        answer = self.env["crm.answer"].with_context(**action["context"]).create({})
        self.assertEqual((answer.name, answer.case_id), ("Battery", case))
        self.assertIn("Charge &lt;it&gt;.", answer.body)
        self.assertFalse(answer.is_published)
