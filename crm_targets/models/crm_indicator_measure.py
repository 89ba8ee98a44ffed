from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.addons.crm_targets.tools.period import Period, get_period, get_periods, get_utc_thresholds
from odoo.tools import SQL

_STEPS = {"week": "7 days", "month": "1 month", "quarter": "3 months", "year": "1 year"}
# How parts roll up over teams and branches: value, numerator, denominator. Sums of sums and
# extremes of extremes are exact, so they are measured on records once; different values are
# carried along themselves, because they do not add up.
_ROLL_UPS = {
    "count": ("sum(size)", "sum(size)", "sum(size)"),
    "sum": ("COALESCE(sum(part), 0)", "COALESCE(sum(part), 0)", "sum(size)"),
    "avg": ("sum(part) / sum(filled)", "sum(part)", "sum(filled)"),
    "min": ("min(part)", "min(part)", "sum(filled)"),
    "max": ("max(part)", "max(part)", "sum(filled)"),
    "count_distinct": ("count(DISTINCT part)", "count(DISTINCT part)", "sum(size)"),
}
_NOBODY = SQL("NULL::integer")
# Per scope: the columns of team and person, and how they come from the parts.
UNIT_SCOPES = (
    ("company", _NOBODY, _NOBODY, SQL()),
    ("team", SQL("teams.unit_id"), _NOBODY, SQL("JOIN team_tree teams ON teams.id = part.team_id")),
    ("person", _NOBODY, SQL("part.user_id"), SQL("WHERE part.user_id IS NOT NULL")),
)


class Calendar(NamedTuple):
    """Companies whose days and fiscal years begin at the same moments, and their periods."""

    company_ids: list[int]
    zone: str
    first_month: int
    periods: list[Period]


class CrmIndicatorMeasure(models.Model):
    """The statement that measures an indicator, built from the domains and fields of Odoo."""

    _inherit = "crm.indicator"

    def _measure(self, granularity, window):
        """Write the figures of all units for all periods of one type that touch `window`."""
        calendars = self._get_calendars(granularity, window)
        if not calendars:
            return
        self._flush_measured()
        statement = SQL(
            """
            WITH %(tables)s,
            gone AS (
                DELETE FROM crm_indicator_value old
                 WHERE old.indicator_id = %(indicator)s AND old.granularity = %(granularity)s
                   AND (%(span)s)
                   AND NOT EXISTS (
                       SELECT FROM measured m
                        WHERE m.scope = old.scope AND m.date_from = old.date_from
                          AND m.company_id = old.company_id
                          AND COALESCE(m.team_id, 0) = COALESCE(old.team_id, 0)
                          AND COALESCE(m.user_id, 0) = COALESCE(old.user_id, 0)
                   )
            )
            INSERT INTO crm_indicator_value AS old (
                indicator_id, granularity, scope, company_id, team_id, user_id,
                date_from, date_to, value, numerator, denominator, state
            )
            SELECT %(indicator)s, %(granularity)s, scope, company_id, team_id, user_id,
                   date_from, (date_from + %(step)s::interval)::date - 1,
                   value, numerator, denominator, 'approved'
              FROM measured
            ON CONFLICT (
                indicator_id, granularity, date_from, scope, company_id,
                COALESCE(team_id, 0), COALESCE(user_id, 0)
            )
            DO UPDATE SET value = excluded.value, numerator = excluded.numerator,
                          denominator = excluded.denominator
             WHERE (old.value, old.numerator, old.denominator) IS DISTINCT FROM
                   (excluded.value, excluded.numerator, excluded.denominator)
            """,
            tables=self._get_tables_sql(granularity, calendars),
            span=self._get_span_sql(calendars),
            indicator=self.id,
            granularity=granularity,
            step=_STEPS[granularity],
        )
        self.env.execute_query(statement)
        self.env["crm.indicator.value"].invalidate_model()

    def _flush_measured(self):
        """Write what is pending of the tables that the statement reads by name."""
        self.env["crm.indicator.value"].flush_model()
        self.env["crm.team"].flush_model(["parent_path"])
        self.env["res.company"].flush_model(["parent_path", "currency_id"])
        if self.source == "code":
            self.env.flush_all()

    def _get_tables_sql(self, granularity, calendars):
        """The tables of the statement; the last one, `measured`, holds the figures of all units."""
        tables = [self._get_trees_sql()]
        if self.source == "ratio":
            measured = self._get_ratio_sql(granularity, calendars)
        elif self.source == "code":
            tables.append(self._get_period_table_sql(calendars))
            measured = self._get_code_sql(granularity, calendars)
        else:
            tables.append(self._get_part_table_sql(granularity, calendars))
            measured = self._get_measured_sql()
        minimum = self._get_minimum_size()
        if minimum:
            measured = SQL("SELECT * FROM (%s) figure WHERE denominator >= %s", measured, minimum)
        return SQL(", ").join([*tables, SQL("measured AS (%s)", measured)])

    def _get_minimum_size(self):
        """Fewest records that there must be for a figure, for any unit; 0: there is no such limit.

        To be extended for what says nothing, or too much, of few. What is compared with it is the
        `denominator`: the number of records of an average, what a ratio is divided by.
        """
        return 0

    # ------------------------------------------------------------
    # Periods
    # ------------------------------------------------------------

    def _get_calendars(self, granularity, window):
        """The companies, grouped by where their periods begin and end.

        What is measured as it is now has no other period than the running one.
        """
        groups = {}
        fiscal = granularity in ("quarter", "year") or "year_to_date" in (
            self.window,
            self.numerator_id.window,  # where it is measured on the records of another
        )
        for company_id, (zone, first_month) in self._get_places().items():
            groups.setdefault((zone, first_month if fiscal else 1), []).append(company_id)
        calendars = []
        for (zone, first_month), company_ids in groups.items():
            periods = get_periods(granularity, *window, first_month)
            if self._is_state_of_now():
                today = fields.Date.context_today(self.with_context(tz=zone))
                running = get_period(granularity, today, first_month)
                periods = [period for period in periods if period == running]
            if periods:
                calendars.append(Calendar(company_ids, zone, first_month, periods))
        return calendars

    @staticmethod
    def _get_span_sql(calendars):
        """The figures `old` that are measured again: those that must be gone if they are not."""
        spans = {}
        for calendar in calendars:
            span = (calendar.periods[0].date_from, calendar.periods[-1].date_to)
            spans.setdefault(span, []).extend(calendar.company_ids)
        return SQL(" OR ").join(
            SQL(
                "%s old.date_from BETWEEN %s AND %s",
                SQL("old.company_id = ANY(%s) AND", company_ids) if len(spans) > 1 else SQL(),
                *span,
            )
            for span, company_ids in spans.items()
        )

    @staticmethod
    def _get_period_table_sql(calendars):
        """The periods of every company, as rows and as sorted arrays.

        - `period`: `company_id`, `no`, `date_from`, `date_to` and their moments in UTC,
          `start_at` and `end_at`.
        - `calendar`: `company_id`, `firsts` (first days) and where they begin and the last one
          ends, `days` and `moments`: `firsts[width_bucket(date_order, moments)]` is the first day
          of the period of an order.
        """
        rows = []
        for company_ids, zone, _first_month, periods in calendars:
            firsts = [period.date_from for period in periods]
            rows.append(
                SQL(
                    "(%s::integer[], %s::date[], %s::date[], %s::timestamp[])",
                    company_ids,
                    firsts,
                    [*firsts, periods[-1].date_to + timedelta(days=1)],
                    get_utc_thresholds(periods, zone),
                )
            )
        return SQL(
            """
            calendar AS (
                SELECT unnest(company_ids) AS company_id, firsts, days, moments
                  FROM (VALUES %s) bounds (company_ids, firsts, days, moments)
            ), period AS (
                SELECT company_id, no, firsts[no] AS date_from, days[no + 1] - 1 AS date_to,
                       moments[no] AS start_at, moments[no + 1] AS end_at
                  FROM calendar, generate_series(1, array_length(firsts, 1)) no
            )
            """,
            SQL(", ").join(rows),
        )

    # ------------------------------------------------------------
    # Units
    # ------------------------------------------------------------

    @staticmethod
    def _get_trees_sql():
        """For every company and team: itself and all those above it."""
        tree = """
            %(name)s AS (
                SELECT id, unnest(
                    string_to_array(trim('/' FROM COALESCE(parent_path, id::text)), '/')
                )::integer AS unit_id
                  FROM %(table)s
            )
        """
        return SQL(
            "%s, %s",
            SQL(tree, name=SQL("company_tree"), table=SQL("res_company")),
            SQL(tree, name=SQL("team_tree"), table=SQL("crm_team")),
        )

    def _get_measured_sql(self):
        """The figures of companies, teams and persons from the parts of the records."""
        if self.aggregate == "count_distinct" and self.window != "period":
            return self._get_distinct_sql()
        return self._get_rolled_up_sql(self.aggregate)

    @staticmethod
    def _get_rolled_up_sql(aggregate):
        """The figures of companies, teams and persons from a table `part`.

        Its columns: `company_id`, `team_id`, `user_id`, `date_from`, `part` (the sum, extreme or
        value), `size` (number of records), `filled` (number of records with a measure).
        """
        value, numerator, denominator = _ROLL_UPS[aggregate]
        scope = """
            SELECT %(scope)s::varchar AS scope, companies.unit_id AS company_id,
                   %(team)s AS team_id, %(user)s AS user_id, part.date_from,
                   (%(value)s)::double precision AS value,
                   (%(numerator)s)::double precision AS numerator,
                   (%(denominator)s)::double precision AS denominator
              FROM part
              JOIN company_tree companies ON companies.id = part.company_id
              %(join)s
             GROUP BY 2, 3, 4, 5
            %(having)s
        """
        having = SQL("HAVING sum(filled) > 0") if aggregate in ("avg", "min", "max") else SQL()
        return SQL(" UNION ALL ").join(
            SQL(
                scope,
                scope=name,
                team=team,
                user=user,
                join=join,
                value=SQL(value),
                numerator=SQL(numerator),
                denominator=SQL(denominator),
                having=having,
            )
            for name, team, user, join in UNIT_SCOPES
        )
