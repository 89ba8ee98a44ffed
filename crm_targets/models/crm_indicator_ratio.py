from datetime import timedelta
from graphlib import TopologicalSorter

from odoo import fields, models
from odoo.addons.crm_targets.tools.period import (
    Period,
    add_months,
    get_year_before,
    shift_period,
)
from odoo.tools import SQL

from .crm_indicator import MEASURED_SOURCES
from .crm_indicator_definition import DefinitionError


class CrmIndicatorRatio(models.Model):
    """Indicators that are the ratio of two others, measured from their figures."""

    _inherit = "crm.indicator"

    numerator_id = fields.Many2one(
        "crm.indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="What is divided: its figure of the unit and period, as it was measured there.",
    )
    denominator_id = fields.Many2one(
        "crm.indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="What it is divided by. Where that is zero or missing there is no figure.",
    )
    ratio_type = fields.Selection(
        [
            ("share", "Share: numerator ÷ denominator"),
            ("change", "Change: numerator ÷ denominator, less one"),
        ],
        string="Ratio",
        required=True,
        default="share",
        help="A change is the share less one: growth against the denominator.",
    )
    denominator_period = fields.Selection(
        [
            ("same", "The same period"),
            ("previous", "The period before"),
            ("year_before", "The same period of the year before"),
        ],
        required=True,
        default="same",
    )

    def _verify_ratio(self):
        """Check that there are two components and that none of them needs the ratio itself.

        :raises DefinitionError: with a sentence that says what to change.
        """
        if not self.numerator_id or not self.denominator_id:
            raise DefinitionError("error", self.env._("Choose the two indicators of the ratio."))
        if set(self._origin.ids).intersection(self._get_components()._origin.ids):
            raise DefinitionError(
                "error",
                self.env._(
                    "%(name)s would be computed from itself: choose other indicators.",
                    name=self.name,
                ),
            )

    # ------------------------------------------------------------
    # Order
    # ------------------------------------------------------------

    def _get_own_components(self):
        """The indicators that these are the ratios of."""
        ratios = self.filtered(lambda indicator: indicator.source == "ratio")
        return ratios.numerator_id | ratios.denominator_id

    def _get_components(self):
        """All indicators that these are computed from, however far below."""
        found = self.browse()
        following = self._get_own_components()
        while following:
            found |= following
            following = following._get_own_components() - found
        return found

    def _get_refresh_plan(self, window):
        """What to measure for these indicators over `window`: `[(indicator, window), …]`.

        Components come before their ratios, so that a ratio is measured from fresh figures; they
        begin as much earlier as the period that a ratio compares with.
        """
        indicators = self | self._get_components()
        graph = {one: set(one._get_own_components()) for one in indicators}
        order = list(TopologicalSorter(graph).static_order())
        starts = dict.fromkeys(order, window.date_from)
        for ratio in reversed(order):
            for component in graph[ratio]:
                start = starts[ratio]
                if component == ratio.denominator_id and ratio.denominator_period != "same":
                    # A week and its counterpart of the year before are up to 53 weeks apart.
                    start = add_months(start, -12) - timedelta(weeks=1)
                starts[component] = min(starts[component], start)
        return [
            (indicator, Period(starts[indicator], window.date_to))
            for indicator in order
            if indicator.source in MEASURED_SOURCES
        ]

    def _get_component_plan(self, window):
        """What to measure before this indicator, which need not have been saved yet."""
        plan = self._get_refresh_plan(window)
        return [(one._origin, needed) for one, needed in plan if one != self]

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    def _verify_components(self):
        """Check that the components have been measured without a problem.

        :raises DefinitionError: with a sentence that says which cannot, and why.
        """
        for component in self.numerator_id | self.denominator_id:
            if component.source in MEASURED_SOURCES and component.error:
                raise DefinitionError(
                    component.state,
                    self.env._(
                        "“%(name)s” cannot be measured: %(error)s",
                        name=component.name,
                        error=component.error,
                    ),
                )

    def _get_ratio_sql(self, granularity, calendars):
        """The figures of all units from the figures of the components at the same unit.

        So the ratio of a team or a company is measured on its own components, never an average of
        the ratios below it. Where the denominator is zero or missing there is no figure.
        """
        self._verify_components()
        numerator, denominator = self.numerator_id._origin, self.denominator_id._origin
        bases = {}
        for calendar in calendars:
            for period in calendar.periods:
                base = self._get_base_period(granularity, period, calendar.first_month)
                # A numerator that counts and has no figure is zero, where it has been measured.
                is_zero = numerator._counts_absence() and numerator._covers(period)
                bases[period.date_from] = (base.date_from, is_zero)
        value = SQL("COALESCE(n.value, 0) / d.value")
        if self.ratio_type == "change":
            value = SQL("%s - 1", value)
        return SQL(
            """
            SELECT d.scope, d.company_id, d.team_id, d.user_id, base.date_from,
                   %(factor)s * (%(value)s) AS value,
                   COALESCE(n.value, 0) AS numerator, d.value AS denominator
              FROM unnest(%(days)s::date[], %(bases)s::date[], %(zeros)s::boolean[])
                   base (date_from, base_from, is_zero)
              JOIN crm_indicator_value d
                ON d.indicator_id = %(denominator)s AND d.granularity = %(granularity)s
               AND d.date_from = base.base_from AND d.state = 'approved' AND d.value <> 0
              LEFT JOIN crm_indicator_value n
                ON n.indicator_id = %(numerator)s AND n.granularity = %(granularity)s
               AND n.date_from = base.date_from AND n.state = 'approved'
               AND n.scope = d.scope AND n.company_id = d.company_id
               AND COALESCE(n.team_id, 0) = COALESCE(d.team_id, 0)
               AND COALESCE(n.user_id, 0) = COALESCE(d.user_id, 0)
             WHERE n.id IS NOT NULL OR base.is_zero
            """,
            factor=100.0 if self.is_percentage else 1.0,
            value=value,
            days=list(bases),
            bases=[base for base, _is_zero in bases.values()],
            zeros=[is_zero for _base, is_zero in bases.values()],
            denominator=denominator.id,
            numerator=numerator.id,
            granularity=granularity,
        )

    def _get_base_period(self, granularity, period, first_month):
        """The period of the denominator that belongs to `period`."""
        if self.denominator_period == "previous":
            return shift_period(granularity, period.date_from, -1, first_month)
        if self.denominator_period == "year_before":
            return get_year_before(granularity, period.date_from, first_month)
        return period
