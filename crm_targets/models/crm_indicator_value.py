import itertools

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmIndicatorValue(models.Model):
    """A measured figure.

    Figures of records are written set-wise by `crm.indicator.refresh`, past the ORM: a row without
    a record behind it does not exist, which is zero where things are counted or summed, and no
    figure at all where they are averaged.
    """

    _name = "crm.indicator.value"
    _inherit = ["crm.figure.mixin"]
    _description = "Measured Figure"
    # Written by the hundred thousand: who wrote last says nothing about a measured figure.
    _log_access = False

    numerator = fields.Float(
        digits=0,
        readonly=True,
        aggregator="sum",
        help="What was added up: for an average the sum, else the figure itself.",
    )
    denominator = fields.Float(
        string="Records",
        digits=0,
        readonly=True,
        aggregator="sum",
        help="How many records the figure was measured on.",
    )
    value = fields.Float(readonly=False)
    state = fields.Selection(
        [("to_approve", "To Approve"), ("approved", "Approved")],
        default="approved",
        readonly=True,
        copy=False,
        help="Only approved figures count. Measured figures need no approval.",
    )
    entered_by_id = fields.Many2one(
        "res.users",
        string="Entered By",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who entered or sent the figure last; somebody else approves it.",
    )

    _unit_period_unique = models.UniqueIndex(
        "(indicator_id, granularity, date_from, scope, company_id, "
        "COALESCE(team_id, 0), COALESCE(user_id, 0))",
        "There is already a figure of this indicator for this unit and period.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values._check_manual()
        return values

    def write(self, vals):
        self._check_manual()
        return super().write(vals)

    def _check_manual(self):
        measured = self.indicator_id.filtered(lambda indicator: indicator.source != "manual")
        if measured:
            raise UserError(
                self.env._(
                    "“%(indicators)s” is measured; its figures cannot be entered.",
                    indicators=", ".join(measured.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _get_figures(self, indicators, unit, granularity, days):
        """Figures of one unit, as far as the user may read them.

        :param indicators: recordset of `crm.indicator`.
        :param unit: a record with the unit mixin.
        :param list days: first days of periods.
        :return: `{(indicator id, first day): figure}`; what has no figure is absent, what counts
            or sums and found no record is zero.
        """
        figures = self._get_unit_figures(indicators, unit, granularity, days)
        return {(indicator_id, day): value for (_unit, indicator_id, day), value in figures.items()}

    @api.model
    def _get_unit_figures(self, indicators, units, granularity, days):
        """Figures of many units at once: `{(unit key, indicator id, first day): figure}`.

        :param units: records with the unit mixin; see `_get_figures` for all else.
        """
        if not units:
            return {}
        keys = {unit._get_unit_key() for unit in units}
        rows = self.search_read(
            [
                ("indicator_id", "in", indicators.ids),
                ("granularity", "=", granularity),
                ("date_from", "in", days),
                ("state", "=", "approved"),
                *self._get_units_domain(keys),
            ],
            ["indicator_id", "date_from", "value", "scope", "company_id", "team_id", "user_id"],
            load=None,
        )
        companies = self.env["res.company"].browse({key[1] for key in keys})
        figures = {}
        for row in rows:
            key = self._get_row_unit_key(row)
            if key in keys:
                figures[key, row["indicator_id"], row["date_from"]] = row["value"]
        for indicator in indicators:
            if indicator._counts_absence():
                for company in companies:
                    measured = [
                        day for day in days if indicator._has_measured(granularity, day, company)
                    ]
                    for key, day in itertools.product(keys, measured):
                        if key[1] == company.id:
                            figures.setdefault((key, indicator.id, day), 0.0)
        return figures
