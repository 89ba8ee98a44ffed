from datetime import date

from freezegun import freeze_time
from odoo.addons.crm_loyalty.tests.common import LoyaltyCase
from odoo.addons.crm_loyalty.tools.ledger import to_ledger
from odoo.addons.crm_loyalty.tools.tier import decide
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

COPY_GROUPS = "sales_team.group_sale_manager,product.group_product_manager"


@tagged("post_install", "-at_install")
class TestLoyaltyTier(LoyaltyCase):
    """Tiers rise at once and fall by night, or with the order that had brought them."""

    def _get_moves(self, card):
        moves = self.env["loyalty.tier.move"].search([("card_id", "=", card.id)], order="id")
        return [(m.from_tier_id.name, m.to_tier_id.name, m.direction, m.reason) for m in moves]

    # ------------------------------------------------------------
    # At once
    # ------------------------------------------------------------

    def test_upgrade_by_order(self):
        order = self._create_order(320)
        order.action_confirm()
        card = self.program.coupon_ids
        self.assertEqual(card.tier_id, self.gold)
        self.assertEqual(card.tier_date, date.today())
        self.assertEqual(self._get_moves(card), [(False, "Gold", "up", "points")])
        move = card.tier_move_ids
        self.assertEqual((move.document_id, move.partner_id), (order.id, self.partner))
        self.assertEqual(
            move.with_user(self.salesperson).explanation,
            f"320 {self.program.portal_point_name} with {order.name}, 300 needed",
        )
        self.assertEqual((card.next_tier_id, card.points_to_next_tier), (self.platinum, 680))
        self.assertAlmostEqual(card.tier_progress, 20 / 700 * 100)

    def test_spending_never_lowers(self):
        card = self._create_card(320)
        self.assertEqual(card.tier_id, self.gold)
        order = self._create_order(1)
        self._claim(order)
        order.action_confirm()
        self.assertEqual((card.points, card.qualifying_points), (21, 321))
        self.program._evaluate_tiers()
        self.assertEqual(card.tier_id, self.gold)

    def test_cancel_takes_back_the_tier_it_brought(self):
        card = self._create_card(120)
        order = self._create_order(200)
        order.action_confirm()
        self.assertEqual(card.tier_id, self.gold)
        self._cancel(order)
        self.assertEqual(card.tier_id, self.silver)
        self.assertEqual(self._get_moves(card)[-1], ("Gold", "Silver", "down", "reversal"))

    def test_cancel_of_another_order_waits_for_the_night(self):
        first, second = self._create_order(200), self._create_order(120)
        first.action_confirm()
        card = self.program.coupon_ids
        second.action_confirm()
        self.assertEqual(card.tier_id, self.gold)
        self._cancel(first)
        self.assertEqual(card.tier_id, self.gold)
        self.assertEqual(self.program._evaluate_tiers(), 1)
        self.assertEqual(card.tier_id, self.silver)
        self.assertEqual(self._get_moves(card)[-1], ("Gold", "Silver", "down", "evaluation"))

    def test_adjustment_counts_in_both_directions(self):
        card = self._create_card(90)
        wizard = self.env["loyalty.card.update.balance"].with_user(self.salesperson)
        for balance in (110, 90):
            wizard.create(
                {"card_id": card.id, "new_balance": balance, "description": "By phone"}
            ).action_update_card_point()
        self.assertEqual((card.qualifying_points, card.tier_id), (90, self.silver))
        self.program._evaluate_tiers()
        self.assertFalse(card.tier_id)

    def test_tier_from_no_points_on(self):
        self.silver.min_points = 0
        card = self._create_card(0)
        self.assertEqual(card.tier_id, self.silver)
        order = self._create_order(5, self.other_partner)
        order._update_programs_and_rewards()
        self.assertEqual(self.program.coupon_ids.tier_id, self.silver)

    def test_no_tiers_no_move(self):
        card = self._create_card(500, program=self._create_program("Plain"))
        self.assertFalse(card.tier_id)
        self.assertEqual(card._get_qualifying()[card.id], 500)
        self.assertFalse(card.next_tier_id)

    # ------------------------------------------------------------
    # By night
    # ------------------------------------------------------------

    def test_window(self):
        self.program.tier_window_months = 3
        with freeze_time("2026-01-31 10:00:00"):
            card = self._create_card(150)
        with freeze_time("2026-04-30 10:00:00"):
            self.assertEqual(self.program._evaluate_tiers(), 0)
        with freeze_time("2026-05-01 10:00:00"):
            self.assertEqual(self.program._evaluate_tiers(), 1)
            self.assertFalse(card.tier_id)
            self.assertEqual(self.program.tier_evaluated_on, date(2026, 5, 1))
            card.invalidate_recordset()
            self.assertEqual(card.qualifying_points, 0)
            self.program.tier_window_months = 0
            self.assertEqual(self.program._evaluate_tiers(), 1)
            self.assertEqual(card.tier_id, self.silver)

    def test_new_and_archived_tiers(self):
        card = self._create_card(150)
        bronze = self.env["loyalty.tier"].create(
            {"name": "Bronze", "program_id": self.program.id, "min_points": 10}
        )
        self.assertEqual((bronze.sequence, self.silver.sequence), (1, 2))
        self.silver.active = False
        self.assertEqual((self.silver.sequence, self.gold.sequence), (0, 2))
        self.program._evaluate_tiers()
        self.assertEqual(card.tier_id, bronze)
        self.program.tier_ids.active = False
        self.program._evaluate_tiers()
        self.assertFalse(card.tier_id)

    def test_statement_agrees_with_the_formula(self):
        values = [-50, 0, 0.0001, 99.9999, 100, 299.99995, 300, 999.99994, 1000, 123456.5]
        cards = self._create_cards(len(values))
        self.program.tier_ids.active = False
        for card, value in zip(cards, values, strict=True):
            card.points = value
        tiers = self.silver | self.gold | self.platinum
        tiers.active = True
        self.assertEqual(self.program._evaluate_tiers(), 6)
        cards.invalidate_recordset()
        _tier_ids, thresholds = self.program._get_levels()
        for card, value in zip(cards, values, strict=True):
            rank = decide(max(to_ledger(value), to_ledger(0)), thresholds)
            self.assertEqual(card.tier_id.sequence, rank, value)

    def test_queries_do_not_depend_on_members(self):
        self._create_cards(5, 150)
        counts = []
        for _ in range(2):
            self.silver.min_points += 20
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.program._evaluate_tiers()
            counts.append(self.env.cr.sql_log_count - before)
            self._create_cards(40, 250)
        self.assertLessEqual(counts[1], counts[0])

    def test_cron(self):
        other = self._create_program("Other club")
        self.env["loyalty.tier"].create({"name": "Star", "program_id": other.id, "min_points": 10})
        card = self._create_card(20, program=other)
        self.env.cr.execute("UPDATE loyalty_card SET tier_id = NULL WHERE id = %s", (card.id,))
        card.invalidate_recordset()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_loyalty.ir_cron_evaluate_tiers").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(card.tier_id.name, "Star")
        self.assertEqual((self.program | other).mapped("tier_evaluated_on"), [date.today()] * 2)

    def test_evaluate_now(self):
        card = self._create_card(20)
        self.silver.min_points = 10
        with self.assertRaises(AccessError):
            self.program.with_user(self.salesperson).action_evaluate_tiers()
        admin = new_test_user(self.env, "loyalty_admin", "crm_loyalty.group_crm_loyalty_admin")
        self.program.with_user(admin).action_evaluate_tiers()
        self.assertEqual(card.tier_id, self.silver)

    # ------------------------------------------------------------
    # Definition
    # ------------------------------------------------------------

    def test_tier_is_no_input(self):
        card = self._create_card(0)
        with self.assertRaises(UserError):
            card.with_user(self.manager).tier_id = self.gold
        with self.assertRaises(UserError):
            self.env["loyalty.card"].with_user(self.manager).create(
                {"program_id": self.program.id, "tier_id": self.gold.id}
            )

    def test_card_with_tiers_stays_in_its_program(self):
        plain = self._create_program("Plain")
        card, plain_card = self._create_card(320), self._create_card(program=plain)
        for moved, program in ((card, plain), (plain_card, self.program)):
            with self.assertRaises(UserError):
                moved.with_user(self.manager).write({"program_id": program.id})
        card.write({"program_id": self.program.id})
        plain_card.program_id = self._create_program("Other")
        self.assertEqual((card.tier_id, plain_card.program_id.name), (self.gold, "Other"))

    def test_tier_is_no_default(self):
        """Whoever may create cards cannot give one a tier by way of the context."""
        cards = self.env["loyalty.card"].with_user(self.manager)
        card = cards.with_context(
            default_tier_id=self.gold.id,
            default_tier_date="2020-01-01",
            default_merged_into_id=self._create_card().id,
        ).create({"program_id": self.program.id, "points": 5})
        self.assertFalse(card.tier_id)
        self.assertFalse(card.tier_date)
        self.assertFalse(card.sudo().merged_into_id)

    def test_checks(self):
        promotion = self.env["loyalty.program"].create({"name": "Promotion"})
        with self.assertRaises(ValidationError):
            self.silver.copy({"program_id": promotion.id})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.silver.copy()
        self._create_card(150)
        with self.assertRaisesRegex(ValidationError, "archive"):
            self.silver.unlink()
        self.platinum.unlink()

    def test_copy_of_program(self):
        copy = self.program.copy()
        self.assertEqual(copy.tier_ids.mapped("name"), ["Silver", "Gold", "Platinum"])
        manager = new_test_user(self.env, "loyalty_m", COPY_GROUPS)
        self.assertFalse(self.program.with_user(manager).copy().sudo().tier_ids)

    def test_history_cannot_be_changed(self):
        card = self._create_card(150)
        with self.assertRaises(UserError):
            card.tier_move_ids.reason = "merge"
