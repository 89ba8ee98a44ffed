from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

_DAY = "2026-11-22"  # a Sunday, the last day of ISO week 47
_BEFORE = "2026-11-15"
_YEAR_BEFORE = "2025-11-19"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 12:00:00")
class TestCrmScorecardCompare(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", unit="orders")
        cls.lost = cls.indicator("lost", source="manual", direction="lower")
        cls.lost.perspective_id = cls.env.ref("crm_targets.crm_perspective_customers")
        cls.scorecards = cls.env["crm.scorecard"]
        cls.scorecard = cls._scorecard(cls.seller)
        cls.other = cls._scorecard(cls.colleague, weight=90)
        for moment, count in (
            ("2026-11-16 08:00:00", 3),
            ("2026-11-09 08:00:00", 1),
            ("2025-11-19 08:00:00", 2),
        ):
            for _number in range(count):
                cls.order(moment)
        cls.order("2026-11-18 08:00:00", user_id=cls.colleague.id)

    @classmethod
    def _scorecard(cls, user, weight=40):
        return cls.scorecards.create(
            {
                "name": user.name,
                "scope": "person",
                "company_id": cls.company.id,
                "user_id": user.id,
                "granularity": "week",
                "line_ids": [
                    Command.create(
                        {
                            "indicator_id": indicator.id,
                            "date_from": "2025-01-01",
                            "band_type": "fixed",
                            "weight": own,
                            "goal": goal,
                            "red_flag": red_flag,
                        }
                    )
                    for indicator, own, goal, red_flag in (
                        (cls.orders, weight, 4.0, 1.0),
                        (cls.lost, 10, 2.0, 4.0),
                    )
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.refresh(self.orders, date_from="2025-01-01")

    def _wheel(self, compare=None, user=None, date=_DAY, scorecard=None):
        scorecard = scorecard or self.scorecard
        wheel = self.scorecards.with_user(user or self.lead).get_wheel(scorecard.id, date, compare)
        items = {
            item["code"]: item
            for perspective in wheel["perspectives"]
            for item in perspective["indicators"]
        }
        return wheel, items[self.orders.code], items[self.lost.code]

    def _record_lost(self, day, value):
        self.indicators.with_user(self.admin).record(
            [
                {
                    "code": self.lost.code,
                    "granularity": "week",
                    "date": day,
                    "value": value,
                    "user_id": self.seller.id,
                }
            ]
        )

    def test_nothing_to_compare_with(self):
        wheel, orders, _lost = self._wheel()
        self.assertEqual(wheel["compare"], "")
        for item in (wheel, *wheel["perspectives"], orders):
            self.assertFalse(item["has_compare_score"])
            self.assertNotIn("compare_score", item)
        self.assertFalse(orders["has_compare"])
        self.assertNotIn("compare_value", orders)

    def test_other_periods_are_as_their_own_wheel_shows_them(self):
        self._record_lost(_BEFORE, 3)
        for kind, day, value, label in (
            ("previous", _BEFORE, 1.0, "Week 46, 2026"),
            ("year", _YEAR_BEFORE, 2.0, "Week 47, 2025"),
        ):
            with self.subTest(kind=kind):
                wheel, orders, lost = self._wheel(kind)
                then, orders_then, lost_then = self._wheel(date=day)
                self.assertEqual(wheel["compare"], label)
                self.assertEqual(wheel["compare_score"], then["score"])
                self.assertEqual(orders["compare_value"], value)
                self.assertEqual(orders["compare_score"], orders_then["score"])
                self.assertEqual(lost["has_compare"], lost_then["has_value"])
                self.assertEqual(lost.get("compare_score"), lost_then.get("score"))
                for now, before in zip(wheel["perspectives"], then["perspectives"], strict=True):
                    self.assertEqual(now.get("compare_score"), before.get("score"))

    def test_another_scorecard_is_scored_by_its_own_lines(self):
        wheel, orders, lost = self._wheel(self.other.id)
        other, orders_there, _lost = self._wheel(scorecard=self.other)
        self.assertEqual(wheel["compare"], self.other.name)
        self.assertEqual(wheel["compare_score"], other["score"])
        self.assertEqual((orders["compare_value"], orders_there["value"]), (1.0, 1.0))
        self.assertEqual(orders["compare_score"], 3.3)
        self.assertFalse(lost["has_compare"])

    def test_baseline_is_scored_by_the_bands_of_today(self):
        self.scorecard.baseline_date = _BEFORE
        self.scorecard.with_user(self.admin).action_freeze_baseline()
        wheel, orders, lost = self._wheel("baseline")
        self.assertEqual(wheel["compare"], "Baseline")
        self.assertEqual((orders["compare_value"], orders["compare_score"]), (1.0, 3.3))
        self.assertFalse(lost["has_compare"])
        self.assertEqual(wheel["compare_score"], 3.3)

    def test_without_a_baseline_there_is_nothing(self):
        wheel, orders, _lost = self._wheel("baseline")
        self.assertFalse(wheel["has_compare_score"])
        self.assertFalse(orders["has_compare"])

    def test_weights_of_then_count(self):
        line = self.scorecard.line_ids.filtered(lambda line: line.indicator_id == self.orders)
        line.copy({"date_from": "2026-11-16", "weight": 5})
        self._record_lost(_BEFORE, 2)
        wheel, _orders, _lost = self._wheel("previous")
        self.assertAlmostEqual(wheel["compare_score"], 0.8 * 3.3 + 0.2 * 6.6, places=4)

    def test_only_with_scorecards_that_one_may_read(self):
        with self.assertRaises(AccessError):
            self._wheel(self.other.id, user=self.seller)
        self._wheel("previous", user=self.seller)

    def test_bad_arguments(self):
        for compare in ("last", "previous ", 1.5, True, [1], {}, -1, 2**31, self.scorecard.id):
            with self.subTest(compare=compare), self.assertRaises(UserError):
                self._wheel(compare)

    def test_number_of_queries(self):
        self.scorecard.baseline_date = _BEFORE
        self.scorecard.with_user(self.admin).action_freeze_baseline()

        def count(compare):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._wheel(compare, date=None)
            return self.env.cr.sql_log_count - before

        kinds = (None, "previous", "year", "baseline", self.other.id)
        for compare in kinds:
            count(compare)
        few = {compare: count(compare) for compare in kinds}
        self.assertLess(max(few.values()), 15)
        indicators = [self.indicator(f"more_{number}") for number in range(58)]
        for scorecard in (self.scorecard, self.other):
            scorecard.line_ids = [
                Command.create({"indicator_id": indicator.id, "date_from": "2025-01-01"})
                for indicator in indicators
            ]
        for compare in kinds:
            with self.subTest(compare=compare):
                self.assertLessEqual(count(compare), few[compare])

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    def _history(self, user=None, **arguments):
        line = self.scorecard.line_ids.filtered(lambda line: line.indicator_id == self.orders)
        return self.scorecards.with_user(user or self.seller).get_history(line.id, **arguments)

    def test_history(self):
        result = self._history(date=_DAY, periods=54)
        self.assertEqual(result["periods"], 54)
        values = {item["label"]: item["value"] for item in result["history"]}
        self.assertEqual(len(values), 54)
        self.assertEqual(values["Week 47, 2026"], 3.0)
        self.assertEqual(values["Week 47, 2025"], 2.0)
        self.assertEqual(sum(values.values()), 6.0)
        self.assertEqual(result["history"][-1]["target"], 4.0)

    def test_history_has_no_item_where_there_is_no_figure(self):
        result = self._history(date="2025-01-12", periods=8)
        self.assertLess(len(result["history"]), 8)

    def test_history_is_only_for_readers(self):
        with self.assertRaises(AccessError):
            self._history(self.colleague)
        for periods in (0, 1, 121, "8", None, True, 2.0):
            with self.subTest(periods=periods), self.assertRaises(UserError):
                self._history(periods=periods)
