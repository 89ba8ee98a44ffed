from odoo.addons.crm_loyalty.tests.common import LoyaltyCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestResPartner(LoyaltyCase):
    """The tier of a customer: badge, search and API."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = new_test_user(cls.env, "loyalty_s", "crm_loyalty.group_crm_loyalty_user")

    # ------------------------------------------------------------
    # Badge
    # ------------------------------------------------------------

    def test_badge_everywhere(self):
        self._create_card(350)
        order = self._create_order(1)
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": self.partner.id})
        lead.user_id = self.salesperson
        for record in (self.partner, lead, order):
            seen = record.with_user(self.salesperson)
            self.assertEqual(seen.loyalty_tier_id, self.gold)
            self.assertEqual(seen.loyalty_tier_color, self.gold.color)

    def test_badge_without_sales_group(self):
        self._create_card(350)
        partner = self.partner.with_user(self.service)
        self.assertEqual(partner.loyalty_tier_id.name, "Gold")
        with self.assertRaises(AccessError):
            self._create_card(1).with_user(self.service).points = 5

    def test_badge_is_for_users_of_the_addon(self):
        self._create_card(350)
        stranger = new_test_user(self.env, "loyalty_x", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.partner.with_user(stranger).read(["loyalty_tier_id"])
        self.assertNotIn("loyalty_tier_id", self.partner.with_user(stranger).fields_get())

    def test_highest_rank_of_all_programs(self):
        self._create_card(350)
        other = self._create_program("Other club")
        three = self.env["loyalty.tier"].create(
            [
                {"name": name, "program_id": other.id, "min_points": points}
                for name, points in (("One", 1), ("Two", 2), ("Three", 3))
            ]
        )[2]
        card = self._create_card(2, program=other)
        self.partner.invalidate_recordset()
        # The second of three tiers like Gold, but from fewer points.
        self.assertEqual(self.partner.loyalty_tier_id, self.gold)
        card.points = 3
        self.partner.invalidate_recordset()
        self.assertEqual(self.partner.loyalty_tier_id, three)
        other.active = False
        self.partner.invalidate_recordset()
        self.assertEqual(self.partner.loyalty_tier_id, self.gold)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(self.program.company_id, self.env.company)
        self._create_card(350)
        foreign = new_test_user(
            self.env,
            "loyalty_f",
            "crm_loyalty.group_crm_loyalty_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self.partner.with_user(foreign).loyalty_tier_id)
        found = self.env["res.partner"].with_user(foreign)
        self.assertFalse(found.search([("loyalty_tier_id", "=", self.gold.id)]))
        self.assertFalse(self.env["loyalty.entry"].with_user(foreign).search([]))
        member = self.env["loyalty.card"].with_user(foreign).get_membership([self.partner.id])
        self.assertEqual((member[0]["has_tier"], member[0]["cards"]), (False, []))
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        foreign.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        self.partner.invalidate_recordset()
        partner = self.partner.with_user(foreign).with_company(branch)
        self.assertEqual(partner.loyalty_tier_id, self.gold)
        self.assertTrue(self.env["loyalty.entry"].with_user(foreign).search([]))

    def test_search(self):
        self._create_card(350)
        partners = self.env["res.partner"].with_user(self.salesperson)
        self.assertEqual(partners.search([("loyalty_tier_id", "=", self.gold.id)]), self.partner)
        self.assertEqual(partners.search([("loyalty_tier_id", "=", "Gold")]), self.partner)
        self.assertEqual(partners.search([("loyalty_tier_id", "ilike", "gol")]), self.partner)
        self.assertFalse(partners.search([("loyalty_tier_id", "=", self.silver.id)]))
        self.assertIn(self.partner, partners.search([("loyalty_tier_id", "!=", False)]))
        self.assertIn(self.partner, partners.search([("loyalty_tier_id", "=", True)]))
        self.assertNotIn(self.partner, partners.search([("loyalty_tier_id", "=", False)]))
        self.assertIn(self.other_partner, partners.search([("loyalty_tier_id", "=", False)]))

    def test_queries_do_not_depend_on_partners(self):
        partners = self._create_cards(80, 150).partner_id.with_user(self.salesperson)
        counts = []
        for number in (3, 80):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(partners[:number].mapped("loyalty_tier_id.id"), self.silver.ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    def test_membership(self):
        card = self._create_card(350)
        members = self.env["loyalty.card"].with_user(self.service)
        missing = self.env["res.partner"].search([], order="id desc", limit=1).id + 1000
        result = members.get_membership([self.other_partner.id, missing, self.partner.id])
        self.assertEqual(
            result[0], {"partner_id": self.other_partner.id, "has_tier": False, "cards": []}
        )
        self.assertIn("may not read", result[1]["error"])
        member = result[2]
        self.assertEqual(member["tier"]["name"], "Gold")
        values = member["cards"][0]
        self.assertEqual(values["card_id"], card.id)
        self.assertEqual((values["points"], values["qualifying_points"]), (350, 350))
        self.assertEqual(values["next_tier"]["name"], "Platinum")
        self.assertEqual(values["points_to_next_tier"], 650)
        self.assertEqual(values["tier"], member["tier"])

    def test_membership_refuses_other_types(self):
        members = self.env["loyalty.card"].with_user(self.service)
        for junk in (None, 1, "1", {}, [None], [True], ["1"], [1.0], [2**31], [-1], [[1]]):
            with self.assertRaises(UserError):
                members.get_membership(junk)
        with self.assertRaises(UserError):
            members.get_membership(list(range(1, 1002)))
        self.assertEqual(members.get_membership([]), [])

    def test_membership_is_for_users_of_the_addon(self):
        stranger = new_test_user(self.env, "loyalty_x", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.env["loyalty.card"].with_user(stranger).get_membership([self.partner.id])

    def test_membership_queries_do_not_depend_on_members(self):
        cards = self._create_cards(40, 150)
        members = self.env["loyalty.card"].with_user(self.service)
        counts = []
        for number in (3, 40):
            ids = cards[:number].partner_id.ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            members.get_membership(ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def _merge(self, *partners):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([partner.id for partner in partners], partners[0])

    def test_merge_with_cards_on_both_sides(self):
        kept, merged = self._create_card(80), self._create_card(50, self.other_partner)
        order = self._create_order(40, self.other_partner)
        order.action_confirm()
        pending = self._create_order(7, self.other_partner)
        pending._update_programs_and_rewards()
        self.assertFalse(kept.tier_id)
        entries = self.env["loyalty.entry"].search_count([])
        self._merge(self.partner, self.other_partner)
        self.env.invalidate_all()
        self.assertEqual((kept.points, merged.points, merged.active), (170, 0, False))
        self.assertEqual(merged.merged_into_id, kept)
        self.assertEqual((kept.qualifying_points, kept.tier_id), (170, self.silver))
        self.assertEqual(kept.tier_move_ids.mapped("reason"), ["merge"])
        self.assertEqual(self.env["loyalty.entry"].search_count([]), entries + 2)
        self.assertEqual(self._get_lines(kept)[-1], ("merged", 90, 0, 170))
        self.assert_proven()
        # Orders of the other contact go on with the card that is left.
        self._cancel(order)
        self.assertEqual((kept.points, merged.points), (130, 0))
        pending.action_confirm()
        self.assertEqual((kept.points, merged.points), (137, 0))
        self.assertEqual(self.program._evaluate_tiers(), 0)
        self.assertEqual(kept.tier_id, self.silver)
        self.assert_proven()

    def test_merge_keeps_the_higher_tier_and_history(self):
        kept, merged = self._create_card(120), self._create_card(1200, self.other_partner)
        moves = self.env["loyalty.tier.move"].search_count([])
        self._merge(self.partner, self.other_partner)
        self.env.invalidate_all()
        self.assertEqual((kept.tier_id, merged.tier_id), (self.platinum, self.silver.browse()))
        self.assertEqual(self.env["loyalty.tier.move"].search_count([]), moves + 1)
        self.assertEqual(self.partner.loyalty_tier_id, self.platinum)
        held = self.env["loyalty.tier.move"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(len(held), moves + 1)

    def test_merge_without_own_card(self):
        card = self._create_card(120, self.other_partner)
        self._merge(self.partner, self.other_partner)
        self.env.invalidate_all()
        self.assertEqual((card.partner_id, card.tier_id), (self.partner, self.silver))
        self.assert_proven()

    def test_merge_of_three_and_again(self):
        third = self.env["res.partner"].create({"name": "Cleo"})
        kept = self._create_card(10)
        self._create_card(20, self.other_partner)
        self._create_card(30, third)
        self._merge(self.other_partner, third)
        self.env.invalidate_all()
        self._merge(self.partner, self.other_partner)
        self.env.invalidate_all()
        self.assertEqual((kept.points, kept.qualifying_points), (60, 60))
        self.assert_proven()

    def test_partner_is_erased(self):
        card = self._create_card(350)
        card_id = card.id
        self.partner.unlink()
        self.env.invalidate_all()
        self.assertFalse(card.partner_id)
        self.assertFalse(card.tier_move_ids)
        self.assertEqual((card.points, card.tier_id), (350, self.gold))
        self.env.cr.execute("SELECT * FROM loyalty_entry WHERE card_id = %s", (card_id,))
        self.assertNotIn("Ada", str(self.env.cr.fetchall()))
        self.assert_proven()

    # ------------------------------------------------------------
    # Segments
    # ------------------------------------------------------------

    def test_rules_and_figures_by_tier(self):
        self._create_card(350)
        writer = new_test_user(
            self.env,
            "loyalty_rules",
            "crm_loyalty.group_crm_loyalty_user,crm_experience.group_crm_experience_admin",
        )
        rules = self.env["crm.neglect.rule"]
        values = {"name": "Gold", "days": 9}
        domain = f"[('loyalty_tier_id', '=', {self.gold.id})]"
        rule = rules.with_user(writer).create({**values, "partner_domain": domain})
        found = self.env["res.partner"].sudo().search(rule.sudo()._get_partner_domain())
        self.assertEqual(found & (self.partner | self.other_partner), self.partner)
        outsider = new_test_user(
            self.env, "loyalty_out", "crm_experience.group_crm_experience_admin"
        )
        with self.assertRaisesRegex(ValidationError, "protected"):
            rules.with_user(outsider).create({**values, "partner_domain": domain})
        self.env["crm.feedback"].create(
            [
                {"partner_id": partner.id, "metric": "nps", "score": score}
                for partner, score in ((self.partner, 10), (self.other_partner, 0))
                for _number in range(5)
            ]
        )
        figures = (
            self.env["crm.feedback"].with_user(writer).get_figures("nps", "partner:loyalty_tier_id")
        )
        self.assertEqual(
            {group["label"]: group["value"] for group in figures["groups"]},
            {"Gold": 100.0, "None": -100.0},
        )
