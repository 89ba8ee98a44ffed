from datetime import timedelta

from odoo import fields, models
from odoo.addons.crm_targets.tools.period import Period, get_utc_thresholds
from odoo.addons.crm_targets.tools.window import Window, get_window
from odoo.tools import SQL

from .crm_indicator_measure import UNIT_SCOPES

_COLUMNS = {"date": SQL("date[]"), "datetime": SQL("timestamp[]")}


class CrmIndicatorWindow(models.Model):
    """Over which time the figure of a period is measured.

    Every record counts for periods that follow each other: those whose window it lies in, or at
    whose end it exists. The first and the last of them are looked up in sorted arrays of the
    moments at which windows begin and end. These follow the daylight saving of the zone, which is
    faster than converting every record and asks the database for no time zone.
    """

    _inherit = "crm.indicator"

    window = fields.Selection(
        [
            ("period", "The period itself"),
            ("trailing", "A time up to its end"),
            ("year_to_date", "The fiscal year up to its end"),
            ("period_end", "The state at its end"),
        ],
        string="Measured Over",
        required=True,
        default="period",
        help="The figure of a period counts the records of the period itself, of a longer time "
        "that ends with it, or those that exist at its end.",
    )
    window_count = fields.Integer(
        string="Length", default=12, help="How many periods, weeks or months, 1 to 120."
    )
    window_unit = fields.Selection(
        [
            ("period", "Periods of the same type"),
            ("week", "Weeks"),
            ("month", "Months"),
        ],
        required=True,
        default="month",
        help="Twelve months up to the end of a week are a year; twelve periods of the same type "
        "are twelve weeks then.",
    )
    end_date_field = fields.Char(
        help="The date that ends the life of a record: it counts while it has begun and not ended. "
        "Without it, what exists now counts for the running period, and the figures of earlier "
        "periods stay as they were measured."
    )

    _check_window_count = models.Constraint(
        "CHECK (window_count BETWEEN 1 AND 120)",
        "The time that is measured is 1 to 120 periods, weeks or months long.",
    )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _is_state_of_now(self):
        """Whether only the present state is known, not that of earlier days."""
        if self.source == "code":
            return self.method in self._get_present_code_sources()
        return self.source == "records" and self.window == "period_end" and not self.end_date_field

    def _get_window_of(self, granularity, period, first_month):
        """The days that the figure of `period` is measured over."""
        window = Window(self.window, self.window_count, self.window_unit)
        return get_window(granularity, period, window, first_month)

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    def _get_place_sql(self, model, query, company, granularity, calendars):
        """Where a record counts: `date_from` of its period, or `first_no` and `last_no` of those
        whose window it lies in. Limits the query to them.
        """
        begun = self._get_path_sql(model, self.date_field, query)
        kind = self._get_path_type(model, self.date_field)
        bounds = {}
        for calendar in calendars:
            rows = self._get_bounds(granularity, calendar, kind)
            bounds.setdefault(tuple(map(tuple, rows)), []).extend(calendar.company_ids)
        starts = [row[1] for row in bounds]
        ends = [row[2] for row in bounds]
        query.add_where(SQL("%s < %s", begun, max(end[-1] for end in ends)))
        if self.window != "period_end":
            query.add_where(SQL("%s >= %s", begun, min(start[0] for start in starts)))
        firsts, starts, ends = self._join_bounds(query, company, bounds, _COLUMNS[kind])
        if self.window == "period":
            # The end of the last period is a bound as well: beyond it there is no first day.
            place = SQL("(%s)[width_bucket(%s, %s)]", firsts, begun, starts)
            if len(bounds) > 1:
                query.add_where(SQL("%s IS NOT NULL", place))
            return {"date_from": place}
        first_no = SQL("width_bucket(%s, %s) + 1", begun, ends)
        if self.window == "period_end":
            last_no = self._get_last_no_sql(model, query, company, granularity, calendars)
        else:
            last_no = SQL("width_bucket(%s, %s)", begun, starts)
        query.add_where(SQL("%s <= %s", first_no, last_no))
        return {"first_no": first_no, "last_no": last_no}

    def _get_last_no_sql(self, model, query, company, granularity, calendars):
        """The number of the last period at whose end a record has not ended yet."""
        bounds = {}
        kind = self.end_date_field and self._get_path_type(model, self.end_date_field)
        for calendar in calendars:
            rows = self._get_bounds(granularity, calendar, kind or "date")
            bounds.setdefault(tuple(map(tuple, rows)), []).extend(calendar.company_ids)
        firsts, _starts, ends = self._join_bounds(
            query, company, bounds, _COLUMNS[kind or "date"], alias="stop"
        )
        count = SQL("array_length(%s, 1)", firsts)
        if not kind:
            return count
        ended = self._get_path_sql(model, self.end_date_field, query)
        query.add_where(
            SQL("(%s IS NULL OR %s >= %s)", ended, ended, min(row[2][0] for row in bounds))
        )
        return SQL("COALESCE(width_bucket(%s, %s), %s)", ended, ends, count)

    def _get_bounds(self, granularity, calendar, kind):
        """First days of the periods, and where their windows begin and end: days or moments."""
        windows = [
            self._get_window_of(granularity, period, calendar.first_month)
            for period in calendar.periods
        ]
        starts = [window.date_from for window in windows]
        ends = [window.date_to + timedelta(days=1) for window in windows]
        if self.window == "period":
            starts.append(ends[-1])
        if kind == "datetime":
            starts, ends = (
                get_utc_thresholds([Period(day, day) for day in days], calendar.zone)[:-1]
                for days in (starts, ends)
            )
        return [period.date_from for period in calendar.periods], starts, ends

    @staticmethod
    def _join_bounds(query, company, bounds, column, alias="calendar"):
        """First days, starts and ends for the company of a record; constants if all are alike."""
        types = (SQL("date[]"), column, column)
        if len(bounds) == 1:
            [rows] = bounds
            return [SQL("%s::%s", list(row), type_) for row, type_ in zip(rows, types, strict=True)]
        values = SQL(", ").join(
            SQL(
                "(%s::integer[], %s)",
                company_ids,
                SQL(", ").join(
                    SQL("%s::%s", list(row), type_) for row, type_ in zip(rows, types, strict=True)
                ),
            )
            for rows, company_ids in bounds.items()
        )
        query.add_join(
            "JOIN",
            alias,
            SQL(
                "(SELECT unnest(ids) AS company_id, firsts, starts, ends"
                " FROM (VALUES %s) bounds (ids, firsts, starts, ends))",
                values,
            ),
            SQL("%s = %s", SQL.identifier(alias, "company_id"), company),
        )
        return [SQL.identifier(alias, name) for name in ("firsts", "starts", "ends")]

    def _get_spread_sql(self, calendars):
        """`calendar`, the first days of the periods of a company, and `part` from `span`: a row
        per period that a group of records counts for.
        """
        calendar = SQL(
            """
            calendar AS (
                SELECT unnest(ids) AS company_id, firsts FROM (VALUES %s) days (ids, firsts)
            )
            """,
            SQL(", ").join(
                SQL(
                    "(%s::integer[], %s::date[])",
                    calendar.company_ids,
                    [period.date_from for period in calendar.periods],
                )
                for calendar in calendars
            ),
        )
        if self.aggregate == "count_distinct":
            return [calendar]
        part = SQL(
            """
            part AS (
                SELECT company_id, team_id, user_id, firsts[no] AS date_from, part, size, filled
                  FROM span JOIN calendar USING (company_id),
                       generate_series(first_no, last_no) no
            )
            """
        )
        return [calendar, part]

    @staticmethod
    def _get_owned_sql(table, *, scope):
        """The rows of `table` by unit, each with the periods that no earlier one of the same unit
        and value covers already (`own_no` to `last_no`): so a value counts once a period.

        :param scope: an item of `UNIT_SCOPES`.
        """
        _name, team, user, join = scope
        return SQL(
            """
            SELECT *, GREATEST(first_no, COALESCE(
                       max(last_no) OVER (
                           PARTITION BY company_id, team_id, user_id, part
                               ORDER BY first_no, last_no
                                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ) + 1, first_no)) AS own_no
              FROM (
                  SELECT companies.unit_id AS company_id, %(team)s AS team_id, %(user)s AS user_id,
                         part.part, part.first_no, part.last_no, part.size
                    FROM %(table)s part
                    JOIN company_tree companies ON companies.id = part.company_id
                    %(join)s
              ) unit
            """,
            table=SQL.identifier(table),
            team=team,
            user=user,
            join=join,
        )

    def _get_distinct_sql(self):
        """Different values over windows: exact, and without a row per value and window."""
        scope = """
            SELECT %(scope)s::varchar AS scope, company_id, team_id, user_id,
                   firsts[no] AS date_from, sum(fresh)::double precision AS value,
                   sum(fresh)::double precision AS numerator,
                   sum(size)::double precision AS denominator
              FROM (
                  WITH owned AS MATERIALIZED (%(owned)s)
                  SELECT company_id, team_id, user_id, own_no AS first_no, last_no,
                         count(part) AS fresh, 0 AS size
                    FROM owned WHERE own_no <= last_no GROUP BY 1, 2, 3, 4, 5
                   UNION ALL
                  SELECT company_id, team_id, user_id, first_no, last_no, 0, sum(size)
                    FROM owned GROUP BY 1, 2, 3, 4, 5
              ) stretch
              JOIN calendar USING (company_id), generate_series(first_no, last_no) no
             GROUP BY company_id, team_id, user_id, firsts[no]
        """
        return SQL(" UNION ALL ").join(
            SQL(scope, scope=unit[0], owned=self._get_owned_sql("span", scope=unit))
            for unit in UNIT_SCOPES
        )
