from odoo import models


class SaleOrderNotebook(models.Model):
    _inherit = "sale.order"

    def action_open_notebook(self):
        """Open the notebook of the customer, with the roles on the deal that it belongs to."""
        self.ensure_one()
        lead = self.opportunity_id._filtered_access("read")
        return self.partner_id._get_notebook_action(lead)
