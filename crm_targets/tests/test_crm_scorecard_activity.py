from odoo.addons.crm_targets.tests.test_crm_scorecard_rhythm import RhythmCase
from odoo.fields import Command
from odoo.tests import freeze_time, tagged


@tagged("post_install", "-at_install")
class TestCrmScorecardActivity(RhythmCase):
    """Goal 2, red flag 1: two orders a week are green, one is yellow, none is red."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.top | cls.coast | cls.person).active = False

    def week(self, day, orders):
        """Measure the week of `day` with this many orders and run the job on the Monday after."""
        for _number in range(orders):
            self.order(f"{day} 08:00:00")
        with freeze_time(f"{day} 08:00:00"):
            monday = self.shop._get_today()
        with freeze_time(
            self.env["crm.figure.mixin"]._get_period("week", monday, self.company, 1).date_from
        ):
            self.run_cron()

    @property
    def activities(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "crm.scorecard"), ("res_id", "=", self.shop.id)]
        )

    def test_red_asks_once(self):
        self.week("2026-11-04", 0)
        activity = self.activities
        self.assertEqual(activity.user_id, self.lead)
        self.assertEqual(activity.summary, "Orders is red")
        self.assertIn("Week 45, 2026: 0 orders", activity.note)
        self.assertEqual(
            activity.activity_type_id, self.env.ref("crm_targets.mail_activity_type_red")
        )
        self.week("2026-11-11", 0)
        self.assertEqual(self.activities, activity)

    def test_done_and_still_red_does_not_ask_again(self):
        self.week("2026-11-04", 0)
        self.activities.with_user(self.lead).action_feedback("Road works before the door")
        self.week("2026-11-11", 0)
        self.assertFalse(self.activities)

    def test_red_again_after_green_asks_again(self):
        self.week("2026-11-04", 0)
        first = self.activities
        first.with_user(self.lead).action_feedback("Road works before the door")
        self.week("2026-11-11", 2)
        self.assertFalse(self.activities)
        self.week("2026-11-18", 0)
        self.assertEqual(len(self.activities), 1)
        self.assertNotEqual(self.activities, first)

    def test_nobody_is_asked_twice_while_the_question_is_open(self):
        self.week("2026-11-04", 0)
        first = self.activities
        self.week("2026-11-11", 2)
        self.week("2026-11-18", 0)
        self.assertEqual(self.activities, first)

    def test_wavering_between_red_and_yellow_is_no_news(self):
        self.week("2026-11-04", 0)
        self.week("2026-11-11", 1)
        self.week("2026-11-18", 0)
        self.assertEqual(len(self.activities), 1)

    def test_red_of_a_missed_week_asks_when_it_is_made_up_for(self):
        self.week("2026-11-04", 2)
        with freeze_time("2026-11-30 04:00:00"):
            self.run_cron()  # three weeks at once, all of them red
        self.assertEqual(len(self.activities), 1)
        self.assertIn("Week 48, 2026", self.activities.note)

    def test_owner_of_the_indicator_is_asked_first(self):
        self.orders.owner_id = self.admin
        self.week("2026-11-04", 0)
        self.assertEqual(self.activities.user_id, self.admin)

    def test_nobody_is_asked_who_may_not_read_the_scorecard(self):
        self.orders.owner_id = self.colleague
        self.week("2026-11-04", 0)
        self.assertEqual(self.activities.user_id, self.lead)

    def test_who_is_asked_about_a_company_is_set(self):
        self.top.active = True
        self.shop.active = False
        self.week("2026-11-04", 0)
        self.assertFalse(self.top.activity_ids)
        self.company.crm_targets_responsible_id = self.admin
        self.week("2026-11-11", 2)
        self.week("2026-11-18", 0)
        self.assertEqual(self.top.activity_ids.user_id, self.admin)

    def test_a_person_is_asked_about_their_own(self):
        self.person.active = True
        self.week("2026-11-04", 0)
        self.assertEqual(self.person.activity_ids.user_id, self.seller)
        self.assertTrue(self.person.with_user(self.seller).activity_ids)

    def test_switched_off_by_company(self):
        self.company.crm_targets_red_activities = False
        self.week("2026-11-04", 0)
        self.assertFalse(self.activities)

    def test_words_of_the_one_who_is_asked(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.orders.with_context(lang="fr_FR").name = "Commandes"
        self.lead.lang = "fr_FR"
        self.week("2026-11-04", 0)
        self.assertIn("Commandes", self.activities.summary)

    def test_many_cost_as_many_queries_as_one(self):
        self.env["mail.activity"].create(  # what is cached on the first time
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.scorecard"),
                "res_id": self.shop.id,
                "user_id": self.lead.id,
            }
        )
        one = self.scorecard("One", scope="team", team_id=self.store.id)
        many = self.env["crm.scorecard"].union(
            *(
                self.scorecard(f"Many {number}", scope="team", team_id=self.store.id)
                for number in range(12)
            )
        )
        self.refresh(self.orders)
        counts = []
        for cards in (self.shop, one, many):
            cards._take_snapshots(["2026-11-04"])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["crm.scorecard"]._open_activities(cards.snapshot_ids)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(cards.activity_ids), len(cards) + (cards == self.shop))
        self.assertLessEqual(counts[2], counts[1] + 3)

    def test_a_line_of_a_scorecard_without_figures_asks_nothing(self):
        self.orders.domain = "[('no_such_field', '=', 1)]"
        self.shop.line_ids = [Command.clear()]
        self.week("2026-11-04", 0)
        self.assertFalse(self.activities)
