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
        companies = self._get_ancestors("res.company")
        has_teams = any(key[0] == "team" for key in keys)
        teams = self._get_ancestors("crm.team") if has_teams else {}
        parts = itertools.chain(
            self._get_lead_parts(keys, ends) if {"amount", "count"}.intersection(kinds) else (),
            self._get_collection_parts(keys, ends) if "collections" in kinds else (),
        )
        for company_id, team_id, user_id, place, amounts in parts:
            for company in companies.get(company_id, ()):
                units = [("company", company, 0, 0), ("person", company, 0, user_id)]
                units += [("team", company, team, 0) for team in teams.get(team_id, ())]
                for unit, end, (kind, amount) in itertools.product(
                    keys.intersection(units), ends[place:], amounts.items()
                ):
                    if kind in kinds:
                        totals[kind, unit, end] += amount
        return {unit: max(0.0, total) for unit, total in totals.items()}

    @api.model
    def _get_ancestors(self, model_name):
        """`{id: (id, parent, …)}` of all companies or teams, archived ones included."""
        model = self.env[model_name].sudo().with_context(active_test=False)
        return {
            record.id: tuple(map(int, (record.parent_path or str(record.id)).strip("/").split("/")))
            for record in model.search_fetch([], ["parent_path"])
        }

    @api.model
    def _get_lead_parts(self, keys, ends):
        """The opportunities that may still be won, by their expected closing."""
        model = self.env["crm.lead"].sudo()
        domain = Domain("type", "=", "opportunity") & Domain("won_status", "=", "pending")
        rows = self._get_pipeline_parts(
            model, domain, "date_deadline", ("prorated_revenue", "probability"), keys, ends
        )
        for *unit, amount, probability in rows:
            yield *unit, {"amount": amount, "count": probability / 100}

    @api.model
    def _get_collection_parts(self, keys, ends):
        """What customers owe and have not paid yet, by the day it is due."""
        model = self.env["crm.collection.plan.report"].sudo()
        domain = Domain("settled_on", "=", False)
        for *unit, amount in self._get_pipeline_parts(
            model, domain, "date", ("amount",), keys, ends
        ):
            yield *unit, {"collections": amount}

    @api.model
    def _get_pipeline_parts(self, model, domain, day, measures, keys, ends):
        """Rows of company, team, person, place among `ends` and sums of the measures."""
        domain &= Domain(day, "<=", ends[-1])
        if all(key[0] == "person" for key in keys):
            domain &= Domain("user_id", "in", [key[3] for key in keys])
        query = model._search(domain)
        query.groupby = SQL("1, 2, 3, 4")
        user = self._get_path_sql(model, "user_id", query)
        team = self._get_path_sql(model, "team_id", query)
        company = self.new({"company_field": "company_id"})._get_company_sql(
            model, query, team, user
        )
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
                SQL("%s AS unit_company_id", company),
                SQL("%s AS unit_team_id", team),
                SQL("%s AS unit_user_id", user),
                SQL("%s AS place", place),
                *sums,
            )
        )
