from datetime import date, timedelta

from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCrmTargetApproval(TargetsCase):
    """`lead` leads the region, `store_lead` the store below it, where `seller` works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders")
        cls.store_lead = cls._user("measure_store_lead", "crm_targets.group_crm_targets_lead")
        cls.store.write(
            {
                "user_id": cls.store_lead.id,
                "member_ids": [
                    Command.set((cls.seller | cls.store_lead | cls.admin | cls.lead).ids)
                ],
            }
        )

    def _target(self, scope="person", **values):
        return self.env["crm.target"].create(
            {
                "indicator_id": self.orders.id,
                "granularity": "year",
                "date_from": "2026-05-17",
                "scope": scope,
                "company_id": self.company.id,
                "team_id": self.store.id if scope == "team" else False,
                "user_id": self.seller.id if scope == "person" else False,
                "value": 120.0,
                **values,
            }
        )

    def _approvers(self, target):
        """The names of those who may approve it, by trying."""
        names = []
        for name in ("seller", "store_lead", "lead", "admin"):
            with self.env.cr.savepoint() as savepoint:
                try:
                    target.with_user(getattr(self, name)).action_approve()
                except AccessError:
                    continue
                finally:
                    savepoint.rollback()
                    target.invalidate_recordset()
                names.append(name)
        shown = [
            name
            for name in ("seller", "store_lead", "lead", "admin")
            if target.with_user(getattr(self, name)).sudo(False).has_access("write")
            and target.with_user(getattr(self, name)).may_approve
        ]
        self.assertEqual(shown, names, "The button is shown to who may")
        return names

    # ------------------------------------------------------------
    # Who may approve
    # ------------------------------------------------------------

    def test_person_is_approved_from_above(self):
        self.assertEqual(self._approvers(self._target()), ["store_lead", "lead", "admin"])

    def test_leader_does_not_approve_themselves(self):
        own = self._target(user_id=self.store_lead.id)
        self.assertEqual(self._approvers(own), ["lead", "admin"])

    def test_leader_does_not_decide_on_who_is_above(self):
        # The leader of the region is a member of the store; the store's leader is not their boss.
        above = self._target(user_id=self.lead.id)
        self.assertEqual(self._approvers(above), ["admin"])
        with self.assertRaises(AccessError):
            above.with_user(self.store_lead).value = 1.0
        with self.assertRaises(AccessError):
            above.with_user(self.store_lead).unlink()
        values = above.copy_data()[0]
        with self.assertRaises(AccessError):
            self.env["crm.target"].with_user(self.store_lead).create(values)

    def test_nobody_is_made_a_part_of_a_team_they_are_not_in(self):
        whole = self._target("team")
        values = {**self._target().copy_data()[0], "parent_id": whole.id}
        values |= {"user_id": self.colleague.id, "date_from": "2026-01-01"}
        with self.assertRaises(AccessError):
            self.env["crm.target"].with_user(self.store_lead).create(values)
        part = self._target(date_from="2027-01-01").with_user(self.store_lead)
        with self.assertRaises(AccessError):
            part.write({"user_id": self.colleague.id, "date_from": "2026-01-01"})
        self.store.crm_team_member_ids.action_archive()
        moved = self._target(date_from="2026-01-01", user_id=self.admin.id, parent_id=whole.id)
        moved.with_user(self.store_lead).value = 5.0

    def test_administrator_does_not_decide_on_themselves(self):
        own = self._target(user_id=self.admin.id)
        self.assertEqual(self._approvers(own), ["store_lead", "lead"])
        for values in ({"value": 1.0}, {"state": "approved"}, {"active": False}):
            with self.subTest(**values), self.assertRaises(AccessError):
                own.with_user(self.admin).write(values)
        other = self._target(date_from="2027-01-01")
        with self.assertRaises(AccessError):
            other.with_user(self.admin).user_id = self.admin

    def test_team_is_approved_by_who_leads_above(self):
        self.assertEqual(self._approvers(self._target("team")), ["lead", "admin"])
        region = self._target("team", team_id=self.region.id)
        self.assertEqual(self._approvers(region), ["admin"])

    def test_leader_of_both_teams_does_not_approve_the_lower_one(self):
        self.store.user_id = self.lead
        self.assertEqual(self._approvers(self._target("team")), ["admin"])

    def test_company_is_approved_by_administrators(self):
        self.assertEqual(self._approvers(self._target("company")), ["admin"])

    # ------------------------------------------------------------
    # States
    # ------------------------------------------------------------

    def test_way_of_a_target(self):
        target = self._target("team").with_user(self.store_lead)
        target.value = 130.0
        target.action_submit()
        self.assertEqual(target.state, "submitted")
        with self.assertRaises(UserError):
            target.value = 140.0
        with self.assertRaises(AccessError):
            target.action_approve()
        target.with_user(self.lead).action_approve()
        with self.assertRaises(AccessError):
            target.action_lock()
        with self.assertRaises(AccessError):
            target.action_draft("I want more")
        target.with_user(self.lead).action_lock()
        self.assertEqual(target.state, "locked")
        with self.assertRaises(AccessError):
            target.with_user(self.lead).action_draft("Only administrators unlock")
        with self.assertRaises(UserError):
            target.with_user(self.admin).action_draft()
        target.with_user(self.admin).action_draft("New shop next door")
        self.assertEqual((target.state, target.return_reason), ("draft", "New shop next door"))
        target.value = 90.0

    def test_submitted_goes_back_without_a_reason(self):
        target = self._target("team").with_user(self.store_lead)
        target.action_submit()
        target.action_draft()
        self.assertEqual(target.state, "draft")

    def test_states_cannot_be_written_past_the_rules(self):
        target = self._target("team").with_user(self.store_lead)
        with self.assertRaises(AccessError):
            target.state = "approved"
        with self.assertRaises(UserError):
            target.state = "locked"
        values = {**target.copy_data()[0], "state": "approved"}
        with self.assertRaises(AccessError):
            target.create(values)
        approved = target.with_user(self.lead)
        approved.action_approve()
        with self.assertRaises(UserError):
            approved.state = "draft"  # without a reason
        with self.assertRaises(UserError):
            approved.active = False

    def test_approved_and_locked_count(self):
        target = self._target("team")
        targets = self.env["crm.target"]

        def count():
            found = targets._get_targets(self.orders, target, "year", target.date_from)
            return found.get(self.orders.id)

        counted = [count()]
        target.action_submit()
        counted.append(count())
        target.action_approve()
        counted.append(count())
        target.action_lock()
        counted.append(count())
        self.assertEqual(counted, [None, None, 120.0, 120.0])

    def test_wizard_sets_back_with_a_reason(self):
        target = self._target()
        target.action_approve()
        wizard = self.env["crm.target.return"].with_user(self.store_lead)
        wizard = wizard.with_context(active_ids=target.ids)
        wizard.create({"reason": "Ill for a month"}).action_return()
        self.assertEqual((target.state, target.return_reason), ("draft", "Ill for a month"))

    def test_bad_reasons(self):
        target = self._target().with_user(self.lead)
        target.action_approve()
        for reason in ("", "   ", None, 7, ["x"]):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                target.action_draft(reason)

    def test_trail(self):
        target = self._target().with_context(tracking_disable=False)
        self.env.cr.precommit.run()
        target.action_approve()
        self.env.flush_all()
        self.env.cr.precommit.run()
        target.action_draft("Holiday")
        self.env.flush_all()
        self.env.cr.precommit.run()
        changed = target.sudo().message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertEqual(set(changed), {"state", "return_reason"})

    def test_whoever_it_is_for_may_talk_about_it(self):
        target = self._target().with_user(self.seller)
        target.message_post(body="Too high")
        self.assertIn("Too high", target.message_ids[0].body)

    # ------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------

    def test_approver_is_asked(self):
        target = self._target("team").with_user(self.store_lead)
        target.action_submit()
        self.assertEqual(target.activity_ids.user_id, self.lead)
        target.with_user(self.lead).action_approve()
        self.assertFalse(target.activity_ids)

    def test_somebody_else_than_the_proposer_is_asked(self):
        target = self._target()
        target.with_user(self.store_lead).action_submit()
        self.assertEqual(target.activity_ids.user_id, self.lead)
        target.with_user(self.lead).action_draft()
        self.assertFalse(target.activity_ids)
        target.with_user(self.lead).action_submit()
        self.assertEqual(target.activity_ids.user_id, self.store_lead)

    def test_a_whole_is_asked_for_once(self):
        whole = self._target("team")
        parts = self._target(parent_id=whole.id)
        parts |= self._target("team", granularity="month", period_parent_id=whole.id)
        whole.with_user(self.store_lead).action_submit_parts()
        self.assertEqual(set((whole | parts).mapped("state")), {"submitted"})
        self.assertEqual((whole | parts).activity_ids.res_id, whole.id)
        whole.with_user(self.lead).action_approve_parts()
        whole.with_user(self.lead).action_lock_parts()
        self.assertEqual(set((whole | parts).mapped("state")), {"locked"})

    def test_queries_do_not_grow_with_targets(self):
        def count_queries(year, count):
            targets = self.env["crm.target"]
            for number in range(count):
                week = date(year, 1, 1) + timedelta(weeks=number)
                targets |= self._target(granularity="week", date_from=week)
            targets = targets.with_user(self.lead)
            counts = []
            for step in ("action_submit", "action_draft", "action_approve", "action_lock"):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                getattr(targets, step)()
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
            return counts

        count_queries(2030, 2)  # fills the caches of the registry
        few, many = count_queries(2031, 3), count_queries(2032, 15)
        for one, other in zip(few, many, strict=True):
            self.assertLessEqual(other, one + 2, (few, many))
