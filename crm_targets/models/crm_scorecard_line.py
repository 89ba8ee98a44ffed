import math

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.score import Band, get_band, get_score
from odoo.exceptions import ValidationError

NUMBERS = ("weight", "goal", "red_flag", "goal_share", "red_flag_share")


class CrmScorecardLine(models.Model):
    _name = "crm.scorecard.line"
    _description = "Indicator on a Scorecard"
    _order = "scorecard_id, perspective_sequence, perspective_id, sequence, date_from, id"

    scorecard_id = fields.Many2one("crm.scorecard", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True, index=True)
    indicator_id = fields.Many2one("crm.indicator", required=True, index=True, ondelete="restrict")
    perspective_id = fields.Many2one(related="indicator_id.perspective_id", store=True)
    perspective_sequence = fields.Integer(
        related="perspective_id.sequence", string="Perspective Sequence", store=True
    )
    direction = fields.Selection(related="indicator_id.direction")
    sequence = fields.Integer(default=10)
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        help="Weight and band count from this day on, until a later line of the same indicator. "
        "A line with weight 0 takes the indicator off the scorecard.",
    )
    weight = fields.Float(
        required=True,
        default=10.0,
        digits=(16, 2),
        help="Its part in the whole. The weights of a perspective together are the weight of the "
        "perspective.",
    )
    band_type = fields.Selection(
        [("target", "Share of the target"), ("fixed", "Fixed figures")],
        string="Scored By",
        compute="_compute_band",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Where the score turns red and green: at a share of the target of the period, or at "
        "fixed figures.",
    )
    goal_share = fields.Float(
        compute="_compute_band",
        store=True,
        readonly=False,
        precompute=True,
        digits=(16, 4),
        help="Share of the target that scores 6.6, where green begins.",
    )
    red_flag_share = fields.Float(
        compute="_compute_band",
        store=True,
        readonly=False,
        precompute=True,
        digits=(16, 4),
        help="Share of the target that scores 3.3, where red begins.",
    )
    goal = fields.Float(
        compute="_compute_band",
        store=True,
        readonly=False,
        precompute=True,
        digits=0,
        help="Figure that scores 6.6, where green begins.",
    )
    red_flag = fields.Float(
        compute="_compute_band",
        store=True,
        readonly=False,
        precompute=True,
        digits=0,
        help="Figure that scores 3.3, where red begins.",
    )

    _check_weight = models.Constraint("CHECK (weight >= 0)", "A weight cannot be negative.")
    _date_unique = models.Constraint(
        "UNIQUE (scorecard_id, indicator_id, date_from)",
        "The indicator is on the scorecard from this day on already.",
    )

    @api.depends("indicator_id")
    def _compute_band(self):
        """A new line takes over the bands of its indicator; later changes there leave it alone."""
        for line in self:
            indicator = line.indicator_id
            line.band_type = indicator.band_type or "target"
            line.goal_share = indicator.goal_share if indicator else 1.0
            line.red_flag_share = indicator.red_flag_share if indicator else 0.8
            line.goal = indicator.goal
            line.red_flag = indicator.red_flag

    @api.depends("indicator_id.name", "scorecard_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.scorecard_id.name}: {line.indicator_id.name}"

    @api.constrains("indicator_id", "band_type", "goal", "red_flag", "goal_share", "red_flag_share")
    def _check_band(self):
        for line in self:
            problem = self.env["crm.indicator"]._get_band_problem(line)
            if problem:
                raise ValidationError(f"{line.indicator_id.name}: {problem}")

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_finite(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_finite(vals)
        return super().write(vals)

    @api.model
    def _check_finite(self, vals):
        # Before they are written: core cannot round what is no number.
        if not all(
            math.isfinite(vals[name]) for name in NUMBERS if isinstance(vals.get(name), float)
        ):
            raise ValidationError(self.env._("Weights and bands are finite numbers."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_band(self, target):
        """Goal and red flag of the line; None when it goes by a target that there is not.

        :param target: the target of the unit and period, or None.
        """
        self.ensure_one()
        if self.band_type == "fixed":
            return Band(self.goal, self.red_flag)
        if target is None:
            return None
        return get_band(target, self.goal_share, self.red_flag_share)

    def _get_score(self, value, target):
        """Score of a figure, 0 to 10; None without a figure, or without the target it goes by."""
        self.ensure_one()
        band = self._get_band(target)
        if value is None or band is None:
            return None
        return get_score(value, band, self.direction)

    @api.model
    def _get_effective(self, scorecard, day, lines=None):
        """The lines in force on `day`: of every indicator the latest that has begun by then.

        :param lines: those of the scorecard, where they have been looked up already.
        """
        latest = {}
        for line in (scorecard.line_ids if lines is None else lines).sorted("date_from"):
            if line.date_from <= day and line.indicator_id.active:
                latest[line.indicator_id.id] = line
        lines = self.browse(line.id for line in latest.values() if line.weight)
        return lines.sorted(lambda line: (line.sequence, line.id))
