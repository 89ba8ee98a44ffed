from odoo import models


class CrmLead(models.Model):
    """What is known about an opportunity goes where the opportunity goes."""

    _inherit = "crm.lead"

    def unlink(self):
        """A contact with nobody but the opportunity goes with it."""
        # Whoever may delete the opportunity may delete what was with nobody else.
        alone = (
            self.env["crm.touchpoint"]
            .sudo()
            .search([("lead_id", "in", self.ids), ("partner_id", "=", False)])
        )
        if alone:
            alone._erase_records()
        return super().unlink()

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        for model in self.env["crm.customer.record"]._get_lead_models(opportunities):
            model._merge_leads(self, opportunities)
        return result
