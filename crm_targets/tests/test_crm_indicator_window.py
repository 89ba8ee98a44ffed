import random
from datetime import date, datetime, timedelta

import pytz
from dateutil.relativedelta import relativedelta
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

_AGGREGATES = {
    "count": len,
    "sum": sum,
    "avg": lambda amounts: sum(amounts) / len(amounts),
    "max": max,
}


@tagged("post_install", "-at_install")
class TestCrmIndicatorWindow(TargetsCase):
    """Windows against the plainest computation: every order looked at for every figure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Europe/Paris"
        cls.company.write({"fiscalyear_last_month": "3"})  # the year begins in April
        branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})
        other = cls.env["res.company"].create({"name": "Elsewhere"})
        other.resource_calendar_id.tz = "America/Los_Angeles"
        cls.companies = cls.company | branch | other
        cls.env.user.company_ids |= cls.companies
        (cls.seller | cls.colleague).write(
            {"company_ids": [Command.link(company.id) for company in branch | other]}
        )
        (cls.region | cls.store).company_id = False
        cls.partners = cls.env["res.partner"].create([{"name": f"P{n}"} for n in range(12)])
        draw = random.Random(11)
        cls.orders = cls.env["sale.order"]
        for _number in range(160):
            moment = datetime(2025, 11, 1) + timedelta(minutes=draw.randrange(300 * 24 * 60))
            cls.orders |= cls.order(
                moment,
                draw.randrange(1, 900),
                company_id=draw.choice(cls.companies).id,
                partner_id=draw.choice(cls.partners).id,
                team_id=draw.choice([cls.region.id, cls.store.id, False]),
                user_id=draw.choice([cls.seller.id, cls.colleague.id, False]),
            )
        cls.days = {}
        for order in cls.orders:
            zone = pytz.timezone(order.company_id.resource_calendar_id.tz or "UTC")
            cls.days[order] = pytz.utc.localize(order.date_order).astimezone(zone).date()

    def _get_unit_orders(self, row):
        orders = self.orders.filtered(
            lambda order: order.company_id in self._get_below(row.company_id)
        )
        if row.scope == "team":
            teams = row.team_id | row.team_id.child_ids
            return orders.filtered(lambda order: order.team_id in teams)
        if row.scope == "person":
            return orders.filtered(lambda order: order.user_id == row.user_id)
        return orders

    @staticmethod
    def _get_below(company):
        return company | company.child_ids

    def _get_fiscal_start(self, company, day):
        month = 4 if company in self._get_below(self.company) else 1
        return date(day.year - (day.month < month), month, 1)

    def _get_first(self, kind, company, granularity, last):
        """First day of the window that ends on `last`, written down once more."""
        if kind == "year_to_date":
            middle = last - timedelta(days=3) if granularity == "week" else last
            return self._get_fiscal_start(company, middle)
        after = last + timedelta(days=1)
        if kind == "trailing months":
            return after - relativedelta(months=5)
        step = {
            "week": relativedelta(weeks=1),
            "month": relativedelta(months=1),
            "quarter": relativedelta(months=3),
            "year": relativedelta(years=1),
        }[granularity]
        return after - 3 * step

    def _check(self, indicator, kind, compute):
        self.refresh(indicator, date_from="2026-01-01", date_to="2026-08-20")
        rows = self.values.search([("indicator_id", "=", indicator.id)])
        self.assertEqual(set(rows.mapped("granularity")), {"week", "month", "quarter", "year"})
        for row in rows:
            first = self._get_first(kind, row.company_id, row.granularity, row.date_to)
            last = row.date_to
            if kind == "year_to_date" and row.granularity == "week":
                year_end = first + relativedelta(years=1, days=-1)
                last = min(last, year_end)
            orders = self._get_unit_orders(row).filtered(
                lambda order, first=first, last=last: first <= self.days[order] <= last
            )
            self.assertTrue(orders, row)
            self.assertAlmostEqual(row.value, compute(orders), places=6, msg=row.display_name)
            self.assertEqual(row.denominator, len(orders))
        return rows

    def test_trailing_and_year_to_date(self):
        kinds = {
            "trailing months": {"window": "trailing", "window_count": 5, "window_unit": "month"},
            "trailing periods": {"window": "trailing", "window_count": 3, "window_unit": "period"},
            "year_to_date": {"window": "year_to_date"},
        }
        for kind, values in kinds.items():
            for aggregate, compute in _AGGREGATES.items():
                with self.subTest(kind=kind, aggregate=aggregate):
                    indicator = self.indicator(
                        f"{values['window']}_{values.get('window_unit')}_{aggregate}",
                        aggregate=aggregate,
                        measure_field="amount_total",
                        **values,
                    )
                    rows = self._check(
                        indicator,
                        kind,
                        lambda orders, compute=compute: compute(orders.mapped("amount_total")),
                    )
                    self.assertGreater(len(rows), 150)

    def test_distinct_values_are_counted_once_a_window(self):
        for kind, values in {
            "trailing months": {"window": "trailing", "window_count": 5},
            "trailing periods": {"window": "trailing", "window_count": 3, "window_unit": "period"},
            "year_to_date": {"window": "year_to_date"},
        }.items():
            with self.subTest(kind=kind):
                indicator = self.indicator(
                    f"distinct_{len(kind)}",
                    aggregate="count_distinct",
                    measure_field="partner_id",
                    **values,
                )
                rows = self._check(indicator, kind, lambda orders: len(orders.partner_id))
                self.assertTrue(any(row.value < row.denominator for row in rows))

    def test_no_figure_is_missing(self):
        """Every unit with an order in a window has a figure; checked for the trailing months."""
        indicator = self.indicator("all_there", window="trailing", window_count=5)
        self.refresh(indicator, date_from="2026-01-01", date_to="2026-08-20")
        months = self.figures(indicator, "month", "person")
        self.assertEqual(len({day for day, _user in months}), 8)
        expected = set()
        for month in range(1, 9):
            first = date(2026, month, 1) - relativedelta(months=4)
            after = first + relativedelta(months=5)
            for order, day in self.days.items():
                if order.user_id and first <= day < after:
                    expected.add((str(date(2026, month, 1)), order.user_id))
        self.assertEqual(set(months), expected)

    # ------------------------------------------------------------
    # State at period end
    # ------------------------------------------------------------

    def _leads(self):
        """Opportunities that begin and end all over half a year, written past the clock."""
        draw = random.Random(3)
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"L{number}",
                    "type": "opportunity",
                    "company_id": self.company.id,
                    "team_id": self.store.id,
                    "user_id": draw.choice([self.seller.id, self.colleague.id]),
                    "partner_id": draw.choice(self.partners).id,
                    "expected_revenue": draw.randrange(100, 900),
                }
                for number in range(60)
            ]
        )
        self.env.flush_all()
        for lead in leads:
            begun = datetime(2026, 1, 1) + timedelta(minutes=draw.randrange(180 * 24 * 60))
            ended = begun + timedelta(minutes=draw.randrange(60 * 24 * 60))
            ended = ended if draw.random() < 0.7 else None
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, date_closed = %s WHERE id = %s",
                [begun, ended, lead.id],
            )
        self.env.invalidate_all()
        return leads

    def test_state_at_period_end(self):
        leads = self._leads()
        zone = pytz.timezone("Europe/Paris")
        common = {
            "model_name": "crm.lead",
            "domain": "[('type', '=', 'opportunity')]",
            "date_field": "create_date",
            "end_date_field": "date_closed",
            "window": "period_end",
        }
        number = self.indicator("open", **common)
        amount = self.indicator(
            "open_amount", aggregate="sum", measure_field="expected_revenue", **common
        )
        customers = self.indicator(
            "open_customers", aggregate="count_distinct", measure_field="partner_id", **common
        )
        self.refresh(number, amount, customers, date_from="2026-01-01", date_to="2026-08-31")
        checked = 0
        for month in range(1, 9):
            last = date(2026, month, 1) + relativedelta(months=1)
            end = zone.localize(datetime.combine(last, datetime.min.time()))
            end = end.astimezone(pytz.utc).replace(tzinfo=None)
            there = leads.filtered(
                lambda lead, end=end: (
                    lead.create_date < end and (not lead.date_closed or lead.date_closed >= end)
                )
            )
            for user in self.seller | self.colleague:
                mine = there.filtered(lambda lead, user=user: lead.user_id == user)
                key = (f"2026-{month:02}-01", user)
                self.assertEqual(
                    self.figures(number, "month", "person").get(key, 0), len(mine), key
                )
                self.assertEqual(
                    self.figures(customers, "month", "person").get(key, 0), len(mine.partner_id)
                )
                checked += bool(mine)
            total = self.figures(amount).get((f"2026-{month:02}-01", self.company), 0)
            self.assertEqual(total, sum(there.mapped("expected_revenue")))
        self.assertGreater(checked, 10)

    def test_state_of_now_leaves_the_past_as_it_was(self):
        leads = self._leads()
        indicator = self.indicator(
            "now",
            model_name="crm.lead",
            domain="[('type', '=', 'opportunity'), ('date_closed', '=', False)]",
            date_field="create_date",
            window="period_end",
        )
        with freeze_time("2026-03-15 12:00:00"):
            self.refresh(indicator, date_from="2026-01-01", date_to="2026-12-31")
            march = self.figures(indicator)
        self.assertEqual([day for day, _unit in march], ["2026-03-01"])
        (leads - leads[0]).write({"date_closed": "2026-04-01 10:00:00"})
        leads[0].date_closed = False
        with freeze_time("2026-04-15 12:00:00"):
            self.refresh(indicator, date_from="2026-01-01", date_to="2026-12-31")
            self.refresh(indicator, date_from="2026-01-01", date_to="2026-02-01")
        figures = self.figures(indicator)
        self.assertEqual(figures, {**march, ("2026-04-01", self.company): 1.0})
        self.assertEqual(str(indicator.measured_from), "2026-04-15")

    # ------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_absurd_windows_are_refused(self):
        for count in (0, -1, 121, 2**31 - 1):
            with (
                self.subTest(count=count),
                self.assertRaisesRegex(IntegrityError, "window_count"),
                self.env.cr.savepoint(),
            ):
                self.indicator("absurd", window="trailing", window_count=count)
                self.env.flush_all()

    def test_absurd_time_is_refused(self):
        with self.assertRaises(UserError) as refused:
            self.indicators.with_user(self.admin).refresh(None, "1900-01-01", "2999-12-31")
        self.assertIn("20 years", str(refused.exception))

    def test_longest_window_reaches_before_all_calendars(self):
        indicator = self.indicator(
            "long", window="trailing", window_count=120, window_unit="period"
        )
        self.refresh(indicator, date_from="1900-01-01", date_to="1900-01-31")
