from datetime import date

from freezegun import freeze_time
from odoo.fields import Command
from odoo.tests import tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")  # a Monday; ten of the month's twenty-one working days are over
class TestCrmTargetPace(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", aggregate="count")
        cls.amount = cls.indicator(
            "amount",
            aggregate="sum",
            measure_field="amount_total",
            is_monetary=True,
            pipeline="amount",
        )
        cls.targets = cls.env["crm.target"]

    @classmethod
    def target(cls, indicator, value, **values):
        """An approved target of the seller for the month."""
        unit = {"scope": "person", "user_id": cls.seller.id} if "scope" not in values else {}
        return cls.targets.create(
            {
                "indicator_id": indicator.id,
                "granularity": "month",
                "date_from": "2026-11-01",
                "company_id": cls.company.id,
                "value": value,
                "state": "approved",
                **unit,
                **values,
            }
        )

    @classmethod
    def opportunity(cls, revenue, probability, deadline, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Opportunity",
                "type": "opportunity",
                "company_id": cls.company.id,
                "team_id": cls.store.id,
                "user_id": cls.seller.id,
                "expected_revenue": revenue,
                "probability": probability,
                "date_deadline": deadline,
                **values,
            }
        )

    @classmethod
    def leave(cls, first, last, resource=None, **values):
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Free",
                "company_id": cls.company.id,
                "calendar_id": cls.company.resource_calendar_id.id,
                "resource_id": resource.id if resource else False,
                "date_from": f"2026-11-{first:02} 00:00:00",
                "date_to": f"2026-11-{last:02} 23:59:59",
                **values,
            }
        )

    def days(self, *keys):
        """Number of working days of November per unit key."""
        found = self.targets._get_working_days(keys, *self._november())
        return [len(found[key]) for key in keys]

    @staticmethod
    def _november():
        return date(2026, 11, 1), date(2026, 11, 30)

    # ------------------------------------------------------------
    # Working days
    # ------------------------------------------------------------

    def test_public_holidays_are_free_for_all(self):
        company = ("company", self.company.id, 0, 0)
        team = ("team", self.company.id, self.store.id, 0)
        person = ("person", self.company.id, 0, self.seller.id)
        self.assertEqual(self.days(company, team, person), [21, 21, 21])
        self.leave(11, 11)
        self.leave(12, 12, calendar_id=False)
        self.assertEqual(self.days(company, team, person), [19, 19, 19])

    def test_time_off_is_free_for_one(self):
        resource = self.env["resource.resource"].create(
            {
                "name": "Seller",
                "user_id": self.seller.id,
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
            }
        )
        self.leave(2, 6, resource)
        keys = [("person", self.company.id, 0, user.id) for user in self.seller | self.colleague]
        self.assertEqual(self.days(*keys), [16, 21])

    def test_own_working_hours_of_a_person(self):
        part_time = self.env["resource.calendar"].create(
            {
                "name": "Monday and Tuesday",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create({"name": "Day", "dayofweek": day, "hour_from": 9, "hour_to": 17})
                    for day in "01"
                ],
            }
        )
        self.env["resource.resource"].create(
            {
                "name": "Seller",
                "user_id": self.seller.id,
                "company_id": self.company.id,
                "calendar_id": part_time.id,
            }
        )
        self.assertEqual(self.days(("person", self.company.id, 0, self.seller.id)), [9])

    def test_holidays_of_another_company_are_not_ours(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.leave(11, 11, company_id=other.id, calendar_id=other.resource_calendar_id.id)
        self.assertEqual(self.days(("company", self.company.id, 0, 0)), [21])

    # ------------------------------------------------------------
    # Outlook
    # ------------------------------------------------------------

    def test_half_way(self):
        target = self.target(self.amount, 2100.0)
        for day in (2, 5, 9):
            self.order(f"2026-11-{day:02} 10:00:00", 250.0)
        self.opportunity(1000.0, 50, "2026-11-30")
        self.opportunity(9000.0, 50, "2026-12-01")  # after the month
        self.opportunity(9000.0, 50, "2026-11-30", user_id=self.colleague.id)
        self.refresh(self.amount)
        target = target.with_user(self.seller)
        self.assertEqual(target.actual, 750.0)
        self.assertAlmostEqual(target.completion, 750 / 2100)
        self.assertEqual(target.pace, 1000.0)
        self.assertEqual(target.status, "at_risk")
        self.assertEqual(target.shortage, 2100 - 750 - 500)
        self.assertEqual(target.due_today, 1100 - 750)
        # ten elapsed days brought 750, eleven remain; weighed by the elapsed share
        expected = 750 + 10 / 21 * (750 / 10 * 11) + 11 / 21 * 500
        self.assertEqual(target.forecast, round(expected))

    def test_pipeline_rolls_up_over_teams(self):
        self.opportunity(1000.0, 50, "2026-11-30")
        self.opportunity(300.0, 10, False)  # expected at no time
        self.opportunity(1000.0, 20, "2026-11-01", user_id=self.colleague.id)  # late, still open
        self.opportunity(1000.0, 50, "2026-11-30", team_id=False, user_id=False, company_id=False)
        units = [
            {"scope": "team", "team_id": self.region.id},
            {"scope": "company"},
            {"scope": "person", "user_id": self.seller.id},
        ]
        targets = self.targets.browse(self.target(self.amount, 2000.0, **unit).id for unit in units)
        self.refresh(self.amount)
        self.assertEqual(targets.mapped("shortage"), [1300.0, 1300.0, 1500.0])

    def test_period_that_is_over_and_one_to_come(self):
        past = self.target(self.orders, 4, date_from="2026-10-01")
        coming = self.target(self.amount, 1000.0, date_from="2026-12-01")
        for day in (1, 2, 3):
            self.order(f"2026-10-0{day} 10:00:00")
        self.opportunity(400.0, 50, "2026-12-24")
        self.refresh(self.orders, self.amount, date_to="2026-11-16")
        self.assertEqual((past.actual, past.pace, past.status), (3, 4, "at_risk"))
        self.assertFalse(past.has_due_today)
        self.assertFalse(coming.has_actual or coming.has_completion or coming.status)
        self.assertEqual((coming.pace, coming.shortage), (0.0, 800.0))

    def test_no_figure_is_not_zero(self):
        target = self.target(self.orders, 4)
        self.assertFalse(target.has_actual or target.has_pace or target.has_forecast)
        self.assertFalse(target.status)

    def test_what_does_not_build_up_is_compared_with_the_target(self):
        average = self.indicator("average", aggregate="avg", measure_field="amount_total")
        target = self.target(average, 100.0)
        self.order("2026-11-02 10:00:00", 85.0)
        self.refresh(average)
        self.assertEqual(target.status, "behind")
        self.assertFalse(target.has_pace or target.has_forecast or target.has_shortage)

    def test_different_values_build_up(self):
        customers = self.indicator(
            "customers", aggregate="count_distinct", measure_field="partner_id"
        )
        target = self.target(customers, 21.0)
        self.order("2026-11-02 10:00:00")
        self.refresh(customers)
        self.assertEqual((target.actual, target.pace, target.status), (1, 10, "at_risk"))
        self.assertFalse(customers.is_additive)

    def test_zero_and_negative_targets(self):
        losses = self.indicator("losses", source="manual", aggregate="sum")
        nothing = self.target(losses, 0.0)
        loss = self.target(losses, -210.0, date_from="2026-11-01", scope="company")
        self.values.create(
            [
                {
                    "indicator_id": losses.id,
                    "granularity": "month",
                    "date_from": "2026-11-01",
                    "company_id": self.company.id,
                    "value": value,
                    **unit,
                }
                for unit, value in (
                    ({"scope": "person", "user_id": self.seller.id}, -1.0),
                    ({"scope": "company"}, -110.0),
                )
            ]
        )
        self.assertEqual(nothing.status, "at_risk")
        self.assertFalse(nothing.has_completion)
        self.assertEqual((loss.pace, loss.status), (-100.0, "behind"))

    def test_progress_from_the_baseline(self):
        self.orders.write({"has_baseline": True, "baseline": 1.0})
        target = self.target(self.orders, 5)
        for day in (2, 3):
            self.order(f"2026-11-0{day} 10:00:00")
        self.refresh(self.orders)
        self.assertEqual(target.baseline_progress, 0.25)

    def test_search_by_status(self):
        behind = self.target(self.orders, 21)
        fine = self.target(self.orders, 21, user_id=self.colleague.id, scope="person")
        unknown = self.target(self.amount, 21)
        for number in range(10):
            self.order(f"2026-11-{2 + number:02} 10:00:00", user_id=self.colleague.id)
            self.order(f"2026-11-{2 + number:02} 10:00:00") if number else None
        self.refresh(self.orders)
        mine = [("id", "in", (behind | fine | unknown).ids)]
        for operator, value, expected in (
            ("=", "behind", behind),
            ("in", ["behind", "on_track"], behind | fine),
            ("!=", "behind", fine | unknown),
            ("=", False, unknown),
        ):
            found = self.targets.search([*mine, ("status", operator, value)])
            self.assertEqual(found, expected, (operator, value))

    def test_queries_do_not_depend_on_the_number_of_targets(self):
        persons = self.env["res.users"].browse(
            self._user(f"pace_{number}", "crm_targets.group_crm_targets_user").id
            for number in range(12)
        )
        few = self.target(self.amount, 100.0) | self.target(self.orders, 10)
        many = few | self.targets.browse(
            self.target(indicator, 100.0, scope="person", user_id=person.id, granularity=size).id
            for person in persons
            for indicator in (self.amount, self.orders)
            for size in ("month", "week", "year")
        )
        self.refresh(self.orders, self.amount)
        counts = []
        for targets in (few, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            targets.mapped("status")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 20)
