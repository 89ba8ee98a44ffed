from odoo import api, fields, models
from odoo.tools import SQL


class CrmFeedbackResponseReport(models.Model):
    """Every customer who was asked: who answered, and who did not.

    Only those who were asked by us are in it, since nobody knows how many people walk past a
    printed code. An invitation that can still be answered is open and counts as asked.
    """

    _name = "crm.feedback.response.report"
    _inherit = ["crm.customer.record"]
    _description = "Response to Invitations"
    _auto = False
    _order = "date_sent desc, id desc"
    _rec_name = "date_sent"

    rule_id = fields.Many2one("crm.feedback.rule", readonly=True)
    survey_id = fields.Many2one("survey.survey", string="Questionnaire", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    channel_id = fields.Many2one("crm.touchpoint.channel", readonly=True)
    stage_id = fields.Many2one("crm.journey.stage", string="Journey Stage", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    way = fields.Selection(
        [("mail", "Mail"), ("phone", "Telephone"), ("link", "Link")], readonly=True
    )
    outcome = fields.Selection(
        [("answered", "Answered"), ("open", "Awaiting Answer"), ("silent", "Not Answered")],
        readonly=True,
    )
    date_sent = fields.Datetime(string="Asked On", readonly=True)
    asked_count = fields.Integer(string="Asked", readonly=True)
    answered_count = fields.Integer(string="Answered", readonly=True)
    open_count = fields.Integer(string="Awaiting Answer", readonly=True)
    silent_count = fields.Integer(string="Not Answered", readonly=True)
    reminder_count = fields.Integer(string="Reminders", readonly=True)
    response_rate = fields.Float(
        string="Response Rate (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Share of those who were asked that have answered, in percent.",
    )
    days_to_answer = fields.Float(
        string="Days to Answer", readonly=True, aggregator="avg", digits=(16, 1)
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT invitation.id, rule_id, survey_id, company_id, partner_id, channel_id,
                      stage_id, team_id, user_id, way, date_sent, reminder_count,
                      CASE state WHEN 'answered' THEN 'answered'
                                 WHEN 'sent' THEN 'open' ELSE 'silent' END AS outcome,
                      1 AS asked_count,
                      (state = 'answered')::integer AS answered_count,
                      (state = 'sent')::integer AS open_count,
                      (state NOT IN ('answered', 'sent'))::integer AS silent_count,
                      100.0 * (state = 'answered')::integer AS response_rate,
                      EXTRACT(EPOCH FROM date_answered - date_sent) / 86400 AS days_to_answer
                 FROM crm_feedback_invitation AS invitation
                WHERE is_sent AND link_id IS NULL"""
        )

    @api.depends("partner_id", "rule_id")
    def _compute_display_name(self):
        for row in self:
            parts = (row.rule_id.name, row.partner_id.display_name)
            row.display_name = " · ".join(filter(None, parts))

    def action_open(self):
        """Open the invitation behind the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.feedback.invitation",
            "res_id": self.id,
            "views": [(False, "form")],
        }
