from odoo import api, fields, models
from odoo.tools import SQL


class CrmFunnelReport(models.Model):
    """Every stage that an opportunity has been in: how long, and whether it came further.

    The way through the stages is what Odoo has tracked on the opportunity; before the first
    tracked change it was in the stage that this change left. A stage that was skipped has no row.
    An opportunity comes further when it reaches a later stage or is won; open ones that have not
    yet come further are not decided and count neither way.
    """

    _name = "crm.funnel.report"
    _inherit = ["crm.report.mixin"]
    _description = "Sales Funnel"
    _auto = False
    _order = "stage_sequence, entered_on desc, id"
    _rec_name = "entered_on"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    stage_sequence = fields.Integer(readonly=True, aggregator=None)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    created_on = fields.Date(readonly=True)
    entered_on = fields.Date(string="Reached On", readonly=True)
    closed_on = fields.Date(readonly=True)
    won_status = fields.Selection(
        [("pending", "Open"), ("won", "Won"), ("lost", "Lost")], string="Outcome", readonly=True
    )
    expected_revenue = fields.Monetary(readonly=True)
    days = fields.Float(string="Days in Stage", readonly=True, aggregator="avg", digits=(16, 1))
    conversion = fields.Float(
        string="Came Further (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Share of the decided opportunities that reached a later stage or were won.",
    )
    lead_count = fields.Integer(
        string="Opportunities", readonly=True, help="Each is counted once, in its first stage."
    )
    won_count = fields.Integer(string="Won", readonly=True)
    lost_count = fields.Integer(string="Lost", readonly=True)
    win_rate = fields.Float(
        string="Win Rate (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Won by decided opportunities, in percent.",
    )
    cycle_days = fields.Float(
        string="Days to Win",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="From the beginning to the day it was won.",
    )

    _depends = {
        "crm.lead": [
            *("campaign_id", "company_id", "date_closed", "date_conversion", "expected_revenue"),
            *("date_last_stage_update", "medium_id", "partner_id", "source_id", "stage_id"),
            *("team_id", "type", "user_id", "won_status"),
        ],
        "crm.stage": ["is_won", "sequence"],
        "crm.team": ["company_id"],
        "mail.message": ["date", "model", "res_id"],
        "mail.tracking.value": [
            *("field_id", "mail_message_id", "new_value_integer", "old_value_integer"),
        ],
        "res.company": ["currency_id"],
        "res.users": ["company_id"],
    }

    @api.readonly
    def action_open_document(self):
        """Open the opportunity."""
        self.ensure_one()
        return self._get_document_action(self.lead_id)

    @api.model
    def _get_moves_sql(self):
        """When an opportunity came into which stage: where it began, and every change after."""
        return SQL(
            """
            SELECT message.res_id AS lead_id, tracking.id AS tracking_id, message.date,
                   tracking.old_value_integer AS old_stage_id,
                   tracking.new_value_integer AS stage_id
              FROM mail_tracking_value tracking
              JOIN mail_message message
                ON message.id = tracking.mail_message_id AND message.model = 'crm.lead'
             WHERE tracking.field_id = %s
            """,
            self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
        )

    @api.model
    def _get_visits_sql(self):
        """Each stay in a stage, with its end; the last one ends when the opportunity is closed."""
        return SQL(
            """
            SELECT visit.*, GREATEST(0, EXTRACT(epoch FROM COALESCE(
                       lead(visit.date) OVER (
                           PARTITION BY visit.lead_id ORDER BY visit.date, visit.tracking_id
                       ), visit.closed_at, %(now)s) - visit.date) / 86400) AS days
              FROM (
                SELECT opportunity.id AS lead_id, 0 AS tracking_id, begun.date,
                       COALESCE(first.old_stage_id, opportunity.stage_id) AS stage_id,
                       closed.date AS closed_at
                  FROM crm_lead opportunity
             LEFT JOIN (SELECT DISTINCT ON (lead_id) lead_id, old_stage_id
                          FROM (%(moves)s) move
                      ORDER BY lead_id, date, tracking_id) first
                    ON first.lead_id = opportunity.id
            CROSS JOIN LATERAL (%(begun)s) begun
            CROSS JOIN LATERAL (%(closed)s) closed
                 WHERE opportunity.type = 'opportunity'
             UNION ALL
                SELECT opportunity.id, move.tracking_id, GREATEST(move.date, begun.date),
                       move.stage_id, closed.date
                  FROM (%(moves)s) move
                  JOIN crm_lead opportunity
                    ON opportunity.id = move.lead_id AND opportunity.type = 'opportunity'
            CROSS JOIN LATERAL (%(begun)s) begun
            CROSS JOIN LATERAL (%(closed)s) closed
              ) visit
            """,
            moves=self._get_moves_sql(),
            begun=SQL(
                "SELECT COALESCE(opportunity.date_conversion, opportunity.create_date) AS date"
            ),
            closed=SQL(
                "SELECT CASE WHEN opportunity.won_status IN ('won', 'lost') THEN COALESCE("
                "opportunity.date_closed, opportunity.date_last_stage_update) END AS date"
            ),
            now=fields.Datetime.now(),
        )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT COALESCE(NULLIF(stay.tracking_id, 0), -stay.lead_id) AS id, stay.lead_id,
                   stay.stage_id, stage.sequence AS stage_sequence, lead.partner_id,
                   lead.user_id, lead.team_id, unit.company_id,
                   COALESCE(company.currency_id, %(currency)s) AS currency_id,
                   lead.campaign_id, lead.medium_id, lead.source_id,
                   stay.begun::date AS created_on, stay.entered::date AS entered_on,
                   stay.closed_at::date AS closed_on, lead.won_status, lead.expected_revenue,
                   CASE WHEN NOT COALESCE(stage.is_won, FALSE) THEN stay.days END AS days,
                   CASE WHEN stage.is_won THEN NULL
                        WHEN lead.won_status = 'won' OR stay.reached > stage.sequence THEN 100.0
                        WHEN lead.won_status = 'lost' THEN 0.0 END AS conversion,
                   stay.is_first::integer AS lead_count,
                   (stay.is_first AND lead.won_status = 'won')::integer AS won_count,
                   (stay.is_first AND lead.won_status = 'lost')::integer AS lost_count,
                   CASE WHEN stay.is_first THEN CASE lead.won_status
                        WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END END AS win_rate,
                   CASE WHEN stay.is_first AND lead.won_status = 'won' THEN GREATEST(0, EXTRACT(
                        epoch FROM stay.closed_at - stay.begun) / 86400) END AS cycle_days
              FROM (
                SELECT visit.lead_id, visit.stage_id, min(visit.tracking_id) AS tracking_id,
                       min(visit.date) AS entered, sum(visit.days) AS days,
                       min(visit.closed_at) AS closed_at,
                       bool_or(visit.tracking_id = 0) AS is_first,
                       min(min(visit.date)) OVER (PARTITION BY visit.lead_id) AS begun,
                       max(max(way.sequence)) OVER (PARTITION BY visit.lead_id) AS reached
                  FROM (%(visits)s) visit
                  JOIN crm_stage way ON way.id = visit.stage_id
              GROUP BY visit.lead_id, visit.stage_id
              ) stay
              JOIN crm_stage stage ON stage.id = stay.stage_id
              JOIN crm_lead lead ON lead.id = stay.lead_id
         LEFT JOIN crm_team team ON team.id = lead.team_id
         LEFT JOIN res_users person ON person.id = lead.user_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(lead.company_id, team.company_id, person.company_id) AS company_id
        ) unit
         LEFT JOIN res_company company ON company.id = unit.company_id
            """,
            visits=self._get_visits_sql(),
            currency=self.env.company.currency_id.id,
        )
