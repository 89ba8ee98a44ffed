from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

MAX_DAYS = 3650
# A rule looks back no further: what was captured late is no reason to ask any more.
LOOK_BACK_DAYS = 30


class CrmFeedbackRule(models.Model):
    """Whom to ask what, after which event or how often, how long after it, and by which way.

    What sets it off are contacts (see :class:`crm.touchpoint.trigger`): a job looks for them and
    queues an invitation for each, once. How it goes on is in ``crm_feedback_rule_queue.py`` and
    ``crm_feedback_invitation_send.py``.
    """

    _name = "crm.feedback.rule"
    _inherit = ["crm.touchpoint.trigger", "crm.guarded.mixin"]
    _description = "Asking Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Questionnaire",
        required=True,
        ondelete="restrict",
        domain="[('has_measures', '=', True), ('users_login_required', '=', False)]",
        help="A survey with questions that say what they measure.",
    )
    occasion_type = fields.Selection(
        [
            ("event", "After a contact"),
            ("period", "Every few months"),
            ("none", "Only by hand, by link or by another program"),
        ],
        string="Asks",
        required=True,
        default="event",
    )
    period_months = fields.Integer(
        string="Months Between",
        default=6,
        help="Every customer that the rule holds for is asked once in this time.",
    )
    daily_limit = fields.Integer(
        string="At Most a Day",
        help="So many invitations are planned on one day; the others follow on the next days. "
        "0: no limit.",
    )
    delay_number = fields.Integer(string="Delay", default=1)
    delay_unit = fields.Selection(
        [("hours", "Hours"), ("days", "Days")], required=True, default="days"
    )
    date_start = fields.Datetime(
        string="Contacts Since",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="Earlier contacts do not set the rule off, also if they are captured only now.",
    )
    way = fields.Selection(
        [
            ("mail", "By mail"),
            ("phone", "Telephone interview by staff"),
            ("link", "A link of their own, handed over by you"),
        ],
        required=True,
        default="mail",
        help="Mail: with the first question in it, answered by one tap. Telephone: an activity "
        "for whoever is responsible. Link: nothing is sent; your message service, the "
        "customer's portal page or a colleague hands the link over.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Mail",
        ondelete="restrict",
        domain="[('model', '=', 'crm.feedback.invitation')]",
        help="Empty: the mail that comes with Customer Experience.",
    )
    reminder_count = fields.Integer(
        string="Reminders", help="How often at most a customer who has not answered is reminded."
    )
    reminder_days = fields.Integer(
        string="Days Until a Reminder",
        default=5,
        help="After the invitation, or the last reminder.",
    )
    tap_style = fields.Selection(
        [("number", "Numbers"), ("face", "Faces"), ("star", "Stars")],
        string="One-Tap Look",
        required=True,
        default="number",
        help="How the first question looks in the mail. Faces and stars are for up to seven "
        "choices; more are shown as numbers.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Interviewer",
        ondelete="set null",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Who calls. Empty: who is responsible for the contact, else for the customer, else "
        "the leader of the team.",
    )
    call_script = fields.Html(
        string="What the Caller Says",
        translate=True,
        default=lambda self: self._default_call_script(),
        help="Stands beside the number of the customer. The questions follow on the pages of "
        "the questionnaire.",
    )
    call_limit = fields.Integer(
        string="Calls at Most",
        default=3,
        help="Whoever is not reached is called again the next day, so often in all.",
    )
    share = fields.Float(
        string="Sample (%)",
        default=100,
        help="Which part of the contacts is asked about. Drawn by chance, but always the same "
        "ones: looking at a contact again does not give it a second chance.",
    )
    gap_days = fields.Integer(
        string="Days Between",
        help="How long a customer is not asked this questionnaire again. 0: no limit of its own.",
    )
    limit_count = fields.Integer(
        string="At Most",
        help="How often a customer is asked this questionnaire within the days beside it. "
        "0: no limit of its own.",
    )
    limit_days = fields.Integer(string="Within Days", default=365)
    link_ids = fields.One2many("crm.feedback.link", "rule_id", string="Links")
    invitation_ids = fields.One2many("crm.feedback.invitation", "rule_id", string="Invitations")
    asked_count = fields.Integer(string="Asked", compute="_compute_response")
    answered_count = fields.Integer(string="Answered", compute="_compute_response")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_response")
    response_rate = fields.Float(string="Response Rate (%)", compute="_compute_response")

    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "The sample is more than 0 % and at most 100 %."
    )

    @api.model
    def _default_call_script(self):
        return Markup("<p>%s</p><p>%s</p><p>%s</p>") % (
            self.env._(
                "Good day, my name is … from %(company)s. Do I speak with …? You were with us "
                "some days ago, and we would like to know how it was. It takes three minutes. "
                "Does it suit you now?",
                company=self.env.company.name,
            ),
            self.env._("It does not suit: When may I call you again?"),
            self.env._(
                "At the end: Thank you very much. Is there anything that we can do for you?"
            ),
        )

    def _compute_response(self):
        """Those who were asked by us; answers through a printed link are no response."""
        invitations = self.env["crm.feedback.invitation"]
        counts = {}
        for rule, state, is_sent, count in invitations._read_group(
            [("rule_id", "in", self.ids), ("link_id", "=", False)],
            ["rule_id", "state", "is_sent"],
            ["__count"],
        ):
            own = counts.setdefault(rule.id, {"asked": 0, "answered": 0, "waiting": 0})
            own["asked"] += count if is_sent else 0
            own["answered"] += count if is_sent and state == "answered" else 0
            own["waiting"] += count if state in ("queued", "held") else 0
        for rule in self:
            own = counts.get(rule.id, {"asked": 0, "answered": 0, "waiting": 0})
            rule.asked_count = own["asked"]
            rule.answered_count = own["answered"]
            rule.waiting_count = own["waiting"]
            rule.response_rate = 100 * own["answered"] / own["asked"] if own["asked"] else 0

    @api.constrains(
        *("delay_number", "period_months", "daily_limit", "reminder_count", "reminder_days"),
        *("gap_days", "limit_count", "limit_days", "call_limit"),
    )
    def _check_numbers(self):
        limits = {
            "delay_number": (0, MAX_DAYS),
            "period_months": (1, 120),
            "daily_limit": (0, 1_000_000),
            "reminder_count": (0, 5),
            "reminder_days": (1, MAX_DAYS),
            "call_limit": (1, 10),
            "gap_days": (0, MAX_DAYS),
            "limit_count": (0, 1000),
            "limit_days": (1, MAX_DAYS),
        }
        for rule in self:
            for name, (low, high) in limits.items():
                if not low <= rule[name] <= high:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” is between %(low)s and %(high)s.",
                            field=self._fields[name]._description_string(self.env),
                            low=low,
                            high=high,
                        )
                    )

    @api.constrains("survey_id", "active")
    def _check_survey(self):
        """Refuse a questionnaire that customers cannot answer, or that tells nothing.

        :raises ValidationError: saying which, and why
        """
        # Whoever writes a rule need not be an officer of surveys.
        for survey in self.filtered("active").survey_id.sudo():
            problem = survey._get_asking_problem()
            if problem:
                raise ValidationError(problem)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_invitations(self):
        """Open the invitations of the rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_feedback_invitation_action"
        )
        action["domain"] = list(Domain("rule_id", "=", self.id))
        action["context"] = {}
        return action

    def action_view_responses(self):
        """Open who answered and who did not, over time."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_feedback_response_report_action"
        )
        action["domain"] = list(Domain("rule_id", "=", self.id))
        return action
