from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Customers of one portion of the job; each takes the same number of statements.
PORTION = 2000
#: Contacts may be committed a little after the time that they carry.
OVERLAP = timedelta(minutes=30)


class CrmCustomerJourney(models.Model):
    """The refresh: contacts → stage, silence and habits, for sets of customers.

    The number of statements depends on the rules, not on the customers of a portion. What
    became of a customer is worked out by ``tools/journey.py`` and written where it differs.
    """

    _inherit = "crm.customer.journey"

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    @api.model
    def _cron_follow(self):
        """Follow the customers to whom something happened, or whose stage is over.

        Goes on where it was stopped.
        """
        cursor = self.env["crm.experience.cursor"]._get("journey")
        cursor._begin()
        since = cursor.moment and cursor.moment - OVERLAP
        changed = [key for key in self._get_changed_customers(since) if key > cursor.number]
        self.env["ir.cron"]._commit_progress(remaining=len(changed))
        for start in range(0, len(changed), PORTION):
            portion = changed[start : start + PORTION]
            self._refresh_customers(portion)
            cursor.number = portion[-1]
            if not self.env["ir.cron"]._commit_progress(len(portion)):
                return
        cursor._end()
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _cron_follow_all(self):
        """Follow all customers, portion by portion; goes on where it was stopped."""
        cursor = self.env["crm.experience.cursor"]._get("journey_all")
        cursor._begin()
        while portion := self._get_portion(cursor.number):
            self._refresh_customers(portion)
            cursor.number = portion[-1]
            if not self.env["ir.cron"]._commit_progress(len(portion), remaining=1):
                return
        self._remove_former_customers()
        cursor._end()
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _get_changed_customers(self, since):
        """Return the ids of customers with contacts written since then, or a stage that is over."""
        self.env.flush_all()
        return [
            partner_id
            for (partner_id,) in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT partner.commercial_partner_id
                         FROM crm_touchpoint touchpoint
                         JOIN res_partner partner ON partner.id = touchpoint.partner_id
                        WHERE touchpoint.write_date >= %(since)s
                        UNION
                       SELECT partner_id FROM crm_customer_journey WHERE date_next <= %(now)s
                        ORDER BY 1""",
                    since=since or fields.Datetime.to_datetime("1970-01-01"),
                    now=fields.Datetime.now(),
                )
            )
            if partner_id
        ]

    @api.model
    def _get_portion(self, cursor):
        """Return the ids of the next customers with contacts, in order."""
        self.env.flush_all()
        query = SQL(
            """SELECT customer.id FROM res_partner customer
                WHERE customer.id > %s AND customer.commercial_partner_id = customer.id
                  AND EXISTS (
                      SELECT FROM res_partner member
                        JOIN crm_touchpoint touchpoint ON touchpoint.partner_id = member.id
                       WHERE member.commercial_partner_id = customer.id
                  )
                ORDER BY customer.id LIMIT %s""",
            cursor,
            PORTION,
        )
        return [partner_id for (partner_id,) in self.env.execute_query(query)]

    @api.model
    def _remove_former_customers(self):
        """Remove the rows of those who belong to another customer now."""
        self.env.cr.execute(
            """DELETE FROM crm_customer_journey journey USING res_partner partner
                WHERE partner.id = journey.partner_id
                  AND partner.commercial_partner_id != partner.id"""
        )
        self.invalidate_model()

    # ------------------------------------------------------------
    # Refresh
    # ------------------------------------------------------------

    @api.model
    def _refresh_customers(self, partner_ids):
        """Bring the rows of customers in line with their contacts.

        :param partner_ids: ids of customers: companies, or people without one
        """
        if not partner_ids:
            return
        self.env.flush_all()
        facts = self._get_facts(partner_ids)
        self._write_facts(facts)
        self._remove_without_contact(partner_ids)
        self._link_losses(partner_ids)
        self._write_stages(partner_ids)
        self._refresh_neglect(partner_ids)
        self.env.invalidate_all()

    @api.model
    def _remove_without_contact(self, partner_ids):
        """Remove the rows of customers who have no contact any more."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_customer_journey journey
                    WHERE partner_id = ANY(%s) AND NOT EXISTS (
                        SELECT FROM res_partner member
                          JOIN crm_touchpoint touchpoint ON touchpoint.partner_id = member.id
                         WHERE member.commercial_partner_id = journey.partner_id
                           AND touchpoint.company_id = journey.company_id
                           AND touchpoint.date <= %s
                    )""",
                list(partner_ids),
                fields.Datetime.now(),
            )
        )

    @api.model
    def _link_losses(self, partner_ids):
        """Show on the rows which customers are lost, also where that was said before."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_customer_journey journey SET loss_id = loss.id
                     FROM crm_customer_journey own
                     LEFT JOIN LATERAL (
                          SELECT id FROM crm_customer_loss
                           WHERE partner_id = own.partner_id AND company_id = own.company_id
                             AND state = 'lost'
                           ORDER BY date, id LIMIT 1
                     ) loss ON TRUE
                    WHERE own.id = journey.id AND journey.partner_id = ANY(%s)
                      AND journey.loss_id IS DISTINCT FROM loss.id""",
                list(partner_ids),
            )
        )
