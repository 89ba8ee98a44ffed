from odoo import api, fields, models
from odoo.tools import SQL

# What Odoo captured, but nobody met the customer.
NOT_MET = (
    "lead_created",
    "lead_stage",
    "lead_won",
    "lead_lost",
    "payment",
    "invoice",
    "document",
    "quotation",
    "mail_out",
    "survey",
    "case",
)
#: So many rows written at once change what PostgreSQL knows of the table.
MANY = 500


class CrmCustomerJourney(models.Model):
    """What the contacts say about customers: last contacts, purchases, habits; in one statement."""

    _inherit = "crm.customer.journey"

    @api.model
    def _get_facts(self, partner_ids):
        """Return what the contacts say about each customer in each company, as rows of SQL."""
        return SQL(
            """
            WITH contact AS (
                SELECT member.commercial_partner_id AS partner_id, touchpoint.company_id,
                       touchpoint.date, touchpoint.id, touchpoint.user_id, touchpoint.team_id,
                       channel.is_personal AND COALESCE(event NOT IN %(not_met)s, TRUE) AS is_met,
                       direction, purpose,
                       COALESCE(event, 'order') = 'order' AND amount > 0 AS is_purchase,
                       CASE WHEN amount > 0 THEN amount
                            * COALESCE(own.rate, 1) / COALESCE(foreign_rate.rate, 1)
                       END AS amount
                  FROM res_partner member
                  JOIN crm_touchpoint touchpoint ON touchpoint.partner_id = member.id
                  JOIN crm_touchpoint_channel channel ON channel.id = touchpoint.channel_id
                  JOIN res_company company ON company.id = touchpoint.company_id
                  LEFT JOIN LATERAL %(own)s own ON touchpoint.currency_id != company.currency_id
                  LEFT JOIN LATERAL %(foreign)s foreign_rate
                       ON touchpoint.currency_id != company.currency_id
                 WHERE member.commercial_partner_id = ANY(%(ids)s) AND touchpoint.date <= %(now)s
            ),
            dated AS (
                SELECT *, max(date) FILTER (WHERE is_purchase)
                              OVER (PARTITION BY partner_id, company_id) AS last_purchase
                  FROM contact
            ),
            day AS (
                SELECT DISTINCT partner_id, company_id, date::date AS day
                  FROM contact WHERE is_purchase
            ),
            gap AS (
                SELECT partner_id, company_id,
                       day - lag(day) OVER (PARTITION BY partner_id, company_id ORDER BY day) gap
                  FROM day
            ),
            habit AS (
                SELECT partner_id, company_id,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS usual_days
                  FROM gap WHERE gap IS NOT NULL
                 GROUP BY partner_id, company_id HAVING count(*) >= 2
            ),
            fact AS (
                SELECT partner_id, company_id,
                       min(date) AS date_first,
                       max(date) AS date_last,
                       max(date) FILTER (WHERE is_met) AS date_personal,
                       max(date) FILTER (WHERE is_met AND direction = 'out') AS date_outgoing,
                       max(date) FILTER (WHERE is_met AND purpose IN ('service', 'care'))
                           AS date_care,
                       max(date) FILTER (WHERE is_purchase) AS date_purchase,
                       count(*) FILTER (WHERE is_purchase) AS purchase_count,
                       sum(amount) FILTER (
                           WHERE is_purchase AND date > last_purchase - interval '1 year'
                       ) AS amount,
                       (array_agg(user_id ORDER BY date DESC, id DESC)
                           FILTER (WHERE user_id IS NOT NULL))[1] AS user_id,
                       (array_agg(team_id ORDER BY date DESC, id DESC)
                           FILTER (WHERE team_id IS NOT NULL))[1] AS team_id
                  FROM dated GROUP BY partner_id, company_id
            )
            SELECT fact.partner_id, fact.company_id, date_first, date_last, date_personal,
                   date_outgoing, date_care, date_purchase, purchase_count,
                   COALESCE(round(fact.amount::numeric, 2), 0) AS purchase_amount,
                   COALESCE(usual_days, 0) AS usual_days,
                   COALESCE(salesperson.id, last_user.id) AS user_id, fact.team_id
              FROM fact
              JOIN res_partner partner ON partner.id = fact.partner_id
              LEFT JOIN habit
                     ON habit.partner_id = fact.partner_id AND habit.company_id = fact.company_id
              LEFT JOIN res_users salesperson
                     ON salesperson.id = partner.user_id AND salesperson.active
                    AND EXISTS (
                        SELECT FROM res_company_users_rel rel
                         WHERE rel.user_id = salesperson.id AND rel.cid = fact.company_id
                    )
              LEFT JOIN res_users last_user
                     ON last_user.id = fact.user_id AND last_user.active AND NOT last_user.share
            """,
            not_met=NOT_MET,
            ids=list(partner_ids),
            now=fields.Datetime.now(),
            own=self._get_rate_sql(SQL("company.currency_id")),
            foreign=self._get_rate_sql(SQL("touchpoint.currency_id")),
        )

    @api.model
    def _get_rate_sql(self, currency):
        """Return the rate of a currency on the day of a contact, by the rates of the company."""
        return SQL(
            """(
                SELECT rate FROM res_currency_rate
                 WHERE currency_id = %s AND name <= touchpoint.date::date
                   AND (company_id IS NULL
                        OR company_id = split_part(company.parent_path, '/', 1)::int)
                 ORDER BY company_id NULLS LAST, name DESC LIMIT 1
            )""",
            currency,
        )

    @api.model
    def _write_facts(self, facts):
        """Write the rows of `_get_facts`, where they differ."""
        columns = (
            *("date_first", "date_last", "date_personal", "date_outgoing", "date_care"),
            *("date_purchase", "purchase_count", "purchase_amount", "usual_days"),
            *("user_id", "team_id"),
        )
        names = SQL(", ").join(map(SQL.identifier, columns))
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_customer_journey AS journey (
                       partner_id, company_id, %(names)s, is_neglected, is_probably_lost,
                       create_uid, write_uid, create_date, write_date
                   )
                   SELECT partner_id, company_id, %(names)s, FALSE, FALSE,
                          %(uid)s, %(uid)s, %(now)s, %(now)s
                     FROM (%(facts)s) facts ORDER BY partner_id, company_id
                   ON CONFLICT (partner_id, company_id) DO UPDATE
                      SET (%(names)s, write_date) = ROW(%(excluded)s, excluded.write_date)
                    WHERE (%(own)s) IS DISTINCT FROM (%(excluded)s)""",
                names=names,
                facts=facts,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                excluded=SQL(", ").join(SQL.identifier("excluded", name) for name in columns),
                own=SQL(", ").join(SQL.identifier("journey", name) for name in columns),
            )
        )
        if self.env.cr.rowcount >= MANY:
            # What follows is planned for the table as it is now, not for an empty one.
            self.env.cr.execute("ANALYZE crm_customer_journey")
