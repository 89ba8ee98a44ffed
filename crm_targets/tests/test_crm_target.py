import psycopg2
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCrmTarget(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", unit="orders")

    def _target(self, user=None, **values):
        return (
            self.env["crm.target"]
            .with_user(user or self.admin)
            .create(
                {
                    "indicator_id": self.orders.id,
                    "granularity": "month",
                    "date_from": "2026-05-17",
                    "scope": "person",
                    "company_id": self.company.id,
                    "user_id": self.seller.id,
                    "value": 10.0,
                    **values,
                }
            )
        )

    def test_period_is_aligned(self):
        target = self._target()
        self.assertEqual((str(target.date_from), str(target.date_to)), ("2026-05-01", "2026-05-31"))
        self.assertEqual(target.period_label, "May 2026")
        target.granularity = "quarter"
        self.assertEqual((str(target.date_from), str(target.date_to)), ("2026-04-01", "2026-06-30"))
        self.assertEqual(target.period_label, "Q2 2026")
        target.write({"granularity": "week", "date_from": "2026-05-17"})
        self.assertEqual(target.display_name, f"Orders · {self.seller.name} · Week 20, 2026")

    @mute_logger("odoo.sql_db")
    def test_bad_figures_are_refused(self):
        target = self._target()
        for values, refusal in (
            ({"value": float("nan")}, ValidationError),
            ({"value": float("inf")}, ValidationError),
            ({"date_from": "9999-12-31"}, ValidationError),
            ({"date_from": "0001-01-01"}, ValidationError),
            ({"date_from": False}, psycopg2.errors.NotNullViolation),
            ({"granularity": False}, psycopg2.errors.NotNullViolation),
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(refusal),
                self.env.cr.savepoint(),
            ):
                target.write(values)
                target.flush_recordset()
        for values in ({"value": float("nan")}, {"date_from": "9999-12-31"}):
            with self.subTest(created=values), self.assertRaises(ValidationError):
                self._target(user_id=self.colleague.id, **values)

    def test_unit_has_one_identity(self):
        target = self._target(team_id=self.store.id)
        self.assertFalse(target.team_id)
        target.write({"scope": "team", "team_id": self.store.id})
        self.assertFalse(target.user_id)
        self.assertEqual(target.unit_name, "Store")
        for values in ({"scope": "person", "user_id": False}, {"scope": "team", "team_id": False}):
            with (
                self.subTest(**values),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self._target(**values)

    def test_one_target_per_unit_and_period(self):
        self._target()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self._target(date_from="2026-05-02")
        self._target(date_from="2026-06-02")

    def test_approved_is_locked(self):
        target = self._target(self.lead)
        target.action_approve()
        self.assertEqual(target.state, "approved")
        for values in ({"value": 1.0}, {"date_from": "2026-07-01"}, {"user_id": self.colleague.id}):
            with self.subTest(**values), self.assertRaises(UserError):
                target.write(values)
        with self.assertRaises(UserError):
            target.unlink()
        target.note = "Agreed in the meeting"
        target.action_draft("Agreed anew")
        target.value = 1.0
        target.unlink()

    def test_nobody_sets_their_own(self):
        member = self.env["crm.team.member"]
        member.create({"crm_team_id": self.region.id, "user_id": self.lead.id})
        with self.assertRaises(AccessError):
            self._target(self.lead, user_id=self.lead.id)
        own = self._target(user_id=self.lead.id)
        self.assertEqual(own.with_user(self.lead).value, 10.0)
        with self.assertRaises(AccessError):
            own.with_user(self.lead).value = 1.0
        with self.assertRaises(AccessError):
            own.with_user(self.lead).action_approve()

    def test_lead_does_not_move_a_target_out_of_the_team(self):
        target = self._target(self.lead)
        outsider = self._user("measure_other", "base.group_user")
        with self.assertRaises(AccessError):
            target.user_id = outsider

    def test_changes_leave_a_trail(self):
        target = self._target().with_context(tracking_disable=False)
        self.env.cr.precommit.run()
        target.value = 12.0
        target.action_approve()
        self.env.flush_all()
        self.env.cr.precommit.run()
        changed = target.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertEqual(set(changed), {"value", "state"})

    def test_form(self):
        with Form(self.env["crm.target"].with_user(self.admin)) as form:
            form.indicator_id = self.orders
            form.granularity = "week"
            form.date_from = "2026-05-17"
            form.value = 5
            self.assertEqual(str(form.date_from), "2026-05-11")
        self.assertEqual(form.record.company_id, self.company)
