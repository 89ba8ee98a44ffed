from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang

_ADMIN = "crm_targets.group_crm_targets_admin"
_LEAD = "crm_targets.group_crm_targets_lead"


class CrmReward(models.Model):
    """What a team or a person earned by a rule in a period: a line of the payable list.

    A line is written by its rule only. Until it is approved it follows the figures; from then on
    it is frozen, and what would be different now stands beside it.
    """

    _name = "crm.reward"
    _inherit = ["crm.figure.mixin", "mail.thread"]
    _description = "Reward"
    _order = "date_from desc, rule_id, amount desc, id"
    _mail_post_access = "read"

    rule_id = fields.Many2one(
        "crm.reward.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    # What was earned outlives who earned it, and what was counted.
    indicator_id = fields.Many2one(readonly=True, ondelete="restrict")
    team_id = fields.Many2one(ondelete="restrict", readonly=True)
    user_id = fields.Many2one(ondelete="restrict", readonly=True)
    value = fields.Float(string="Figure", readonly=True, tracking=True)
    formula = fields.Selection(
        [
            ("fixed", "A fixed amount from the standard on"),
            ("per_unit", "An amount per unit beyond the standard"),
            ("steps", "The amount of the step that is reached"),
        ],
        readonly=True,
    )
    standard = fields.Float(digits=0, readonly=True, aggregator=None)
    surplus = fields.Float(
        string="Beyond", digits=0, readonly=True, aggregator=None, help="Beyond the standard."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True, tracking=True)
    state = fields.Selection(
        [("draft", "To Approve"), ("approved", "Approved"), ("paid", "Paid")],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )
    current_value = fields.Float(string="Figure Now", digits=0, readonly=True, aggregator=None)
    current_amount = fields.Monetary(string="Amount Now", readonly=True)
    difference = fields.Monetary(
        compute="_compute_difference",
        store=True,
        help="What the figures of today would add to, or take from, what was approved.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    approved_date = fields.Date(string="Approved on", readonly=True, copy=False)
    paid_date = fields.Date(string="Paid on", readonly=True, copy=False)
    return_reason = fields.Char(string="Reason", readonly=True, copy=False, tracking=True)
    may_approve = fields.Boolean(compute="_compute_may_approve")
    explanation = fields.Char(compute="_compute_explanation")

    _unit_period_unique = models.UniqueIndex(
        "(rule_id, granularity, date_from, scope, company_id, "
        "COALESCE(team_id, 0), COALESCE(user_id, 0))",
        "There is already a reward by this rule for this unit and period.",
    )

    @api.depends("amount", "current_amount")
    def _compute_difference(self):
        for reward in self:
            reward.difference = reward.current_amount - reward.amount

    @api.depends("scope", "team_id", "user_id", "state")
    @api.depends_context("uid")
    def _compute_may_approve(self):
        for reward in self:
            reward.may_approve = reward._may_approve()

    @api.depends("value", "standard", "surplus", "formula", "amount")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for reward in self:
            reward.explanation = reward._get_explanation()

    @api.depends("rule_id.name", "unit_name", "period_label")
    def _compute_display_name(self):
        for reward in self:
            parts = (reward.rule_id.name, reward.unit_name, reward.period_label)
            reward.display_name = " · ".join(part for part in parts if part)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        if any(reward.state != "draft" for reward in self):
            raise UserError(self.env._("What is approved or paid cannot be deleted."))

    def _update_earned(self, earned):
        """Follow the figures; what is approved is kept, with what it would be now beside it."""
        values = {"current_value": earned["value"], "current_amount": earned["amount"]}
        if self.state == "draft":
            values |= earned
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.write(changed)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_approve(self):
        """Approve what was earned, so that it can be paid. Nobody approves their own."""
        self.check_access("read")
        drafts = self.filtered(lambda reward: reward.state == "draft")
        drafts._check_may_approve()
        # The line is nobody's to write; who may decide about it was checked.
        drafts.sudo().write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_date": fields.Date.context_today(self),
                "return_reason": False,
            }
        )
        return True

    def action_pay(self):
        """Say that the approved rewards were paid; only administrators, and not their own."""
        self.check_access("read")
        approved = self.filtered(lambda reward: reward.state == "approved")
        if not (self.env.su or self.env.user.has_group(_ADMIN)):
            raise AccessError(self.env._("Only an administrator says that rewards were paid."))
        approved._check_may_approve()
        # The line is nobody's to write; who may decide about it was checked.
        approved.sudo().write({"state": "paid", "paid_date": fields.Date.context_today(self)})
        return True

    def action_draft(self, reason=None):
        """Take back the approval of rewards that are not paid; they follow the figures again.

        :param str reason: why, for the trail; needed for what has been approved
        """
        if reason is not None and not isinstance(reason, str):
            raise UserError(self.env._("“reason” is a text."))
        self.check_access("read")
        if any(reward.state == "paid" for reward in self):
            raise UserError(self.env._("What was paid stays as it is."))
        approved = self.filtered(lambda reward: reward.state == "approved")
        approved._check_may_approve()
        reason = (reason or "").strip()
        if approved and not reason:
            raise UserError(self.env._("Say why the approval is taken back."))
        # The line is nobody's to write; who may decide about it was checked.
        for reward in approved.sudo():
            reward.write(
                {
                    "state": "draft",
                    "approved_by_id": False,
                    "approved_date": False,
                    "return_reason": reason,
                    "value": reward.current_value,
                    "amount": reward.current_amount,
                }
            )
        return True

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def _check_may_approve(self):
        refused = self.filtered(lambda reward: not reward._may_approve())
        if refused:
            raise AccessError(
                self.env._(
                    "You cannot decide about %(reward)s. Nobody decides about their own reward: "
                    "whoever leads the team above does, or an administrator.",
                    reward=refused[0].display_name,
                )
            )

    def _may_approve(self):
        """Whether the user may decide about the reward; see `crm.target` for the same."""
        self.ensure_one()
        user = self.env.user
        if self.env.su:
            return True
        own = self._get_earners()
        if user in own:
            return False
        if user.has_group(_ADMIN):
            return True
        if not user.has_group(_LEAD):
            return False
        # Who leads which team is no secret.
        if self.scope == "team":
            return user in self.team_id.sudo().parent_id.lead_user_ids
        memberships = self.user_id.sudo().crm_team_member_ids.filtered("active")
        return any(team._leads(user, self.user_id) for team in memberships.crm_team_id)

    def _get_earners(self):
        """Whose reward it is: a team's is its leader's and members'."""
        if self.scope == "person":
            return self.user_id
        team = self.team_id.sudo()
        return team.user_id | team.crm_team_member_ids.filtered("active").user_id

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def _get_explanation(self):
        digits = self.indicator_id.decimals
        values = {
            name: formatLang(self.env, self[name], digits=digits)
            for name in ("value", "standard", "surplus")
        }
        values["unit"] = self.unit or ""
        if self.formula == "steps":
            return self.env._("%(value)s %(unit)s, by steps", **values).strip()
        if self.formula == "fixed":
            return self.env._("%(value)s %(unit)s, standard %(standard)s", **values)
        return self.env._("%(value)s %(unit)s, standard %(standard)s, %(surplus)s beyond", **values)
