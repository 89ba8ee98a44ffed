from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MAX_DAYS = 90


class CrmCareRule(models.Model):
    """What we do for customers on a day that matters to them: an activity for one of us, or a mail.

    What is done about each occasion is remembered in ``crm.care.action``, so nothing is done
    twice. How the nightly job finds the occasions is in ``crm_care_rule_run.py``.
    """

    _name = "crm.care.rule"
    _description = "Care Rule"
    _inherit = ["crm.customer.condition", "crm.guarded.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        default=lambda self: self.env.company,
        help="Empty: for all companies.",
    )
    date_kind = fields.Selection(
        selection=lambda self: [
            *self.env["crm.partner.date"]._fields["kind"]._description_selection(self.env),
            ("occasion", self.env._("Occasion for everybody")),
        ],
        string="Which Day",
        required=True,
        default="birthday",
    )
    occasion_id = fields.Many2one("crm.care.occasion", ondelete="restrict")
    days_before = fields.Integer(help="How many days earlier it comes up, 0 to 90.")
    days_late = fields.Integer(
        string="Days Late at Most",
        default=3,
        help="What could not be done in time is done until so many days after the day, 0 to 90.",
    )
    action = fields.Selection(
        [("activity", "Activity for one of us"), ("mail", "Mail to the customer")],
        required=True,
        default="activity",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="restrict",
        domain="[('res_model', 'in', [False, 'res.partner'])]",
        default=lambda self: self.env.ref(
            "crm_experience.mail_activity_type_care", raise_if_not_found=False
        ),
    )
    assign = fields.Selection(
        [
            ("salesperson", "Salesperson of the customer"),
            ("lead", "Leader of the customer's team"),
            ("user", "Always the same person"),
        ],
        string="Assigned To",
        required=True,
        default="salesperson",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        help="Who gets it, or who gets it where the customer has no salesperson or team.",
    )
    note = fields.Html(translate=True, help="What to do, for the activity.")
    mail_template_id = fields.Many2one(
        "mail.template",
        ondelete="restrict",
        domain="[('model', '=', 'res.partner')]",
        help="Sent in the language of the customer, after their quiet hours. Whoever is on the "
        "blacklist or wants no greetings gets none. The link with which they say so is "
        "object._get_greeting_stop_url().",
    )
    action_ids = fields.One2many("crm.care.action", "rule_id", string="What Was Done")
    action_count = fields.Integer(compute="_compute_action_count")

    def _compute_action_count(self):
        counts = dict(
            self.env["crm.care.action"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.action_count = counts.get(rule, 0)

    @api.constrains("days_before", "days_late")
    def _check_days(self):
        for rule in self:
            if not (0 <= rule.days_before <= MAX_DAYS and 0 <= rule.days_late <= MAX_DAYS):
                raise ValidationError(
                    self.env._("Days before and days late are between 0 and %(max)s.", max=MAX_DAYS)
                )

    @api.constrains("date_kind", "occasion_id")
    def _check_occasion(self):
        if self.filtered(lambda rule: (rule.date_kind == "occasion") != bool(rule.occasion_id)):
            raise ValidationError(
                self.env._("Choose the occasion if the rule is for one, and only then.")
            )

    @api.constrains("action", "activity_type_id", "mail_template_id", "assign", "user_id")
    def _check_action(self):
        for rule in self:
            if rule.action == "mail":
                if rule.mail_template_id.model != "res.partner":
                    raise ValidationError(self.env._("Choose a mail template for contacts."))
            elif not rule.activity_type_id:
                raise ValidationError(self.env._("Choose the type of the activity."))
            elif rule.assign == "user" and not rule.user_id:
                raise ValidationError(self.env._("Choose who gets the activity."))

    @api.onchange("date_kind")
    def _onchange_date_kind(self):
        if self.date_kind != "occasion":
            self.occasion_id = False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """What was done is why nothing is done twice."""
        if self.sudo().action_ids:
            raise UserError(
                self.env._("Something was done by this rule already. Archive it instead.")
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_actions(self):
        """Open what was done by the rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_care_action_action"
        )
        action["domain"] = [("rule_id", "=", self.id)]
        return action
