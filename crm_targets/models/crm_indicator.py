from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_figure_mixin import GRANULARITIES

DEFINITION_FIELDS = (
    *("source", "model_name", "domain", "aggregate", "measure_field", "rate_field"),
    *("date_field", "team_field", "user_field", "company_field", "currency_field"),
    *("window", "window_count", "window_unit", "end_date_field", "method"),
    *("numerator_id", "denominator_id", "ratio_type", "denominator_period", "is_percentage"),
)
# Figures of these are written by the refresh; nobody enters them.
MEASURED_SOURCES = ("records", "ratio", "code")


class CrmIndicator(models.Model):
    _name = "crm.indicator"
    _inherit = ["crm.code.mixin"]
    _description = "Indicator"
    _order = "perspective_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Stable name for programs, such as “orders”. It does not change when the indicator is "
        "renamed or translated.",
    )
    description = fields.Text(
        translate=True, help="What is counted, by which date, and what it is good for."
    )
    perspective_id = fields.Many2one("crm.perspective", required=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    direction = fields.Selection(
        [("higher", "Higher is better"), ("lower", "Lower is better"), ("range", "Within a range")],
        string="Good When",
        required=True,
        default="higher",
    )
    unit = fields.Char(
        string="Unit of Measure",
        translate=True,
        help="Shown behind the figure, such as “orders” or “days”.",
    )
    is_monetary = fields.Boolean(
        string="Money",
        help="The figure is money, in the currency of the company.",
    )
    unit_label = fields.Char(
        string="Shown In",
        compute="_compute_unit_label",
        help="The unit of measure, in the currency of the current company for money.",
    )
    is_percentage = fields.Boolean(
        string="Percentage",
        help="The figure is a share or a change in percent: 25 means 25 %.",
    )
    decimals = fields.Integer(default=0, help="Digits behind the decimal point, 0 to 6.")
    timing = fields.Selection(
        [("leading", "Leading"), ("lagging", "Lagging")],
        required=True,
        default="lagging",
        help="A leading indicator tells early what is to come, such as new opportunities; a "
        "lagging one tells what has come of it, such as the signed amount.",
    )
    owner_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        ondelete="set null",
        help="Who looks after the figure and is asked when it turns red.",
    )
    source = fields.Selection(
        [
            ("records", "Records in Odoo"),
            ("ratio", "Ratio of two indicators"),
            ("code", "Provided by an app"),
            ("manual", "Entered or sent"),
        ],
        required=True,
        default="records",
        help="Figures are measured on records, are the ratio of two other indicators, are computed "
        "by an app in a way of its own, or are entered by hand and sent by other programs.",
    )
    needs_approval = fields.Boolean(
        help="Figures that are entered or sent count only after somebody else has approved them."
    )
    model_name = fields.Char(
        string="Model", help="Technical name of the model whose records are measured."
    )
    model_choice = fields.Selection(
        selection="_selection_model_choice",
        string="Records",
        compute="_compute_model_choice",
        inverse="_inverse_model_choice",
        help="What is measured. You can only choose what you may read.",
    )
    domain = fields.Char(
        string="Filter",
        default="[]",
        help="Which records count. Archived records count only if the filter says so. Dates may be "
        "named: today, -30d, =week_start.",
    )
    aggregate = fields.Selection(
        [
            ("count", "Number of records"),
            ("sum", "Sum"),
            ("avg", "Average"),
            ("min", "Smallest"),
            ("max", "Largest"),
            ("count_distinct", "Number of different values"),
        ],
        string="Figure",
        required=True,
        default="count",
    )
    measure_field = fields.Char(help="The field that is summed, averaged or counted.")
    rate_field = fields.Char(
        string="Currency Rate Field",
        help="The measure is divided by this rate, which the record holds since its own date, so "
        "that money is in the currency of the company. Empty if it already is.",
    )
    currency_field = fields.Char(
        help="The currency of the measure, where the record holds no rate: money is converted into "
        "the currency of the company at the rate of the record's own date."
    )
    date_field = fields.Char(help="The date that decides in which period a record counts.")
    team_field = fields.Char(
        string="Sales Team Field",
        help="The sales team that a record counts for, such as team_id, or user_id.sale_team_id "
        "for the team that its person belongs to today.",
    )
    user_field = fields.Char(string="Person Field", help="The person that a record counts for.")
    company_field = fields.Char(
        help="The company that a record counts for. Where it is empty, the record counts for the "
        "company of its team, else of its person."
    )
    measure_week = fields.Boolean("By Week", default=True)
    measure_month = fields.Boolean("By Month", default=True)
    measure_quarter = fields.Boolean("By Quarter", default=True)
    measure_year = fields.Boolean("By Year", default=True)
    is_additive = fields.Boolean(
        string="Adds Up",
        compute="_compute_is_additive",
        help="The figures of teams, persons and shorter periods add up to the whole, so that a "
        "target can be split.",
    )
    has_baseline = fields.Boolean(string="Baseline Known")
    baseline = fields.Float(
        digits=0, help="The figure before anything was done about it, to compare progress with."
    )
    band_type = fields.Selection(
        [("target", "Share of the target"), ("fixed", "Fixed figures")],
        string="Scored By",
        required=True,
        default="target",
        help="Where the score turns red and green on a scorecard that the indicator is added to: "
        "at a share of the target of the period, or at fixed figures. Scorecards can differ.",
    )
    goal_share = fields.Float(
        default=1.0, digits=(16, 4), help="Share of the target that scores 6.6, where green begins."
    )
    red_flag_share = fields.Float(
        compute="_compute_red_flag_share",
        store=True,
        readonly=False,
        digits=(16, 4),
        help="Share of the target that scores 3.3, where red begins.",
    )
    goal = fields.Float(digits=0, help="Figure that scores 6.6, where green begins.")
    red_flag = fields.Float(digits=0, help="Figure that scores 3.3, where red begins.")
    state = fields.Selection(
        [
            ("new", "Not measured yet"),
            ("measured", "Measured"),
            ("unavailable", "Unavailable"),
            ("error", "Error"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
    )
    error = fields.Char(readonly=True, copy=False)
    refreshed_at = fields.Datetime(string="Last Run", readonly=True, copy=False)
    measured_from = fields.Date(
        readonly=True, copy=False, help="First day of the time that has been measured."
    )
    measured_to = fields.Date(
        readonly=True, copy=False, help="Last day of the time that has been measured."
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is already an indicator with this code."
    )
    _check_decimals = models.Constraint(
        "CHECK (decimals BETWEEN 0 AND 6)", "Decimals are a number from 0 to 6."
    )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("unit", "is_monetary", "is_percentage")
    @api.depends_context("company")
    def _compute_unit_label(self):
        for indicator in self:
            indicator.unit_label = indicator._get_unit_label(self.env.company)

    @api.depends("source", "aggregate", "window", "method")
    def _compute_is_additive(self):
        codes = self._get_additive_code_sources()
        for indicator in self:
            adds_up = indicator.aggregate in ("count", "sum") and indicator.window == "period"
            indicator.is_additive = {
                "records": adds_up,
                "manual": adds_up,
                "code": indicator.method in codes,
            }.get(indicator.source, False)

    @api.depends("direction")
    def _compute_red_flag_share(self):
        for indicator in self:
            indicator.red_flag_share = 1.2 if indicator.direction == "lower" else 0.8

    @api.model
    def _selection_model_choice(self):
        names = [
            model._name
            for model in map(self.env.get, self.env.registry)
            if self._is_measurable(model)
        ]
        # Who may read the records of a model may know its name.
        labelled = (
            self.env["ir.model"].sudo().search_fetch([("model", "in", names)], ["model", "name"])
        )
        return sorted(
            ((model.model, model.name) for model in labelled), key=lambda choice: choice[1]
        )

    @api.depends("model_name")
    def _compute_model_choice(self):
        for indicator in self:
            model = self.env.get(indicator.model_name or "")
            choice = model is not None and self._is_measurable(model)
            indicator.model_choice = indicator.model_name if choice else False

    def _inverse_model_choice(self):
        for indicator in self.filtered("model_choice"):
            indicator.model_name = indicator.model_choice

    @api.onchange("model_choice")
    def _onchange_model_choice(self):
        if self.model_choice and self.model_choice != self.model_name:
            fields_ = self.env[self.model_choice]._fields
            self.model_name = self.model_choice
            self.domain = "[]"
            self.measure_field = self.rate_field = self.currency_field = False
            self.end_date_field = False
            self.date_field = "create_date" if "create_date" in fields_ else False
            self.team_field = "team_id" if "team_id" in fields_ else False
            self.user_field = "user_id" if "user_id" in fields_ else False
            self.company_field = "company_id" if "company_id" in fields_ else False

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("direction", "band_type", "goal", "red_flag", "goal_share", "red_flag_share")
    def _check_band(self):
        for indicator in self:
            problem = self._get_band_problem(indicator)
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(description)s", name=indicator.name, description=problem
                    )
                )

    @api.model
    def _get_band_problem(self, record):
        """Why goal and red flag of `record` (an indicator, a line of a scorecard) do not fit."""
        suffix = "" if record.band_type == "fixed" else "_share"
        goal, red_flag = record[f"goal{suffix}"], record[f"red_flag{suffix}"]
        if record.direction == "higher" and goal < red_flag:
            return self.env._("higher is better, so the goal lies above the red flag.")
        if record.direction == "lower" and goal > red_flag:
            return self.env._("lower is better, so the goal lies below the red flag.")
        return ""

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if not vals.keys().isdisjoint(DEFINITION_FIELDS):
            # What was measured by the old definition says nothing about the new one.
            vals = {**vals, "state": "new", "error": False}
            vals |= {"measured_from": False, "measured_to": False, "refreshed_at": False}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # what uses an indicator keeps it, whoever may read that
        lines = self.env["crm.scorecard.line"].sudo().search([("indicator_id", "in", self.ids)])
        if lines:
            raise UserError(
                self.env._(
                    "%(indicators)s is on a scorecard and cannot be deleted; archive it instead.",
                    indicators=", ".join(lines.indicator_id.mapped("name")),
                )
            )
        # What was agreed, drafts aside, is not deleted along with what it was agreed on.
        targets = self.env["crm.target"].sudo().with_context(active_test=False)
        agreed = targets.search([("indicator_id", "in", self.ids), ("state", "!=", "draft")])
        if agreed:
            raise UserError(
                self.env._(
                    "%(indicators)s has targets and cannot be deleted; archive it instead.",
                    indicators=", ".join(agreed.indicator_id.mapped("name")),
                )
            )
        # as the scorecards
        ratios = self.sudo().with_context(active_test=False)
        ratios = ratios.search([("numerator_id", "in", self.ids)]) | ratios.search(
            [("denominator_id", "in", self.ids)]
        )
        if ratios - self:
            raise UserError(
                self.env._(
                    "%(indicators)s is computed from it: archive it instead.",
                    indicators=", ".join((ratios - self).mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_granularities(self):
        """The period types that the indicator is measured by."""
        self.ensure_one()
        return [name for name, _label in GRANULARITIES if self[f"measure_{name}"]]

    def _get_unit_label(self, company):
        """The unit of measure: the currency of the company for money."""
        self.ensure_one()
        if self.is_percentage:
            return "%"
        currency = company.sudo().currency_id
        return (currency.symbol or currency.name) if self.is_monetary else self.unit or ""

    def _counts_absence(self):
        """Whether the absence of records is a figure of its own: zero.

        Nothing counted and nothing summed is zero; the average, smallest or largest of nothing is
        no figure at all, and no more is a ratio.
        """
        if self.source == "code":
            return self.method in self._get_additive_code_sources()
        return self.source == "records" and self.aggregate in ("count", "sum", "count_distinct")

    def _has_measured(self, granularity, day, company):
        """Whether the period of `company` that `day` lies in has been measured."""
        self.ensure_one()
        if granularity not in self._get_granularities():
            return False
        return self._covers(self.env["crm.figure.mixin"]._get_period(granularity, day, company))

    def _covers(self, period):
        """Whether `period` touches the time that has been measured."""
        first, last = self.measured_from, self.measured_to
        return bool(first) and period.date_from <= last and period.date_to >= first
