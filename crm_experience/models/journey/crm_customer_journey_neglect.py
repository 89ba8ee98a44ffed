from odoo import api, fields, models
from odoo.tools import SQL

#: Activities planned in one transaction.
PORTION = 200
SILENCES = {
    "personal": "COALESCE(journey.date_personal, journey.date_first)",
    "outgoing": "COALESCE(journey.date_outgoing, journey.date_first)",
    "care": "COALESCE(journey.date_care, journey.date_first)",
    "purchase": "journey.date_purchase",
}
#: Which columns the rules of a kind fill.
COLUMNS = {
    "neglect": ("neglect_rule_id", "is_neglected"),
    "loss": ("doubt_rule_id", "is_probably_lost"),
}


class CrmCustomerJourney(models.Model):
    """Who is neglected and who has probably left, by the rules of the company."""

    _inherit = "crm.customer.journey"

    @api.model
    def _refresh_neglect(self, partner_ids=None):
        """Find the customers whose silence is too long: one statement per kind of rule.

        :param partner_ids: only these customers; all by default
        """
        self.env.flush_all()
        among = (
            SQL("TRUE")
            if partner_ids is None
            else SQL("journey.partner_id = ANY(%s)", list(partner_ids))
        )
        for kind, (rule_column, flag_column) in COLUMNS.items():
            # journeys follow from all rules, whoever has them refreshed
            rules = self.env["crm.neglect.rule"].sudo().search([("kind", "=", kind)])
            self.env.cr.execute(
                SQL(
                    """
                    WITH fits AS (
                        SELECT DISTINCT ON (id) id, rule_id, since
                          FROM (%(branches)s) branch ORDER BY id, number
                    )
                    UPDATE crm_customer_journey journey
                       SET %(rule)s = fits.rule_id, %(flag)s = fits.since <= %(today)s,
                           %(since)s write_date = %(now)s
                      FROM crm_customer_journey own
                      LEFT JOIN fits ON fits.id = own.id
                     WHERE own.id = journey.id AND %(among)s
                       AND (journey.%(rule)s, journey.%(flag)s %(since_before)s)
                           IS DISTINCT FROM
                           (fits.rule_id, COALESCE(fits.since <= %(today)s, FALSE) %(since_after)s)
                    """,
                    branches=self._get_rules_sql(rules, among),
                    rule=SQL.identifier(rule_column),
                    flag=SQL.identifier(flag_column),
                    since=SQL("neglect_date = fits.since,") if kind == "neglect" else SQL(),
                    since_before=SQL(", journey.neglect_date") if kind == "neglect" else SQL(),
                    since_after=SQL(", fits.since") if kind == "neglect" else SQL(),
                    today=fields.Date.today(),
                    now=fields.Datetime.now(),
                    among=among,
                )
            )
        self.invalidate_model()

    @api.model
    def _get_rules_sql(self, rules, among):
        """Return journey, rule, number of the rule and the day on which the silence is too long."""
        branches = [
            SQL(
                """SELECT journey.id, %(rule)s AS rule_id, %(number)s AS number,
                          (%(silent)s + make_interval(days => GREATEST(
                              %(days)s, ceil(%(factor)s * journey.usual_days)::int
                          )))::date AS since
                     FROM crm_customer_journey journey
                    WHERE %(silent)s IS NOT NULL AND %(company)s AND %(buyer)s AND %(habit)s
                      AND %(among)s
                      AND journey.partner_id IN %(customers)s""",
                rule=rule.id,
                number=number,
                silent=SQL(SILENCES[rule.silence]),
                days=rule.days,
                factor=rule.usual_factor,
                among=among,
                company=SQL("journey.company_id = %s", rule.company_id.id)
                if rule.company_id
                else SQL("TRUE"),
                buyer=SQL("journey.purchase_count > 0") if rule.is_buyer_only else SQL("TRUE"),
                # who bought once has no habit to be unfaithful to
                habit=SQL("journey.usual_days > 0") if rule.usual_factor else SQL("TRUE"),
                customers=self.env["res.partner"]
                .sudo()
                ._search(rule._get_partner_domain())
                .subselect(),
            )
            for number, rule in enumerate(rules)
        ]
        empty = SQL("SELECT 0 AS id, 0 AS rule_id, 0 AS number, NULL::date AS since WHERE FALSE")
        return SQL(" UNION ALL ").join(branches or [empty])

    # ------------------------------------------------------------
    # Job
    # ------------------------------------------------------------

    @api.model
    def _cron_care(self):
        """Plan contacts with neglected customers, once in a silence; find those who are back."""
        while journeys := self._find_unplanned():
            rules = {journey.id: journey._get_planning_rule() for journey in journeys}
            journeys._plan_contacts(rules)
            self.env["ir.cron"]._commit_progress(len(journeys))
        self.env["crm.customer.loss"]._find_returns()
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _find_unplanned(self):
        """Return some customers in whose silence nothing is planned although a rule says so."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT journey.id FROM crm_customer_journey journey
                  LEFT JOIN crm_neglect_rule neglect
                         ON neglect.id = journey.neglect_rule_id AND journey.is_neglected
                  LEFT JOIN crm_neglect_rule doubt
                         ON doubt.id = journey.doubt_rule_id AND journey.is_probably_lost
                 WHERE journey.loss_id IS NULL AND (neglect.has_activity OR doubt.has_activity)
                   AND date_silence_handled IS DISTINCT FROM COALESCE(date_personal, date_first)
                 ORDER BY journey.id LIMIT %s
                """,
                PORTION,
            )
        )
        return self.sudo().browse(row[0] for row in rows)

    def _get_planning_rule(self):
        """Return the rule that wants an activity."""
        self.ensure_one()
        rules = (self.doubt_rule_id if self.is_probably_lost else self.doubt_rule_id.browse()) | (
            self.neglect_rule_id if self.is_neglected else self.neglect_rule_id.browse()
        )
        return rules.filtered("has_activity")[:1]
