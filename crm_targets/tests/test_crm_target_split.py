from collections import Counter
from datetime import date

from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import float_compare


@tagged("post_install", "-at_install")
class TestCrmTargetSplit(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amount = cls.indicator(
            "amount", aggregate="sum", measure_field="amount_untaxed", is_monetary=True
        )
        # Teams of all companies would take part, too.
        cls.env["crm.team"].search([("company_id", "=", False)]).action_archive()
        cls.corner = cls.env["crm.team"].create(
            {"name": "Corner", "company_id": cls.company.id, "parent_id": cls.region.id}
        )
        cls.region.member_ids = [Command.set(cls.lead.ids)]

    def _target(self, value=100.0, scope="team", user=None, **values):
        return (
            self.env["crm.target"]
            .with_user(user or self.admin)
            .create(
                {
                    "indicator_id": self.amount.id,
                    "granularity": "year",
                    "date_from": "2026-01-01",
                    "scope": scope,
                    "company_id": self.company.id,
                    "team_id": self.region.id if scope == "team" else False,
                    "user_id": self.seller.id if scope == "person" else False,
                    "value": value,
                    **values,
                }
            )
        )

    def _split(self, targets, **values):
        wizard = self.env["crm.target.split"].with_user(targets.env.user)
        return wizard.create({"target_ids": targets.ids, "method": "equal", **values})

    def _parts(self, target, link="child_ids"):
        return {part.unit_name: part.value for part in target[link]}

    def _assert_adds_up(self, targets):
        for target in targets:
            for link in ("child_ids", "period_child_ids"):
                if target[link]:
                    total = sum(target[link].mapped("value"))
                    self.assertFalse(float_compare(total, target.value, 6), target.display_name)
        self.assertFalse(any(targets.mapped("unit_mismatch")))
        self.assertFalse(any(targets.mapped("period_mismatch")))

    # ------------------------------------------------------------
    # By unit
    # ------------------------------------------------------------

    def test_down_the_tree(self):
        target = self._target(100.0, "company")
        self._split(target, depth="person").action_split()
        everything = target | target._get_all_parts()
        self._assert_adds_up(everything)
        self.assertEqual(self._parts(target), {"Region": 100.0})
        region = target.child_ids
        self.assertEqual(
            self._parts(region), {"Corner": 33.34, "Store": 33.33, self.lead.name: 33.33}
        )
        store = region.child_ids.filtered(lambda part: part.team_id == self.store)
        self.assertEqual(self._parts(store), {self.colleague.name: 16.67, self.seller.name: 16.66})
        self.assertEqual(store.child_ids.parent_team_id, self.store)
        self.assertEqual(set(everything.mapped("state")), {"draft"})

    def test_one_level_and_teams_only(self):
        target = self._target()
        self.assertEqual(
            self._split(target, depth="next").line_ids.mapped("name"),
            ["Corner", "Store", self.lead.name],
        )
        self.assertEqual(
            self._split(target, depth="team").line_ids.mapped("name"), ["Corner", "Store"]
        )

    def test_nobody_splits_to_themselves(self):
        target = self._target()
        split = self._split(target.with_user(self.lead), depth="person")
        self.assertNotIn(self.lead, split.line_ids.user_id)
        split.action_split()
        self.assertNotIn(self.lead, target._get_all_parts().user_id)

    def test_ones_own_part_counts(self):
        """The leader works in the store, too: what is set for them from above stays."""
        store_lead = self._user("split_store_lead", "crm_targets.group_crm_targets_lead")
        self.store.write({"user_id": store_lead.id, "member_ids": [Command.link(store_lead.id)]})
        target = self._target(100.0, team_id=self.store.id)
        self._split(target).action_split()
        own = target.child_ids.filtered(lambda part: part.user_id == store_lead)
        own.value = 40.0
        mine = target.with_user(store_lead)
        split = self._split(mine)
        self.assertEqual(split.line_ids.mapped("value"), [30.0, 30.0])
        self.assertEqual(split.other_count, 1)
        split.action_split()
        self.assertFalse(target.unit_mismatch)
        self._split(mine, dimension="period", granularity="quarter").action_split()
        self.assertEqual(target.period_child_ids.mapped("unit_mismatch"), [10.0] * 4)
        self.assertFalse(own.period_child_ids)

    def test_ability_weights(self):
        member = self.store.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.colleague
        )
        member.target_weight = 0.5
        target = self._target(90.0, team_id=self.store.id)
        split = self._split(target, method="weights")
        self.assertEqual(split.line_ids.mapped("value"), [30.0, 60.0])
        region = self._split(self._target(), method="weights", depth="team")
        self.assertEqual(region.line_ids.mapped("weight"), [0.0, 1.5])
        region.action_split()
        self.assertEqual(region.target_ids.child_ids.team_id, self.store, "Nobody is in the other")

    def test_weights_by_hand(self):
        target = self._target(100.0, team_id=self.store.id)
        with Form(
            self.env["crm.target.split"].with_user(self.lead).with_context(active_ids=target.ids)
        ) as form:
            form.method = "weights"
            with form.line_ids.edit(0) as line:
                line.weight = 3
            with form.line_ids.edit(1) as line:
                self.assertEqual(line.value, 25.0)
        form.record.action_split()
        self.assertEqual(sorted(target.child_ids.mapped("value")), [25.0, 75.0])

    def test_history(self):
        self.order("2025-03-01", 300.0)
        self.order("2025-04-01", 100.0, user_id=self.colleague.id)
        self.refresh(self.amount, date_from="2025-01-01")
        target = self._target(1000.0, team_id=self.store.id)
        self._split(target, method="history").action_split()
        self.assertEqual(self._parts(target), {self.seller.name: 750.0, self.colleague.name: 250.0})

    def test_without_history(self):
        split = self._split(self._target(team_id=self.store.id), method="history")
        self.assertIn("no figures of a year before", split.problem)
        with self.assertRaisesRegex(UserError, "no figures of a year before"):
            split.action_split()

    def test_what_stays_leaves_something_to_share(self):
        target = self._target(100.0, team_id=self.store.id)
        self._split(target).action_split()
        kept, free = target.child_ids
        kept.value = 150.0
        kept.action_approve()
        split = self._split(target)
        self.assertIn("come to more than the target", split.problem)
        with self.assertRaisesRegex(UserError, "come to more than the target"):
            split.action_split()
        with self.assertRaisesRegex(UserError, "come to more than the target"):
            target.action_push_down_units()
        self.assertEqual(free.value, 50.0)
        target.value = 150.0
        target.action_push_down_units()
        self.assertEqual((free.value, target.unit_mismatch), (0.0, 0.0))

    # ------------------------------------------------------------
    # Over time
    # ------------------------------------------------------------

    def test_year_to_quarters_to_months_to_weeks(self):
        target = self._target(1000.01, date_from="2026-01-01")
        for granularity in ("quarter", "month", "week"):
            targets = (target | target._get_all_parts()).filtered(
                lambda part: not part.period_child_ids
            )
            self._split(targets, dimension="period", granularity=granularity).action_split()
        parts = target._get_all_parts()
        self._assert_adds_up(target | parts)
        lengths = Counter(parts.mapped("granularity"))
        self.assertEqual(lengths, {"quarter": 4, "month": 12, "week": 53}, "2026 has 53 weeks")
        weeks = parts.filtered(lambda part: part.granularity == "week")
        self.assertEqual(min(weeks.mapped("date_from")), date(2025, 12, 29))
        first = weeks.filtered(lambda week: week.date_from == date(2026, 3, 30))
        self.assertEqual(
            first.period_parent_id.period_label, "April 2026", "Its Thursday is 2 April"
        )

    def test_fiscal_year(self):
        self.company.fiscalyear_last_month = "3"
        target = self._target(120.0, date_from="2026-05-01")
        self.assertEqual(str(target.date_from), "2026-04-01")
        self._split(target, dimension="period", granularity="quarter").action_split()
        self.assertEqual(
            [str(part.date_from) for part in target.period_child_ids.sorted("date_from")],
            ["2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01"],
        )

    def test_working_days(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Carnival",
                "company_id": self.company.id,
                "calendar_id": False,
                "date_from": "2026-02-16 00:00:00",
                "date_to": "2026-02-16 23:59:59",
            }
        )
        target = self._target(61.0, granularity="quarter")
        split = self._split(target, dimension="period", granularity="month", method="working_days")
        self.assertEqual(split.line_ids.mapped("weight"), [22.0, 19.0, 22.0])
        split.action_split()
        self._assert_adds_up(target)

    def test_season(self):
        for day, amount in (("2025-02-01", 100.0), ("2025-05-01", 300.0)):
            self.order(day, amount)
        self.refresh(self.amount, date_from="2025-01-01")
        target = self._target(400.0)
        split = self._split(target, dimension="period", granularity="quarter", method="history")
        self.assertEqual(split.line_ids.mapped("value"), [100.0, 300.0, 0.0, 0.0])

    def test_not_shorter(self):
        target = self._target(granularity="month")
        split = self._split(target, dimension="period", granularity="quarter")
        self.assertIn("shorter", split.problem)

    # ------------------------------------------------------------
    # Both ways
    # ------------------------------------------------------------

    def test_rows_and_columns_add_up(self):
        for first, second in (("unit", "period"), ("period", "unit")):
            with self.subTest(first=first):
                target = self._target(100.0, date_from=f"{2030 if first == 'unit' else 2031}-01-01")
                for dimension in (first, second):
                    self._split(target, dimension=dimension, depth="person").action_split()
                parts = target._get_all_parts()
                self._assert_adds_up(target | parts)
                # Corner, store, lead and two people in the store, in a year and twelve months.
                self.assertEqual(len(parts), 12 + 5 * 13)

    def test_mismatch_stands_in_the_way_of_a_table(self):
        target = self._target(100.0)
        self._split(target).action_split()
        target.child_ids[0].value += 1
        split = self._split(target, dimension="period")
        with self.assertRaisesRegex(UserError, "kept in step"):
            split.action_split()
        split.keep_in_step = False
        split.action_split()

    # ------------------------------------------------------------
    # What is there already
    # ------------------------------------------------------------

    def test_approved_parts_stay(self):
        present = self._target(40.0, "person")
        present.with_user(self.lead).action_approve()
        target = self._target(100.0, team_id=self.store.id)
        self._split(target).action_split()
        self.assertEqual(self._parts(target), {self.seller.name: 40.0, self.colleague.name: 60.0})
        self.assertEqual(present.parent_id, target)

    def test_drafts_are_changed(self):
        target = self._target(100.0, team_id=self.store.id)
        self._split(target).action_split()
        target.value = 120.0
        self._split(target).action_split()
        self.assertEqual(target.child_ids.mapped("value"), [60.0, 60.0])

    def test_history_stays_with_the_team(self):
        target = self._target(100.0, team_id=self.store.id)
        self._split(target).action_split()
        store_lead = self._user("split_store_lead", "crm_targets.group_crm_targets_lead")
        self.store.user_id = store_lead
        self.store.crm_team_member_ids.action_archive()
        part = target.child_ids.filtered(lambda part: part.user_id == self.seller)
        self.assertEqual(part.parent_team_id, self.store)
        self.assertFalse(target.unit_mismatch)
        part.with_user(store_lead).value = 40.0
        self.assertEqual(target.unit_mismatch, 10.0)

    # ------------------------------------------------------------
    # Mismatch
    # ------------------------------------------------------------

    def test_mismatch_is_shown_and_pushed(self):
        target = self._target(100.0, team_id=self.store.id)
        self._split(target).action_split()
        part = target.child_ids[0]
        part.value = 70.0
        self.assertEqual(target.unit_mismatch, -20.0)
        found = self.env["crm.target"].search([("unit_mismatch", "!=", 0)])
        self.assertIn(target, found)
        target.action_push_up_units()
        self.assertEqual((target.value, target.unit_mismatch), (120.0, 0.0))
        target.value = 60.0
        target.action_push_down_units()
        self.assertEqual(target.unit_mismatch, 0.0)
        self.assertEqual(part.value, 35.0)
        part.unlink()
        self.assertEqual(target.unit_mismatch, 35.0)

    def test_mismatch_over_time(self):
        target = self._target(100.0)
        self._split(target, dimension="period", granularity="quarter").action_split()
        target.period_child_ids[0].value = 10.0
        self.assertEqual(target.period_mismatch, 15.0)
        target.action_push_down_periods()
        self.assertEqual(target.period_mismatch, 0.0)
        target.period_child_ids[0].value += 1
        target.action_push_up_periods()
        self.assertEqual((target.value, target.period_mismatch), (101.0, 0.0))

    def test_approved_is_not_pushed(self):
        target = self._target(100.0, team_id=self.store.id)
        self._split(target).action_split()
        target.child_ids.with_user(self.lead).action_approve()
        target.value = 50.0
        with self.assertRaisesRegex(UserError, "draft"):
            target.action_push_down_units()
        target.action_push_up_units()
        self.assertEqual(target.value, 100.0)
        target.with_user(self.admin).action_approve()
        with self.assertRaises(UserError):
            target.action_push_up_units()

    def test_pushed_in_cents(self):
        target = self._target(0.01, team_id=self.store.id)
        self._split(target).action_split()
        self.assertEqual(sorted(target.child_ids.mapped("value")), [0.0, 0.01])
        target.value = -0.03
        target.action_push_down_units()
        self.assertEqual(target.unit_mismatch, 0.0)

    # ------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------

    def test_what_does_not_add_up_is_not_split(self):
        average = self.indicator("average", aggregate="avg", measure_field="amount_untaxed")
        target = self._target(indicator_id=average.id)
        with self.assertRaisesRegex(UserError, "does not add up"):
            self._split(target).action_split()
        with self.assertRaisesRegex(UserError, "does not add up"):
            target.action_push_up_units()

    def test_bad_weights(self):
        target = self._target(team_id=self.store.id)
        for weight, sentence in ((-1.0, "0 or more"), (float("nan"), "0 or more"), (0.0, "zero")):
            split = self._split(target, method="weights")
            split.line_ids.weight = weight
            with self.subTest(weight=weight), self.assertRaisesRegex(UserError, sentence):
                split.action_split()

    def test_bad_totals(self):
        for number, value in enumerate((0.0, -100.0, 1e14, 1e300)):
            target = self._target(value, team_id=self.store.id, date_from=f"{2030 + number}-01-01")
            split = self._split(target)
            with self.subTest(value=value):
                if value >= 1e14:
                    with self.assertRaisesRegex(UserError, "too large"):
                        split.action_split()
                else:
                    split.action_split()
                    self._assert_adds_up(target)

    def test_bad_parents(self):
        region, store = self._target(), self._target(team_id=self.store.id)
        store.parent_id = region
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids = [Command.link(foreign.id)]
        for part, values in (
            (region, {"parent_id": store.id}),
            (store, {"parent_id": store.id}),
            (store, {"parent_id": self._target(date_from="2027-01-01").id}),
            (store, {"period_parent_id": self._target(date_from="2028-01-01").id}),
            (store, {"period_parent_id": region.id}),
            (
                store,
                {
                    "parent_id": self.env["crm.target"]
                    .create(
                        {
                            "indicator_id": self.amount.id,
                            "granularity": "year",
                            "date_from": "2026-01-01",
                            "company_id": foreign.id,
                            "value": 1.0,
                        }
                    )
                    .id
                },
            ),
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                part.sudo().write(values)

    def test_parts_of_one_length(self):
        target = self._target()
        self._split(target, dimension="period", granularity="quarter").action_split()
        with self.assertRaisesRegex(ValidationError, "another length"):
            self._split(target, dimension="period", granularity="month").action_split()

    def test_too_many(self):
        targets = self.env["crm.target"]
        for year in range(2000, 2040):
            targets |= self._target(date_from=f"{year}-01-01")
        with self.assertRaisesRegex(UserError, "more than"):
            self._split(targets, dimension="period", granularity="week").line_ids  # noqa: B018

    def test_foreign_targets(self):
        target = self._target(100.0, "company")
        with self.assertRaises(AccessError):
            self._split(target.with_user(self.lead)).action_split()

    def _count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _count_all(self, year, granularity):
        """Queries of splitting, splitting again, pushing down and keeping both ways in step."""
        target = self._target(1000.0, date_from=f"{year}-01-01", user=self.lead)

        def split():
            self._split(target, dimension="period", granularity=granularity).action_split()

        counts = [self._count_queries(split)]
        target.value = 2000.0
        counts.append(self._count_queries(split))
        target.value = 3000.0
        counts.append(self._count_queries(target.action_push_down_periods))
        counts.append(
            self._count_queries(lambda: self._split(target, depth="person").action_split())
        )
        self._assert_adds_up(target | target._get_all_parts())
        return counts

    def test_queries_do_not_grow_with_parts(self):
        self._count_all(2030, "quarter")  # fills the caches of the registry
        few, many = self._count_all(2031, "quarter"), self._count_all(2032, "week")
        # Rows are inserted by the hundred: 4 parts become 53, 20 become 265.
        for one, other in zip(few, many, strict=True):
            self.assertLessEqual(other, one + 8, (few, many))
