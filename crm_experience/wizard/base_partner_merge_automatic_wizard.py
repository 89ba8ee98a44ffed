from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Core moves rows by SQL; two journeys of one customer would collide."""
        # Whoever merges contacts merges all that is theirs, whether or not they may see it.
        self.env["crm.customer.journey"].sudo()._merge_partners(src_partners, dst_partner)
        self.env["crm.customer.loss"].sudo()._merge_partners(src_partners, dst_partner)
        self.env.flush_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        # Follows from the contacts of both, which are one customer's now.
        self.env["crm.customer.journey"].sudo()._refresh_customers(
            dst_partner.commercial_partner_id.ids
        )
        return result
