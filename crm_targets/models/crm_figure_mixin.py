import math

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import (
    get_fiscal_year,
    get_iso_week,
    get_period,
    shift_period,
)
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date

GRANULARITIES = [("week", "Week"), ("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]
# Periods around a day must lie in the calendar; no business has figures outside of these years.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class CrmFigureMixin(models.AbstractModel):
    """A figure of an indicator for a unit in a period: what was measured, or what is aimed at."""

    _name = "crm.figure.mixin"
    _inherit = ["crm.unit.mixin"]
    _description = "Figure of an Indicator"
    _order = "date_from desc, indicator_id, scope, id"

    indicator_id = fields.Many2one("crm.indicator", required=True, index=True, ondelete="cascade")
    perspective_id = fields.Many2one(related="indicator_id.perspective_id")
    granularity = fields.Selection(GRANULARITIES, string="Period Type", required=True)
    date_from = fields.Date(
        string="First Day",
        required=True,
        default=fields.Date.context_today,
        help="Any day of the period may be entered; its first day is kept.",
    )
    date_to = fields.Date(string="Last Day", compute="_compute_date_to", store=True)
    period_label = fields.Char(string="Period", compute="_compute_period_label")
    value = fields.Float(
        required=True,
        digits=0,
        # Figures of nested units and of several periods do not add up.
        aggregator="avg",
    )
    unit = fields.Char(string="Unit of Measure", compute="_compute_unit")

    @api.depends("granularity", "date_from", "company_id")
    def _compute_date_to(self):
        for figure in self:
            figure.date_to = (
                self._get_checked_period(
                    figure.granularity, figure.date_from, figure.company_id
                ).date_to
                if figure.granularity and figure.date_from
                else False
            )

    @api.depends("granularity", "date_from", "company_id")
    @api.depends_context("lang")
    def _compute_period_label(self):
        for figure in self:
            figure.period_label = (
                self._get_period_label(figure.granularity, figure.date_from, figure.company_id)
                if figure.granularity and figure.date_from
                else ""
            )

    @api.depends(
        "indicator_id.unit",
        "indicator_id.is_monetary",
        "indicator_id.is_percentage",
        "company_id.currency_id",
    )
    def _compute_unit(self):
        for figure in self:
            figure.unit = (
                figure.indicator_id._get_unit_label(figure.company_id)
                if figure.indicator_id
                else ""
            )

    @api.depends("indicator_id.name", "unit_name", "period_label")
    def _compute_display_name(self):
        for figure in self:
            parts = (figure.indicator_id.name, figure.unit_name, figure.period_label)
            figure.display_name = " · ".join(part for part in parts if part)

    @api.constrains("value")
    def _check_value(self):
        # Neither a wheel nor an answer of the API can hold anything else.
        if not all(math.isfinite(figure.value) for figure in self):
            raise ValidationError(self.env._("A figure is a finite number."))

    @api.onchange("granularity", "date_from", "company_id")
    def _onchange_period(self):
        if self.granularity and self.date_from:
            period = self._get_checked_period(self.granularity, self.date_from, self.company_id)
            self.date_from = period.date_from

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_period_values(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("granularity", "date_from", "company_id")):
            # Without one of them it is refused as incomplete when it is saved.
            for figure in self.filtered(lambda figure: figure.granularity and figure.date_from):
                first = self._get_checked_period(
                    figure.granularity, figure.date_from, figure.company_id
                ).date_from
                if first != figure.date_from:
                    figure.date_from = first
        return result

    @api.model
    def _prepare_period_values(self, vals):
        """Move the day to where its period begins."""
        granularity = vals.get("granularity")
        if granularity not in dict(GRANULARITIES):
            return vals  # refused by the field itself
        day = fields.Date.to_date(vals.get("date_from")) or fields.Date.context_today(self)
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        return {
            **vals,
            "date_from": self._get_checked_period(granularity, day, company).date_from,
        }

    @api.model
    def _get_checked_period(self, granularity, day, company=None):
        """The period of `company` (by default the current one) that `day` lies in.

        :raises ValidationError: for a day that no business has figures of.
        """
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                self.env._(
                    "The first day lies outside of the years %(first)s to %(last)s.",
                    first=str(FIRST_YEAR),
                    last=str(LAST_YEAR),
                )
            )
        return self._get_period(granularity, day, company or self.env.company)

    @api.model
    def _get_period(self, granularity, day, company, shift=0):
        """The period that `day` lies in, or the one `shift` periods later.

        :param company: its fiscal year decides where quarters and years begin.
        """
        first_month = company._get_fiscal_first_month()
        if shift:
            return shift_period(granularity, day, shift, first_month)
        return get_period(granularity, day, first_month)

    @api.model
    def _get_period_label(self, granularity, day, company=None, short=False):
        """The period that `day` lies in, in words and in the language of the user.

        :param company: its fiscal year decides where quarters and years begin; that of the
            current company by default.
        :param bool short: without the year, for the axis of a chart.
        """
        first_month = (company or self.env.company)._get_fiscal_first_month()
        first = get_period(granularity, day, first_month).date_from
        if granularity == "week":
            year, week = get_iso_week(first)
            if short:
                return self.env._("W%(week)s", week=week)
            return self.env._("Week %(week)s, %(year)s", week=week, year=str(year))
        if granularity == "month":
            return format_date(
                self.env, first, date_format="LLL" if short else self.env._("LLLL y")
            )
        began, ended = get_fiscal_year(first, first_month)
        year = str(began) if began == ended else f"{began}/{ended % 100:02}"
        if granularity == "year":
            return self.env._("%(year)s", year=year)
        quarter = (first.month - first_month) % 12 // 3 + 1
        if short:
            return self.env._("Q%(quarter)s", quarter=quarter)
        return self.env._("Q%(quarter)s %(year)s", quarter=quarter, year=year)
