import logging
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import Period, get_period, get_utc_bounds
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .crm_indicator import DefinitionError

_logger = logging.getLogger(__name__)

# Periods around a day must lie in the calendar; no business has figures outside of these years.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_QUOTED = 80
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


class CrmIndicatorRefresh(models.Model):
    """Measuring: one grouped statement per indicator and period type, for all units at once."""

    _inherit = "crm.indicator"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def refresh(self, codes=None, date_from=None, date_to=None):
        """Measure indicators on the records, for all companies, teams and persons.

        Every period that touches the given time is measured as a whole, by all period types of the
        indicator. Figures of units that have no records any more are removed. An indicator that
        cannot be measured keeps its figures, shows the reason on itself and does not stop the
        others.

        :param list codes: codes of indicators; all active ones by default.
        :param str date_from: first day, ISO 8601; the first of January last year by default.
        :param str date_to: last day; today by default.
        :return: `{"measured": [code, …], "errors": [{"code": …, "error": …}, …]}`.
        :raises AccessError: unless the user may change indicators.
        """
        self.check_access("write")
        window = self._get_window(date_from, date_to)
        result = {"measured": [], "errors": []}
        for indicator in self._get_refreshable(codes):
            error = indicator._refresh(window)
            if error:
                result["errors"].append({"code": indicator.code, "error": error})
            else:
                result["measured"].append(indicator.code)
        return result

    def action_test(self):
        """Measure the current periods and show the figures of this week."""
        self.ensure_one()
        self.check_access("write")
        today = fields.Date.context_today(self)
        error = self._refresh(Period(today, today))
        if error:
            raise UserError(error)
        granularity = (self._get_granularities() or ["week"])[0]
        period = get_period(granularity, today)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_targets.crm_indicator_value_action"
        )
        label = self.env["crm.figure.mixin"]._get_period_label(granularity, today)
        return {
            **action,
            "name": f"{self.name} · {label}",
            "view_mode": "list",
            "views": [[False, "list"]],
            "target": "new",
            "context": {},
            "domain": [
                ("indicator_id", "=", self.id),
                ("granularity", "=", granularity),
                ("date_from", "=", period.date_from),
            ],
        }

    def action_refresh(self):
        """Measure the chosen indicators over the usual time."""
        self.check_access("write")
        window = self._get_window(None, None)
        errors = [
            f"{indicator.name}: {error}"
            for indicator in self
            if indicator.source == "records" and (error := indicator._refresh(window))
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if errors else "success",
                "message": "\n".join(errors) or self.env._("The figures are up to date."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------
    # Preparation
    # ------------------------------------------------------------

    @api.model
    def _get_refreshable(self, codes):
        if codes is not None and (
            not isinstance(codes, list) or not all(isinstance(code, str) for code in codes)
        ):
            raise UserError(self.env._("“codes” is a list of indicator codes."))
        indicators = self.search([("source", "=", "records")])
        if codes is not None:
            indicators = indicators.filtered(lambda indicator: indicator.code in codes)
        unknown = set(codes or ()) - set(indicators.mapped("code"))
        if unknown:
            raise UserError(
                self.env._(
                    "There is no measured indicator “%(codes)s”.",
                    codes=self._shorten(", ".join(sorted(unknown))),
                )
            )
        return indicators

    @api.model
    def _shorten(self, value):
        """What was sent, as far as a sentence holds it; half a character would break the answer."""
        text = str(value)
        text = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
        return text.encode(errors="replace").decode()

    @api.model
    def _get_window(self, date_from, date_to):
        today = fields.Date.context_today(self)
        first = self._parse_day(date_from, "date_from") or date(today.year - 1, 1, 1)
        last = self._parse_day(date_to, "date_to") or max(today, first)
        if last < first:
            raise UserError(self.env._("“date_to” lies before “date_from”."))
        return Period(first, last)

    @api.model
    def _parse_day(self, value, name):
        """A day from ISO text; None when nothing is given."""
        if value is None or value is False or isinstance(value, date):
            return value or None
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("“%(name)s” is a day such as 2026-11-22.", name=name)
            ) from error
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise UserError(
                self.env._(
                    "“%(name)s” is a day from %(first)s to %(last)s.",
                    name=name,
                    first=_FIRST_YEAR,
                    last=_LAST_YEAR,
                )
            )
        return day

    @api.model
    def _get_zones(self):
        """Time zone per company: that of its working hours, else of its address, else UTC.

        It decides in which day, and so in which period, a moment lies for the company.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([])
        return {
            company.id: company.resource_calendar_id.tz or company.partner_id.tz or "UTC"
            for company in companies
        }

    # ------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------

    def _refresh(self, window):
        """Measure one indicator over `window` and keep the outcome on it.

        :return: why it could not be measured, or an empty text.
        """
        self.ensure_one()
        # Two refreshes of one indicator at once would only overwrite each other: the second leaves
        # it to the first.
        [(free,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('crm_targets.refresh'), %s)", self.id)
        )
        if not free:
            return self.env._("It is being measured at this moment; try again in a minute.")
        state, error = "measured", ""
        # Figures are measured over the records of everybody. What may be measured was checked with
        # the rights of the definer; who reads a figure is up to the rules of `crm.indicator.value`.
        indicator = self.sudo().with_context({}, tz=self._get_zones().get(self.env.company.id))
        try:
            with self.env.cr.savepoint():
                for granularity in self._get_granularities():
                    indicator._measure(granularity, window)
        except DefinitionError as problem:
            state, error = problem.state, str(problem)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as problem:
            # Whatever a definition stumbles over is shown on it and must not stop the others.
            _logger.warning("Indicator %s cannot be measured", self.code, exc_info=True)
            reason = (str(problem).strip() or type(problem).__name__).splitlines()[0]
            state, error = "error", self.env._("Measuring failed: %(reason)s", reason=reason)
        indicator._set_outcome(state, error, window)
        return error

    def _set_outcome(self, state, error, window):
        values = {"state": state, "error": error or False, "refreshed_at": fields.Datetime.now()}
        if not error:
            first, last = self.measured_from, self.measured_to
            apart = not first or window.date_from > last or window.date_to < first
            values["measured_from"] = window.date_from if apart else min(first, window.date_from)
            values["measured_to"] = window.date_to if apart else max(last, window.date_to)
        self.write(values)

    def _measure(self, granularity, window):
        """Write the figures of all units for all periods of one type that touch `window`."""
        whole = Period(
            get_period(granularity, window.date_from).date_from,
            get_period(granularity, window.date_to).date_to,
        )
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
                date_from, date_to, value, numerator, denominator
            )
            SELECT %(indicator)s, %(granularity)s, scope, company_id, team_id, user_id,
                   date_from, (date_from + %(step)s::interval)::date - 1,
                   value, numerator, denominator
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
            parts=self._get_parts_sql(granularity, whole),
            trees=self._get_trees_sql(),
            measured=self._get_measured_sql(),
            indicator=self.id,
            granularity=granularity,
            first=whole.date_from,
            last=whole.date_to,
            step=_STEPS[granularity],
        )
        self.env.execute_query(statement)
        self.env["crm.indicator.value"].invalidate_model()

    def _get_parts_sql(self, granularity, whole):
        """The records, grouped by company, team, person and period (and value, if distinct)."""
        model, literal = self._verify_definition()
        query = model._search(Domain(literal))
        team = self._get_path_sql(model, self.team_field, query)
        user = self._get_path_sql(model, self.user_field, query)
        company = self._get_company_sql(model, query, team, user)
        day = self._get_day_sql(model, query, company, whole)
        part, size, filled = self._get_part_columns(model, query)
        query.add_where(SQL("%s IS NOT NULL", company))
        keys = [
            company,
            team,
            user,
            SQL("date_trunc(%s, %s)::date", granularity, day),
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

    def _get_day_sql(self, model, query, company, whole):
        """The day of a record where its company is; limits the query to the days of `whole`."""
        column = self._get_path_sql(model, self.date_field, query)
        *hops, name = self.date_field.split(".")
        for hop in hops:
            model = self.env[model._fields[hop].comodel_name]
        if model._fields[name].type == "date":
            query.add_where(SQL("%s BETWEEN %s AND %s", column, whole.date_from, whole.date_to))
            return column
        zones = self._get_zones()
        bounds = [get_utc_bounds(whole, zone) for zone in set(zones.values())]
        query.add_where(
            SQL(
                "%(column)s >= %(first)s AND %(column)s < %(last)s",
                column=column,
                first=min(start for start, _end in bounds),
                last=max(end for _start, end in bounds),
            )
        )
        if len(bounds) == 1:
            zone = SQL("%s", next(iter(zones.values())))
        else:
            rows = SQL(", ").join(SQL("(%s, %s)", *item) for item in zones.items())
            query.add_join(
                "LEFT JOIN",
                "company_zone",
                SQL("(VALUES %s)", rows),
                SQL("%s = %s", SQL.identifier("company_zone", "column1"), company),
            )
            zone = SQL.identifier("company_zone", "column2")
        moment = SQL("timezone(%s, timezone('UTC', %s))", zone, column)
        if len(bounds) > 1:
            end = whole.date_to + timedelta(days=1)
            query.add_where(SQL("%s >= %s AND %s < %s", moment, whole.date_from, moment, end))
        return moment

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
