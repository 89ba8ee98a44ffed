from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Measure of an open opportunity, per kind of pipeline.
_WEIGHTED = {"amount": "prorated_revenue", "count": "probability"}


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
    def _get_pipelines(self, kind, keys, ends):
        """What is expected for units until the last days of periods, weighted by probability.

        Measured with all rights, like the figures: who reads it is up to who may read the target.

        :param str kind: one of the selection `pipeline`.
        :param keys: unit keys, see `_get_unit_key`.
        :param ends: last days of periods.
        :return: `{(unit key, last day): amount}`, 0 or more.
        """
        ends = sorted(ends)
        keys = set(keys)
        totals = dict.fromkeys(((key, end) for key in keys for end in ends), 0.0)
        companies, teams = self._get_ancestors("res.company"), self._get_ancestors("crm.team")
        for company_id, team_id, user_id, place, amount in self._get_pipeline_parts(
            kind, keys, ends
        ):
            for company in companies.get(company_id, ()):
                units = [("company", company, 0, 0), ("person", company, 0, user_id)]
                units += [("team", company, team, 0) for team in teams.get(team_id, ())]
                for unit in keys.intersection(units):
                    for end in ends[place:]:
                        totals[unit, end] += amount
        return {unit: max(0.0, total) for unit, total in totals.items()}

    @api.model
    def _get_ancestors(self, model_name):
        """`{id: (id, parent, …)}` of all companies or teams, archived ones included."""
        model = self.env[model_name].sudo().with_context(active_test=False)
        paths = model.search_fetch([], ["parent_path"])
        return {
            record.id: tuple(map(int, (record.parent_path or str(record.id)).strip("/").split("/")))
            for record in paths
        }

    @api.model
    def _get_pipeline_parts(self, kind, keys, ends):
        """Rows of company, team, person, place among `ends` and amount."""
        if kind == "collections":
            model, day, domain = self._get_planned_collections()
        else:
            model, day, domain = self._get_open_opportunities()
        domain &= Domain(day, "<=", ends[-1])
        if all(key[0] == "person" for key in keys):
            domain &= Domain("user_id", "in", [key[3] for key in keys])
        query = model.sudo()._search(domain)
        query.groupby = SQL("1, 2, 3, 4")
        column = self._get_path_sql(model, day, query)
        user = self._get_path_sql(model, "user_id", query)
        team = self._get_path_sql(model, "team_id", query)
        measure = self._get_path_sql(model, _WEIGHTED.get(kind, "amount"), query)
        if kind == "count":
            measure = SQL("%s / 100", measure)
        indicator = self.new({"company_field": "company_id"})
        place = SQL(
            "width_bucket(%s, %s::date[])", column, [end + timedelta(days=1) for end in ends]
        )
        return self.env.execute_query(
            query.select(
                SQL("%s AS company_id", indicator._get_company_sql(model, query, team, user)),
                team,
                user,
                SQL("%s AS place", place),
                SQL("sum(%s)::double precision", measure),
            )
        )

    @api.model
    def _get_open_opportunities(self):
        """The opportunities that may still be won: model, expected day and filter."""
        domain = Domain("type", "=", "opportunity") & Domain("won_status", "=", "pending")
        return self.env["crm.lead"], "date_deadline", domain

    @api.model
    def _get_planned_collections(self):
        """What customers owe and have not paid yet: model, due day and filter."""
        return self.env["crm.collection.plan.report"], "date", Domain("settled_on", "=", False)
