import threading
from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from psycopg2.errors import SerializationFailure


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Two clients that spend the same points at once cannot both succeed.

    Real transactions on the database, committed and then cleaned up.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.others = env["loyalty.program"].search([]).ids
            env["loyalty.program"].browse(self.others).active = False
            self._create_records(env)
        self.addCleanup(self._clean_up)

    def _create_records(self, env):
        product, gift = env["product.product"].create(
            [{"name": name, "type": "service", "list_price": 10} for name in ("Case", "Gift")]
        )
        program = env["loyalty.program"].create(
            {
                "name": "Concurrent club",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "rule_ids": [
                    Command.create({"reward_point_mode": "unit", "reward_point_amount": 1})
                ],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "product",
                            "reward_product_id": gift.id,
                            "required_points": 100,
                        }
                    )
                ],
                "tier_ids": [Command.create({"name": "Tier", "min_points": 50})],
            }
        )
        partner = env["res.partner"].create({"name": "Concurrent customer"})
        card = env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": partner.id, "points": 100}
        )
        orders = env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
                for _ in range(2)
            ]
        )
        for order in orders:
            order._update_programs_and_rewards()
            order._apply_program_reward(program.reward_ids, card)
        self.order_ids, self.card_id, self.partner_id = orders.ids, card.id, partner.id
        self.program_id, self.product_ids = program.id, (product | gift).ids

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env["sale.order"].browse(self.order_ids)
            orders.filtered(lambda order: order.state == "sale")._action_cancel()
            orders.order_line.unlink()
            orders.unlink()
            env["loyalty.history"].search([("card_id", "=", self.card_id)]).unlink()
            env["loyalty.card"].browse(self.card_id).unlink()
            program = env["loyalty.program"].browse(self.program_id)
            program.active = False
            program.unlink()
            env["loyalty.program"].browse(self.others).active = True
            env["product.product"].browse(self.product_ids).unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def _confirm(self, order_id, barrier, outcomes, attempts):
        """As a call over HTTP: in a transaction of its own, tried again on conflict."""
        with closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})

            def confirm():
                env["loyalty.card"].browse(self.card_id).mapped("points")  # takes the snapshot
                if not attempts[order_id]:
                    barrier.wait(timeout=60)
                attempts[order_id] += 1
                env["sale.order"].browse(order_id).action_confirm()

            try:
                retrying(confirm, env)
                outcomes[order_id] = "confirmed"
            except ValidationError as error:
                cr.rollback()
                outcomes[order_id] = str(error)

    def test_two_orders_at_once(self):
        barrier, outcomes = threading.Barrier(2), {}
        attempts = dict.fromkeys(self.order_ids, 0)
        threads = [
            threading.Thread(target=self._confirm, args=(order_id, barrier, outcomes, attempts))
            for order_id in self.order_ids
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        self.assertEqual(list(outcomes.values()).count("confirmed"), 1, outcomes)
        refusal = next(text for text in outcomes.values() if text != "confirmed")
        self.assertIn("Concurrent customer", refusal)
        self.assertEqual(sorted(attempts.values()), [1, 2], "the second client was tried again")
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            card = env["loyalty.card"].browse(self.card_id)
            self.assertEqual(card.points, 1)
            entries = env["loyalty.entry"].search([("card_id", "=", card.id)])
            self.assertEqual(sum(entries.mapped("points")), 1)
            self.assertNotIn(card.id, env["loyalty.card"]._get_unproven_ids())

    def test_stale_balance_is_never_written(self):
        """A transaction that read the balance before another one changed it fails as a whole."""
        with self.registry.cursor() as first, closing(self.registry.cursor()) as second:
            cards = [
                api.Environment(cr, SUPERUSER_ID, {})["loyalty.card"].browse(self.card_id)
                for cr in (first, second)
            ]
            for card in cards:
                card.mapped("points")
            cards[0].points += 10
            first.commit()
            with self.assertRaises(SerializationFailure):
                cards[1].points += 10
                cards[1].env.flush_all()
            second.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertEqual(env["loyalty.card"].browse(self.card_id).points, 110)
            self.assertNotIn(self.card_id, env["loyalty.card"]._get_unproven_ids())
