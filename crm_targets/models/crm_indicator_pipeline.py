import itertools
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmIndicatorPipeline(models.Model):
    """What is still to come for an indicator in the running period."""

    _inherit = "crm.indicator"

    pipeline = fields.Selection(
        [
            ("amount", "Weighted amount of open opportunities"),
            ("count", "Weighted number of open opportunities"),
            ("collections", "Planned collections"),
        ],
        help="What is to come until the end of the period, such as open opportunities by their "
        "expected closing. It counts in the forecast and covers part of what a target still "
        "lacks. Empty where nothing that is known today feeds the figure.",
    )

    def _builds_up(self):
        """Whether the figure grows from zero over the days of a period, so that it has a pace.

        Different values do so too, although those of teams and shorter periods do not add up.
        """
        self.ensure_one()
        return self.is_additive or (
            self.source == "records"
            and self.aggregate == "count_distinct"
            and self.window == "period"
        )

    @api.model
    def _get_pipelines(self, kinds, keys, ends):
        """What is expected for units until the last days of periods, weighted by probability.

        Measured with all rights, like the figures: who reads it is up to who may read the target.

        :param kinds: values of the selection `pipeline`.
        :param keys: unit keys, see `_get_unit_key`.
        :param ends: last days of periods.
        :return: `{(kind, unit key, last day): amount}`, 0 or more.
        """
        if not (kinds and keys and ends):
            return {}
        keys, ends = set(keys), sorted(ends)
        totals = dict.fromkeys(itertools.product(kinds, keys, ends), 0.0)
        parts = itertools.chain(
            self._get_lead_parts(keys, ends) if {"amount", "count"}.intersection(kinds) else (),
            self._get_collection_parts(keys, ends) if "collections" in kinds else (),
        )
        for companies, teams, user_id, place, amounts in parts:
            for company in self._parse_path(companies):
                units = [("company", company, 0, 0), ("person", company, 0, user_id)]
                units += [("team", company, team, 0) for team in self._parse_path(teams)]
                for unit, end, (kind, amount) in itertools.product(
                    keys.intersection(units), ends[place:], amounts.items()
                ):
                    if kind in kinds:
                        totals[kind, unit, end] += amount
        return {unit: max(0.0, total) for unit, total in totals.items()}

    @staticmethod
    def _parse_path(path):
        """The ids in the path of a record: its ancestors and itself."""
        return [int(part) for part in (path or "").split("/") if part]

    @api.model
    def _get_lead_parts(self, keys, ends):
        """The opportunities that may still be won, by their expected closing."""
        model = self.env["crm.lead"].sudo()
        domain = Domain("type", "=", "opportunity") & Domain("won_status", "=", "pending")
        domain &= self._get_keys_domain(keys)
        rows = self._get_pipeline_parts(
            model, domain, "date_deadline", ("prorated_revenue", "probability"), ends
        )
        for *unit, amount, probability in rows:
            yield *unit, {"amount": amount, "count": probability / 100}

    @api.model
    def _get_collection_parts(self, keys, ends):
        """What customers owe and have not paid yet, by the day it is due."""
        model = self.env["crm.collection.plan.report"].sudo()
        domain = Domain("is_open", "=", True) & self._get_keys_domain(keys)
        for *unit, amount in self._get_pipeline_parts(model, domain, "date", ("amount",), ends):
            yield *unit, {"collections": amount}

    @api.model
    def _get_keys_domain(self, keys):
        """Few records for a few persons; teams and companies are added up from all of them."""
        if all(key[0] == "person" for key in keys):
            return Domain("user_id", "in", [key[3] for key in keys])
        return Domain.TRUE

    @api.model
    def _get_pipeline_parts(self, model, domain, day, measures, ends):
        """Rows of the paths of company and team, person, place among `ends`, sums of measures."""
        self.env["res.company"].flush_model(["parent_path"])
        self.env["crm.team"].flush_model(["parent_path"])
        query = model._search(domain & Domain(day, "<=", ends[-1]))
        query.groupby = SQL("1, 2, 3, 4")
        user = self._get_path_sql(model, "user_id", query)
        team = self._get_path_sql(model, "team_id", query)
        company = self.new({"company_field": "company_id"})._get_company_sql(
            model, query, team, user
        )
        for table, unit in (("res_company", company), ("crm_team", team)):
            alias = f"path_{table}"
            condition = SQL("%s = %s", unit, SQL.identifier(alias, "id"))
            query.add_join("LEFT JOIN", alias, table, condition)
        place = SQL(
            "width_bucket(%s, %s::date[])",
            self._get_path_sql(model, day, query),
            [end + timedelta(days=1) for end in ends],
        )
        sums = (
            SQL("COALESCE(sum(%s), 0)::double precision", self._get_path_sql(model, name, query))
            for name in measures
        )
        return self.env.execute_query(
            query.select(
                SQL("COALESCE(path_res_company.parent_path, %s::varchar) AS companies", company),
                SQL("COALESCE(path_crm_team.parent_path, %s::varchar) AS teams", team),
                SQL("%s AS person", user),
                SQL("%s AS place", place),
                *sums,
            )
        )
