from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_APPROVAL = "crm_targets.mail_activity_type_approve"
_ADMIN = "crm_targets.group_crm_targets_admin"
_LEAD = "crm_targets.group_crm_targets_lead"
# What it takes to go from one state to another, beside the right to write; see `_may_approve`.
_STEPS = {
    ("draft", "submitted"): "write",
    ("draft", "approved"): "approve",
    ("submitted", "approved"): "approve",
    ("submitted", "draft"): "write",
    ("approved", "locked"): "approve",
    ("approved", "draft"): "approve",
    ("locked", "draft"): "unlock",
}


class CrmTargetApproval(models.Model):
    """Who may change and approve which target. Nobody decides on what they are measured by.

    - A person's target is changed and approved by whoever leads them, never by themselves.
    - A team's target may be proposed by its leader; whoever leads a team above it approves it.
    - Administrators do all of it for everybody else, and they alone approve what a company is to
      reach and unlock what has been locked. Their own target is up to another administrator or
      to whoever leads their team.

    Record rules say the same as far as a domain can. What they cannot, comparing ranks within a
    line of teams, is checked here.
    """

    _inherit = "crm.target"

    return_reason = fields.Text(
        string="Reason",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the target was set back to draft.",
    )
    may_approve = fields.Boolean(compute="_compute_may_approve")

    @api.depends("scope", "team_id", "user_id", "parent_id")
    @api.depends_context("uid")
    def _compute_may_approve(self):
        for target in self:
            target.may_approve = target._may_approve()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._check_below(as_part=False)
        begun = targets.filtered(lambda target: target.state in ("approved", "locked"))
        begun._check_may_approve()
        return targets

    def write(self, vals):
        if "state" in vals:
            self._check_step(vals)
        self._check_below()
        result = super().write(vals)
        if not vals.keys().isdisjoint(("scope", "team_id", "user_id", "parent_id")):
            self._check_below(as_part=False)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_above(self):
        self._check_below()

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_submit(self):
        """Propose the drafts among the targets; whoever is to approve them gets an activity."""
        drafts = self.filtered(lambda target: target.state == "draft")
        drafts.write({"state": "submitted"})
        drafts._schedule_approval()
        return True

    def action_approve(self):
        """Let the targets count; drafts need not be submitted by who may approve them."""
        targets = self.filtered(lambda target: target.state in ("draft", "submitted"))
        targets.write({"state": "approved"})
        targets.activity_feedback([_APPROVAL])
        return True

    def action_lock(self):
        """Close the approved targets; from now on only an administrator can open them."""
        self.filtered(lambda target: target.state == "approved").write({"state": "locked"})
        return True

    def action_draft(self, reason=None):
        """Set the targets back to draft, so that they can be changed; they no longer count.

        :param str reason: why; needed for what has been approved.
        """
        if reason is not None and not isinstance(reason, str):
            raise UserError(self.env._("“reason” is a text."))
        targets = self.filtered(lambda target: target.state != "draft")
        targets.write({"state": "draft", "return_reason": (reason or "").strip() or False})
        targets.activity_unlink([_APPROVAL])
        return True

    def action_submit_parts(self):
        """Submit the targets with all their parts, as far as the user may change them."""
        return self._get_whole("draft").action_submit()

    def action_approve_parts(self):
        """Approve the targets with all their parts, as far as the user may."""
        whole = self._get_whole("draft") | self._get_whole("submitted")
        return whole.filtered(lambda target: target._may_approve()).action_approve()

    def action_lock_parts(self):
        """Lock the targets with all their parts, as far as the user may."""
        whole = self._get_whole("approved")
        return whole.filtered(lambda target: target._may_approve()).action_lock()

    def _get_whole(self, state):
        """The targets and all their parts that are in a state and may be changed by the user."""
        whole = self | self._get_all_parts()
        return whole.filtered(lambda target: target.state == state)._filtered_access("write")

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def _check_step(self, vals):
        """The way from the present states to the new one is open, and open to the user."""
        self.check_access("write")
        for target in self:
            need = _STEPS.get((target.state, vals["state"]))
            if vals["state"] == target.state:
                continue
            if not need:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(target)s cannot go from “%(old)s” to “%(new)s”.",
                        target=target.display_name,
                        old=states[target.state],
                        new=states.get(vals["state"], vals["state"]),
                    )
                )
            if need == "unlock" and not (self.env.su or self.env.user.has_group(_ADMIN)):
                raise AccessError(
                    self.env._(
                        "%(target)s is locked: only an administrator can set it back to draft.",
                        target=target.display_name,
                    )
                )
            if need != "write":
                target._check_may_approve()
            if target.state in ("approved", "locked") and vals["state"] == "draft":
                target._check_reason(vals.get("return_reason"))

    def _check_reason(self, reason):
        if not reason:
            raise UserError(
                self.env._(
                    "Say why %(target)s is set back to draft: it has been approved.",
                    target=self.display_name,
                )
            )

    def _check_may_approve(self):
        refused = self.filtered(lambda target: not target._may_approve())
        if refused:
            raise AccessError(
                self.env._(
                    "You cannot approve %(target)s. Nobody approves their own target: whoever "
                    "leads the team above does, or an administrator.",
                    target=refused[0].display_name,
                )
            )

    def _check_below(self, *, as_part=True):
        """Refuse persons who are not below the user, as far as record rules cannot.

        :param bool as_part: whether it is enough that the target is a part of the user's team's.
            It is for who has moved, but nobody is made a part of a team that they are not in.
        """
        user = self.env.user
        if self.env.su or user.has_group(_ADMIN):
            return
        for target in self.filtered(lambda target: target.scope == "person"):
            if not target._is_person_below(user, as_part=as_part):
                raise AccessError(
                    self.env._(
                        "%(person)s is not below you: you cannot change their targets.",
                        person=target.user_id.name,
                    )
                )

    def _may_approve(self):
        """Whether the user may approve the target. What one does with all rights, one may."""
        self.ensure_one()
        user = self.env.user
        if self.env.su:
            return True
        if self.scope == "person" and self.user_id == user:
            return False
        if user.has_group(_ADMIN):
            return True
        if not user.has_group(_LEAD) or self.scope == "company":
            return False
        if self.scope == "person":
            return self._is_person_below(user)
        team = self.team_id.sudo()  # who leads which team is no secret
        return user != team.user_id and user in team.parent_id.lead_user_ids

    def _get_person_teams(self, *, as_part=True):
        """The teams in which the person is, and the one that their part was made for."""
        # Who is in which team is no secret.
        target = self.sudo()
        teams = target.user_id.crm_team_member_ids.filtered("active").crm_team_id
        return teams | target.parent_team_id if as_part else teams

    def _is_person_below(self, user, *, as_part=True):
        """Whether `user` leads the person, in one of the teams of the person, from above."""
        teams = self._get_person_teams(as_part=as_part)
        return any(team._leads(user, self.user_id) for team in teams)

    # ------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------

    def _schedule_approval(self):
        """Ask for approval: an activity per target, one for a whole that comes with its parts."""
        whole = self.filtered(
            lambda target: not (target.parent_id | target.period_parent_id) & self
        )
        administrators = self._get_administrators()
        by_approver = {}
        for target in whole:
            approver = target._get_approver(administrators)
            by_approver.setdefault(approver, self.browse())
            by_approver[approver] |= target
        # A mail for every one of many targets would be noise; the activities are enough.
        for approver, targets in by_approver.items():
            if approver:
                quiet = targets.with_context(mail_activity_quick_update=True)
                quiet.activity_schedule(_APPROVAL, user_id=approver.id)

    def _get_approver(self, administrators):
        """Whoever is nearest above the target, rather somebody else than the one who submits it."""
        self.ensure_one()
        teams = self._get_person_teams() if self.scope == "person" else self.team_id.sudo()
        leaders = [above.user_id for team in teams for above in team._get_line()]
        candidates = [
            user
            for user in (*leaders, *administrators)
            if user.active
            and self.company_id in user.company_ids
            and self.with_user(user)._may_approve()
        ]
        others = [user for user in candidates if user != self.env.user]
        return next(iter(others or candidates), self.env["res.users"])

    @api.model
    def _get_administrators(self):
        # Who administers targets is no secret.
        users = self.env.ref(_ADMIN).sudo().all_user_ids
        return users.filtered(lambda user: user.active and not user.share).sorted("id")
