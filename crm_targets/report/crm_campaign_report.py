from odoo import api, fields, models
from odoo.tools import SQL

#: What a row holds, and nothing in the other columns.
_MEASURES = {
    "planned_cost": "numeric",
    "actual_cost": "numeric",
    "reach": "integer",
    "lead_count": "integer",
    # Inquiries of campaigns that say how many people they addressed; not shown by itself.
    "responses": "integer",
    "won_count": "integer",
    "order_count": "integer",
    "new_customers": "integer",
    "existing_customers": "integer",
    "signed": "numeric",
    "collected": "numeric",
}
#: Ratios of sums: numerator, denominator and factor; the return is less the cost itself.
_RATIOS = {
    "response_rate": ("SUM(%(responses)s)", "SUM(%(reach)s)", 100),
    "acquisition_cost": ("SUM(%(actual_cost)s)", "SUM(%(new_customers)s)", 1),
    "return_rate": (
        "(SUM(%(collected)s) - SUM(%(actual_cost)s))",
        "SUM(%(actual_cost)s)",
        100,
    ),
}


class CrmCampaignReport(models.Model):
    """What campaigns cost and what they brought, each by its own day.

    Costs are those entered on the campaign, and what is posted on its cost account. Inquiries and
    orders belong to the campaign that they name; an order without one to that of its opportunity.
    Money follows the order that it is for, as in `crm.collection.report`. A customer is new with
    the first order ever; existing ones had ordered before.
    """

    _name = "crm.campaign.report"
    _inherit = ["crm.report.mixin"]
    _description = "Campaigns"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "date"

    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        readonly=True,
        help="The salesperson; for costs, who is responsible for the campaign.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    customer_type = fields.Selection(
        [("existing", "Existing Customers"), ("prospective", "Prospective Customers")],
        string="Customers",
        readonly=True,
        help="Whether they had ordered before.",
    )
    planned_cost = fields.Monetary(readonly=True)
    actual_cost = fields.Monetary(string="Cost", readonly=True)
    reach = fields.Integer(string="People Addressed", readonly=True)
    lead_count = fields.Integer(string="Inquiries", readonly=True)
    won_count = fields.Integer(string="Won", readonly=True)
    order_count = fields.Integer(string="Orders", readonly=True)
    new_customers = fields.Integer(readonly=True)
    existing_customers = fields.Integer(readonly=True)
    signed = fields.Monetary(readonly=True)
    collected = fields.Monetary(readonly=True)
    response_rate = fields.Float(
        string="Response Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Inquiries by people addressed, in percent.",
    )
    acquisition_cost = fields.Monetary(
        readonly=True, aggregator="avg", help="Cost by new customers."
    )
    return_rate = fields.Float(
        string="Return (%)",
        readonly=True,
        aggregator="avg",
        help="Collected less cost, by cost, in percent.",
    )

    _depends = {
        "account.account": ["account_type"],
        "account.analytic.line": ["amount", "company_id", "date", "general_account_id"],
        "crm.collection.report": ["amount"],
        "crm.lead": [
            *("campaign_id", "company_id", "partner_id", "team_id", "user_id", "won_status"),
        ],
        "res.company": ["currency_id"],
        "res.partner": ["commercial_partner_id"],
        "sale.order": [
            *("amount_total", "campaign_id", "company_id", "currency_rate", "date_order"),
            *("opportunity_id", "partner_id", "state", "team_id", "user_id"),
        ],
        "utm.campaign": ["cost_account_id", "user_id"],
        "utm.campaign.cost": [
            *("active", "campaign_id", "company_amount", "company_id", "date", "kind", "reach"),
        ],
    }

    def _read_group_select(self, aggregate_spec, query):
        name = aggregate_spec.split(":")[0]
        if name not in _RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        # The ratio of sums is not the average of ratios.
        columns = {
            measure: self._field_to_sql(self._table, measure, query)
            if measure in self._fields
            else SQL.identifier(self._table, measure)
            for measure in _MEASURES
        }
        numerator, denominator, factor = _RATIOS[name]
        return SQL(
            "%s * %s / NULLIF(%s, 0)::numeric",
            SQL(numerator, **columns),
            factor,
            SQL(denominator, **columns),
        )

    @api.readonly
    def action_open_document(self):
        """Open the campaign."""
        self.ensure_one()
        return self._get_document_action(self.campaign_id)

    # ------------------------------------------------------------
    # Query
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        parts = [
            self._get_costs_sql(),
            *self._get_booked_costs_sql(),
            self._get_leads_sql(),
            self._get_orders_sql(),
            self._get_collected_sql(),
        ]
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY part.date, part.part, part.ref)::integer AS id,
                   part.*, COALESCE(company.currency_id, %s) AS currency_id,
                   NULL::numeric AS response_rate,
                   NULL::numeric AS acquisition_cost, NULL::numeric AS return_rate
              FROM (%s) part
         LEFT JOIN res_company company ON company.id = part.company_id
            """,
            self.env.company.currency_id.id,
            SQL(" UNION ALL ").join(parts),
        )

    @api.model
    def _get_columns_sql(self, **measures):
        """All measures; those without an expression are nothing."""
        return SQL(", ").join(
            SQL("%s AS %s", measures.get(name, SQL(f"0::{type_}")), SQL.identifier(name))
            for name, type_ in _MEASURES.items()
        )

    @api.model
    def _get_costs_sql(self):
        return SQL(
            """
            SELECT 'cost' AS part, cost.id::text AS ref, cost.campaign_id, cost.date,
                   cost.company_id, campaign.user_id, NULL::integer AS team_id,
                   NULL::text AS customer_type, %s
              FROM utm_campaign_cost cost
              JOIN utm_campaign campaign ON campaign.id = cost.campaign_id
             WHERE cost.active
            """,
            self._get_columns_sql(
                planned_cost=SQL(
                    "CASE cost.kind WHEN 'planned' THEN cost.company_amount ELSE 0 END"
                ),
                actual_cost=SQL("CASE cost.kind WHEN 'actual' THEN cost.company_amount ELSE 0 END"),
                reach=SQL("CASE cost.kind WHEN 'actual' THEN COALESCE(cost.reach, 0) ELSE 0 END"),
            ),
        )

    @api.model
    def _get_booked_costs_sql(self):
        """Posted costs on the cost accounts: expense claims, bills and entries, timesheets. Every
        analytic plan has a column of its own."""
        project, others = self.env["account.analytic.plan"]._get_all_plans()
        return [
            SQL(
                """
                SELECT 'booked', line.id::text, campaign.id, line.date, line.company_id,
                       campaign.user_id, NULL::integer, NULL::text, %s
                  FROM utm_campaign campaign
                  JOIN account_analytic_line line ON line.%s = campaign.cost_account_id
             LEFT JOIN account_account account ON account.id = line.general_account_id
                 WHERE account.account_type LIKE 'expense%%'
                    OR account.id IS NULL AND line.amount < 0
                """,
                self._get_columns_sql(actual_cost=SQL("-line.amount")),
                SQL.identifier(plan._strict_column_name()),
            )
            for plan in project | others
        ]

    @api.model
    def _get_leads_sql(self):
        return SQL(
            """
            SELECT 'lead', lead.id::text, lead.campaign_id, lead.create_date::date,
                   COALESCE(lead.company_id, team.company_id, person.company_id), lead.user_id,
                   lead.team_id,
                   CASE WHEN EXISTS (
                            SELECT FROM sale_order earlier
                              JOIN res_partner buyer ON buyer.id = earlier.partner_id
                             WHERE earlier.state = 'sale'
                               AND earlier.date_order < lead.create_date
                               AND buyer.commercial_partner_id = partner.commercial_partner_id
                        ) THEN 'existing' ELSE 'prospective' END, %s
              FROM crm_lead lead
         LEFT JOIN crm_team team ON team.id = lead.team_id
         LEFT JOIN res_users person ON person.id = lead.user_id
         LEFT JOIN res_partner partner ON partner.id = lead.partner_id
             WHERE lead.campaign_id IS NOT NULL
            """,
            self._get_columns_sql(
                lead_count=SQL("1"),
                responses=SQL(
                    """
                    CASE WHEN EXISTS (
                             SELECT FROM utm_campaign_cost cost
                              WHERE cost.campaign_id = lead.campaign_id AND cost.active
                                AND cost.kind = 'actual' AND cost.reach > 0
                                AND cost.company_id = COALESCE(
                                    lead.company_id, team.company_id, person.company_id,
                                    cost.company_id)
                         ) THEN 1 ELSE 0 END
                    """
                ),
                won_count=SQL("CASE lead.won_status WHEN 'won' THEN 1 ELSE 0 END"),
            ),
        )

    @api.model
    def _get_sold_sql(self):
        """Confirmed orders with their campaign, and how many the customer placed before them: at
        all, and through the same campaign."""
        return SQL(
            """
            SELECT ord.id, ord.date_order, ord.company_id, ord.user_id, ord.team_id,
                   COALESCE(ord.campaign_id, lead.campaign_id) AS campaign_id,
                   ord.amount_total / COALESCE(NULLIF(ord.currency_rate, 0), 1)::numeric AS amount,
                   row_number() OVER (
                       PARTITION BY partner.commercial_partner_id ORDER BY ord.date_order, ord.id
                   ) = 1 AS is_first,
                   row_number() OVER (
                       PARTITION BY partner.commercial_partner_id,
                                    COALESCE(ord.campaign_id, lead.campaign_id)
                       ORDER BY ord.date_order, ord.id
                   ) = 1 AS is_first_of_campaign
              FROM sale_order ord
              JOIN res_partner partner ON partner.id = ord.partner_id
         LEFT JOIN crm_lead lead ON lead.id = ord.opportunity_id
             WHERE ord.state = 'sale'
            """
        )

    @api.model
    def _get_orders_sql(self):
        return SQL(
            """
            SELECT 'order', sold.id::text, sold.campaign_id, sold.date_order::date,
                   sold.company_id, sold.user_id, sold.team_id,
                   CASE WHEN sold.is_first THEN 'prospective' ELSE 'existing' END, %s
              FROM (%s) sold
             WHERE sold.campaign_id IS NOT NULL
            """,
            self._get_columns_sql(
                order_count=SQL("1"),
                new_customers=SQL("CASE WHEN sold.is_first THEN 1 ELSE 0 END"),
                existing_customers=SQL(
                    "CASE WHEN sold.is_first_of_campaign AND NOT sold.is_first THEN 1 ELSE 0 END"
                ),
                signed=SQL("sold.amount"),
            ),
            self._get_sold_sql(),
        )

    @api.model
    def _get_collected_sql(self):
        return SQL(
            """
            SELECT 'money', concat(money.line_id, ' ', money.part_id, ' ', money.order_id),
                   sold.campaign_id, money.date, money.company_id, sold.user_id, sold.team_id,
                   CASE WHEN sold.is_first THEN 'prospective' ELSE 'existing' END, %s
              FROM (%s) money
              JOIN (%s) sold ON sold.id = money.order_id
             WHERE sold.campaign_id IS NOT NULL
            """,
            self._get_columns_sql(collected=SQL("money.amount")),
            self.env["crm.collection.report"]._get_parts_sql(),
            self._get_sold_sql(),
        )
