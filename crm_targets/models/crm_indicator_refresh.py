import logging
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import Period
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .crm_figure_mixin import FIRST_YEAR, LAST_YEAR
from .crm_indicator import MEASURED_SOURCES
from .crm_indicator_definition import DefinitionError

_logger = logging.getLogger(__name__)

_QUOTED = 80
# More periods at once than anybody looks at would only keep the database from its work.
_MAX_YEARS = 20


class CrmIndicatorRefresh(models.Model):
    """When indicators are measured, by whom, over which time, and what is told about it."""

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
        indicators = self._get_refreshable(codes)
        errors = {}
        for indicator, needed in indicators._get_refresh_plan(window):
            errors[indicator] = indicator._refresh(needed)
        return {
            "measured": [one.code for one in indicators if not errors[one]],
            "errors": [
                {"code": one.code, "error": errors[one]} for one in indicators if errors[one]
            ],
        }

    def action_refresh(self):
        """Measure the chosen indicators over the usual time."""
        self.check_access("write")
        window = self._get_window(None, None)
        errors = [
            self.env._("%(name)s: %(description)s", name=indicator.name, description=error)
            for indicator, needed in self._get_refresh_plan(window)
            if (error := indicator._refresh(needed))
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
        indicators = self.search([("source", "in", MEASURED_SOURCES)])
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
        if last.year - first.year > _MAX_YEARS:
            raise UserError(
                self.env._(
                    "At most %(count)s years are measured at once: ask for the time in parts.",
                    count=_MAX_YEARS,
                )
            )
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
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise UserError(
                self.env._(
                    "“%(name)s” is a day from %(first)s to %(last)s.",
                    name=name,
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                )
            )
        return day

    @api.model
    def _get_places(self, companies=None):
        """Of every company the time zone and the month in which its fiscal year begins.

        The zone is that of its working hours, else of its address, else UTC. It decides in which
        day, and so in which period, a moment lies for the company.

        :param companies: only of these; of all by default.
        """
        every = self.env["res.company"].sudo().with_context(active_test=False)
        companies = every.search([]) if companies is None else every.union(companies)
        return {
            company.id: (
                company.resource_calendar_id.tz or company.partner_id.tz or "UTC",
                company._get_fiscal_first_month(),
            )
            for company in companies
        }

    @api.model
    def _get_zones(self, companies=None):
        """Time zone per company; see `_get_places`."""
        places = self._get_places(companies)
        return {company_id: zone for company_id, (zone, _month) in places.items()}

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
        if self._is_state_of_now():
            # What exists now is known for now only, whatever time was asked for.
            today = fields.Date.context_today(self)
            window = Period(today, today) if window.date_from <= today <= window.date_to else None
        if window and not error:
            first, last = self.measured_from, self.measured_to
            day = timedelta(days=1)
            apart = not first or window.date_from > last + day or window.date_to < first - day
            values["measured_from"] = window.date_from if apart else min(first, window.date_from)
            values["measured_to"] = window.date_to if apart else max(last, window.date_to)
        self.write(values)
