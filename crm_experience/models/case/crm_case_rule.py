from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.satisfaction import RATING_SCALE
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .crm_case import KINDS, SEVERITIES


class CrmCaseRule(models.Model):
    """Which answers of customers open a case, how grave it is, and who gets it.

    The first rule that fits an answer opens one case about it.
    """

    _name = "crm.case.rule"
    _description = "Rule for Opening Cases"
    _inherit = ["crm.customer.condition"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: for answers given to any company.", index=True
    )
    metric = fields.Selection(
        selection=lambda self: (
            self.env["crm.feedback"]._fields["metric"]._description_selection(self.env)
        ),
        help="Empty: answers of any kind.",
    )
    score_below = fields.Float(
        string="Worse Than",
        required=True,
        default=4,
        digits=(4, 1),
        help="On the scale from 0 to 10 that all metrics share: 0 is the worst. An answer of "
        "this score does not open a case.",
    )
    dimension_ids = fields.Many2many(
        "crm.experience.dimension", string="Dimensions", help="Empty: any dimension."
    )
    channel_ids = fields.Many2many(
        "crm.touchpoint.channel", string="Channels", help="Empty: any channel."
    )
    is_comment_needed = fields.Boolean(
        string="Only With a Comment", help="Only where the customer wrote something."
    )
    age_days = fields.Integer(
        string="Days Back at Most",
        default=30,
        help="Answers that are older when they come in open no case, such as those of a year "
        "that is sent from another system. 0: however old they are.",
    )
    kind = fields.Selection(KINDS, string="Opens a", required=True, default="complaint")
    severity = fields.Selection(SEVERITIES, required=True, default="2")
    cause_id = fields.Many2one("crm.case.cause", ondelete="set null")
    team_id = fields.Many2one(
        "crm.team",
        string="For the Team",
        check_company=True,
        help="Empty: the team that the answer is about, else the team for cases of the company.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="For",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Empty: whoever the team gives it to.",
    )

    @api.constrains("score_below")
    def _check_score_below(self):
        low, high = RATING_SCALE
        if self.filtered(lambda rule: not low < rule.score_below <= high):
            raise ValidationError(
                self.env._("A score is above %(low)s and at most %(high)s.", low=low, high=high)
            )

    @api.constrains("age_days")
    def _check_age_days(self):
        if self.filtered(lambda rule: rule.age_days < 0):
            raise ValidationError(self.env._("The days back cannot be negative."))

    def _get_feedback_domain(self):
        """Return the domain of the answers that the rule opens a case for."""
        self.ensure_one()
        domain = Domain("score_normalised", "<", self.score_below)
        # somebody can be answered: a customer, or whoever wrote how to be reached
        domain &= Domain("partner_id", "!=", False) | Domain(
            "invitation_id", "any", [("visitor", "!=", False)]
        )
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.age_days:
            oldest = fields.Datetime.now() - timedelta(days=self.age_days)
            domain &= Domain("date", ">=", oldest)
        if self.metric:
            domain &= Domain("metric", "=", self.metric)
        if self.dimension_ids:
            domain &= Domain("dimension_id", "in", self.dimension_ids.ids)
        if self.channel_ids:
            domain &= Domain("channel_id", "in", self.channel_ids.ids)
        if self.is_comment_needed:
            domain &= Domain("comment", "not in", (False, ""))
        partner_domain = self._get_partner_domain()
        if not partner_domain.is_true():
            domain &= Domain("partner_id", "any", partner_domain)
        return domain
