from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_utc_bounds
from odoo.fields import Domain

from .crm_indicator_definition import DefinitionError

_FEW = 500


class CrmScorecardRecords(models.Model):
    """The records behind the figures of the steering wheel."""

    _inherit = "crm.scorecard"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_records_action(self, line_id, date=None):
        """Open the records behind the figure of a line, as far as the user may read them.

        :param int line_id: a line of a scorecard that the user may read.
        :param str date: a day of the period, ISO 8601; today by default.
        :return: `{"action": dict | False, "visible_count": int, "total_count": int}`.
        :raises AccessError: when the user may not read the scorecard.
        """
        line = self._browse_checked(self.env["crm.scorecard.line"], line_id)
        scorecard = line.scorecard_id
        period = scorecard._get_period(scorecard._parse_date(date))
        nothing = {"action": False, "visible_count": 0, "total_count": 0}
        indicator = line.indicator_id
        if indicator.source != "records":
            return nothing
        try:
            # Measured with all rights, like the figure; the records are read with the user's own.
            model, literal = indicator.sudo()._verify_definition()
        except DefinitionError:
            return nothing
        domain = Domain(literal) & scorecard._get_records_domain(model, indicator, period)
        # pylint: disable-next=context-overridden  # the caller's context must not narrow the count
        total = model.with_context({}).search_count(domain)
        model = self.env[model._name].with_context(active_test=True)
        if not model.has_access("read"):
            return {**nothing, "total_count": total}
        visible = model.search(domain, limit=_FEW + 1, order="id").ids
        few = len(visible) <= _FEW
        action = {
            "type": "ir.actions.act_window",
            "name": indicator.name,
            "res_model": model._name,
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", visible)] if few else list(domain),
            # Ids may be those of archived records, a filter of the indicator decides itself.
            "context": {"create": False, "active_test": not few},
        }
        count = len(visible) if few else model.search_count(domain)
        return {"action": action, "visible_count": count, "total_count": total}

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_records_domain(self, model, indicator, period):
        """The records of the unit in the period, by the same rules as measuring them."""
        return self._get_day_domain(model, indicator, period) & self._get_unit_domain(indicator)

    def _get_day_domain(self, model, indicator, period):
        path = indicator.date_field
        *hops, name = path.split(".")
        for hop in hops:
            model = self.env[model._fields[hop].comodel_name]
        if model._fields[name].type == "date":
            start, end = period.date_from, period.date_to + timedelta(days=1)
        else:
            zone = self.env["crm.indicator"]._get_zones(self.company_id)[self.company_id.id]
            start, end = get_utc_bounds(period, zone)
        convert = fields.Datetime if isinstance(start, datetime) else fields.Date
        return Domain(path, ">=", convert.to_string(start)) & Domain(
            path, "<", convert.to_string(end)
        )

    def _get_unit_domain(self, indicator):
        # Looked up with all rights: which branches and sub-teams count is part of the figure.
        branches = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        domain, missing = Domain.FALSE, Domain.TRUE
        for field, path in (
            (indicator.company_field, indicator.company_field),
            (indicator.team_field, f"{indicator.team_field}.company_id"),
            (indicator.user_field, f"{indicator.user_field}.company_id"),
        ):
            if field:
                domain |= missing & Domain(path, "in", branches.ids)
                missing &= Domain(path, "=", False)
        if self.scope == "team":
            teams = self.env["crm.team"].sudo().with_context(active_test=False)
            teams = teams.search([("id", "child_of", self.team_id.id)])
            field = indicator.team_field
            domain &= Domain(field, "in", teams.ids) if field else Domain.FALSE
        elif self.scope == "person":
            field = indicator.user_field
            domain &= Domain(field, "=", self.user_id.id) if field else Domain.FALSE
        return domain
