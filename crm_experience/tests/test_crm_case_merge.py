from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmCaseMerge(CrmCaseCase):
    def test_duplicates_join(self):
        main = self.open(title="Battery is empty after an hour", severity="1")
        other = self.open(title="The battery is empty", severity="3", cause_id=self.cause.id)
        stranger = self.open(partner_id=self.contact.id)
        far = self.open(title="Invoice is missing")
        self.assertEqual(main.likely_duplicate_ids, other)
        other.message_post(
            body="Photo",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("a", b"x")],
        )
        other.activity_schedule("mail.mail_activity_data_todo", user_id=self.service.id)
        feedback = self.env["crm.feedback"].create(
            {"partner_id": self.customer.id, "metric": "nps", "score": 1}
        )
        feedback.case_id = other
        wizard = (
            self.env["crm.case.merge"]
            .with_user(self.service)
            .create({"case_ids": (main | other).ids})
        )
        self.assertEqual(wizard.case_id, main)
        wizard.action_join()
        self.assertEqual((other.state, other.duplicate_of_id), ("cancelled", main))
        self.assertEqual((main.severity, main.cause_id), ("3", self.cause))
        self.assertTrue(any("Photo" in body for body in main.message_ids.mapped("body")))
        self.assertEqual(
            self.env["ir.attachment"].search_count(
                [("res_model", "=", "crm.case"), ("res_id", "=", main.id)]
            ),
            1,
        )
        self.assertTrue(main.activity_ids)
        self.assertEqual(feedback.case_id, main)
        with self.assertRaises(UserError):
            other.action_reopen()
        with self.assertRaises(UserError):
            far._join(other)
        with self.assertRaises(UserError):
            stranger._join(main)
        self.assertFalse(far.likely_duplicate_ids)

    def test_only_who_may_write_joins(self):
        main = self.open()
        foreign = self.env["crm.case"].create(
            {"title": "B", "partner_id": self.customer.id, "user_id": self.leader.id}
        )
        with self.assertRaises(AccessError):
            foreign.with_user(self.service)._join(main)
        with self.assertRaises(AccessError):
            main._join(foreign.with_user(self.service))

    def test_nothing_said_or_spent_is_lost(self):
        main = self.open(user_id=self.service.id, remedy_cost=5)
        dimension = self.env["crm.experience.dimension"].search([], limit=1)
        other = self.open(
            user_id=self.service.id,
            promise="A call by tonight",
            promise_date="2026-03-03",
            no_solution_reason="The part comes on Friday.",
            dimension_id=dimension.id,
            remedy="Voucher",
            remedy_cost=20,
            order_id=self.env["sale.order"].create({"partner_id": self.customer.id}).id,
        )
        other._join(main)
        self.assertRecordValues(
            main,
            [
                {
                    "promise": "A call by tonight",
                    "promise_date": fields.Date.to_date("2026-03-03"),
                    "no_solution_reason": "The part comes on Friday.",
                    "dimension_id": dimension.id,
                    "remedy": "Voucher",
                    "remedy_cost": 25,
                    "order_id": other.order_id.id,
                }
            ],
        )

    def test_what_is_settled_neither_joins_nor_is_joined(self):
        settled = self.solve(self.open(user_id=self.service.id))
        fresh = self.open(user_id=self.service.id)
        for one, other in ((settled, fresh), (fresh, settled)):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                one._join(other)
        self.assertEqual((settled.state, fresh.state), ("solved", "new"))
        settled.action_reopen()
        fresh._join(settled)
        self.assertEqual(fresh.duplicate_of_id, settled)
        # and whoever has the old number is told where it went on
        with self.assertRaisesRegex(UserError, settled.name):
            fresh.action_solve()
