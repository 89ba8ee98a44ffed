from datetime import date

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.reward import Step, get_reward
from odoo.exceptions import UserError, ValidationError

from .crm_figure_mixin import GRANULARITIES

_LOOK_BACK = 3
# What the lines of a rule are about: the same from the first one that was approved on.
_SUBJECT = ("company_id", "indicator_id", "granularity", "scope")
MAX_AMOUNT = 1e12


class CrmRewardRule(models.Model):
    """What teams or persons earn by a figure.

    What they are paid for is what was measured: figures that are entered count once they are
    approved, targets once they are, and a period once it is over.
    """

    _name = "crm.reward.rule"
    _inherit = ["mail.thread"]
    _description = "Reward Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    indicator_id = fields.Many2one(
        "crm.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('direction', '!=', 'range')]",
    )
    unit_label = fields.Char(compute="_compute_unit_label")
    granularity = fields.Selection(
        GRANULARITIES, string="Period Type", required=True, default="month", tracking=True
    )
    scope = fields.Selection(
        [("team", "Sales Teams"), ("person", "People")],
        string="Who Earns",
        required=True,
        default="person",
        tracking=True,
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Only Teams",
        check_company=True,
        help="These teams and all below them, or the people in them. Empty: all.",
    )
    formula = fields.Selection(
        [
            ("fixed", "A fixed amount from the standard on"),
            ("per_unit", "An amount per unit beyond the standard"),
            ("steps", "The amount of the step that is reached"),
        ],
        required=True,
        default="per_unit",
        tracking=True,
    )
    standard_type = fields.Selection(
        [("fixed", "A fixed figure"), ("target", "The approved target of the period")],
        string="Standard",
        required=True,
        default="fixed",
        tracking=True,
        help="Beyond it there is a reward: above it, or below it where lower is better.",
    )
    standard = fields.Float(string="Standard Figure", digits=0, tracking=True)
    standard_share = fields.Float(
        string="% of the Target", default=100, tracking=True, help="100: the target itself."
    )
    amount = fields.Monetary(tracking=True)
    step_ids = fields.One2many("crm.reward.rule.step", "rule_id", string="Steps", copy=True)
    has_cap = fields.Boolean(string="Limited", tracking=True)
    cap = fields.Monetary(
        string="At Most", tracking=True, help="Nobody earns more than this in one period."
    )
    date_from = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        tracking=True,
        help="Periods that begin on this day or later.",
    )
    date_to = fields.Date(
        string="Last Day", tracking=True, help="Periods that end on this day or earlier."
    )
    reward_ids = fields.One2many("crm.reward", "rule_id", string="Rewards")
    reward_count = fields.Integer(compute="_compute_reward_count")

    _check_amounts = models.Constraint(
        "CHECK (amount >= 0 AND cap >= 0 AND standard_share > 0)",
        "Amounts are not negative, and a share of the target is more than nothing.",
    )
    _check_dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last day is not before the first one.",
    )

    @api.depends("indicator_id", "company_id")
    def _compute_unit_label(self):
        for rule in self:
            indicator = rule.indicator_id
            rule.unit_label = indicator and indicator._get_unit_label(rule.company_id)

    def _compute_reward_count(self):
        counts = dict(
            self.env["crm.reward"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.reward_count = counts.get(rule, 0)

    @api.constrains("indicator_id", "granularity")
    def _check_indicator(self):
        # One that is not there is refused by the database.
        for rule in self.filtered("indicator_id"):
            if rule.indicator_id.direction == "range":
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is good within a range: nothing is beyond its standard.",
                        name=rule.indicator_id.name,
                    )
                )
            if rule.granularity not in rule.indicator_id._get_granularities():
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is not measured by this period.", name=rule.indicator_id.name
                    )
                )

    @api.constrains("formula", "amount", "cap", "standard", "step_ids")
    def _check_formula(self):
        for rule in self:
            if rule.formula == "steps" and not rule.step_ids:
                raise ValidationError(self.env._("Say at least one step."))
            numbers = [rule.amount, rule.cap, *rule.step_ids.mapped("amount")]
            if not all(abs(number) <= MAX_AMOUNT for number in numbers):
                raise ValidationError(self.env._("This amount is out of range."))
            if not all(abs(n) <= 1e15 for n in (rule.standard, *rule.step_ids.mapped("value"))):
                raise ValidationError(self.env._("This figure is out of range."))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        changed = self.filtered(
            lambda rule: any(
                name in vals and rule._fields[name].convert_to_write(rule[name], rule) != vals[name]
                for name in _SUBJECT
            )
        )
        if changed:
            changed.check_access("write")
            changed._drop_drafts()
        return super().write(vals)

    def _drop_drafts(self):
        """Forget what was not approved yet: it is about something else from now on.

        :raises UserError: if something was approved or paid already
        """
        # Lines of all periods are looked at; who may change the rule may do so.
        rewards = self.env["crm.reward"].sudo().search([("rule_id", "in", self.ids)])
        decided = rewards.filtered(lambda reward: reward.state != "draft")
        if decided:
            raise UserError(
                self.env._(
                    "Rewards by “%(name)s” have been approved: archive it and make a new rule to "
                    "count something else, by another period or for others.",
                    name=decided[0].rule_id.name,
                )
            )
        rewards.unlink()

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def get_import_templates(self):
        """The file to begin an import with: a rule a line, more steps on the lines below it."""
        return [
            {
                "label": self.env._("Import Template for Reward Rules"),
                "template": "/crm_targets/static/xls/crm_reward_rule.xlsx",
            }
        ]

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_compute(self, date=None):
        """Work out what was earned, in the periods that are over; again at any time.

        What is approved or paid stays as it is; where it would be different now, the line says so.

        :param str date: a day of the one period to work out, ISO 8601; by default the last three
            that are over
        :return: the payable list of the rules
        """
        self.check_access("write")
        day = self._parse_date(date)
        for rule in self:
            rule._compute_rewards(day)
        return self.action_view_rewards()

    def action_view_rewards(self):
        """Open what was earned by the rules."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_targets.crm_reward_action")
        return action | {"domain": [("rule_id", "in", self.ids)], "context": {}}

    @api.model
    def _parse_date(self, value):
        if value is None or value is False:
            return None
        if isinstance(value, date):
            return value
        return self.env["crm.indicator"]._parse_day(value, "date")

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    @api.model
    def _cron_compute_rewards(self):
        """Work out the periods that have ended lately, rule by rule; done twice it is the same."""
        rules = self.search([])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(rules))
        for rule in rules:
            rule.with_company(rule.company_id)._compute_rewards(None)
            if not cron._commit_progress(1):
                break

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_over_periods(self, day):
        """The periods to work out: over, and within the days that the rule holds for.

        :raises UserError: if the period of `day` is not such a one
        """
        figures = self.env["crm.figure.mixin"]
        zone = self.env["crm.indicator"]._get_zones(self.company_id)[self.company_id.id]
        today = fields.Date.context_today(self.with_context(tz=zone))
        if day:
            periods = [figures._get_checked_period(self.granularity, day, self.company_id)]
        else:
            periods = [
                figures._get_period(self.granularity, today, self.company_id, -number)
                for number in range(_LOOK_BACK, 0, -1)
            ]
        good = [
            period
            for period in periods
            if period.date_to < today
            and period.date_from >= self.date_from
            and (not self.date_to or period.date_to <= self.date_to)
        ]
        if day and not good:
            raise UserError(
                self.env._(
                    "%(name)s does not hold for this period, or the period is not over yet.",
                    name=self.name,
                )
            )
        return good

    def _get_amount(self, value, standard):
        """What a figure earns."""
        try:
            return get_reward(
                self.formula,
                value,
                standard,
                self.amount,
                steps=[Step(step.value, step.amount) for step in self.step_ids],
                cap=self.cap if self.has_cap else None,
                direction=self.indicator_id.direction,
                digits=self.currency_id.decimal_places,
            )
        except ValueError as error:
            raise UserError(
                self.env._("%(name)s: the amount is out of range.", name=self.name)
            ) from error
