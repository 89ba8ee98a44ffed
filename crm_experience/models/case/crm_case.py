from odoo import api, fields, models
from odoo.exceptions import ValidationError

STATES = [
    ("new", "New"),
    ("in_progress", "In Progress"),
    ("waiting", "Waiting for Customer"),
    ("solved", "Solved"),
    ("confirmed", "Confirmed"),
    ("cancelled", "Cancelled"),
]
KINDS = [
    ("complaint", "Complaint"),
    ("question", "Question"),
    ("return", "Return"),
    ("problem", "Problem"),
]
SEVERITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]
OUTCOMES = [
    ("solved", "Solved"),
    ("partly", "Partly solved"),
    ("declined", "Not possible"),
    ("unfounded", "No fault found"),
]
# The customer has not said yet that it is settled.
OPEN_STATES = ("new", "in_progress", "waiting", "solved")
# What customers on the portal do not read of their own cases. Groups on the fields would keep
# indicators from them.
INTERNAL_FIELDS = {
    *("cause_id", "remedy_cost", "escalation_level", "source", "external_id"),
    *("feedback_id", "feedback_ids", "touchpoint_id"),
    *("likely_duplicate_ids", "known_solution_ids"),
    *("hours_to_response", "hours_to_solve", "waited_hours", "is_in_time", "properties"),
}
# It is our turn, or will be.
WORK_STATES = ("new", "in_progress", "waiting")


class CrmCase(models.Model):
    """One thing that a customer wants settled, from the first word to their confirmation."""

    _name = "crm.case"
    _description = "Case"
    _inherit = ["crm.experience.intake", "portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "severity desc, date_deadline, id desc"
    _rec_names_search = ("name", "title", "partner_id")
    _check_company_auto = True
    _mail_post_access = "read"
    _primary_email = "email_from"

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    title = fields.Char(
        string="Subject", required=True, tracking=True, help="What it is about, in a few words."
    )
    kind = fields.Selection(KINDS, required=True, default="complaint", tracking=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="new",
        copy=False,
        tracking=True,
        group_expand=True,
        help="Solved: the customer is asked whether it is. Confirmed: they said so.",
    )
    is_open = fields.Boolean(
        string="Open",
        compute="_compute_is_open",
        store=True,
        help="Until the customer has confirmed that it is settled.",
    )
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        default="1",
        tracking=True,
        help="Decides how soon it must be answered and solved.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    email_from = fields.Char(
        string="Email", help="Where the customer is answered, if it is not the contact's address."
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    order_id = fields.Many2one(
        "sale.order",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product", ondelete="set null", index="btree_not_null", check_company=True
    )
    cause_id = fields.Many2one(
        "crm.case.cause", ondelete="restrict", index="btree_not_null", tracking=True
    )
    dimension_id = fields.Many2one(
        "crm.experience.dimension",
        ondelete="restrict",
        compute="_compute_dimension_id",
        store=True,
        readonly=False,
        help="What of the experience went wrong.",
    )
    channel_id = fields.Many2one(
        "crm.touchpoint.channel", ondelete="restrict", help="How the customer told us."
    )
    team_id = fields.Many2one(
        "crm.team", ondelete="set null", index="btree_not_null", check_company=True, tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who sees to it that it is settled. Empty: whoever takes it.",
    )
    description = fields.Text(help="What happened, in the customer's own words.")
    solution = fields.Text(
        tracking=True, help="What was done, as everybody who meets the customer may tell them."
    )
    no_solution_reason = fields.Char(
        string="Why Not Yet",
        tracking=True,
        help="What everybody who meets the customer may tell them until there is a solution.",
    )
    outcome = fields.Selection(OUTCOMES, copy=False, tracking=True)
    promise = fields.Char(tracking=True, help="What we promised the customer.")
    promise_date = fields.Date(string="Promised For", tracking=True)
    remedy = fields.Char(help="What the customer gets for it, such as a voucher or a replacement.")
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    remedy_cost = fields.Monetary(
        string="Cost of Remedy",
        copy=False,
        help="What settling it costs us.",
    )
    feedback_id = fields.Many2one(
        "crm.feedback",
        string="Opened by Answer",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )
    visitor = fields.Char(related="feedback_id.visitor")
    touchpoint_id = fields.Many2one(
        "crm.touchpoint",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )
    date_open = fields.Datetime(
        string="Opened", required=True, readonly=True, copy=False, default=fields.Datetime.now
    )
    date_first_response = fields.Datetime(
        string="First Response",
        readonly=True,
        copy=False,
        help="When we first wrote, called or solved.",
    )
    date_solved = fields.Datetime(string="Solved On", readonly=True, copy=False)
    date_confirmed = fields.Datetime(string="Confirmed On", readonly=True, copy=False)
    date_deadline = fields.Datetime(
        string="Next Deadline",
        help="Of the first response, then of the solution. None while the customer has the turn.",
    )
    reopen_count = fields.Integer(string="Times Reopened", readonly=True, copy=False)
    active = fields.Boolean(default=True)

    _open_index = models.Index("(partner_id, date_open DESC) WHERE is_open")
    _user_state_index = models.Index("(user_id, state)")
    _team_state_index = models.Index("(team_id, state)")
    _cause_date_index = models.Index("(cause_id, date_open) WHERE cause_id IS NOT NULL")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("state")
    def _compute_is_open(self):
        for case in self:
            case.is_open = case.state in OPEN_STATES

    @api.depends("cause_id")
    def _compute_dimension_id(self):
        for case in self:
            case.dimension_id = case.dimension_id or case.cause_id.dimension_id

    @api.depends("name", "title")
    def _compute_display_name(self):
        for case in self:
            number = case.name if case.id else ""
            case.display_name = f"{number} {case.title or ''}".strip()

    def _compute_access_url(self):
        super()._compute_access_url()
        for case in self:
            case.access_url = f"/my/cases/{case.id}"

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("remedy_cost")
    def _check_remedy_cost(self):
        if self.filtered(lambda case: not 0 <= case.remedy_cost < 10**12):
            raise ValidationError(self.env._("The cost of a remedy is zero or more."))

    @api.model
    def _has_field_access(self, field, operation):
        is_internal = field.name in INTERNAL_FIELDS and self.env.user.share and not self.env.su
        return not is_internal and super()._has_field_access(field, operation)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def _prepare_create_values(self, vals_list):
        """Give every case its number."""
        prepared = super()._prepare_create_values(vals_list)
        numbers = self._get_numbers(prepared)
        return [
            {**values, "name": number} for values, number in zip(prepared, numbers, strict=True)
        ]

    @api.model
    def _open_case(self, values):
        """Open a case for a caller who has checked whose it is: the portal, a mail.

        :param dict values: of the fields of a case
        :return: the case, with the rights of the caller
        """
        # The customer may not write cases; the caller has checked that it is about them.
        return self.sudo().create(values).sudo(False)
