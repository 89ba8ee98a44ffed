from datetime import date

import psycopg2
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.addons.crm_targets.tools.period import get_period
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger


class RhythmCase(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", unit="orders")
        cls.top = cls.scorecard("Company")
        cls.coast = cls.scorecard("Coast", scope="team", team_id=cls.region.id)
        cls.shop = cls.scorecard("Shop", scope="team", team_id=cls.store.id)
        cls.person = cls.scorecard("Seller", scope="person", user_id=cls.seller.id)

    @classmethod
    def line_values(cls, **values):
        return {
            "indicator_id": cls.orders.id,
            "date_from": "2025-01-01",
            "band_type": "fixed",
            "goal": 2.0,
            "red_flag": 1.0,
            **values,
        }

    @classmethod
    def scorecard(cls, name, **values):
        return cls.env["crm.scorecard"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "granularity": "week",
                "line_ids": [Command.create(cls.line_values())],
                **values,
            }
        )

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_targets.ir_cron_measure").method_direct_trigger()
        self.env.invalidate_all()

    def weeks(self, scorecard):
        return scorecard.snapshot_ids.mapped("week")


@tagged("post_install", "-at_install")
class TestCrmScorecardRhythm(RhythmCase):
    # ------------------------------------------------------------
    # Weeks that were missed, weeks around New Year
    # ------------------------------------------------------------

    def test_missed_weeks_are_made_up_for(self):
        with freeze_time("2026-11-02 04:00:00"):
            self.run_cron()
        self.order("2026-11-04 08:00:00")
        self.order("2026-11-05 08:00:00")
        with freeze_time("2026-11-23 04:00:00"):
            self.run_cron()
        self.assertEqual(self.weeks(self.top), ["2026-W47", "2026-W46", "2026-W45", "2026-W44"])
        self.assertEqual(self.top.snapshot_ids.line_ids.mapped("value"), [0.0, 0.0, 2.0, 0.0])

    def test_a_new_scorecard_begins_with_the_last_week(self):
        with freeze_time("2026-11-23 04:00:00"):
            self.run_cron()
        self.assertEqual(self.weeks(self.top), ["2026-W47"])

    def test_weeks_around_new_year(self):
        for day in ("2026-12-28", "2027-01-04", "2027-01-11"):
            with freeze_time(f"{day} 04:00:00"):
                self.run_cron()
        self.assertEqual(self.weeks(self.top), ["2027-W01", "2026-W53", "2026-W52"])
        self.assertEqual(
            self.top.snapshot_ids.mapped("week_label"),
            ["Week 1, 2027", "Week 53, 2026", "Week 52, 2026"],
        )

    @freeze_time("2026-03-29 23:30:00")  # clocks went forward in Paris; it is Monday there
    def test_companies_keep_the_week_that_ended_where_they_are(self):
        self.company.resource_calendar_id.tz = "Europe/Paris"
        self.run_cron()
        self.assertEqual(self.weeks(self.top), ["2026-W13"])
        west = self.env["res.company"].create({"name": "West"})
        west.resource_calendar_id.tz = "America/New_York"
        card = self.scorecard("West", company_id=west.id)
        self.run_cron()
        self.assertEqual(self.weeks(card), ["2026-W12"])

    def test_labels_are_said_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        with freeze_time("2026-11-23 04:00:00"):
            self.top.granularity = "month"
            self.run_cron()
        snapshot = self.top.snapshot_ids
        self.assertEqual(snapshot.week, "2026-W47")
        self.assertEqual(snapshot.period_label, "November 2026")
        self.assertEqual(snapshot.with_context(lang="fr_FR").period_label, "novembre 2026")

    # ------------------------------------------------------------
    # Weights and bands of the day
    # ------------------------------------------------------------

    def test_a_late_snapshot_is_scored_by_the_bands_of_its_day(self):
        self.order("2026-11-04 08:00:00")
        self.order("2026-11-18 08:00:00")
        self.refresh(self.orders)
        self.top.line_ids = [
            Command.create(self.line_values(date_from="2026-11-16", goal=1.0, red_flag=0.0))
        ]
        self.top._take_snapshots(["2026-11-04", "2026-11-18"])
        self.assertEqual(self.top.snapshot_ids.mapped("score"), [6.6, 3.3])

    def test_a_line_dated_back_changes_no_snapshot(self):
        self.order("2026-11-04 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-11-04"])
        self.top.line_ids = [
            Command.create(self.line_values(date_from="2026-10-01", goal=1.0, red_flag=0.0))
        ]
        self.assertEqual(self.top.snapshot_ids.score, 3.3)
        self.assertEqual(self.top.get_wheel(self.top.id, "2026-11-04")["score"], 6.6)

    def test_an_archived_indicator_takes_no_part_any_more(self):
        self.order("2026-11-04 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-11-04"])
        self.orders.active = False
        self.top._take_snapshots(["2026-11-11"])
        latest, first = self.top.snapshot_ids
        self.assertFalse(latest.line_ids)
        self.assertFalse(latest.has_score)
        self.assertEqual(first.line_ids.value, 1.0)

    # ------------------------------------------------------------
    # Restated figures
    # ------------------------------------------------------------

    def test_a_figure_that_changed_is_restated_once(self):
        self.order("2026-11-04 08:00:00")
        with freeze_time("2026-11-09 04:00:00"):
            self.run_cron()
        late = self.order("2026-11-05 08:00:00")
        with freeze_time("2026-11-16 04:00:00"):
            self.run_cron()
        with freeze_time("2026-11-23 04:00:00"):
            self.run_cron()
        latest, second, first = self.top.snapshot_ids
        restated = second.restatement_ids
        self.assertEqual(
            (second.restated_count, restated.date_from, restated.value_before, restated.value),
            (1, first.date_from, 1.0, 2.0),
        )
        self.assertFalse(latest.restatement_ids)
        self.assertEqual((first.line_ids.value, first.score), (1.0, 3.3))
        self.assertTrue(first.line_ids.is_restated)
        self.assertEqual(first.line_ids.value_now, 2.0)
        self.assertFalse(second.line_ids.is_restated)
        late.state = "cancel"
        with freeze_time("2026-11-30 04:00:00"):
            self.run_cron()
        again = self.top.snapshot_ids[0].restatement_ids
        self.assertEqual((again.value_before, again.value), (2.0, 1.0))

    def test_a_period_that_is_not_over_is_not_restated(self):
        self.top.granularity = "month"
        for day in ("2026-11-04", "2026-11-11", "2026-11-18"):
            self.order(f"{day} 08:00:00")
            with freeze_time(get_period("week", date.fromisoformat(day)).date_to):
                self.refresh(self.orders)
                self.top._take_snapshots([day])
        self.assertEqual(self.top.snapshot_ids.mapped("restated_count"), [0, 0, 0])
        self.top._take_snapshots(["2026-11-30"])
        self.order("2026-11-29 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-12-07"])
        self.assertFalse(self.top.snapshot_ids[0].restatement_ids)
        self.order("2026-12-02 08:00:00")

    def test_what_cannot_be_measured_restates_nothing(self):
        self.order("2026-11-04 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-11-04"])
        self.orders.domain = "[('state', '=', 'cancel')]"
        self.top._take_snapshots(["2026-11-11"])
        self.assertFalse(self.top.snapshot_ids[0].restatement_ids)

    def test_nothing_changes_what_was_restated_or_frozen(self):
        self.order("2026-11-04 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-11-04"])
        self.order("2026-11-05 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-11-11"])
        self.top.baseline_date = "2026-11-04"
        self.top.with_user(self.admin).action_freeze_baseline()
        for record in (self.top.snapshot_ids.restatement_ids, self.top.baseline_ids):
            self.assertTrue(record)
            with self.assertRaises(UserError):
                record.with_user(self.admin).write({"value": 9.0})
            with self.assertRaises(UserError):
                record.sudo().unlink()
            for statement in ("UPDATE %s SET value = 9", "DELETE FROM %s", "TRUNCATE %s CASCADE"):
                with (
                    self.subTest(statement=statement % record._table),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.IntegrityConstraintViolation),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement % record._table)

    # ------------------------------------------------------------
    # Roll-up
    # ------------------------------------------------------------

    def test_scorecards_count_into_the_one_above(self):
        self.assertEqual(self.person.parent_id, self.shop)
        self.assertEqual(self.shop.parent_id, self.coast)
        self.assertEqual(self.coast.parent_id, self.top)
        self.assertFalse(self.top.parent_id)

    def test_scores_roll_up_by_weight_figures_do_not(self):
        other = self.env["crm.team"].create(
            {"name": "Pier", "company_id": self.company.id, "parent_id": self.region.id}
        )
        pier = self.scorecard("Pier", scope="team", team_id=other.id, rollup_weight=3.0)
        for team in (self.store, self.store, other):
            self.order("2026-11-18 08:00:00", team_id=team.id)
        self.refresh(self.orders)
        everything = self.top | self.coast | self.shop | self.person | pier
        everything._take_snapshots(["2026-11-18"])
        shot = self.coast.snapshot_ids
        self.assertEqual(shot.line_ids.value, 3.0)
        self.assertAlmostEqual(shot.score_below, (6.6 + 3 * 3.3) / 4, 2)
        self.assertEqual(shot.band_below, "fair")
        self.assertFalse(self.person.snapshot_ids.has_score_below)
        below = self.coast.with_user(self.admin)._get_below(date(2026, 11, 18))
        self.assertAlmostEqual(below["score"], (6.6 + 3 * 3.3) / 4)
        self.assertEqual(
            [(card["id"], card["weight"], card["score"]) for card in below["scorecards"]],
            [(self.shop.id, 25.0, 6.6), (pier.id, 75.0, 3.3)],
        )

    def test_portions_give_the_same_as_one(self):
        self.order("2026-11-18 08:00:00")
        self.refresh(self.orders)
        everything = self.top | self.coast | self.shop | self.person
        portions = list(everything._get_portions())
        self.assertEqual(portions, [self.person, self.shop, self.coast, self.top])
        for portion in portions:
            portion._take_snapshots(["2026-11-18"])
        self.assertEqual(self.top.snapshot_ids.score_below, 3.3)

    def test_what_is_not_readable_is_not_counted(self):
        below = self.shop.with_user(self.lead).get_below(self.shop.id, "2026-11-18")
        self.assertEqual([card["id"] for card in below["scorecards"]], [self.person.id])
        with self.assertRaises(UserError):
            self.top.with_user(self.lead).get_below(self.top.id)

    def test_scores_of_many_cost_as_many_queries_as_of_few(self):
        def count(cards):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cards._get_scores(date(2026, 11, 18))
            return self.cr.sql_log_count - before

        few = self.shop | self.person
        many = few | self.top | self.coast
        for number in range(20):
            many |= self.scorecard(f"Copy {number}", scope="person", user_id=self.colleague.id)
        many._get_scores(date(2026, 11, 18))
        self.assertEqual(count(many), count(few))

    def test_keeping_many_costs_as_many_queries_as_keeping_few(self):
        self.refresh(self.orders)
        few, many = (
            self.env["crm.scorecard"].union(
                *(
                    self.scorecard(f"Copy {number}", scope="person", user_id=self.colleague.id)
                    for number in range(count)
                )
            )
            for count in (2, 15)
        )
        counts = []
        for cards in (self.top | self.coast, few, many):
            cards._take_snapshots(["2026-11-04"])
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cards._take_snapshots(["2026-11-11"])
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[1])

    def test_no_scorecard_counts_into_itself(self):
        with self.assertRaises(UserError):
            self.top.parent_id = self.person
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.scorecard("Foreign", company_id=other.id)
        with self.assertRaises(ValidationError):
            self.top.parent_id = foreign

    # ------------------------------------------------------------
    # Trend
    # ------------------------------------------------------------

    def test_trend_of_total_perspective_and_indicator(self):
        self.order("2026-11-04 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-11-04"])
        self.order("2026-11-05 08:00:00")
        self.refresh(self.orders)
        self.top._take_snapshots(["2026-11-11"])
        rows = (
            self.env["crm.scorecard.report"]
            .with_user(self.admin)
            .search([("scorecard_id", "=", self.top.id)], order="date_from, level desc")
        )
        self.assertEqual(
            [(row.week, row.level, row.score, row.band) for row in rows],
            [
                ("2026-W45", "total", 3.3, "fair"),
                ("2026-W45", "perspective", 3.3, "fair"),
                ("2026-W45", "indicator", 3.3, "fair"),
                ("2026-W46", "total", 0.0, "poor"),
                ("2026-W46", "perspective", 0.0, "poor"),
                ("2026-W46", "indicator", 0.0, "poor"),
            ],
        )
        first = rows[2]
        self.assertEqual((first.value, first.value_now, first.is_restated), (1.0, 2.0, True))
        self.assertEqual(rows[5].is_restated, False)
