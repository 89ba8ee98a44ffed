import random
from datetime import date, datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta
from odoo.addons.crm_targets.tests.catalogue_sql import PLAIN_SQL, UNIT_COLUMNS
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

NOW = datetime(2026, 11, 18, 12)
HOLIDAY = date(2026, 5, 1)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCrmIndicatorCatalogue(TargetsCase):
    """Every shipped indicator against SQL written by hand, see `catalogue_sql`.

    On companies with branches, zones and fiscal years of their own, two currencies, returned,
    cancelled and unconfirmed orders, archived leads, people who changed the team.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draw = random.Random(23)
        cls._create_units()
        cls._create_orders()
        cls._create_leads()
        cls._create_messages()
        cls._create_activities()
        cls.env.flush_all()
        cls.env.invalidate_all()

    # ------------------------------------------------------------
    # Data
    # ------------------------------------------------------------

    @classmethod
    def _create_units(cls):
        cls.company.resource_calendar_id.tz = "Europe/Paris"
        cls.company.fiscalyear_last_month = "3"
        branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})
        other = cls.env["res.company"].create({"name": "Far West"})
        other.resource_calendar_id.tz = "America/Los_Angeles"
        cls.companies = cls.company | branch | other
        cls.env.user.company_ids |= cls.companies
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "May Day",
                "company_id": cls.company.id,
                "calendar_id": False,
                "date_from": datetime.combine(HOLIDAY - timedelta(days=1), time(22)),
                "date_to": datetime.combine(HOLIDAY, time(21, 59, 59)),
            }
        )
        cls.far = cls._user("measure_far", "crm_targets.group_crm_targets_user", other)
        cls.gone = cls._user("measure_gone", "crm_targets.group_crm_targets_user")
        (cls.seller | cls.colleague).company_ids |= cls.companies
        (cls.region | cls.store).company_id = False
        cls.corner = cls.env["crm.team"].create({"name": "Corner", "company_id": False})
        cls.corner.member_ids = [Command.set((cls.far | cls.gone).ids)]
        # The colleague moved: their documents stay with the store, they are in the corner now.
        cls.store.member_ids = [Command.set(cls.seller.ids)]
        cls.corner.member_ids |= cls.colleague
        cls.teams = cls.region | cls.store | cls.corner
        cls.persons = cls.seller | cls.colleague | cls.far | cls.gone
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_team_member SET create_date = '2026-06-10' WHERE user_id = ANY(%s)",
            [(cls.persons - cls.seller).ids],
        )
        cls.env.cr.execute(
            "UPDATE crm_team_member SET create_date = '2024-01-01' WHERE user_id = %s",
            [cls.seller.id],
        )
        partners = cls.env["res.partner"]
        cls.partners = partners.create([{"name": f"P{number}"} for number in range(14)])
        for company in cls.partners[:4]:
            cls.partners |= partners.create({"name": "Contact", "parent_id": company.id})

    @classmethod
    def _moment(cls, first=date(2024, 10, 1), last=date(2026, 11, 18)):
        minutes = (last - first).days * 24 * 60
        return datetime.combine(first, time()) + timedelta(minutes=cls.draw.randrange(minutes))

    @classmethod
    def _create_orders(cls):
        foreign = cls.env["res.currency"].create({"name": "XTS", "symbol": "x"})
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": foreign.id,
                    "company_id": company.id,
                    "name": f"{year}-01-01",
                    "rate": year - 2020.5,
                }
                for company in cls.companies - cls.companies[1]  # a branch uses those of its root
                for year in (2024, 2025, 2026)
            ]
        )
        pricelist = cls.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id, "company_id": False}
        )
        for _number in range(190):
            values = {"pricelist_id": pricelist.id} if cls.draw.random() < 0.3 else {}
            cls.order(
                cls._moment(),
                cls.draw.choice([-40, 0, *range(10, 900, 7)]),
                company_id=cls.draw.choice(cls.companies).id,
                partner_id=cls.draw.choice(cls.partners).id,
                team_id=cls.draw.choice([*cls.teams.ids, False]),
                user_id=cls.draw.choice([cls.seller.id, cls.colleague.id, False]),
                state=cls.draw.choice(["sale", "sale", "sale", "cancel", "draft"]),
                **values,
            )

    @classmethod
    def _create_leads(cls):
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"L{number}",
                    "type": cls.draw.choice(["lead", "opportunity", "opportunity"]),
                    "company_id": cls.draw.choice(cls.companies).id,
                    "team_id": cls.draw.choice([*cls.teams.ids, False]),
                    "user_id": cls.draw.choice([cls.seller.id, cls.colleague.id, False]),
                    "expected_revenue": cls.draw.randrange(100, 5000),
                }
                for number in range(150)
            ]
        )
        cls.env.flush_all()
        for lead in cls.leads:
            status = cls.draw.choice(["pending", "won", "lost"])
            active = status != "lost" and (status == "pending" or cls.draw.random() < 0.9)
            begun = cls._moment()
            ended = begun + timedelta(minutes=cls.draw.randrange(1, 90 * 24 * 60))
            share = cls.draw.randrange(1, 99)
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, won_status = %s, active = %s,"
                " date_closed = %s, day_close = %s, prorated_revenue = expected_revenue * %s / 100"
                " WHERE id = %s",
                [
                    begun,
                    status,
                    active,
                    None if status == "pending" else min(ended, NOW),
                    None if status == "pending" else (ended - begun).days,
                    share,
                    lead.id,
                ],
            )

    @classmethod
    def _create_messages(cls):
        comment = cls.env.ref("mail.mt_comment").id
        kinds = [
            {"message_type": "comment", "subtype_id": comment},
            {"message_type": "comment", "subtype_id": cls.env.ref("mail.mt_note").id},
            {"message_type": "notification", "subtype_id": comment},
            {
                "message_type": "notification",
                "subtype_id": cls.env.ref("mail.mt_activities").id,
                "mail_activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
            },
        ]
        authors = (cls.seller | cls.colleague).partner_id | cls.partners[0]
        authors |= cls.env.ref("base.partner_root")
        cls.env.cr.execute(
            "SELECT id, create_date FROM crm_lead WHERE id = ANY(%s)", [cls.leads.ids]
        )
        cls.env["mail.message"].create(
            [
                {
                    "model": "crm.lead",
                    "res_id": lead_id,
                    "author_id": cls.draw.choice(authors).id,
                    "date": begun + timedelta(minutes=cls.draw.randrange(10 * 24 * 60)),
                    "body": "Hello",
                    **cls.draw.choice(kinds),
                }
                for lead_id, begun in cls.env.cr.fetchall()
                for _number in range(cls.draw.randrange(4))
            ]
        )

    @classmethod
    def _create_activities(cls):
        meetings = cls.env["calendar.event"]
        for _number in range(70):
            start = cls._moment(date(2026, 1, 1), date(2026, 12, 31))
            meetings |= meetings.create(
                {
                    "name": "Visit",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": cls.draw.choice(cls.persons).id,
                    "active": cls.draw.random() < 0.9,
                }
            )
        call = cls.env.ref("mail.mail_activity_data_call").id
        activities = cls.env["mail.activity"].create(
            [
                {
                    "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                    "res_id": cls.draw.choice(cls.partners).id,
                    "activity_type_id": call,
                    "user_id": cls.draw.choice(cls.persons).id,
                    "date_deadline": cls._moment(date(2026, 1, 1), date(2026, 12, 20)).date(),
                    "calendar_event_id": cls.draw.choice([False, False, meetings[0].id]),
                }
                for _number in range(120)
            ]
        )
        cls.env.flush_all()
        for activity in activities:
            if cls.draw.random() < 0.6:
                done = activity.date_deadline + timedelta(days=cls.draw.randrange(-10, 40))
                cls.env.cr.execute(
                    "UPDATE mail_activity SET active = false, date_done = %s WHERE id = %s",
                    [min(done, NOW.date()), activity.id],
                )
        cls.env.invalidate_all()
        cls.gone.active = False

    # ------------------------------------------------------------
    # Expectation
    # ------------------------------------------------------------

    def _get_below(self, company):
        return company | company.child_ids

    def _get_units(self):
        for company in self.companies:
            yield company, "company", self.env["crm.team"]
            for team in self.teams:
                yield company, "team", team
            for person in self.persons:
                yield company, "person", person

    def _get_periods(self, company):
        """Types of periods with some of their first and last days, as the calendar has them."""
        month = relativedelta(months=1, days=-1)
        for number in range(1, 12):
            first = date(2026, number, 1)
            yield "month", first, first + month
        # Around New Year, week 53, and when clocks change in Paris and in Los Angeles.
        for monday in (
            *(date(2025, 12, 22), date(2025, 12, 29), date(2026, 1, 5), date(2026, 3, 2)),
            *(date(2026, 3, 23), date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 16)),
        ):
            yield "week", monday, monday + timedelta(days=6)
        fiscal = company in self._get_below(self.company)
        year = date(2026, 4, 1) if fiscal else date(2026, 1, 1)
        yield "year", year, year + relativedelta(years=1, days=-1)
        quarter = date(2026, 7, 1)
        yield "quarter", quarter, quarter + relativedelta(months=3, days=-1)

    def _get_moment(self, company, day):
        """Midnight of `day` where the company is, in UTC."""
        zone = pytz.timezone(company.resource_calendar_id.tz)
        moment = zone.localize(datetime.combine(day, time()))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_last_year_end(self, granularity, last):
        """The day after the period of the year before."""
        if granularity == "week":
            year, week, _day = last.isocalendar()
            last_week = date(year - 1, 12, 28).isocalendar().week
            return date.fromisocalendar(year - 1, min(week, last_week), 7) + timedelta(days=1)
        return last + timedelta(days=1) - relativedelta(years=1)

    def _get_working_days(self, company, first, last):
        days = 0
        while first <= min(last, NOW.date()):
            is_holiday = first == HOLIDAY and company in self._get_below(self.company)[:1]
            days += first.weekday() < 5 and not is_holiday
            first += timedelta(days=1)
        return days

    def _get_parameters(self, company, scope, unit, period):
        granularity, first, last = period
        end = last + timedelta(days=1)
        last_year_end = self._get_last_year_end(granularity, last)
        moments = {
            "start": first,
            "end": end,
            "year_start": end - relativedelta(years=1),
            "before_start": end - relativedelta(years=2),
            "last_year_start": last_year_end - relativedelta(years=1),
            "last_year_end": last_year_end,
        }
        return {
            **{name: self._get_moment(company, day) for name, day in moments.items()},
            "companies": self._get_below(company).ids,
            "teams": (unit | unit.child_ids).ids if scope == "team" else [],
            "user": unit.id,
            "first": first,
            "last": last,
            "today": NOW.date(),
            "now": NOW,
            "is_running": first <= NOW.date() <= last,
            "working_days": self._get_working_days(company, first, last),
            "mt_comment": self.env.ref("mail.mt_comment").id,
            "mt_activities": self.env.ref("mail.mt_activities").id,
        }

    def _measure_plainly(self, code, scope, parameters):
        team, user = UNIT_COLUMNS[code]
        unit = {
            "company": "TRUE",
            "team": f"{team} = ANY(%(teams)s)",
            "person": f"{user} = %(user)s",
        }[scope]
        self.env.cr.execute(PLAIN_SQL[code].replace("{unit}", unit), parameters)
        [figure] = self.env.cr.fetchone()
        return figure

    # ------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------

    def test_every_shipped_figure_equals_sql_by_hand(self):
        indicators = self.indicators.search([("code", "in", list(PLAIN_SQL))])
        self.assertEqual(set(indicators.mapped("code")), set(PLAIN_SQL))
        self.refresh(*indicators, date_from="2025-12-01", date_to="2026-11-18")
        rows = self.values.search_read(
            [("indicator_id", "in", indicators.ids), ("company_id", "in", self.companies.ids)],
            [
                "indicator_id",
                "granularity",
                "date_from",
                *("scope", "company_id"),
                *("team_id", "user_id", "value"),
            ],
            load=None,
        )
        figures = {
            (
                row["indicator_id"],
                row["granularity"],
                row["date_from"],
                row["scope"],
                row["company_id"],
                row["team_id"] or row["user_id"],
            ): row["value"]
            for row in rows
        }
        checked = dict.fromkeys(PLAIN_SQL, 0)
        for company, scope, unit in self._get_units():
            for period in self._get_periods(company):
                parameters = self._get_parameters(company, scope, unit, period)
                for indicator in indicators:
                    expected = self._measure_plainly(indicator.code, scope, parameters)
                    found = figures.get((indicator.id, *period[:2], scope, company.id, unit.id))
                    self._compare(indicator, found, expected, (company.name, unit.name, period))
                    checked[indicator.code] += expected is not None
        self.assertGreater(min(checked.values()), 10, checked)

    def _compare(self, indicator, found, expected, where):
        if expected is None or found is None:
            self.assertEqual(found or 0, expected or 0, (indicator.code, where))
        else:
            self.assertAlmostEqual(
                found, float(expected), places=6, msg=f"{indicator.code} {where}"
            )

    def test_queries_do_not_grow_with_people(self):
        codes = list(PLAIN_SQL)
        indicators = self.indicators.search([("code", "in", codes)])

        def count():
            self.refresh(*indicators, date_from="2026-10-01", date_to="2026-11-18")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.refresh(*indicators, date_from="2026-10-01", date_to="2026-11-18")
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(10):
            person = self._user(f"measure_{number}", "crm_targets.group_crm_targets_user")
            self.corner.member_ids |= person
            self.order("2026-11-04 10:00:00", user_id=person.id, team_id=self.corner.id)
        self.env.flush_all()
        self.assertEqual(count(), few)
