from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestNotebookTour(HttpCase):
    """The notebook in a browser of the size of a phone, as the service desk uses it."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = new_test_user(
            cls.env, "notebook_service", "crm_experience.group_crm_experience_user"
        )
        cls.env["crm.team"].create(
            {"name": "Harbour", "member_ids": [Command.set(cls.service.ids)]}
        )
        cls.company = cls.env["res.partner"].create(
            {"name": "Notebook Trading", "is_company": True}
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ann Lee", "parent_id": cls.company.id, "phone": "+14155550101"}
        )

    def test_notebook_on_a_phone(self):
        today = fields.Date.today()
        promise = self.env["crm.partner.fact"].create(
            {
                "partner_id": self.contact.id,
                "kind": "promise",
                "text": "Send the offer",
                "date_due": today - timedelta(days=3),
                "user_id": self.service.id,
            }
        )
        self.env["crm.case"].create({"partner_id": self.contact.id, "title": "Screen flickers"})
        self.env["crm.touchpoint"].create(
            {
                "partner_id": self.contact.id,
                "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_phone").id,
                "summary": "Asked for a red one",
            }
        )
        self.start_tour(
            f"/odoo/res.partner/{self.contact.id}",
            "crm_experience_notebook",
            login=self.service.login,
        )
        self.assertRecordValues(
            promise,
            [{"is_done": True, "date_done": today, "outcome": "Sent by mail"}],
        )
        dislikes = self.env["crm.partner.fact"].search(
            [("partner_id", "=", self.contact.id), ("kind", "=", "dislikes")], order="id"
        )
        self.assertRecordValues(
            dislikes,
            [
                {"text": "Waiting", "source": "staff", "user_id": self.service.id},
                {"text": "Being called at lunch", "source": "staff", "user_id": self.service.id},
            ],
        )
        self.assertTrue(dislikes[0].suggestion_id)
        birthday = self.env["crm.partner.date"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual((birthday.calendar, birthday.month, birthday.day), ("lunar", 1, 1))
        role = self.env["crm.deal.role"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual((role.role, role.customer_id), ("decides", self.company))
