from odoo import models
from odoo.addons.crm_loyalty.tools.ledger import ADJUSTED, Source


class LoyaltyCardUpdateBalance(models.TransientModel):
    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        with self.env["loyalty.card"]._attribute(Source(gain=ADJUSTED, loss=ADJUSTED)):
            return super().action_update_card_point()
