from freezegun import freeze_time
from odoo.addons.crm_experience.models.touchpoint import crm_touchpoint_retention
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 12:00:00")
class TestCrmTouchpointRetention(CrmExperienceCase):
    def keep(self, months):
        self.env["res.config.settings"].create({"touchpoint_retention": months}).execute()

    def forget(self):
        """Run the job as Odoo does, with nothing kept of the cache."""
        with self.enter_registry_test_mode():
            self.env.ref("crm_experience.ir_cron_forget").method_direct_trigger()
        self.env.invalidate_all()

    def test_off_by_default(self):
        self.assertEqual(self.env["res.config.settings"].create({}).touchpoint_retention, 0)
        old = self.log_good(self.event(1, date="1990-01-01"))
        self.forget()
        self.assertTrue(old.exists())

    def test_what_is_older_is_forgotten(self):
        old, edge, young = self.log_good(
            self.event(1, date="2025-06-15 11:59:59"),
            self.event(2, date="2025-06-15 12:00:00"),
            self.event(3, date="2026-06-01"),
        )
        attachment = self.env["ir.attachment"].create(
            {"name": "photo", "res_model": "crm.touchpoint", "res_id": old.id, "raw": b"x"}
        )
        self.keep(12)
        self.forget()
        self.assertEqual((old | edge | young).exists(), edge | young)
        self.assertFalse(attachment.exists())

    def test_answers_stay_in_the_figures_without_a_name(self):
        old = self.log_good(
            self.event(1, date="2020-01-01", expectation=5, experience=7, channel="store")
        )
        answer = old.feedback_ids
        answer.comment = "It was me"
        self.keep(12)
        self.forget()
        self.assertFalse(old.exists())
        self.assertRecordValues(
            answer,
            [
                {
                    "score": 2,
                    "partner_id": False,
                    "comment": False,
                    "touchpoint_id": False,
                    "channel_id": self.channel_store.id,
                }
            ],
        )

    def test_purchases_stay_without_words(self):
        purchase = self.log_good(
            self.event(1, date="2020-01-01", amount=50, summary="A phone for her son")
        )
        attachment = self.env["ir.attachment"].create(
            {"name": "bill", "res_model": "crm.touchpoint", "res_id": purchase.id, "raw": b"x"}
        )
        self.keep(12)
        self.forget()
        self.assertRecordValues(
            purchase, [{"amount": 50, "summary": False, "partner_id": self.customer.id}]
        )
        self.assertFalse(attachment.exists())

    def test_gifts_stay_handed_out(self):
        item = self.env["crm.gift.item"].create(
            {"name": "Mug", "move_ids": [Command.create({"quantity": 10})]}
        )
        old = self.log_good(self.event(1, date="2020-01-01"))
        old.write({"gift_item_id": item.id, "gift_quantity": 4})
        self.keep(1)
        self.forget()
        self.assertFalse(old.exists())
        item.invalidate_recordset()
        self.assertEqual((item.quantity_left, item.quantity_given), (6, 0))

    def test_what_an_open_case_refers_to_stays(self):
        open_one, settled = self.log_good(
            self.event(1, date="2020-01-01"), self.event(2, date="2020-01-02")
        )
        cases = self.env["crm.case"].create(
            [
                {"title": "Broken", "partner_id": self.customer.id, "touchpoint_id": touchpoint.id}
                for touchpoint in (open_one, settled)
            ]
        )
        cases[1].state = "cancelled"
        self.keep(1)
        self.forget()
        self.assertTrue(open_one.exists())
        self.assertFalse(settled.exists())
        self.assertTrue(cases[1].exists())

    def test_a_stopped_job_goes_on(self):
        """In portions, whatever stays in between, and with the same statements for each."""
        self.patch(crm_touchpoint_retention, "PORTION", 3)
        touchpoints = self.log_good(
            *(
                self.event(n, date=f"2020-01-{n % 4 + 1:02}", **({"amount": 1} if n % 3 else {}))
                for n in range(20)
            )
        )
        self.keep(1)
        found = self.touchpoints.sudo()._find_forgettable(
            self.touchpoints._get_retention_limit(), ("0001-01-01", 0)
        )
        self.assertEqual(len(found), 3)
        self.forget()
        self.assertEqual(len(touchpoints.exists()), 13)
        self.assertEqual(set(touchpoints.exists().mapped("amount")), {1})
        self.forget()
        self.assertEqual(len(touchpoints.exists()), 13)

    def test_nothing_goes_with_a_touchpoint_but_its_answers(self):
        """What hangs on a touchpoint must not be lost when it is forgotten."""
        self.env.cr.execute(
            """SELECT conrelid::regclass::text FROM pg_constraint
                WHERE confrelid = 'crm_touchpoint'::regclass AND confdeltype IN ('c', 'r', 'a')"""
        )
        tables = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual(tables, {"crm_feedback"})

    def test_months(self):
        for months in (-1, 1201):
            with self.assertRaises(UserError):
                self.keep(months)
        self.keep(0)
        parameter = self.env.ref("crm_experience.ir_config_parameter_touchpoint_retention")
        self.assertEqual(parameter.value, "0")
