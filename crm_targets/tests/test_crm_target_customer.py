import psycopg2
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCrmTargetCustomer(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amount = cls.indicator(
            "amount", aggregate="sum", measure_field="amount_untaxed", is_monetary=True
        )
        cls.target = cls.env["crm.target"].create(
            {
                "indicator_id": cls.amount.id,
                "granularity": "quarter",
                "date_from": "2026-04-01",
                "scope": "person",
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "value": 1000.0,
            }
        )
        cls.other_customer = cls.env["res.partner"].create({"name": "Other"})

    def _plan(self, user=None, target=None, **values):
        return (
            self.env["crm.target.customer"]
            .with_user(user or self.seller)
            .create(
                {
                    "target_id": (target or self.target).id,
                    "partner_id": self.customer.id,
                    "amount": 300.0,
                    **values,
                }
            )
        )

    def test_rest_is_in_sight(self):
        self.assertEqual(self.target.plan_rest, 1000.0)
        line = self._plan(date="2026-05-01", activities=3, budget=20.0)
        self._plan(partner_id=self.other_customer.id, amount=200.0)
        self.assertEqual((self.target.customer_count, self.target.plan_rest), (2, 500.0))
        self.assertEqual(line.target_rest, 500.0)
        line.amount = 1300.0
        self.assertEqual(self.target.plan_rest, -500.0)
        line.unlink()
        self.assertEqual(self.target.plan_amount, 200.0)

    def test_salesperson_plans_with_the_form(self):
        action = self.target.with_user(self.seller).action_open_customers()
        lines = self.env["crm.target.customer"].with_user(self.seller)
        with Form(lines.with_context(**action["context"])) as form:
            form.partner_id = self.customer
            form.amount = 10.0
            self.assertEqual(str(form.date), "2026-06-30")
        self.assertEqual(form.record.unit, self.company.currency_id.symbol)
        schedule = form.record.action_schedule_activity()
        self.assertEqual(schedule["context"]["active_ids"], self.customer.ids)

    def test_approved_can_be_planned_locked_cannot(self):
        line = self._plan()
        self.target.action_approve()
        line.amount = 400.0
        self.target.action_lock()
        for change in (
            lambda: line.write({"amount": 1.0}),
            line.unlink,
            lambda: self._plan(partner_id=self.other_customer.id),
        ):
            with self.assertRaisesRegex(UserError, "locked"):
                change()

    def test_nobody_plans_for_others(self):
        with self.assertRaises(AccessError):
            self._plan(self.colleague)
        others = self.target.copy(
            {"user_id": self.colleague.id, "date_from": self.target.date_from}
        )
        line = self._plan()
        with self.assertRaises(AccessError):
            line.target_id = others
        self._plan(self.lead, partner_id=self.other_customer.id)

    def test_bad_plans(self):
        line = self._plan()
        for values, refusal in (
            ({"amount": float("nan")}, ValidationError),
            ({"date": "2026-07-01"}, ValidationError),
            ({"activities": -1}, psycopg2.errors.CheckViolation),
            ({"budget": -1.0}, psycopg2.errors.CheckViolation),
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(refusal),
                self.env.cr.savepoint(),
            ):
                line.write(values)
                line.flush_recordset()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self._plan()
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.partner"].create({"name": "S", "company_id": foreign.id})
        with self.assertRaises(UserError):
            self._plan(self.admin, partner_id=stranger.id)

    def test_merged_contacts_have_one_plan(self):
        source, kept = self.other_customer, self.customer
        later = self.target.copy()
        self._plan(date="2026-06-01", budget=5.0, activities=1, note="Fair")
        self._plan(partner_id=source.id, date="2026-05-01", budget=7.0, activities=2, note="Call")
        self._plan(self.admin, later, partner_id=source.id)
        (self.target | later).action_approve()
        self.target.action_lock()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | kept).ids, kept)
        lines = self.env["crm.target.customer"].search([("partner_id", "=", kept.id)])
        self.assertEqual(lines.target_id, self.target | later)
        merged = lines.filtered(lambda line: line.target_id == self.target)
        self.assertEqual(
            (merged.amount, merged.budget, merged.activities, str(merged.date), merged.note),
            (600.0, 12.0, 3, "2026-05-01", "Call; Fair"),
        )
        self.assertEqual(self.target.plan_rest, 400.0)

    def test_plan_goes_with_the_customer(self):
        line = self._plan(partner_id=self.other_customer.id)
        self.other_customer.unlink()
        self.assertFalse(line.exists())
