from odoo.addons.crm_loyalty.models.loyalty_entry import GUARD
from odoo.addons.crm_loyalty.tests.common import LoyaltyCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import InsufficientPrivilege


@tagged("post_install", "-at_install")
class TestLoyaltyEntry(LoyaltyCase):
    """Every path that changes a balance ends in the ledger, and the ledger stays as it is."""

    # ------------------------------------------------------------
    # Paths
    # ------------------------------------------------------------

    def test_create_and_write(self):
        card = self._create_card(50)
        card.with_user(self.salesperson).points = 20
        card.points = 45.5
        self.assertEqual(
            self._get_lines(card),
            [("opening", 50, 50, 50), ("other", -30, 0, 20), ("other", 25.5, 25.5, 45.5)],
        )
        entries = self.env["loyalty.entry"].search([("card_id", "=", card.id)], order="id")
        self.assertEqual(entries[1].user_id, self.salesperson)
        self.assertEqual(entries.partner_id, self.partner)
        self.assertEqual(set(entries.mapped("program_name")), {"Club"})
        self.assert_proven()

    def test_no_entry_without_change(self):
        card = self._create_card()
        card.points = 0
        card.code = "A-CODE"
        self.assertEqual(self._get_lines(card), [])

    def test_set_of_cards_is_one_insert(self):
        cards = self._create_cards(30).with_context(tracking_disable=True, loyalty_no_mail=True)
        self.env.flush_all()
        counts = []
        for number in (3, 30):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards[:number].write({"points": number * 100})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertEqual(cards.tier_id, self.platinum)
        self.assert_proven()

    def test_wizards(self):
        wizard = self.env["loyalty.generate.wizard"].create(
            {
                "program_id": self.program.id,
                "mode": "selected",
                "customer_ids": [Command.set((self.partner | self.other_partner).ids)],
                "points_granted": 10,
            }
        )
        card = wizard.generate_coupons()[0]
        self.env["loyalty.card.update.balance"].with_user(self.salesperson).create(
            {"card_id": card.id, "new_balance": 4, "description": "Miscounted"}
        ).action_update_card_point()
        self.assertEqual(self._get_lines(card), [("opening", 10, 10, 10), ("adjusted", -6, -6, 4)])
        self.assert_proven()

    def test_order(self):
        card = self._create_card(100)
        order = self._create_order(20)
        self._claim(order)
        order.action_confirm()
        self.assertEqual(card.points, 20)
        self.assertEqual(
            self._get_lines(card)[1:], [("earned", 20, 20, 120), ("spent", -100, 0, 20)]
        )
        entry = self.env["loyalty.entry"].search([("card_id", "=", card.id)], limit=1)
        self.assertEqual((entry.document_model, entry.document_id), ("sale.order", order.id))
        self.assertEqual((entry.document_name, entry.user_id), (order.name, self.salesperson))
        self._cancel(order)
        self.assertEqual(card.points, 100)
        self.assertEqual(
            self._get_lines(card)[3:], [("reversed", -20, -20, 0), ("returned", 100, 0, 100)]
        )
        self.assert_proven()

    def test_reward_on_confirmed_order(self):
        card = self._create_card(200)
        order = self._create_order(10)
        order.action_confirm()
        self._claim(order)
        self.assertEqual(card.points, 10)
        self.assertEqual(self._get_lines(card)[-1], ("spent", -200, 0, 10))
        order.order_line.filtered("is_reward_line").points_cost = 50
        self.assertEqual(
            self._get_lines(card)[-2:], [("returned", 200, 0, 210), ("spent", -50, 0, 160)]
        )
        self.assert_proven()

    def test_card_made_by_the_order(self):
        order = self._create_order(120)
        order.action_confirm()
        card = self.program.coupon_ids
        self.assertEqual(self._get_lines(card), [("earned", 120, 120, 120)])
        self.assert_proven()

    def test_deleted_card(self):
        card = self._create_card(30)
        card_id = card.id
        self.partner.unlink()
        self.assertFalse(card.partner_id)
        card.unlink()
        lines = self._get_lines(self.env["loyalty.card"].browse(card_id))
        self.assertEqual(lines, [("opening", 30, 30, 30), ("closed", -30, 0, 0)])
        entry = self.env["loyalty.entry"].search([("card_id", "=", card_id)], limit=1)
        self.assertFalse(entry.loyalty_card_id)
        self.assertFalse(entry.partner_id)
        self.assert_proven()

    def test_inner_change_is_written_once(self):
        """Another addon's override changes the balance again while it is written."""
        card = self._create_card(10)
        original = type(card)._send_points_reach_communication

        def cap(cards, changes):
            cards.filtered(lambda c: c.points > 50).points = 50
            return original(cards, changes)

        self.patch(type(card), "_send_points_reach_communication", cap)
        card.points = 80
        self.assertEqual(
            [line[:2] for line in self._get_lines(card)],
            [("opening", 10), ("other", -30), ("other", 70)],
        )
        self.assertEqual(card.points, 50)
        self.assert_proven()

    def test_fractions_add_up(self):
        card = self._create_card(0.1)
        for _ in range(10):
            card.points += 1 / 3
        card.points += 123456.78915
        self.assert_proven()

    def test_balance_must_be_finite(self):
        card = self._create_card(1)
        for value in (float("nan"), float("inf")):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                card.points = value
        self.assertEqual(card.points, 1)

    def test_opening_once(self):
        cards = self._create_card(5) | self._create_card(0) | self._create_card(-3)
        self.env.flush_all()
        self.env.cr.execute(SQL("SET LOCAL %s = 'on'", SQL.identifier(*GUARD.split("."))))
        self.env.cr.execute("DELETE FROM loyalty_entry")
        self.assertIn(cards[0].id, self.env["loyalty.card"]._get_unproven_ids())
        for _ in range(2):
            self.env["loyalty.entry"]._append_opening()
        self.assertEqual(self._get_lines(cards[0]), [("opening", 5, 5, 5)])
        self.assertEqual(self._get_lines(cards[1]), [])
        self.assertEqual(self._get_lines(cards[2]), [("opening", -3, 0, -3)])
        self.assert_proven()

    # ------------------------------------------------------------
    # Protection
    # ------------------------------------------------------------

    def test_database_refuses_changes(self):
        self._create_card(5)
        for statement in (
            "UPDATE loyalty_entry SET points = 0",
            "DELETE FROM loyalty_entry",
            "TRUNCATE loyalty_entry",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(InsufficientPrivilege),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_nobody_writes_entries(self):
        self._create_card(5)
        admin = new_test_user(self.env, "loyalty_admin", "crm_loyalty.group_crm_loyalty_admin")
        entries = self.env["loyalty.entry"].search([])
        for env in (entries.with_user(admin), entries.sudo()):
            with self.assertRaises(UserError):
                env.write({"points": 1})
            with self.assertRaises(UserError):
                env.unlink()
            with self.assertRaises(UserError):
                env.create({"card_id": 1, "points": 1})

    def test_search_by_customer(self):
        """Entries are found by their customer, and say no more about it than the user may read."""
        card = self._create_card(5)
        user = new_test_user(self.env, "ledger_reader", "crm_loyalty.group_crm_loyalty_user")
        entries = self.env["loyalty.entry"].with_user(user)
        entry = entries.search([("card_id", "=", card.id)])
        for condition in (
            ("partner_id", "=", self.partner.id),
            ("partner_id", "=", "Ada"),
            ("partner_id", "ilike", "ad"),
            ("partner_id.name", "=", "Ada"),
        ):
            self.assertEqual(entries.search([condition]) & entry, entry, condition)
        self.assertFalse(entries.search([("partner_id", "!=", self.partner.id)]) & entry)
        for path in ("partner_id.sale_order_ids.name", "partner_id.user_ids.totp_secret"):
            with self.assertRaises(AccessError):
                entries.search([(path, "=like", "S%")])

    def test_attribution_is_not_the_callers(self):
        """A context that names an order changes nothing."""
        card = self._create_card(5)
        order = self._create_order(1)
        context = {"source": order.id, "document_id": order.id, "order_id": order.id}
        card.with_user(self.salesperson).with_context(**context).points = 50
        entry = self.env["loyalty.entry"].search([("card_id", "=", card.id)], limit=1)
        self.assertEqual((entry.kind, entry.document_id), ("other", 0))

    def test_user_is_deleted(self):
        user = new_test_user(self.env, "loyalty_leaver", "sales_team.group_sale_salesman")
        card = self._create_card(5)
        card.with_user(user).points = 6
        self.env.flush_all()
        card.write_uid = self.env.user
        user.unlink()
        entry = self.env["loyalty.entry"].search([("card_id", "=", card.id)], limit=1)
        self.assertFalse(entry.user_id)
        self.assert_proven()

    def test_check_ledger(self):
        card = self._create_card(5)
        cards = self.env["loyalty.card"]
        with self.assertRaises(AccessError):
            cards.with_user(self.salesperson).action_check_ledger()
        self.assertEqual(cards.action_check_ledger()["tag"], "display_notification")
        self.env.flush_all()
        self.env.cr.execute("UPDATE loyalty_card SET points = 6 WHERE id = %s", (card.id,))
        card.invalidate_recordset()
        self.assertEqual(cards.action_check_ledger()["domain"], [("id", "in", card.ids)])
