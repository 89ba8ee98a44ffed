import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError

NUMBERS = ("weight", "goal", "red_flag", "goal_share", "red_flag_share")


class CrmScorecardLineMixin(models.AbstractModel):
    """An indicator with its weight, and where its score turns red and green."""

    _name = "crm.scorecard.line.mixin"
    _description = "Weighted Indicator"

    indicator_id = fields.Many2one("crm.indicator", required=True, index=True, ondelete="restrict")
    perspective_id = fields.Many2one(related="indicator_id.perspective_id")
    direction = fields.Selection(related="indicator_id.direction")
    indicator_state = fields.Selection(related="indicator_id.state", string="Indicator Is")
    sequence = fields.Integer(default=10)
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

    @api.constrains("indicator_id", "band_type", "goal", "red_flag", "goal_share", "red_flag_share")
    def _check_band(self):
        for line in self:
            problem = self.env["crm.indicator"]._get_band_problem(line)
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(description)s",
                        name=line.indicator_id.name,
                        description=problem,
                    )
                )

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

    def _prepare_copy_values(self):
        """The line as values for another scorecard or template."""
        self.ensure_one()
        return {
            "indicator_id": self.indicator_id.id,
            "sequence": self.sequence,
            "band_type": self.band_type,
            **{name: self[name] for name in NUMBERS},
        }
