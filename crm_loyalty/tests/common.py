from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

SALES_GROUPS = "sales_team.group_sale_salesman,crm_loyalty.group_crm_loyalty_user"

MANAGER_GROUPS = "sales_team.group_sale_manager,crm_loyalty.group_crm_loyalty_user"


class LoyaltyCase(TransactionCase):
    """A program with one point per unit sold, a free product for 100 points, and three tiers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Other programs would give rewards and points of their own.
        cls.env["loyalty.program"].search([]).active = False
        cls.salesperson = new_test_user(cls.env, "loyalty_sales", SALES_GROUPS)
        # Core lets only sales managers cancel an order that gave points.
        cls.manager = new_test_user(cls.env, "loyalty_manager", MANAGER_GROUPS)
        cls.product, cls.gift = cls.env["product.product"].create(
            [
                {"name": name, "type": "service", "list_price": 10, "taxes_id": [Command.clear()]}
                for name in ("Phone case", "Gift")
            ]
        )
        cls.program = cls._create_program("Club")
        cls.silver, cls.gold, cls.platinum = cls.env["loyalty.tier"].create(
            [
                {"name": name, "program_id": cls.program.id, "min_points": points}
                for name, points in (("Silver", 100), ("Gold", 300), ("Platinum", 1000))
            ]
        )
        cls.partner, cls.other_partner = cls.env["res.partner"].create(
            [{"name": "Ada"}, {"name": "Ben"}]
        )

    @classmethod
    def _create_program(cls, name, **values):
        return cls.env["loyalty.program"].create(
            {
                "name": name,
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "rule_ids": [
                    Command.create(
                        {
                            "reward_point_mode": "unit",
                            "reward_point_amount": 1,
                            "product_ids": [Command.set(cls.product.ids)],
                        }
                    )
                ],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "product",
                            "reward_product_id": cls.gift.id,
                            "required_points": 100,
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _create_card(cls, points=0, partner=None, program=None):
        partner, program = partner or cls.partner, program or cls.program
        return cls.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": partner.id, "points": points}
        )

    @classmethod
    def _create_cards(cls, number, points=0):
        partners = cls.env["res.partner"].create([{"name": f"P{i}"} for i in range(number)])
        return cls.env["loyalty.card"].create(
            [
                {"program_id": cls.program.id, "partner_id": partner.id, "points": points}
                for partner in partners
            ]
        )

    def _create_order(self, quantity, partner=None, user=None):
        orders = self.env["sale.order"].with_user(user or self.salesperson)
        return orders.create(
            {
                "partner_id": (partner or self.partner).id,
                "user_id": self.salesperson.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": quantity},
                    )
                ],
            }
        )

    def _claim(self, order, card=None):
        order._update_programs_and_rewards()
        card = card or self.program.coupon_ids.filtered(lambda c: c.partner_id == order.partner_id)
        return order._apply_program_reward(self.program.reward_ids, card.with_env(order.env))

    def _cancel(self, orders):
        orders.with_user(self.manager).action_cancel()

    def _get_lines(self, card):
        """Entries of a card in order, as `(kind, points, qualifying, balance)`."""
        entries = self.env["loyalty.entry"].search([("card_id", "=", card.id)], order="id")
        return [(e.kind, e.points, e.qualifying_points, e.balance) for e in entries]

    def assert_proven(self):
        self.assertEqual(self.env["loyalty.card"]._get_unproven_ids(), [])
