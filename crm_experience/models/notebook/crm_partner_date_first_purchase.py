from odoo import api, models
from odoo.tools import SQL


class CrmPartnerDate(models.Model):
    """The first purchase of every customer is found in the orders."""

    _inherit = "crm.partner.date"

    @api.model
    def _derive_first_purchases(self, company, zone):
        """Note the first confirmed order of every customer of a company, and follow the orders.

        One statement for all customers. What somebody has entered, changed or archived stays.

        :param str zone: time zone that says which day an order was on
        """
        self.env["sale.order"].flush_model(["state", "date_order", "partner_id", "company_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH bought AS (
                    SELECT COALESCE(partner.commercial_partner_id, partner.id) AS partner_id,
                           (min(sale.date_order) AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                               AS day
                      FROM sale_order sale JOIN res_partner partner ON partner.id = sale.partner_id
                     WHERE sale.state = 'sale' AND sale.company_id = %(company)s
                     GROUP BY COALESCE(partner.commercial_partner_id, partner.id)
                )
                INSERT INTO crm_partner_date (
                    partner_id, company_id, kind, calendar, month, day, year, source, is_derived,
                    active, create_uid, create_date, write_uid, write_date
                )
                SELECT bought.partner_id, %(company)s, 'first_purchase', 'gregorian',
                       extract(month FROM bought.day), extract(day FROM bought.day),
                       extract(year FROM bought.day), 'document', TRUE,
                       TRUE, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM bought
                 WHERE NOT EXISTS (
                       SELECT FROM crm_partner_date AS known
                        WHERE known.partner_id = bought.partner_id
                          AND known.company_id = %(company)s
                          AND known.kind = 'first_purchase'
                          AND (NOT known.is_derived OR NOT known.active
                               OR (known.year, known.month, known.day) = (
                                   extract(year FROM bought.day), extract(month FROM bought.day),
                                   extract(day FROM bought.day))))
                 ORDER BY bought.partner_id
                ON CONFLICT (company_id, partner_id, kind)
                      WHERE active AND kind IN ('birthday', 'first_purchase')
                DO UPDATE SET month = excluded.month, day = excluded.day, year = excluded.year,
                              date_next = NULL, date_previous = NULL,
                              write_date = excluded.write_date
                        WHERE crm_partner_date.is_derived
                """,
                zone=zone,
                company=company.id,
                uid=self.env.uid,
            )
        )
        self.invalidate_model()
