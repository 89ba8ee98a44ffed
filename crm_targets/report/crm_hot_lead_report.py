from odoo import api, fields, models
from odoo.addons.crm_targets.tools import urgency
from odoo.tools import SQL

#: From how many points on something is hot.
HOT = 50


class CrmHotLeadReport(models.Model):
    """Open inquiries and opportunities by the urgency of following them up, with the reasons.

    A contact is an email either way, a comment to the customer, a done activity or a meeting that
    has taken place; internal notes and messages of the system are none.
    """

    _name = "crm.hot.lead.report"
    _inherit = ["crm.report.mixin"]
    _description = "Follow-Up"
    _auto = False
    _order = "urgency desc, expected_revenue desc, id"
    _rec_name = "contact_name"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    type = fields.Selection([("lead", "Lead"), ("opportunity", "Opportunity")], readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    contact_name = fields.Char(string="Who", readonly=True, help="The customer, or who wrote.")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    expected_revenue = fields.Monetary(readonly=True, currency_field="currency_id")
    value_ratio = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Expected revenue by the average of open opportunities of the company.",
    )
    created_on = fields.Date(readonly=True)
    date_deadline = fields.Date(string="Expected Closing", readonly=True)
    stage_days = fields.Integer(string="Days in Stage", readonly=True, aggregator="avg")
    last_contact = fields.Date(readonly=True)
    silent_days = fields.Integer(
        string="Days without Contact",
        readonly=True,
        aggregator="avg",
        help="Since the last contact, or since it came in.",
    )
    next_step = fields.Date(readonly=True, help="The next activity or meeting that is planned.")
    is_answered = fields.Boolean(
        string="Answered",
        readonly=True,
        help="Somebody wrote to the customer, did an activity or met them.",
    )
    urgency = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 0),
        help="0 to 100: days without contact, expected closing, value, days in the stage, and "
        "whether a next step is planned.",
    )
    reason = fields.Char(string="Why Now", compute="_compute_reason")

    _depends = {
        "calendar.event": ["active", "opportunity_id", "start", "stop"],
        "crm.lead": [
            *("active", "campaign_id", "company_id", "contact_name", "date_deadline"),
            *("date_last_stage_update", "email_from", "expected_revenue", "name", "partner_id"),
            *("partner_name", "stage_id", "team_id", "type", "user_id", "won_status"),
        ],
        "crm.team": ["company_id"],
        "mail.activity": ["active", "date_deadline", "date_done", "res_id", "res_model"],
        "mail.message": [
            *("author_id", "date", "message_type", "model", "res_id", "subtype_id"),
        ],
        "res.company": ["currency_id"],
        "res.partner": ["complete_name"],
        "res.users": ["company_id", "partner_id", "share"],
    }

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends_context("lang", "uid")
    def _compute_reason(self):
        today = fields.Date.context_today(self)
        for row in self:
            reasons = row._get_reasons(today)
            row.reason = " · ".join(reasons)

    def _get_reasons(self, today):
        """Why it is urgent, in words, the strongest reason first."""
        self.ensure_one()
        _ = self.env._
        # The name of a stage is no secret; whoever reads the row may lack rights on pipelines.
        stage = self.stage_id.sudo().name
        reasons = {
            "silence": self._get_silence_reason(),
            "closing": self._get_closing_reason(today),
            "value": self.value_ratio >= 1.5 and _("worth more than most"),
            "stage": self.stage_days >= urgency.SILENT_DAYS
            and _("%(days)s days in “%(stage)s”", days=self.stage_days, stage=stage),
            "step": (not self.next_step and _("no next step planned"))
            or (self.next_step < today and _("the next step is overdue")),
        }
        sentences = [reasons[key] for key in urgency.POINTS if reasons[key]]
        return [sentence[:1].upper() + sentence[1:] for sentence in sentences]

    def _get_silence_reason(self):
        _ = self.env._
        if not self.is_answered:
            if self.silent_days == 0:
                return _("not answered yet, came in today")
            if self.silent_days == 1:
                return _("not answered since yesterday")
            return _("not answered for %(days)s days", days=self.silent_days)
        if self.silent_days >= urgency.SILENT_DAYS // 2:
            return _("no contact for %(days)s days", days=self.silent_days)
        return ""

    def _get_closing_reason(self, today):
        _ = self.env._
        if not self.date_deadline:
            return ""
        days = (self.date_deadline - today).days
        near = {
            -1: _("should have closed yesterday"),
            0: _("should close today"),
            1: _("should close tomorrow"),
        }
        if days in near:
            return near[days]
        if days < 0:
            return _("should have closed %(days)s days ago", days=-days)
        if days < urgency.CLOSING_HORIZON:
            return _("should close in %(days)s days", days=days)
        return ""

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    @api.readonly
    def action_open_document(self):
        """Open the lead or opportunity."""
        self.ensure_one()
        return self._get_document_action(self.lead_id)

    @api.readonly
    def action_plan_activity(self):
        """Plan the next step of the selected leads."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan the Next Step"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "crm.lead",
                "active_ids": self.lead_id.ids,
                "active_id": self.lead_id[:1].id,
            },
        }

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _get_hot_customers(self, user, limit=5):
        """The inquiries and opportunities of a person that are the most urgent to follow up.

        :return: `[{res_model, res_id, name, reason, amount, date}]`, the most urgent first; `date`
            is the expected closing or False. Only what the current user may read.
        """
        rows = self.search_fetch([("user_id", "=", user.id), ("urgency", ">=", HOT)], limit=limit)
        return [
            {
                "res_model": "crm.lead",
                "res_id": row.lead_id.id,
                "name": row.contact_name,
                "reason": row.reason,
                "amount": row.expected_revenue,
                "date": row.date_deadline,
            }
            for row in rows
        ]

    # ------------------------------------------------------------
    # Query
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT lead.*, GREATEST(0, LEAST(1, silent_days / %(silent_days)s::float)) * %(silence)s
                   + GREATEST(0, LEAST(1, stage_days / %(stage_days)s::float)) * %(stage)s
                   + GREATEST(0, LEAST(1, COALESCE(
                         (%(horizon)s + (%(today)s::date - date_deadline))
                             / %(closing_days)s::float, 0))) * %(closing)s
                   + CASE WHEN next_step >= %(today)s THEN 0 ELSE 1 END * %(step)s
                   + GREATEST(0, LEAST(1, value_ratio / %(ratio)s::float)) * %(value)s AS urgency
              FROM (%(leads)s) lead
            """,
            leads=self._get_leads_sql(),
            today=fields.Date.context_today(self),
            silent_days=urgency.SILENT_DAYS,
            stage_days=urgency.STAGE_DAYS,
            horizon=urgency.CLOSING_HORIZON,
            closing_days=urgency.CLOSING_HORIZON - urgency.CLOSING_DAYS,
            ratio=urgency.VALUE_RATIO,
            **urgency.POINTS,
        )

    @api.model
    def _get_leads_sql(self):
        return SQL(
            """
            SELECT lead.id, lead.id AS lead_id, lead.type, lead.partner_id, lead.user_id,
                   COALESCE(partner.complete_name, lead.partner_name, lead.contact_name,
                            lead.email_from, lead.name) AS contact_name,
                   unit.company_id, COALESCE(company.currency_id, %(currency)s) AS currency_id,
                   lead.team_id, lead.stage_id,
                   lead.campaign_id, lead.expected_revenue,
                   COALESCE(lead.expected_revenue / NULLIF(average.revenue, 0), 0)::float
                       AS value_ratio,
                   lead.create_date::date AS created_on, lead.date_deadline,
                   GREATEST(0, %(today)s::date - COALESCE(
                       lead.date_last_stage_update, lead.create_date)::date) AS stage_days,
                   contact.day AS last_contact,
                   GREATEST(0, %(today)s::date - COALESCE(contact.day, lead.create_date::date))
                       AS silent_days,
                   LEAST(activity.planned, meeting.planned) AS next_step,
                   COALESCE(message.sent, activity.done, meeting.held) IS NOT NULL AS is_answered
              FROM crm_lead lead
         LEFT JOIN res_partner partner ON partner.id = lead.partner_id
         LEFT JOIN crm_team team ON team.id = lead.team_id
         LEFT JOIN res_users person ON person.id = lead.user_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(lead.company_id, team.company_id, person.company_id) AS company_id
        ) unit
         LEFT JOIN res_company company ON company.id = unit.company_id
         LEFT JOIN (SELECT company_id, avg(expected_revenue) AS revenue FROM crm_lead
                     WHERE active AND won_status = 'pending' AND expected_revenue > 0
                  GROUP BY company_id) average
                ON average.company_id IS NOT DISTINCT FROM lead.company_id
              %(contacts)s
        CROSS JOIN LATERAL (
            SELECT GREATEST(message.sent, message.received, activity.done, meeting.held) AS day
        ) contact
             WHERE lead.active AND lead.won_status = 'pending'
            """,
            today=fields.Date.context_today(self),
            currency=self.env.company.currency_id.id,
            contacts=self._get_contacts_sql(),
        )

    @api.model
    def _get_contacts_sql(self):
        """Messages, activities and meetings of a lead, found through their indexes."""
        return SQL(
            """
         LEFT JOIN LATERAL (
            SELECT max(mail.date::date) FILTER (WHERE author.id IS NOT NULL) AS sent,
                   max(mail.date::date) FILTER (WHERE author.id IS NULL) AS received
              FROM mail_message mail
         LEFT JOIN res_users author ON author.partner_id = mail.author_id AND NOT author.share
             WHERE mail.model = 'crm.lead' AND mail.res_id = lead.id
               AND mail.message_type IN ('email', 'comment', 'email_outgoing')
               AND mail.subtype_id = %(comment)s
         ) message ON TRUE
         LEFT JOIN LATERAL (
            SELECT max(COALESCE(plan.date_done, plan.date_deadline)) FILTER (
                       WHERE NOT plan.active) AS done,
                   min(plan.date_deadline) FILTER (WHERE plan.active) AS planned
              FROM mail_activity plan
             WHERE plan.res_model = 'crm.lead' AND plan.res_id = lead.id
         ) activity ON TRUE
         LEFT JOIN LATERAL (
            SELECT max(event.start::date) FILTER (WHERE event.stop < %(now)s) AS held,
                   min(event.start::date) FILTER (WHERE event.start >= %(now)s) AS planned
              FROM calendar_event event
             WHERE event.opportunity_id = lead.id AND event.active
         ) meeting ON TRUE
            """,
            comment=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
            now=fields.Datetime.now(),
        )
