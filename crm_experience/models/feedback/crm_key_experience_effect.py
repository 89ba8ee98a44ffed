from odoo import api, fields, models
from odoo.addons.crm_experience.tools.drivers import ALPHA
from odoo.fields import Domain
from odoo.tools.misc import formatLang

KINDS = [
    ("basic", "Basic"),
    ("loyalty", "Loyalty-making"),
    ("irritant", "Tolerated irritant"),
    ("indifferent", "Indifferent"),
    ("unclear", "Not clear yet"),
]
QUADRANTS = [
    ("improve", "Improve first"),
    ("keep", "Keep it up"),
    ("low", "Low priority"),
    ("overkill", "More than needed"),
]


class CrmKeyExperienceEffect(models.Model):
    """What one dimension does for loyalty, as a run found it."""

    _name = "crm.key.experience.effect"
    _description = "Effect of an Experience"
    _order = "run_id desc, state, rank, id"
    _rec_name = "dimension_id"

    run_id = fields.Many2one(
        "crm.key.experience.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    dimension_id = fields.Many2one(
        "crm.experience.dimension", required=True, readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        [
            ("1_ranked", "Ranked"),
            ("2_reverse", "The other way round"),
            ("3_not_significant", "Not significant"),
            ("4_few", "Too few answers"),
            ("5_constant", "All answers alike"),
            ("6_untold", "Not told"),
        ],
        required=True,
        readonly=True,
    )
    rank = fields.Integer(readonly=True, aggregator=None)
    customer_count = fields.Integer(string="Customers", readonly=True, aggregator=None)
    performance = fields.Float(
        readonly=True, aggregator="avg", help="Mean experience of the customers, 0 to 10."
    )
    performance_low = fields.Float(readonly=True, aggregator=None)
    performance_high = fields.Float(readonly=True, aggregator=None)
    top_share = fields.Float(
        string="High Experience",
        readonly=True,
        aggregator="avg",
        help="Share of the customers with a high experience, in percent.",
    )
    importance = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Standard deviations of loyalty that come with one of experience.",
    )
    effect = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Points of recommendation, or percentage points of customers who buy again, that "
        "come with one point more of experience.",
    )
    effect_low = fields.Float(readonly=True, aggregator=None)
    effect_high = fields.Float(readonly=True, aggregator=None)
    p_value = fields.Float(string="p", digits=(16, 4), readonly=True, aggregator=None)
    p_adjusted = fields.Float(
        string="p, corrected",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="By Holm, for how many dimensions there are.",
    )
    quadrant = fields.Selection(QUADRANTS, readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    has_penalty = fields.Boolean(readonly=True)
    penalty = fields.Float(
        readonly=True, aggregator=None, help="What a low experience does, against a middle one."
    )
    penalty_low = fields.Float(readonly=True, aggregator=None)
    penalty_high = fields.Float(readonly=True, aggregator=None)
    penalty_p = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    has_reward = fields.Boolean(readonly=True)
    reward = fields.Float(
        readonly=True, aggregator=None, help="What a high experience does, against a middle one."
    )
    reward_low = fields.Float(readonly=True, aggregator=None)
    reward_high = fields.Float(readonly=True, aggregator=None)
    reward_p = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    sentence = fields.Char(compute="_compute_sentence")
    kind_sentence = fields.Char(string="Low and High", compute="_compute_sentence")

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    @api.depends("state", "dimension_id", "run_id.segment", "run_id.target", "effect")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for effect in self:
            effect.sentence = effect._get_sentence()
            effect.kind_sentence = effect._get_kind_sentence()

    def _format(self, value, sign=False):
        """A number of points as people read it, with one digit where it matters."""
        digits = 0 if abs(value) >= 9.95 else 1
        text = formatLang(self.env, abs(value), digits=digits)
        if value < 0 and text.strip("0.,"):
            return f"−{text}"  # noqa: RUF001 (a minus, as printed)
        return f"+{text}" if sign else text

    def _get_points(self, value, low, high):
        """An effect with its interval: “+17 points of recommendation (95 %: 9 to 25)”."""
        values = {
            "value": self._format(value, sign=True),
            "low": self._format(low),
            "high": self._format(high),
        }
        if self.run_id.target == "repeat":
            return self.env._(
                "%(value)s percentage points who buy again (95 %%: %(low)s to %(high)s)", **values
            )
        return self.env._(
            "%(value)s points of recommendation (95 %%: %(low)s to %(high)s)", **values
        )

    @api.model
    def _is_likely(self, low, high):
        """Whether an interval leaves out zero: of one effect by itself, not of all together."""
        return low > 0 or high < 0

    def _get_sentence(self):
        values = {"dimension": self.dimension_id.name, "segment": self.run_id.segment}
        _ = self.env._
        untold = {
            "4_few": _("%(dimension)s: too few answers in %(segment)s.", **values),
            "5_constant": _("%(dimension)s: all answers are alike in %(segment)s.", **values),
            "6_untold": _("%(dimension)s: nothing can be told in %(segment)s.", **values),
        }
        if self.state in untold:
            return untold[self.state]
        values["points"] = self._get_points(self.effect, self.effect_low, self.effect_high)
        if self.state == "3_not_significant" and self._is_likely(self.effect_low, self.effect_high):
            return _(
                "%(dimension)s, one point better: perhaps %(points)s in %(segment)s.", **values
            )
        if self.state == "3_not_significant":
            return _(
                "%(dimension)s, one point better: no effect shown in %(segment)s, %(points)s.",
                **values,
            )
        if self.state == "2_reverse":
            return _(
                "%(dimension)s, one point better: %(points)s in %(segment)s. It goes the other way "
                "round: look at the answers before you act.",
                **values,
            )
        return _("%(dimension)s, one point better: %(points)s in %(segment)s.", **values)

    def _get_kind_sentence(self):
        """What low and high experiences do; the kind stands on what is significant of it."""
        _ = self.env._
        parts = []
        if self.has_penalty:
            points = self._get_points(self.penalty, self.penalty_low, self.penalty_high)
            if self.penalty_p < ALPHA:
                parts.append(_("When it is bad: %(points)s.", points=points))
            elif self._is_likely(self.penalty_low, self.penalty_high):
                parts.append(_("When it is bad: perhaps %(points)s.", points=points))
            else:
                parts.append(_("When it is bad: no effect shown, %(points)s.", points=points))
        if self.has_reward:
            points = self._get_points(self.reward, self.reward_low, self.reward_high)
            if self.reward_p < ALPHA:
                parts.append(_("When it is good: %(points)s.", points=points))
            elif self._is_likely(self.reward_low, self.reward_high):
                parts.append(_("When it is good: perhaps %(points)s.", points=points))
            else:
                parts.append(_("When it is good: no effect shown, %(points)s.", points=points))
        return " ".join(parts)

    def _describe(self):
        """The effect for the picture."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        quadrants = dict(self._fields["quadrant"]._description_selection(self.env))
        names = (
            *("performance", "performance_low", "performance_high", "top_share", "importance"),
            *("effect", "effect_low", "effect_high", "p_value", "p_adjusted", "customer_count"),
            *("has_penalty", "penalty", "penalty_low", "penalty_high"),
            *("has_reward", "reward", "reward_low", "reward_high"),
        )
        return {
            "id": self.id,
            "dimension_id": self.dimension_id.id,
            "name": self.dimension_id.name,
            "icon": self.dimension_id.icon or "",
            "is_ranked": self.state == "1_ranked",
            "state": self.state[2:],
            "state_label": states[self.state],
            "rank": self.rank,
            "quadrant": self.quadrant or "",
            "quadrant_label": quadrants.get(self.quadrant, ""),
            "kind": self.kind or "",
            "kind_label": kinds.get(self.kind, ""),
            "sentence": self.sentence,
            "kind_sentence": self.kind_sentence,
            **{name: self[name] for name in names},
        }

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_answers(self):
        """The answers behind the effect, as far as the user may read them."""
        self.ensure_one()
        run = self.run_id
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_feedback_action")
        domain = run.analysis_id._get_answers_domain(run.answers_from, run.answers_to)
        domain &= Domain("metric", "=", "gap") & Domain("dimension_id", "=", self.dimension_id.id)
        action["domain"] = self.env["crm.feedback"]._get_plain_domain(domain)
        action["name"] = self.env._("Answers: %(name)s", name=self.dimension_id.name)
        action["context"] = {}
        action.pop("path", None)
        return action
