from odoo.addons.crm_loyalty.tests.common import LoyaltyCase
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSaleOrder(LoyaltyCase):
    """An order takes back exactly what it earned and gives back exactly what it spent."""

    def _get_net(self, order):
        entries = self.env["loyalty.entry"].search([("document_id", "=", order.id)])
        return sum(entries.mapped("points")), sum(entries.mapped("qualifying_points"))

    def test_cancel_after_quantity_and_reward(self):
        """Core alone ends at -200."""
        order = self._create_order(100)
        order.action_confirm()
        card = self.program.coupon_ids
        self.assertEqual(card.points, 100)
        order.order_line.product_uom_qty = 300
        order.action_open_reward_wizard()
        self._cancel(order)
        self.assertEqual(card.points, 0)
        self.assertEqual(self._get_net(order), (0, 0))
        self.assert_proven()

    def test_cancel_after_less_quantity_and_reward(self):
        card = self._create_card(7)
        order = self._create_order(100)
        order.action_confirm()
        order.order_line.product_uom_qty = 10
        order.action_open_reward_wizard()
        self._cancel(order)
        self.assertEqual(card.points, 7)
        self.assertEqual(self._get_net(order), (0, 0))

    def test_cancel_after_removed_points(self):
        """The order forgot that it gave points; the ledger did not."""
        card = self._create_card(7)
        order = self._create_order(100)
        order.action_confirm()
        order.coupon_point_ids.sudo().unlink()
        self._cancel(order)
        self.assertEqual(card.points, 7)
        self.assert_proven()

    def test_two_orders_together(self):
        card = self._create_card(1)
        orders = self._create_order(20) | self._create_order(30)
        orders.action_confirm()
        self.assertEqual(card.points, 51)
        self.assertEqual(self._get_net(orders[0]), (20, 20))
        self.assertEqual(self._get_net(orders[1]), (30, 30))
        self._cancel(orders[0])
        self.assertEqual(card.points, 31)
        self._cancel(orders[1])
        self.assertEqual(card.points, 1)
        self.assert_proven()

    def test_two_orders_cancelled_together(self):
        card = self._create_card(100)
        orders = self._create_order(20) | self._create_order(30)
        self._claim(orders[0])
        orders.action_confirm()
        self.assertEqual(card.points, 50)
        self._cancel(orders)
        self.assertEqual(card.points, 100)
        self.assertEqual([self._get_net(order) for order in orders], [(0, 0), (0, 0)])

    def test_again_and_again(self):
        card = self._create_card(5)
        order = self._create_order(10)
        for _ in range(2):
            order.action_confirm()
            self.assertEqual(card.points, 15)
            self._cancel(order)
            self._cancel(order)
            self.assertEqual(card.points, 5)
            order.action_draft()
        self.assertEqual(self._get_net(order), (0, 0))
        self.assert_proven()

    def test_no_points_twice(self):
        """An order that became a draft without being cancelled earns nothing again."""
        card = self._create_card(5)
        order = self._create_order(10)
        order.action_confirm()
        order.state = "draft"
        order.action_confirm()
        self.assertEqual(card.points, 15)
        self._cancel(order)
        self.assertEqual(card.points, 5)

    def test_earned_and_spent_alike(self):
        """The balance does not move, but what counts towards a tier does."""
        self.program.rule_ids.reward_point_amount = 10
        order = self._create_order(10)
        order._update_programs_and_rewards()
        card = self.program.coupon_ids
        self._claim(order)
        order.action_confirm()
        self.assertEqual((card.points, card.qualifying_points), (0, 100))
        self.assertEqual(card.tier_id, self.silver)
        self._cancel(order)
        self.assertEqual((card.points, card.qualifying_points), (0, 0))
        self.assertFalse(card.tier_id)
        self.assert_proven()

    def test_points_spent_elsewhere_meanwhile(self):
        order = self._create_order(100)
        order.action_confirm()
        card = self.program.coupon_ids
        later = self._create_order(1)
        self._claim(later)
        later.action_confirm()
        self.assertEqual(card.points, 1)
        self._cancel(order)
        self.assertEqual(card.points, -99)
        self.assert_proven()

    def test_confirmed_before_the_ledger(self):
        """Core's own figures are taken back of an order whose confirmation the ledger missed."""
        card = self._create_card(5)
        order = self._create_order(10)
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL crm_loyalty.ledger_migration = 'on'")
        self.env.cr.execute("DELETE FROM loyalty_entry")
        self.env["loyalty.entry"]._append_opening()
        self.env.cr.execute(
            "UPDATE loyalty_history SET create_date = '2000-01-01' WHERE order_id = %s", (order.id,)
        )
        self._cancel(order)
        self.assertEqual(card.points, 5)
        self.assert_proven()

    def test_cards_with_and_without_tiers_confirmed_again(self):
        plain = self._create_program("Plain")
        card = self._create_card(7, program=plain)
        order = self._create_order(10)
        order.action_confirm()
        self._cancel(order)
        order.action_draft()
        order.action_confirm()
        self.assertEqual(
            [line[:2] for line in self._get_lines(card)],
            [("opening", 7), ("earned", 10), ("reversed", -10), ("earned", 10)],
        )
        self.assertEqual(self._get_net(order), (20, 20))
        self.assert_proven()

    def test_program_without_tiers_is_left_to_core(self):
        self.program.tier_ids.unlink()
        card = self._create_card(0)
        order = self._create_order(100)
        order.action_confirm()
        order.order_line.product_uom_qty = 300
        order.action_open_reward_wizard()
        self._cancel(order)
        self.assertEqual(card.points, -200)
        self.assert_proven()

    # ------------------------------------------------------------
    # Double spending
    # ------------------------------------------------------------

    def test_second_order_is_refused(self):
        card = self._create_card(100)
        first, second = self._create_order(1), self._create_order(1)
        for order in (first, second):
            self._claim(order)
        first.action_confirm()
        with self.assertRaisesRegex(ValidationError, r"Ada in Club has 2 .*100 "):
            second.action_confirm()
        self.assertEqual(card.points, 1)
        self.assertEqual(second.state, "draft")

    def test_both_orders_together_are_refused(self):
        card = self._create_card(100)
        orders = self._create_order(1) | self._create_order(1)
        for order in orders:
            self._claim(order)
        with self.assertRaisesRegex(ValidationError, "200 "):
            orders.action_confirm()
        self.assertEqual(card.points, 100)
        self.assert_proven()

    def test_line_on_confirmed_order_is_refused(self):
        card = self._create_card(100)
        order = self._create_order(1)
        order.action_confirm()
        with self.assertRaises(ValidationError):
            order.order_line = [
                Command.create(
                    {
                        "product_id": self.gift.id,
                        "name": "Gift",
                        "reward_id": self.program.reward_ids.id,
                        "coupon_id": card.id,
                        "points_cost": 150,
                    }
                )
            ]

    def test_no_query_without_loyalty(self):
        self.program.active = False
        self._create_order(1).action_confirm()  # fills caches
        order = self._create_order(1)
        self.env.flush_all()
        self.assertFalse(order._lock_tier_cards())
        with self.assertQueryCount(0):
            order._lock_tier_cards()
            order._check_points_available(self.env["loyalty.card"])
