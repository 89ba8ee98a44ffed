from odoo import api, models
from odoo.addons.crm_experience.models.notebook.crm_partner_fact import SINGLE_KINDS
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What is known about merged contacts is known about the one that stays; once."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Make room first: core moves rows one by one, and deletes those that do not fit.

        By SQL: the notes stay whole, whoever merges and whatever company they are from.
        """
        self.env.flush_all()
        partner_ids = (src_partners | dst_partner).ids
        self._archive_double_dates(partner_ids, dst_partner)
        self._delete_double_roles(partner_ids, dst_partner)
        super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        # Whoever merges contacts merges all that is known, whether or not they may see it.
        self.env["crm.partner.fact"].sudo()._join_doubles(dst_partner)
        self.env.flush_all()
        self._archive_earlier_facts(dst_partner)
        self.env.invalidate_all()

    @api.model
    def _archive_double_dates(self, partner_ids, dst_partner):
        """Of two birthdays the one with a year stays, of two first purchases the earlier one.

        What was done about those that are archived counts for the one that stays.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH ranked AS (
                    SELECT id, first_value(id) OVER (
                               PARTITION BY company_id, kind
                               ORDER BY is_derived,
                                        CASE WHEN kind = 'first_purchase'
                                             THEN make_date(NULLIF(year, 0), month, LEAST(day, 28))
                                        END NULLS LAST,
                                        COALESCE(year, 0) = 0, partner_id != %(dst)s, id
                           ) AS kept_id
                      FROM crm_partner_date
                     WHERE active AND kind IN ('birthday', 'first_purchase')
                       AND partner_id = ANY(%(ids)s)
                ), archived AS (
                    UPDATE crm_partner_date AS double SET active = FALSE
                      FROM ranked WHERE double.id = ranked.id AND ranked.id != ranked.kept_id
                 RETURNING double.id, ranked.kept_id
                )
                UPDATE crm_care_action AS action SET partner_date_id = archived.kept_id
                  FROM archived WHERE action.partner_date_id = archived.id
                """,
                dst=dst_partner.id,
                ids=partner_ids,
            )
        )

    @api.model
    def _delete_double_roles(self, partner_ids, dst_partner):
        """Keep one of the roles that are the same once the contacts are one."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_deal_role WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                                   PARTITION BY company_id, role, lead_id,
                                                CASE WHEN partner_id = ANY(%(ids)s)
                                                     THEN %(dst)s ELSE partner_id END,
                                                CASE WHEN customer_id = ANY(%(ids)s)
                                                     THEN %(dst)s ELSE customer_id END
                                   ORDER BY active DESC, id
                               ) AS number
                          FROM crm_deal_role
                         WHERE partner_id = ANY(%(ids)s) OR customer_id = ANY(%(ids)s)
                    ) AS numbered
                     WHERE number > 1
                )
                """,
                dst=dst_partner.id,
                ids=partner_ids,
            )
        )

    @api.model
    def _archive_earlier_facts(self, dst_partner):
        """Of the facts that there is one of, the latest stays; the others are its history."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_partner_fact AS earlier
                   SET active = FALSE, replaced_by_id = ranked.kept_id
                  FROM (
                    SELECT id, first_value(id) OVER (
                               PARTITION BY company_id, kind ORDER BY date DESC, id DESC
                           ) AS kept_id
                      FROM crm_partner_fact
                     WHERE active AND partner_id = %s AND kind = ANY(%s)
                  ) AS ranked
                 WHERE earlier.id = ranked.id AND ranked.id != ranked.kept_id
                """,
                dst_partner.id,
                list(SINGLE_KINDS),
            )
        )
