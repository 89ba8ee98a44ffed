from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_LEAD = "crm_experience.group_crm_experience_lead"
REASONS = [
    # it waits
    ("gap", "Was asked not long ago"),
    ("count", "Was asked often enough"),
    ("survey_gap", "Was asked this not long ago"),
    ("survey_count", "Was asked this often enough"),
    ("quiet", "Quiet hours of the customer"),
    ("address", "Has no valid mail address"),
    ("number", "Has no telephone number"),
    ("wrong_number", "The telephone number is wrong"),
    ("nobody", "There is nobody to call"),
    ("case", "A case of theirs is open"),
    ("mistake", "The rule could not send, see there"),
    # it is over
    ("late", "Held back for too long"),
    ("dead", "Has died"),
    ("opt_out", "Wants no surveys"),
    ("blacklist", "Wants no mails (blacklist)"),
    ("phone", "Wants no calls"),
    ("refused", "Did not want to answer"),
    ("unreached", "Could not be reached"),
    ("archived", "The customer is archived"),
    ("age", "Too young to be asked"),
    ("failed", "The mail could not be delivered"),
    ("withdrawn", "Withdrawn by us"),
]
OPEN_STATES = ("queued", "held", "sent")


class CrmFeedbackInvitation(models.Model):
    """One customer who is asked, or one who answers through a link for everybody.

    Light rows that a job inserts by SQL, so that an event is never asked about twice: unique by
    rule and contact, or by rule and occasion.
    """

    _name = "crm.feedback.invitation"
    _inherit = [
        *("mail.thread", "mail.activity.mixin"),
        *("crm.customer.record", "crm.customer.link.mixin"),
    ]
    _description = "Invitation to Feedback"
    _erased_comodels = ("mail.activity", "survey.user_input")
    _order = "date_planned desc, id desc"
    _rec_names_search = ("partner_id", "rule_id")
    _check_company_auto = True
    _mail_post_access = "read"
    _link_path = "/feedback/i"
    _refusal = "experience_opt_out"

    rule_id = fields.Many2one(
        "crm.feedback.rule", required=True, ondelete="restrict", readonly=True
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Questionnaire",
        required=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="cascade",
        check_company=True,
        help="Empty where somebody answered through a link without saying who.",
    )
    visitor = fields.Char(
        string="Says to Be",
        readonly=True,
        help="What somebody who answered through a link wrote to be reached by. Nobody has "
        "checked it.",
    )
    touchpoint_id = fields.Many2one(
        "crm.touchpoint", string="Asked About", ondelete="set null", readonly=True
    )
    link_id = fields.Many2one("crm.feedback.link", ondelete="set null", readonly=True)
    occasion = fields.Char(
        readonly=True, copy=False, help="With the rule: what makes sure that nobody is asked twice."
    )
    way = fields.Selection(
        [("mail", "Mail"), ("phone", "Telephone"), ("link", "Link")],
        required=True,
        default="mail",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("held", "Held Back"),
            ("sent", "Asked"),
            ("answered", "Answered"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        readonly=True,
        copy=False,
        group_expand=True,
    )
    reason = fields.Selection(
        REASONS, readonly=True, copy=False, help="Why it is held back, or was not sent at all."
    )
    date_planned = fields.Datetime(
        string="Planned", required=True, default=fields.Datetime.now, readonly=True
    )
    date_hold = fields.Datetime(
        string="Held Until", readonly=True, copy=False, help="When it is tried again."
    )
    date_sent = fields.Datetime(string="Asked On", readonly=True, copy=False)
    date_answered = fields.Datetime(string="Answered On", readonly=True, copy=False)
    date_expiry = fields.Datetime(string="Expires", readonly=True, copy=False)
    is_sent = fields.Boolean(string="Was Asked", readonly=True, copy=False)
    date_reminded = fields.Datetime(string="Last Reminder", readonly=True, copy=False)
    reminder_count = fields.Integer(string="Reminders", readonly=True, copy=False)
    user_input_id = fields.Many2one(
        "survey.user_input",
        string="Survey Response",
        ondelete="set null",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    channel_id = fields.Many2one("crm.touchpoint.channel", ondelete="restrict", readonly=True)
    stage_id = fields.Many2one(
        "crm.journey.stage", string="Journey Stage", ondelete="restrict", readonly=True
    )
    product_id = fields.Many2one("product.product", ondelete="set null", readonly=True)
    team_id = fields.Many2one("crm.team", ondelete="set null", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        check_company=True,
        help="Whose work it is about, and who calls if it is a telephone interview.",
    )
    feedback_ids = fields.One2many("crm.feedback", "invitation_id", string="Answers")

    # no partner in these keys: merging contacts would break on it
    _touchpoint_unique = models.UniqueIndex(
        "(rule_id, touchpoint_id) WHERE touchpoint_id IS NOT NULL",
        "The customer is asked about this contact already.",
    )
    _occasion_unique = models.UniqueIndex(
        "(rule_id, occasion) WHERE occasion IS NOT NULL",
        "The customer is asked on this occasion already.",
    )
    _partner_index = models.Index("(partner_id, date_sent)")
    _todo_index = models.Index("(state, date_planned) WHERE state IN ('queued', 'held', 'sent')")
    _rule_index = models.Index("(rule_id, state)")
    _touchpoint_index = models.Index("(touchpoint_id) WHERE touchpoint_id IS NOT NULL")

    @api.depends("rule_id", "partner_id")
    def _compute_display_name(self):
        for invitation in self:
            parts = (
                invitation.rule_id.name,
                invitation.partner_id.display_name or invitation.visitor,
            )
            invitation.display_name = " · ".join(filter(None, parts))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        """Whoever turns out to have answered through a link is the customer of the answers too.

        What became of an invitation is written by what happens to it, and by nobody else.
        """
        if not self.env.su and any(
            self._fields[name].readonly for name in vals if name in self._fields
        ):
            raise UserError(self.env._("How an invitation goes on cannot be entered."))
        if "partner_id" in vals and not self.env.su and self.filtered("partner_id"):
            raise UserError(
                self.env._("An invitation keeps its customer. Cancel it and ask somebody else.")
            )
        result = super().write(vals)
        follow = {name: vals[name] for name in ("partner_id", "team_id", "user_id") if name in vals}
        if follow:
            # Who may change the invitation decides what its own answers are about.
            self.sudo().feedback_ids.write(follow)
        if "partner_id" in vals:
            self.sudo().user_input_id.write({"partner_id": vals["partner_id"]})
        return result

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_cancel(self):
        """Take invitations back that are not answered: their links open nothing any more."""
        self.check_access("write")
        open_ones = self.filtered(lambda invitation: invitation.state in OPEN_STATES)
        open_ones.sudo()._close("cancelled", "withdrawn")  # checked above
        return True

    def action_interview(self):
        """Open the questionnaire, to fill it in for the customer on the telephone."""
        self.check_access("read")
        if len(self) != 1:
            raise UserError(self.env._("Open one interview at a time."))
        if self.way != "phone" or self.state not in ("sent", "answered"):
            raise UserError(self.env._("This is no interview that can be filled in now."))
        # Whoever may read the invitation may call the customer; see controllers/survey.py.
        response = self.sudo()._in_lang()._get_response()
        return {"type": "ir.actions.act_url", "url": response.get_start_url(), "target": "new"}

    def action_view_answers(self):
        """Open what the customer answered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_feedback_action")
        action["domain"] = list(Domain("invitation_id", "=", self.id))
        return action

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _close(self, state, reason=False):
        """End invitations; calls that are still planned are no longer needed."""
        self.write({"state": state, "reason": reason, "date_hold": False})
        self.filtered(lambda invitation: invitation.way == "phone")._get_calls().unlink()
