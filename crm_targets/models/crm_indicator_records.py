from datetime import datetime, timedelta

from odoo import fields, models
from odoo.addons.crm_targets.tools.period import get_utc_bounds
from odoo.fields import Domain


class CrmIndicatorRecords(models.Model):
    """The records behind a figure, by the same rules as measuring them."""

    _inherit = "crm.indicator"

    def _get_records_action_parts(self, unit, granularity, day):
        """The records behind the figure of `unit` in the period that `day` lies in.

        To be asked with all rights, like measuring; who may read the records is another question.
        Behind a ratio stand the records of its numerator.

        :param unit: a record with the unit mixin.
        :return: the model and a domain; None where no records stand behind the figure, or where
            those of the time are not known any more.
        :raises DefinitionError: when the indicator cannot be measured.
        """
        self.ensure_one()
        if self.source == "ratio":
            return self.numerator_id._get_records_action_parts(unit, granularity, day)
        figures = self.env["crm.figure.mixin"]
        period = figures._get_period(granularity, day, unit.company_id)
        if self.source == "code":
            return self._get_code_records(unit, granularity, period)
        if self.source != "records":
            return None
        zone = self._get_places()[unit.company_id.id][0]
        if self._is_state_of_now():
            today = fields.Date.context_today(self.with_context(tz=zone))
            if not period.date_from <= today <= period.date_to:
                return None
        model, literal = self._verify_definition()
        first_month = unit.company_id._get_fiscal_first_month()
        window = self._get_window_of(granularity, period, first_month)
        return model, (
            Domain(literal)
            & self._get_window_domain(model, window, zone)
            & self._get_unit_domain(unit)
        )

    def _get_window_domain(self, model, window, zone):
        """The records that lie in the days of `window`, or exist at its end."""
        start, end = self._get_limits(model, self.date_field, window, zone)
        begun = Domain(self.date_field, "<", end)
        if self.window != "period_end":
            return Domain(self.date_field, ">=", start) & begun
        if not self.end_date_field:
            return begun
        _start, end = self._get_limits(model, self.end_date_field, window, zone)
        not_ended = Domain(self.end_date_field, "=", False) | Domain(self.end_date_field, ">=", end)
        return begun & not_ended

    def _get_limits(self, model, path, window, zone):
        """Where the days of `window` begin and end, as values for a domain on `path`."""
        if self._get_path_type(model, path) == "date":
            limits = window.date_from, window.date_to + timedelta(days=1)
        else:
            limits = get_utc_bounds(window, zone)
        convert = fields.Datetime if isinstance(limits[0], datetime) else fields.Date
        return tuple(map(convert.to_string, limits))

    def _get_unit_domain(self, unit):
        """The records of a company with its branches, of a team with those below, of a person."""
        # Looked up with all rights: which branches and sub-teams count is part of the figure.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        branches = companies.search([("id", "child_of", unit.company_id.id)])
        domain, missing = Domain.FALSE, Domain.TRUE
        for field, path in (
            (self.company_field, self.company_field),
            (self.team_field, f"{self.team_field}.company_id"),
            (self.user_field, f"{self.user_field}.company_id"),
        ):
            if field:
                domain |= missing & Domain(path, "in", branches.ids)
                missing &= Domain(path, "=", False)
        if unit.scope == "team":
            # ids of the teams below, for a condition; the records keep their own rules
            teams = self.env["crm.team"].sudo().with_context(active_test=False)
            teams = teams.search([("id", "child_of", unit.team_id.id)])
            field = self.team_field
            domain &= Domain(field, "in", teams.ids) if field else Domain.FALSE
        elif unit.scope == "person":
            field = self.user_field
            domain &= Domain(field, "=", unit.user_id.id) if field else Domain.FALSE
        return domain
