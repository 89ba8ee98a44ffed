from odoo.addons.crm_loyalty.tests.common import LoyaltyCase
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestTierTour(LoyaltyCase, HttpCase):
    def test_tier_rises_before_their_eyes(self):
        self.partner.name = "Tour Customer"
        card = self._create_card(150)
        order = self._create_order(180)
        self.start_tour(
            f"/odoo/action-sale.action_orders/{order.id}",
            "crm_loyalty_tier_tour",
            login=self.salesperson.login,
        )
        self.assertEqual(order.state, "sale")
        self.assertEqual((card.points, card.tier_id), (330, self.gold))
        self.assert_proven()
