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
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who entered or sent the figure last; somebody else approves it.",
    )

    can_approve = fields.Boolean(
        compute="_compute_can_approve",
        help="Whether the figure waits for somebody else, and the user is one.",
    )

    _unit_period_unique = models.UniqueIndex(
        "(indicator_id, granularity, date_from, scope, company_id, "
        "COALESCE(team_id, 0), COALESCE(user_id, 0))",
        "There is already a figure of this indicator for this unit and period.",
    )

    @api.depends("state", "entered_by_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        for figure in self:
            own = self.env.user in figure.entered_by_id | figure.user_id
            figure.can_approve = figure.state == "to_approve" and not own

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_approving(vals_list)
        values = super().create([{**vals, "entered_by_id": self.env.uid} for vals in vals_list])
        values._check_manual()
        values._ask_approval()
        return values

    def write(self, vals):
        self._check_not_approving([vals])
        self._check_manual()
        before = [[figure[name] for name in vals] for figure in self]
        result = super().write(vals)
        # The same figure sent again says nothing new: it stays approved.
        changed = self.browse(
            figure.id
            for figure, old in zip(self, before, strict=True)
            if [figure[name] for name in vals] != old
        )
        self._check_manual()
        super(CrmIndicatorValue, changed).write({"entered_by_id": self.env.uid})
        changed._ask_approval()
        return result

    def _check_manual(self):
        measured = self.indicator_id.filtered(lambda indicator: indicator.source != "manual")
        if measured:
            raise UserError(
                self.env._(
                    "“%(indicators)s” is measured; its figures cannot be entered.",
                    indicators=", ".join(measured.mapped("name")),
                )
            )

    def _check_not_approving(self, vals_list):
        if any("state" in vals or "entered_by_id" in vals for vals in vals_list):
            raise UserError(self.env._("Figures are approved by somebody else, not by entering."))

    def _ask_approval(self):
        """Let the figures count only after they are approved, where the indicator wants it."""
        waiting = self.filtered("indicator_id.needs_approval")
        # Past the own `write`, where nobody says what is approved.
        # pylint: disable-next=super-method-mismatch
        super(CrmIndicatorValue, waiting).write({"state": "to_approve"})

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_approve(self):
        """Let entered figures count.

        Whoever may change a figure may approve it, but not one about themselves or one that they
        entered themselves.
        """
        self.check_access("write")
        waiting = self.filtered(lambda figure: figure.state == "to_approve")
        own = waiting.filtered(lambda figure: not figure.can_approve)
        if own:
            raise UserError(
                self.env._(
                    "You cannot approve what you entered yourself or what is about you: "
                    "%(figures)s",
                    figures=", ".join(own.mapped("display_name")[:5]),
                )
            )
        # pylint: disable-next=super-method-mismatch
        super(CrmIndicatorValue, waiting).write({"state": "approved"})
        return True

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
