"""A loyalty program and its customers, used over RPC as a salesperson would."""

from .rpc import CrashedError, RefusedError
from .suite import run_json

REWARD_COST = 100
PRICE = 20.0

SHOP = """
import json
from odoo import Command
product = env["product.product"].create(
    {{"name": "Shop product", "list_price": {price}, "invoice_policy": "order", "taxes_id": False}})
program = env["loyalty.program"].create({{
    "name": "Shop program", "program_type": "loyalty", "applies_on": "both", "trigger": "auto",
    "rule_ids": [Command.create({{"reward_point_mode": "money", "reward_point_amount": 1}})],
    "reward_ids": [Command.create({{
        "reward_type": "discount", "discount": 10, "discount_mode": "percent",
        "discount_applicability": "order", "required_points": {cost}}})],
}})
env["loyalty.tier"].create([
    {{"program_id": program.id, "name": name, "min_points": points}}
    for name, points in (("Silver", 0), ("Gold", 500), ("Platinum", 5000))])
print("SHOP " + json.dumps({{"product": product.id, "program": program.id}}))
"""

# The balance of a card against the sum of its ledger.
UNBALANCED = """
    SELECT card.id, card.points, sum(entry.points)
    FROM loyalty_card card LEFT JOIN loyalty_entry entry ON entry.card_id = card.id
    GROUP BY card.id
    HAVING round(card.points::numeric, 4) != coalesce(round(sum(entry.points)::numeric, 4), 0)
"""

# The balance of a card against what it started with and what its confirmed orders earned and
# spent: nothing may count twice or be lost.
MISCOUNTED = """
    SELECT card.id, card.points, counted.points
    FROM loyalty_card card CROSS JOIN LATERAL (
        SELECT round((
            (SELECT coalesce(sum(points), 0) FROM loyalty_entry
             WHERE card_id = card.id AND kind = 'opening')
            + (SELECT coalesce(sum(earned.points), 0) FROM sale_order_coupon_points earned
               JOIN sale_order ON sale_order.id = earned.order_id
               WHERE earned.coupon_id = card.id AND sale_order.state = 'sale')
            - (SELECT coalesce(sum(line.points_cost), 0) FROM sale_order_line line
               JOIN sale_order ON sale_order.id = line.order_id
               WHERE line.coupon_id = card.id AND sale_order.state = 'sale')
        )::numeric, 4) AS points
    ) counted
    WHERE card.program_id = %s AND round(card.points::numeric, 4) != counted.points
"""


class Shop:
    """What clients do in a suite; each method is one call or a few, as the web client's."""

    def __init__(self, suite):
        self.suite = suite
        code = SHOP.format(price=PRICE, cost=REWARD_COST)
        made = run_json(suite.workshop, suite.database, code, "SHOP")
        self.product_id = made["product"]
        self.program_id = made["program"]
        self.holders = {}  # customers by card

    def customer(self, points):
        """Return the id of a new customer's card that holds `points`."""
        manager = self.suite.json2("manager")
        (partner_id,) = manager.call("res.partner", "create", vals_list=[{"name": "Shop customer"}])
        (card_id,) = manager.call(
            "loyalty.card",
            "create",
            vals_list=[{"program_id": self.program_id, "partner_id": partner_id, "points": points}],
        )
        self.holders[card_id] = partner_id
        return card_id

    def order(self, client, card_id, quantity=1):
        """Return the id of a new quotation for the holder of a card."""
        line = {"product_id": self.product_id, "product_uom_qty": quantity}
        (order_id,) = client.call(
            "sale.order",
            "create",
            vals_list=[{"partner_id": self.holders[card_id], "order_line": [[0, 0, line]]}],
        )
        return order_id

    @staticmethod
    def claim(client, order_id):
        """Press Reward; there is but one, so that it is applied without a question."""
        client.call("sale.order", "action_open_reward_wizard", ids=[order_id])

    @staticmethod
    def confirm(client, order_id):
        client.call("sale.order", "action_confirm", ids=[order_id])

    @staticmethod
    def cancel(client, order_id):
        client.call("sale.order", "action_cancel", ids=[order_id])

    def states(self, order_ids):
        """Return the states of orders, in their order."""
        rows = self.suite.query(
            "SELECT state FROM sale_order WHERE id = ANY(%s) ORDER BY array_position(%s, id)",
            order_ids,
            order_ids,
        )
        return [state for (state,) in rows]

    def spent(self, order_id):
        """Return the points that the rewards on an order cost."""
        return self.suite.query_one(
            "SELECT coalesce(sum(points_cost), 0) FROM sale_order_line WHERE order_id = %s",
            order_id,
        )

    def balance(self, card_id):
        return self.suite.query_one("SELECT points FROM loyalty_card WHERE id = %s", card_id)

    def check_books(self):
        """Every ledger sums to its balance; every confirmed order counts once; nobody owes."""
        assert self.suite.query(UNBALANCED) == []
        assert self.suite.query(MISCOUNTED, self.program_id) == []
        assert self.suite.query("SELECT id FROM loyalty_card WHERE points < -0.0001") == []


def is_conflict(error):
    """Tell a clean refusal, or Odoo's answer after five attempts in vain, from a crash."""
    if isinstance(error, RefusedError):
        return True
    return isinstance(error, CrashedError) and (
        "could not serialize access" in str(error) or "deadlock detected" in str(error)
    )
