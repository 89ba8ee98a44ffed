import random
from datetime import date, datetime, timedelta

from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

# What the refresh should arrive at, in the plainest SQL: one query per unit and period, on the
# records themselves.
_PLAIN = """
    SELECT count(*), COALESCE(sum(amount_total / currency_rate), 0),
           avg(amount_total / currency_rate), max(amount_total),
           count(DISTINCT partner_id)
      FROM sale_order
     WHERE state = 'sale' AND company_id = ANY(%s) AND date_order >= %s AND date_order < %s
"""
_AGGREGATES = ("count", "sum", "avg", "max", "count_distinct")


@tagged("post_install", "-at_install")
class TestCrmIndicatorRefresh(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders")
        cls.signed = cls.indicator(
            "signed", aggregate="sum", measure_field="amount_total", rate_field="currency_rate"
        )

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    def test_same_as_plain_sql(self):
        branches = self._create_many_orders()
        extra = {"rate_field": "currency_rate", "measure_field": "amount_total"}
        indicators = {
            "count": self.orders,
            "sum": self.signed,
            "avg": self.indicator("avg", aggregate="avg", **extra),
            "max": self.indicator("max", aggregate="max", measure_field="amount_total"),
            "count_distinct": self.indicator(
                "distinct", aggregate="count_distinct", measure_field="partner_id"
            ),
        }
        self.refresh(*indicators.values())
        units = [(company, "company", None) for company in branches]
        units += [(company, "team", team) for company in branches for team in self.teams]
        units += [
            (company, "person", user)
            for company in branches
            for user in self.seller | self.colleague
        ]
        months = [date(2026, month, 1) for month in range(1, 13)]
        checked = 0
        for company, scope, unit in units:
            for first in months:
                last = (first + timedelta(days=32)).replace(day=1)
                plain = self._measure_plainly(branches[company], scope, unit, first, last)
                for aggregate, expected in zip(_AGGREGATES, plain, strict=True):
                    row = self._find_value(indicators[aggregate], company, scope, unit, first)
                    if plain[0] == 0:
                        self.assertFalse(row)
                    else:
                        self.assertAlmostEqual(row.value, float(expected), places=6)
                        checked += 1
        self.assertGreater(checked, 300)

    def _create_many_orders(self):
        """Orders of a year: two companies and a branch, two currencies, nested teams."""
        rates = self.env["res.currency.rate"]
        foreign = self.env["res.currency"].create({"name": "XTS", "symbol": "x"})
        for month in (1, 5, 9):
            for company in self.company:
                rates.create(
                    {
                        "currency_id": foreign.id,
                        "company_id": company.id,
                        "name": f"2026-{month:02}-01",
                        "rate": month + 0.5,
                    }
                )
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        other = self.env["res.company"].create({"name": "Other"})
        companies = self.company | branch | other
        self.env.user.company_ids |= companies
        (self.seller | self.colleague).write(
            {"company_ids": [Command.link(company.id) for company in branch | other]}
        )
        self.region.company_id = False
        self.store.company_id = False
        corner = self.env["crm.team"].create({"name": "Corner", "company_id": False})
        self.teams = self.region | self.store | corner
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(9)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        draw = random.Random(7)
        for _number in range(220):
            company = draw.choice(companies)
            values = {
                "company_id": company.id,
                "partner_id": draw.choice(partners).id,
                "team_id": draw.choice([*self.teams.ids, False]),
                "user_id": draw.choice([self.seller.id, self.colleague.id, False]),
                "state": draw.choice(["sale", "sale", "sale", "cancel", "draft"]),
            }
            if company == self.company and draw.random() < 0.4:
                values["pricelist_id"] = pricelist.id
            moment = datetime(2026, 1, 1) + timedelta(minutes=draw.randrange(365 * 24 * 60))
            self.order(moment, draw.randrange(1, 900), **values)
        return {self.company: self.company | branch, branch: branch, other: other}

    def _measure_plainly(self, companies, scope, unit, first, last):
        query, parameters = _PLAIN, [companies.ids, first, last]
        if scope == "team":
            teams = self.teams & (unit | unit.child_ids)
            query += " AND team_id = ANY(%s)"
            parameters.append(teams.ids)
        elif scope == "person":
            query += " AND user_id = %s"
            parameters.append(unit.id)
        self.env.flush_all()
        self.env.cr.execute(query, parameters)
        return self.env.cr.fetchone()

    def _find_value(self, indicator, company, scope, unit, first):
        return self.values.search(
            [
                ("indicator_id", "=", indicator.id),
                ("granularity", "=", "month"),
                ("date_from", "=", first),
                ("scope", "=", scope),
                ("company_id", "=", company.id),
                ("team_id", "=", unit.id if scope == "team" else False),
                ("user_id", "=", unit.id if scope == "person" else False),
            ]
        )

    def test_distinct_customers_of_a_region_are_counted_once(self):
        counter = self.env["crm.team"].create(
            {"name": "Counter", "company_id": self.company.id, "parent_id": self.region.id}
        )
        self.order("2026-03-04 10:00:00")
        self.order("2026-03-20 10:00:00", team_id=counter.id)
        active = self.indicator("active", aggregate="count_distinct", measure_field="partner_id")
        self.refresh(active)
        figures = self.figures(active, "month", "team")
        teams = {team.name: value for (_day, team), value in figures.items()}
        self.assertEqual(teams, {"Store": 1.0, "Counter": 1.0, "Region": 1.0})

    def test_average_is_measured_on_records(self):
        other = self.env["crm.team"].create(
            {"name": "Busy", "company_id": self.company.id, "parent_id": self.region.id}
        )
        self.order("2026-03-04 10:00:00", 1000)
        for _number in range(3):
            self.order("2026-03-04 10:00:00", 200, team_id=other.id)
        average = self.indicator("average", aggregate="avg", measure_field="amount_total")
        self.refresh(average)
        region = self._find_value(average, self.company, "team", self.region, "2026-03-01")
        self.assertEqual(region.value, 400.0)
        self.assertEqual((region.numerator, region.denominator), (1600.0, 4.0))

    def test_all_period_types(self):
        self.order("2026-01-01 12:00:00")
        self.refresh(self.orders)
        rows = self.values.search(
            [("indicator_id", "=", self.orders.id), ("scope", "=", "company")]
        )
        self.assertEqual(
            {row.granularity: (str(row.date_from), str(row.date_to)) for row in rows},
            {
                "week": ("2025-12-29", "2026-01-04"),
                "month": ("2026-01-01", "2026-01-31"),
                "quarter": ("2026-01-01", "2026-03-31"),
                "year": ("2026-01-01", "2026-12-31"),
            },
        )

    def test_chosen_period_types_only(self):
        self.order("2026-01-15 12:00:00")
        self.orders.write({"measure_week": False, "measure_year": False})
        self.refresh(self.orders)
        rows = self.values.search([("indicator_id", "=", self.orders.id)])
        self.assertEqual(set(rows.mapped("granularity")), {"month", "quarter"})

    def test_figures_follow_the_records(self):
        order = self.order("2026-03-04 10:00:00")
        self.order("2026-04-04 10:00:00")
        self.refresh(self.orders)
        self.assertEqual(len(self.figures(self.orders)), 2)
        order.state = "cancel"
        self.refresh(self.orders)
        self.assertEqual(self.figures(self.orders), {("2026-04-01", self.company): 1.0})

    def test_window_leaves_other_periods_alone(self):
        march, april = self.order("2026-03-04 10:00:00"), self.order("2026-04-04 10:00:00")
        self.refresh(self.orders)
        (march | april).state = "cancel"
        self.refresh(self.orders, date_from="2026-04-10", date_to="2026-04-12")
        self.assertEqual(self.figures(self.orders), {("2026-03-01", self.company): 1.0})

    def test_money_keeps_the_rate_of_its_own_date(self):
        foreign = self.env["res.currency"].create({"name": "XTS", "symbol": "x"})
        create = self.env["res.currency.rate"].create
        rate = {"currency_id": foreign.id, "company_id": self.company.id}
        create({**rate, "name": "2026-01-01", "rate": 2.0})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        self.order("2026-03-04 10:00:00", 100, pricelist_id=pricelist.id)
        self.refresh(self.signed)
        self.assertEqual(self.figures(self.signed), {("2026-03-01", self.company): 50.0})
        create({**rate, "name": "2026-06-01", "rate": 10.0})
        self.refresh(self.signed)
        self.assertEqual(self.figures(self.signed), {("2026-03-01", self.company): 50.0})

    # ------------------------------------------------------------
    # Days and companies
    # ------------------------------------------------------------

    def test_day_is_that_of_the_company(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.order("2026-03-31 17:00:00")  # already April there
        self.refresh(self.orders)
        self.assertEqual(self.figures(self.orders), {("2026-04-01", self.company): 1.0})

    def test_every_company_has_its_own_day(self):
        other = self.env["res.company"].create({"name": "Far West"})
        other.resource_calendar_id.tz = "America/Los_Angeles"
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        for company in self.company | other:
            self.order("2026-04-01 02:00:00", company_id=company.id, team_id=False, user_id=False)
        self.refresh(self.orders)
        self.assertEqual(
            self.figures(self.orders),
            {("2026-04-01", self.company): 1.0, ("2026-03-01", other): 1.0},
        )

    def test_record_without_company_counts_for_its_team(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "Of the team", "team_id": self.store.id, "user_id": False},
                {"name": "Of the person", "team_id": False, "user_id": self.seller.id},
                {"name": "Of nobody", "team_id": False, "user_id": False},
            ]
        )
        # As records of other programs are: Odoo itself would fill in the company.
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET company_id = NULL WHERE id = ANY(%s)", [leads.ids])
        leads = self.indicator(
            "leads", model_name="crm.lead", domain="[]", date_field="create_date"
        )
        today = self.env.cr.now().date()
        self.refresh(leads, date_from=str(today), date_to=str(today))
        counted = {unit: value for (_day, unit), value in self.figures(leads, "year").items()}
        self.assertEqual(counted[self.company], 2.0)

    def test_field_one_relation_away(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2026-03-04 10:00:00",
                "stop": "2026-03-04 11:00:00",
                "user_id": self.seller.id,
            }
        )
        self.assertEqual(self.seller.sale_team_id, self.store)
        meetings = self.indicator(
            "meetings",
            model_name="calendar.event",
            domain=f"[('id', '=', {event.id})]",
            date_field="start",
            team_field="user_id.sale_team_id",
            company_field=False,
        )
        self.refresh(meetings)
        teams = {team for _day, team in self.figures(meetings, "month", "team")}
        self.assertEqual(teams, {self.store, self.region})
        self.assertEqual(self.figures(meetings), {("2026-03-01", self.company): 1.0})

    def test_archived_records_count_only_if_asked_for(self):
        values = {"company_id": self.company.id, "team_id": self.store.id, "type": "opportunity"}
        self.env["crm.lead"].create([{**values, "name": "A"}, {**values, "name": "B"}])[
            1
        ].active = False
        common = {"model_name": "crm.lead", "date_field": "create_date"}
        kept = self.indicator("kept", domain="[]", **common)
        both = self.indicator("both", domain="[('active', 'in', [True, False])]", **common)
        today = str(self.env.cr.now().date())
        self.refresh(kept, both, date_from=today, date_to=today)
        self.assertEqual(list(self.figures(kept).values()), [1.0])
        self.assertEqual(list(self.figures(both).values()), [2.0])

    @freeze_time("2026-03-20 12:00:00")
    def test_named_dates(self):
        self.order("2026-03-04 10:00:00")
        self.order("2026-03-18 10:00:00")
        recent = self.indicator(
            "recent", domain="[('state', '=', 'sale'), ('date_order', '>=', '-7d')]"
        )
        self.refresh(recent)
        self.assertEqual(self.figures(recent), {("2026-03-01", self.company): 1.0})

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @freeze_time("2026-03-20 12:00:00")
    def test_default_window_begins_last_year(self):
        self.order("2025-01-05 10:00:00")
        self.order("2024-12-05 10:00:00")
        self.indicators.with_user(self.admin).refresh([self.orders.code])
        self.assertEqual(self.figures(self.orders), {("2025-01-01", self.company): 1.0})
        self.assertEqual(self.orders.measured_from, date(2025, 1, 1))
        self.assertEqual(self.orders.measured_to, date(2026, 3, 20))

    def test_adjoining_windows_are_one(self):
        """Measured month by month, all months are measured."""
        for month, last in ((3, 31), (4, 30), (2, 28)):
            self.refresh(
                self.orders, date_from=f"2026-{month:02}-01", date_to=f"2026-{month:02}-{last}"
            )
        measured = (str(self.orders.measured_from), str(self.orders.measured_to))
        self.assertEqual(measured, ("2026-02-01", "2026-04-30"))

    def test_only_the_administrator_measures(self):
        for user in (self.lead, self.seller):
            with self.assertRaises(AccessError):
                self.indicators.with_user(user).refresh([self.orders.code])

    def test_bad_arguments(self):
        refresh = self.indicators.with_user(self.admin).refresh
        for arguments in (
            ("orders",),
            ([1],),
            (["no_such_code"],),
            (None, "yesterday"),
            (None, 20260101),
            (None, "2026-03-01", "2026-02-01"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                refresh(*arguments)

    def test_broken_definition_stops_nobody(self):
        self.order("2026-03-04 10:00:00")
        gone = self.indicator("gone")
        broken = self.indicator("broken")
        # As if the module went, or the field changed, after it had been defined.
        self.env.cr.execute(
            "UPDATE crm_indicator SET model_name = 'no.such.model' WHERE id = %s", [gone.id]
        )
        self.env.cr.execute(
            "UPDATE crm_indicator SET domain = %s WHERE id = %s",
            ["[('partner_id', '>', 'x')]", broken.id],
        )
        self.env.invalidate_all()
        codes = [gone.code, broken.code, self.orders.code]
        with mute_logger("odoo.sql_db", "odoo.addons.crm_targets.models.crm_indicator_refresh"):
            result = self.indicators.with_user(self.admin).refresh(
                codes, "2026-01-01", "2026-12-31"
            )
        self.assertEqual(result["measured"], [self.orders.code])
        self.assertEqual([error["code"] for error in result["errors"]], [gone.code, broken.code])
        self.assertEqual((gone.state, broken.state), ("unavailable", "error"))
        self.assertIn("no.such.model", gone.error)
        self.assertTrue(broken.error)
        self.assertEqual(self.figures(self.orders), {("2026-03-01", self.company): 1.0})

    @freeze_time("2026-11-22 12:00:00")
    def test_number_of_queries_does_not_grow_with_records(self):
        def count():
            # Once before, so that what Odoo caches for all transactions is not counted.
            self.refresh(self.orders, self.signed)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.refresh(self.orders, self.signed)
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(60):
            self.order(f"2026-{number % 12 + 1:02}-11 10:00:00")
        self.env.cr.flush()
        self.assertEqual(count(), few)

    def test_one_statement_per_period_type(self):
        orders = self.orders.sudo()
        window = self.indicators._get_window("2026-01-01", "2026-12-31")
        orders._measure("month", window)
        self.env.flush_all()
        orders._get_zones()
        with self.assertQueryCount(2):  # the companies with their time zones, and the figures
            orders._measure("month", window)
