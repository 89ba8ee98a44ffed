from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

# What is kept of the records per company, team, person and period.
_PARTS = {"sum": "sum(%s)", "avg": "sum(%s)", "min": "min(%s)", "max": "max(%s)"}


class CrmIndicatorRows(models.Model):
    """The records that an indicator counts, as SQL."""

    _inherit = "crm.indicator"

    def _get_part_table_sql(self, granularity, calendars):
        """`part`: the records by company, team, person and period (and value, if distinct).

        Where a record counts for several periods, `span` comes before it: the records by the
        first and the last of them.
        """
        if self.window == "period":
            return SQL("part AS (%s)", self._get_parts_sql(granularity, calendars))
        spans = SQL("span AS (%s)", self._get_parts_sql(granularity, calendars))
        return SQL(", ").join([spans, *self._get_spread_sql(calendars)])

    def _get_parts_sql(self, granularity, calendars):
        model, literal = self._verify_definition()
        query = model._search(Domain(literal))
        team = self._get_path_sql(model, self.team_field, query)
        user = self._get_path_sql(model, self.user_field, query)
        company = self._get_company_sql(model, query, team, user)
        query.add_where(SQL("%s IS NOT NULL", company))
        keys = {"company_id": company, "team_id": team, "user_id": user}
        keys |= self._get_place_sql(model, query, company, granularity, calendars)
        if self.aggregate == "count_distinct":
            keys["part"] = self._get_path_sql(model, self.measure_field, query)
        columns = [SQL("%s AS %s", key, SQL.identifier(name)) for name, key in keys.items()]
        query.groupby = SQL(", ").join(SQL(str(number + 1)) for number in range(len(keys)))
        return query.select(*columns, *self._get_part_columns(model, query, company))

    def _get_part_columns(self, model, query, company):
        """What is kept per group: the part, the number of records and of those with a measure."""
        size = SQL("count(*) AS size")
        if self.aggregate == "count":
            return SQL("count(*) AS part"), size, SQL("count(*) AS filled")
        if self.aggregate == "count_distinct":
            return size, SQL("count(*) AS filled")
        measure = self._get_path_sql(model, self.measure_field, query)
        if self.rate_field:
            # A record without a rate is in the currency of its company already.
            rate = self._get_path_sql(model, self.rate_field, query)
            measure = SQL("%s / COALESCE(NULLIF(%s, 0), 1)", measure, rate)
        elif self.currency_field:
            measure = SQL("%s * %s", measure, self._get_conversion_sql(model, query, company))
        part = SQL(_PARTS[self.aggregate], measure)
        return SQL("%s AS part", part), size, SQL("count(%s) AS filled", measure)

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

    def _get_path_type(self, model, path):
        """The type of the field that a path leads to."""
        *hops, name = path.split(".")
        for hop in hops:
            model = self.env[model._fields[hop].comodel_name]
        return model._fields[name].type

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

    # ------------------------------------------------------------
    # Money
    # ------------------------------------------------------------

    def _get_conversion_sql(self, model, query, company):
        """The factor from the currency of a record into that of its company, on its own date.

        As Odoo converts: the latest rate up to the day, the first one before there was any, else
        1; rates of the root company come before those of all companies. Rates are looked up in
        sorted arrays, so that a record costs no query of its own.
        """
        currency = self._get_path_sql(model, self.currency_field, query)
        day = SQL("%s::date", self._get_path_sql(model, self.date_field, query))
        self.env["res.currency.rate"].flush_model()
        query.add_join(
            "JOIN",
            "money",
            SQL(
                """
                (SELECT id, currency_id,
                        split_part(COALESCE(parent_path, id::text), '/', 1)::integer AS root_id
                   FROM res_company)
                """
            ),
            SQL("money.id = %s", company),
        )
        rates = SQL(
            """
            (SELECT currency_id, company_id, array_agg(name ORDER BY name) AS days,
                    array_agg(rate ORDER BY name) AS rates
               FROM res_currency_rate GROUP BY currency_id, company_id)
            """
        )
        for side, column in (("source", currency), ("target", SQL("money.currency_id"))):
            for owner, owned_by in (("own", SQL("= money.root_id")), ("shared", SQL("IS NULL"))):
                alias = f"{side}_{owner}"
                query.add_join(
                    "LEFT JOIN",
                    alias,
                    rates,
                    SQL(
                        "%s = %s AND %s %s",
                        SQL.identifier(alias, "currency_id"),
                        column,
                        SQL.identifier(alias, "company_id"),
                        owned_by,
                    ),
                )
        rate = """
            COALESCE(%(own)s.rates[width_bucket(%(day)s, %(own)s.days)],
                     %(shared)s.rates[width_bucket(%(day)s, %(shared)s.days)],
                     %(own)s.rates[1], %(shared)s.rates[1], 1)
        """
        source, target = (
            SQL(rate, day=day, own=SQL(f"{side}_own"), shared=SQL(f"{side}_shared"))
            for side in ("source", "target")
        )
        return SQL(
            "CASE WHEN COALESCE(%s, money.currency_id) = money.currency_id THEN 1 ELSE %s / %s END",
            currency,
            target,
            source,
        )
