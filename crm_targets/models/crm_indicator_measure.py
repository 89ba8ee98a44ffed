from datetime import timedelta

from odoo import models
from odoo.addons.crm_targets.tools.period import get_periods, get_utc_thresholds
from odoo.fields import Domain
from odoo.tools import SQL

_STEPS = {"week": "7 days", "month": "1 month", "quarter": "3 months", "year": "1 year"}
# Per aggregate: what is kept per company, team, person and period; how it rolls up over teams and
# branches. Sums of sums and extremes of extremes are exact, so they are measured on records once;
# different values are carried along themselves, because they do not add up.
_AGGREGATES = {
    "count": ("count(*)", "sum(size)", "sum(size)", "sum(size)"),
    "sum": ("sum({m})", "COALESCE(sum(part), 0)", "COALESCE(sum(part), 0)", "sum(size)"),
    "avg": ("sum({m})", "sum(part) / sum(filled)", "sum(part)", "sum(filled)"),
    "min": ("min({m})", "min(part)", "min(part)", "sum(filled)"),
    "max": ("max({m})", "max(part)", "max(part)", "sum(filled)"),
    "count_distinct": ("{m}", "count(DISTINCT part)", "count(DISTINCT part)", "sum(size)"),
}


class CrmIndicatorMeasure(models.Model):
    """The statement that measures an indicator, built from the domains and fields of Odoo."""

    _inherit = "crm.indicator"

    def _measure(self, granularity, window):
        """Write the figures of all units for all periods of one type that touch `window`."""
        periods = get_periods(granularity, *window)
        self.env["crm.indicator.value"].flush_model()
        self.env["crm.team"].flush_model(["parent_path"])
        self.env["res.company"].flush_model(["parent_path"])
        statement = SQL(
            """
            WITH part AS (%(parts)s),
            %(trees)s,
            measured AS (%(measured)s),
            gone AS (
                DELETE FROM crm_indicator_value old
                 WHERE old.indicator_id = %(indicator)s AND old.granularity = %(granularity)s
                   AND old.date_from BETWEEN %(first)s AND %(last)s
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
            parts=self._get_parts_sql(periods),
            trees=self._get_trees_sql(),
            measured=self._get_measured_sql(),
            indicator=self.id,
            granularity=granularity,
            first=periods[0].date_from,
            last=periods[-1].date_to,
            step=_STEPS[granularity],
        )
        self.env.execute_query(statement)
        self.env["crm.indicator.value"].invalidate_model()

    def _get_parts_sql(self, periods):
        """The records, grouped by company, team, person and period (and value, if distinct)."""
        model, literal = self._verify_definition()
        query = model._search(Domain(literal))
        team = self._get_path_sql(model, self.team_field, query)
        user = self._get_path_sql(model, self.user_field, query)
        company = self._get_company_sql(model, query, team, user)
        period = self._get_period_sql(model, query, company, periods)
        part, size, filled = self._get_part_columns(model, query)
        query.add_where(SQL("%s IS NOT NULL", company))
        keys = [
            company,
            team,
            user,
            period,
            *([part] if self.aggregate == "count_distinct" else []),
        ]
        query.groupby = SQL(", ").join(SQL(str(number)) for number in range(1, len(keys) + 1))
        names = ("company_id", "team_id", "user_id", "date_from", "part")
        columns = [
            SQL("%s AS %s", key, SQL.identifier(name))
            for key, name in zip(keys, names, strict=False)
        ]
        if self.aggregate != "count_distinct":
            columns.append(SQL("%s AS part", part))
        return query.select(*columns, SQL("%s AS size", size), SQL("%s AS filled", filled))

    def _get_part_columns(self, model, query):
        """What is kept per group: the part, the number of records and of those with a measure."""
        if self.aggregate == "count":
            return SQL("count(*)"), SQL("count(*)"), SQL("count(*)")
        measure = self._get_path_sql(model, self.measure_field, query)
        if self.rate_field:
            # A record without a rate is in the currency of its company already.
            rate = self._get_path_sql(model, self.rate_field, query)
            measure = SQL("%s / COALESCE(NULLIF(%s, 0), 1)", measure, rate)
        template = _AGGREGATES[self.aggregate][0].replace("{m}", "%s")
        return SQL(template, measure), SQL("count(*)"), SQL("count(%s)", measure)

    @staticmethod
    def _get_path_sql(model, path, query):
        """The column of a field, or of a field one relation away; NULL without a path."""
        if not path:
            return SQL("NULL::integer")
        alias = query.table
        *hops, name = path.split(".")
        for hop in hops:
            model, alias = model._fields[hop].join(model, alias, query)
        return model._field_to_sql(alias, name, query)

    def _get_company_sql(self, model, query, team, user):
        """The company of a record, else of its team, else of its person."""
        sources = []
        if self.company_field:
            sources.append(self._get_path_sql(model, self.company_field, query))
        if not self.company_field or not model._fields[self.company_field.split(".")[0]].required:
            for column, table, alias in (
                (team, "crm_team", "unit_team"),
                (user, "res_users", "unit_user"),
            ):
                query.add_join(
                    "LEFT JOIN", alias, table, SQL("%s = %s", column, SQL.identifier(alias, "id"))
                )
                sources.append(SQL.identifier(alias, "company_id"))
        return SQL("COALESCE(%s)", SQL(", ").join(sources))

    def _get_period_sql(self, model, query, company, periods):
        """The first day of the period that a record lies in where its company is; limits the
        query to the periods.

        Bounds are looked up in an array of moments that follow the daylight saving of the zone:
        that is faster than converting every record, and asks the database for no time zone.
        """
        column = self._get_path_sql(model, self.date_field, query)
        *hops, name = self.date_field.split(".")
        for hop in hops:
            model = self.env[model._fields[hop].comodel_name]
        if model._fields[name].type == "date":
            days = [period.date_from for period in periods]
            thresholds = {"": [*days, periods[-1].date_to + timedelta(days=1)]}
            zones, type_ = {}, SQL("date[]")
        else:
            zones, type_ = self._get_zones(), SQL("timestamp[]")
            thresholds = {zone: get_utc_thresholds(periods, zone) for zone in set(zones.values())}
        query.add_where(
            SQL(
                "%(column)s >= %(first)s AND %(column)s < %(last)s",
                column=column,
                first=min(bounds[0] for bounds in thresholds.values()),
                last=max(bounds[-1] for bounds in thresholds.values()),
            )
        )
        if len(thresholds) == 1:
            bounds = SQL("%s::%s", next(iter(thresholds.values())), type_)
        else:
            rows = SQL(", ").join(
                SQL("(%s, %s::%s)", company_id, thresholds[zone], type_)
                for company_id, zone in zones.items()
            )
            query.add_join(
                "LEFT JOIN",
                "company_zone",
                SQL("(VALUES %s)", rows),
                SQL("%s = %s", SQL.identifier("company_zone", "column1"), company),
            )
            bounds = SQL.identifier("company_zone", "column2")
        place = SQL("width_bucket(%s, %s)", column, bounds)
        if len(thresholds) > 1:
            query.add_where(SQL("%s BETWEEN 1 AND %s", place, len(periods)))
        return SQL("(%s::date[])[%s]", [period.date_from for period in periods], place)

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
        """The figures of companies, teams and persons from the parts."""
        _part, value, numerator, denominator = _AGGREGATES[self.aggregate]
        scope = """
            SELECT %(scope)s::varchar AS scope, companies.unit_id AS company_id,
                   %(team)s AS team_id, %(user)s AS user_id, part.date_from,
                   (%(value)s)::double precision AS value,
                   (%(numerator)s)::double precision AS numerator,
                   (%(denominator)s)::double precision AS denominator
              FROM part
              JOIN company_tree companies ON companies.id = part.company_id
              %(join)s
             GROUP BY companies.unit_id, %(group)s part.date_from
            %(having)s
        """
        nobody = SQL("NULL::integer")
        common = {
            "value": SQL(value),
            "numerator": SQL(numerator),
            "denominator": SQL(denominator),
            "having": SQL("HAVING sum(filled) > 0")
            if self.aggregate in ("avg", "min", "max")
            else SQL(),
        }
        company = SQL(
            scope, scope="company", team=nobody, user=nobody, join=SQL(), group=SQL(), **common
        )
        team = SQL(
            scope,
            scope="team",
            team=SQL("teams.unit_id"),
            user=nobody,
            join=SQL("JOIN team_tree teams ON teams.id = part.team_id"),
            group=SQL("teams.unit_id,"),
            **common,
        )
        person = SQL(
            scope,
            scope="person",
            team=nobody,
            user=SQL("part.user_id"),
            join=SQL("WHERE part.user_id IS NOT NULL"),
            group=SQL("part.user_id,"),
            **common,
        )
        return SQL(" UNION ALL ").join([company, team, person])
