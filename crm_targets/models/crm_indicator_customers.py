from datetime import timedelta

from odoo import api, models
from odoo.addons.crm_targets.tools.period import Period, get_utc_thresholds
from odoo.addons.crm_targets.tools.window import Window, get_window_before
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_indicator_definition import DefinitionError
from .crm_indicator_measure import UNIT_SCOPES


class CrmIndicatorCustomers(models.Model):
    """Who is new and who comes back, over the records of an indicator that counts different values.

    Such as customers with a confirmed order; the values can be anything else.
    """

    _inherit = "crm.indicator"

    @api.model
    def _get_code_sources(self):
        return {
            **super()._get_code_sources(),
            "first_time": self.env._("First time ever: those who are counted for the first time"),
            "retention": self.env._("Retention: part of the earlier ones who are counted again"),
        }

    @api.model
    def _get_additive_code_sources(self):
        return super()._get_additive_code_sources() | {"first_time"}

    def _get_counted(self):
        """The indicator whose different values are looked at, and its model and filter."""
        base = self.numerator_id._origin
        if base.source != "records" or base.aggregate != "count_distinct":
            raise DefinitionError(
                "error",
                self.env._("Choose an indicator that counts different values, such as customers."),
            )
        return base, *base._verify_definition()

    def _get_counted_query(self):
        """The records of that indicator: the query, its columns and the model."""
        base, model, literal = self._get_counted()
        query = model._search(Domain(literal))
        team = base._get_path_sql(model, base.team_field, query)
        user = base._get_path_sql(model, base.user_field, query)
        columns = {
            "company_id": base._get_company_sql(model, query, team, user),
            "team_id": team,
            "user_id": user,
            "part": base._get_path_sql(model, base.measure_field, query),
            "begun": base._get_path_sql(model, base.date_field, query),
        }
        query.add_where(SQL("%s IS NOT NULL", columns["part"]))
        query.add_where(SQL("%s IS NOT NULL", columns["company_id"]))
        return base, model, query, columns

    # ------------------------------------------------------------
    # First time ever
    # ------------------------------------------------------------

    def _get_first_time_sql(self, _granularity, _calendars):
        """Values that a company and its branches had never counted before.

        The first record over all time decides the period, and to which team and person the value
        is credited: so the figures of persons add up to that of the company.
        """
        base, model, query, columns = self._get_counted_query()
        columns["id"] = SQL.identifier(query.table, "id")
        kind = base._get_path_type(model, base.date_field)
        bounds = SQL("days") if kind == "date" else SQL("moments")
        first = SQL(
            """
            SELECT DISTINCT ON (companies.unit_id, counted.part)
                   companies.unit_id AS company_id, counted.company_id AS home_id,
                   team_id, user_id, begun
              FROM (%s) counted
              JOIN company_tree companies ON companies.id = counted.company_id
             ORDER BY companies.unit_id, counted.part, begun, counted.id
            """,
            query.select(*(SQL("%s AS %s", sql, SQL.identifier(n)) for n, sql in columns.items())),
        )
        scopes = SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT %(scope)s::varchar AS scope, part.company_id, %(team)s AS team_id,
                       %(user)s AS user_id, part.date_from, count(*)::double precision AS value,
                       count(*)::double precision AS numerator,
                       count(*)::double precision AS denominator
                  FROM part %(join)s
                 GROUP BY 2, 3, 4, 5
                """,
                scope=scope,
                team=team,
                user=user,
                join=join,
            )
            for scope, team, user, join in UNIT_SCOPES
        )
        return SQL(
            """
            WITH first AS (%(first)s), placed AS (
                SELECT first.company_id, team_id, user_id,
                       firsts[width_bucket(begun, %(bounds)s)] AS date_from
                  FROM first JOIN calendar ON calendar.company_id = first.home_id
            ), part AS (SELECT * FROM placed WHERE date_from IS NOT NULL)
            %(scopes)s
            """,
            first=first,
            bounds=bounds,
            scopes=scopes,
        )

    def _get_code_records(self, unit, granularity, period):
        """Behind new and returning ones stand the records that they were counted by."""
        if self.method not in ("first_time", "retention"):
            return super()._get_code_records(unit, granularity, period)
        base, _model, _literal = self._get_counted()
        parts = base._get_records_action_parts(unit, granularity, period.date_from)
        if not parts or self.method == "retention":
            return parts
        base, model, query, columns = self._get_counted_query()
        # ids of the branches of a company that the user may see figures of
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        branches = companies.search([("id", "child_of", unit.company_id.id)])
        query.add_where(SQL("%s = ANY(%s)", columns["company_id"], branches.ids))
        value, begun, record = columns["part"], columns["begun"], SQL.identifier(query.table, "id")
        query.order = SQL("%s, %s, %s", value, begun, record)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) first", query.select(SQL("DISTINCT ON (%s) %s", value, record))
            )
        )
        return model, parts[1] & Domain("id", "in", [record_id for (record_id,) in rows])

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    def _get_retention_sql(self, granularity, calendars):
        """Values counted in the window of the period and in the one before it ÷ in the one before.

        Both windows of a record reach over periods that follow each other, so who stayed are the
        overlaps of the two; a unit looks at its own records only.
        """
        base, model, query, columns = self._get_counted_query()
        if base.window == "period_end":
            raise DefinitionError(
                "error",
                self.env._(
                    "“%(name)s” counts a state: retention needs what happened over a time.",
                    name=base.name,
                ),
            )
        begun = columns.pop("begun")
        kind = base._get_path_type(model, base.date_field)
        bounds = {}
        for calendar in calendars:
            rows = base._get_retention_bounds(granularity, calendar, kind)
            bounds.setdefault(tuple(map(tuple, rows)), []).extend(calendar.company_ids)
        query.add_where(SQL("%s >= %s", begun, min(rows[0][0] for rows in bounds)))
        query.add_where(SQL("%s < %s", begun, max(rows[3][-1] for rows in bounds)))
        arrays = self._get_bounds_table_sql(bounds, kind)
        query.add_join(
            "JOIN", "bounds", arrays, SQL("bounds.company_id = %s", columns["company_id"])
        )
        for name, start, end in (("before", "c1", "c2"), ("now", "c3", "c4")):
            columns[f"{name}_first"] = SQL("width_bucket(%s, bounds.%s) + 1", begun, SQL(end))
            columns[f"{name}_last"] = SQL("width_bucket(%s, bounds.%s)", begun, SQL(start))
        query.groupby = SQL(", ").join(SQL(str(number + 1)) for number in range(len(columns)))
        selected = (SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in columns.items())
        return SQL(
            "WITH seen AS (%s), %s %s",
            query.select(*selected, SQL("count(*) AS size")),
            SQL(", ").join(
                SQL(
                    """
                    %(name)s AS (
                        SELECT company_id, team_id, user_id, part, %(first)s AS first_no,
                               %(last)s AS last_no, size
                          FROM seen WHERE %(first)s <= %(last)s
                    )
                    """,
                    name=SQL(f"span_{name}"),
                    first=SQL(f"{name}_first"),
                    last=SQL(f"{name}_last"),
                )
                for name in ("before", "now")
            ),
            SQL(" UNION ALL ").join(map(self._get_retained_sql, UNIT_SCOPES)),
        )

    def _get_retention_bounds(self, granularity, calendar, kind):
        """Where the windows before begin and end, and where those of the periods do."""
        window = Window(self.window, self.window_count, self.window_unit)
        windows = [
            self._get_window_of(granularity, period, calendar.first_month)
            for period in calendar.periods
        ]
        before = [
            get_window_before(granularity, period, window, calendar.first_month)
            for period in calendar.periods
        ]
        rows = [
            [span.date_from for span in before],
            [span.date_to + timedelta(days=1) for span in before],
            [span.date_from for span in windows],
            [span.date_to + timedelta(days=1) for span in windows],
        ]
        if kind == "datetime":
            rows = [
                get_utc_thresholds([Period(day, day) for day in days], calendar.zone)[:-1]
                for days in rows
            ]
        return rows

    @staticmethod
    def _get_bounds_table_sql(bounds, kind):
        type_ = SQL("date[]") if kind == "date" else SQL("timestamp[]")
        return SQL(
            "(SELECT unnest(ids) AS company_id, c1, c2, c3, c4"
            " FROM (VALUES %s) rows (ids, c1, c2, c3, c4))",
            SQL(", ").join(
                SQL(
                    "(%s::integer[], %s)",
                    company_ids,
                    SQL(", ").join(SQL("%s::%s", list(row), type_) for row in rows),
                )
                for rows, company_ids in bounds.items()
            ),
        )

    def _get_retained_sql(self, scope):
        """The retention of all units of one scope; see `UNIT_SCOPES`."""
        return SQL(
            """
            SELECT %(scope)s::varchar AS scope, company_id, team_id, user_id,
                   firsts[no] AS date_from,
                   (%(factor)s * sum(kept) / sum(earlier))::double precision AS value,
                   sum(kept)::double precision AS numerator,
                   sum(earlier)::double precision AS denominator
              FROM (
                  WITH earlier AS MATERIALIZED (
                      SELECT * FROM (%(before)s) owned WHERE own_no <= last_no
                  ), later AS MATERIALIZED (
                      SELECT * FROM (%(now)s) owned WHERE own_no <= last_no
                  )
                  SELECT company_id, team_id, user_id, own_no AS first_no, last_no,
                         0 AS kept, count(*) AS earlier
                    FROM earlier GROUP BY 1, 2, 3, 4, 5
                   UNION ALL
                  SELECT company_id, earlier.team_id, earlier.user_id,
                         GREATEST(earlier.own_no, later.own_no),
                         LEAST(earlier.last_no, later.last_no), count(*), 0
                    FROM earlier JOIN later USING (company_id, part)
                   WHERE COALESCE(earlier.team_id, 0) = COALESCE(later.team_id, 0)
                     AND COALESCE(earlier.user_id, 0) = COALESCE(later.user_id, 0)
                     AND earlier.own_no <= later.last_no AND later.own_no <= earlier.last_no
                   GROUP BY 1, 2, 3, 4, 5
              ) stretch
              JOIN calendar USING (company_id), generate_series(first_no, last_no) no
             GROUP BY company_id, team_id, user_id, firsts[no]
            HAVING sum(earlier) > 0
            """,
            scope=scope[0],
            factor=100.0 if self.is_percentage else 1.0,
            before=self._get_owned_sql("span_before", scope=scope),
            now=self._get_owned_sql("span_now", scope=scope),
        )
