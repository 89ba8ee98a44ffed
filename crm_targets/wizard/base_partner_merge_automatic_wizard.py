from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # Core moves rows by SQL; two plans of one target for the same customer would collide.
        # Whoever merges contacts merges all that is theirs, whether or not they may see it.
        self.env["crm.target.customer"].sudo()._merge_partners(src_partners, dst_partner)
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
