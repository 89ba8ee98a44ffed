from odoo import api, fields, models
from odoo.fields import Domain


class CrmCustomerJourney(models.Model):
    """Where a customer stands with a company: stage, silence, habits of buying.

    One row per customer and company; a company and its people are one customer. Everything in
    it follows from the contacts and is written by the refresh alone (see
    ``crm_customer_journey_refresh.py``), so nobody has the right to change it.
    """

    _name = "crm.customer.journey"
    _inherit = ["crm.customer.record", "crm.responsible.mixin"]
    _description = "Customer Journey"
    _order = "date_since desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, ondelete="set null", index=True
    )
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null", index=True)
    stage_id = fields.Many2one(
        "crm.journey.stage",
        string="Journey Stage",
        readonly=True,
        ondelete="set null",
        index=True,
        group_expand="_read_group_stage_id",
    )
    date_since = fields.Datetime(string="Since", readonly=True)
    date_next = fields.Datetime(
        string="Stage Ends",
        readonly=True,
        help="When the stage ends by itself if nothing happens.",
    )
    stage_days = fields.Integer(
        string="Days in Stage",
        compute="_compute_stage_days",
        search="_search_stage_days",
    )
    stage_pace = fields.Selection(
        [("fresh", "On the way"), ("late", "Longer than usual"), ("stuck", "Far too long")],
        string="Time in Stage",
        readonly=True,
        help="By the days that the stage usually lasts; twice as many are far too long.",
    )
    move_ids = fields.One2many("crm.customer.journey.move", "journey_id", string="Moves")

    # what the contacts say
    date_first = fields.Datetime(string="First Contact", readonly=True)
    date_last = fields.Datetime(string="Last Contact", readonly=True)
    date_personal = fields.Datetime(
        string="Last Personal Contact",
        readonly=True,
        help="The last time that people talked to each other.",
    )
    date_outgoing = fields.Datetime(
        string="Last Call on Them",
        readonly=True,
        help="The last personal contact for which we turned to the customer.",
    )
    date_care = fields.Datetime(
        string="Last Contact That Was Not Selling",
        readonly=True,
        help="The last personal contact for service or care.",
    )
    date_purchase = fields.Datetime(string="Last Purchase", readonly=True)
    purchase_count = fields.Integer(string="Purchases", readonly=True)
    purchase_amount = fields.Monetary(
        string="Bought in a Year",
        readonly=True,
        currency_field="currency_id",
        help="Purchases of the twelve months up to the last one, in the company's currency.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    usual_days = fields.Float(
        string="Usually Buys Every",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days between two purchases, the median. 0: not known yet.",
    )

    # neglect and loss
    neglect_rule_id = fields.Many2one(
        "crm.neglect.rule", string="Neglected By", readonly=True, ondelete="set null"
    )
    neglect_date = fields.Date(
        string="Neglected Since",
        readonly=True,
        help="The day on which the silence became longer than the rule allows.",
    )
    is_neglected = fields.Boolean(string="Neglected", readonly=True)
    doubt_rule_id = fields.Many2one(
        "crm.neglect.rule", string="Lost By", readonly=True, ondelete="set null"
    )
    is_probably_lost = fields.Boolean(string="Probably Lost", readonly=True)
    silent_days = fields.Integer(
        compute="_compute_silent_days",
        help="Days since the last personal contact, or since the first contact of all.",
    )
    neglect_reason = fields.Char(string="Why", compute="_compute_neglect_reason")
    date_silence_handled = fields.Datetime(
        string="Silence Planned For",
        readonly=True,
        help="The contact before the silence for which an activity was planned.",
    )
    loss_id = fields.Many2one("crm.customer.loss", readonly=True, ondelete="set null")

    _partner_company_index = models.UniqueIndex("(partner_id, company_id)")
    _due_index = models.Index("(date_next) WHERE date_next IS NOT NULL")
    _neglected_index = models.Index("(company_id, user_id) WHERE is_neglected")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("date_since")
    def _compute_stage_days(self):
        now = fields.Datetime.now()
        for journey in self:
            journey.stage_days = (now - journey.date_since).days if journey.date_since else 0

    @api.model
    def _search_stage_days(self, operator, value):
        if operator not in {">", ">=", "<", "<="} or not isinstance(value, (int, float)):
            return NotImplemented
        # more days in the stage is an earlier date
        mirrored = {">": "<", ">=": "<=", "<": ">", "<=": ">="}[operator]
        return Domain("date_since", mirrored, f"-{int(value)}d")

    @api.depends("date_personal", "date_first")
    def _compute_silent_days(self):
        now = fields.Datetime.now()
        for journey in self:
            last = journey.date_personal or journey.date_first
            journey.silent_days = (now - last).days if last else 0

    @api.depends("silent_days", "usual_days", "date_personal", "date_care", "date_purchase")
    def _compute_neglect_reason(self):
        for journey in self:
            journey.neglect_reason = journey._get_neglect_reason()

    def _get_neglect_reason(self):
        """Return the silence of the customer in a sentence."""
        self.ensure_one()
        now = fields.Datetime.now()
        words = []
        if self.date_personal:
            words.append(self.env._("no personal contact for %(days)s days", days=self.silent_days))
        else:
            words.append(self.env._("never a personal contact"))
        if self.date_purchase:
            days = (now - self.date_purchase).days
            if self.usual_days:
                words.append(
                    self.env._(
                        "last purchase %(days)s days ago, usually buys every %(usual)s",
                        days=days,
                        usual=round(self.usual_days),
                    )
                )
            else:
                words.append(self.env._("last purchase %(days)s days ago", days=days))
        if self.date_personal and not self.date_care:
            words.append(self.env._("only ever contacts about selling"))
        sentence = "; ".join(words)
        return sentence[:1].upper() + sentence[1:]

    @api.model
    def _read_group_stage_id(self, stages, _domain):
        """Show empty columns too, in the order of the journey."""
        return stages.search([]) | stages
