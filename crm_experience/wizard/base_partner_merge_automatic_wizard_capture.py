from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Captured contacts of merged customers are found again by the one that stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Move what of a contact is no foreign key: its document, and the customer in its id.

        A meeting or a mail is one contact per customer, whose id ends in that of the customer.
        """
        super()._update_foreign_keys(src_partners, dst_partner)
        touchpoints = self.env["crm.touchpoint"]
        touchpoints.flush_model(["external_id", "res_model", "res_id"])
        # By SQL, as the wizard does: the history stays whole, whoever merges.
        self.env.cr.execute(
            SQL(
                "UPDATE crm_touchpoint SET res_id = %s"
                " WHERE res_model = 'res.partner' AND res_id = ANY(%s)",
                dst_partner.id,
                src_partners.ids,
            )
        )
        # Where both were there the contacts of both stay, and the first is the one that is known.
        self.env.cr.execute(
            SQL(
                r"""
                UPDATE crm_touchpoint AS touchpoint
                   SET external_id = moved.external_id
                  FROM (SELECT DISTINCT ON (company_id, new_id) id, new_id AS external_id
                          FROM (SELECT id, company_id,
                                       regexp_replace(external_id, '[0-9]+$', %(new)s) AS new_id
                                  FROM crm_touchpoint
                                 WHERE partner_id = %(id)s AND source = 'odoo'
                                   AND event IN ('meeting', 'mail_in', 'mail_out')
                                   AND split_part(external_id, ':', 3) = ANY(%(old)s)) AS renamed
                         ORDER BY company_id, new_id, id) AS moved
                 WHERE touchpoint.id = moved.id
                   AND NOT EXISTS (
                       SELECT FROM crm_touchpoint AS other
                        WHERE other.company_id = touchpoint.company_id AND other.source = 'odoo'
                          AND other.external_id = moved.external_id)
                """,
                new=str(dst_partner.id),
                id=dst_partner.id,
                old=[str(partner_id) for partner_id in src_partners.ids],
            )
        )
        touchpoints.invalidate_model()
