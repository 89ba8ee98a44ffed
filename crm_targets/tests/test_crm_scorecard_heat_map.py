from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

_DAY = "2026-11-22"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 12:00:00")
class TestCrmScorecardHeatMap(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", unit="orders")
        cls.average = cls.indicator("average", aggregate="avg", measure_field="amount_total")
        cls.average.perspective_id = cls.env.ref("crm_targets.crm_perspective_customers")
        cls.scorecards = cls.env["crm.scorecard"]
        cls.of_seller = cls._scorecard(scope="person", user_id=cls.seller.id)
        cls.of_store = cls._scorecard(scope="team", team_id=cls.store.id)
        cls.of_region = cls._scorecard(scope="team", team_id=cls.region.id)
        cls.of_company = cls._scorecard(scope="company", granularity="month")
        for moment in ("2026-11-16 08:00:00", "2026-11-17 08:00:00", "2026-11-09 08:00:00"):
            cls.order(moment)

    @classmethod
    def _scorecard(cls, indicators=None, **values):
        return cls.scorecards.create(
            {
                "name": f"Scorecard {len(cls.scorecards.search([])) + 1}",
                "company_id": cls.company.id,
                "granularity": "week",
                "line_ids": [
                    Command.create(
                        {
                            "indicator_id": indicator.id,
                            "date_from": "2025-01-01",
                            "band_type": "fixed",
                            "goal": 2.0,
                            "red_flag": 1.0,
                        }
                    )
                    for indicator in (indicators or cls.orders | cls.average)
                ],
                **values,
            }
        )

    def _heat_map(self, user=None, **arguments):
        answer = self.scorecards.with_user(user or self.admin).get_heat_map(**arguments)
        rows = {row["id"]: row for row in answer["scorecards"]}
        return answer, {
            scorecard: rows[scorecard.id]
            for scorecard in self.scorecards.search([])
            if scorecard.id in rows
        }

    def test_rows_are_what_the_wheels_show(self):
        self.refresh(self.average, self.orders)
        answer, rows = self._heat_map(date=_DAY)
        self.assertEqual(answer["total_count"], 4)
        for scorecard, row in rows.items():
            wheel = self.scorecards.with_user(self.admin).get_wheel(scorecard.id, _DAY)
            self.assertEqual(row["score"], wheel["score"])
            self.assertEqual(row["period_label"], wheel["scorecard"]["period_label"])
            self.assertEqual(
                {item["id"]: item.get("score") for item in row["perspectives"]},
                {item["id"]: item.get("score") for item in wheel["perspectives"]},
            )
            shown = {
                item["indicator_id"]: item
                for perspective in wheel["perspectives"]
                for item in perspective["indicators"]
            }
            for cell in row["cells"]:
                item = shown[cell["indicator_id"]]
                for key in ("line_id", "has_value", "value", "score", "band", "target", "unit"):
                    self.assertEqual(cell.get(key), item.get(key), key)
        self.assertEqual(rows[self.of_company]["period_label"], "November 2026")
        columns = [
            (perspective["code"], [item["code"] for item in perspective["indicators"]])
            for perspective in answer["perspectives"]
        ]
        self.assertEqual(
            columns, [("customers", [self.average.code]), ("finance", [self.orders.code])]
        )

    def test_missing_is_no_zero(self):
        _answer, rows = self._heat_map(date=_DAY)
        row = rows[self.of_store]
        self.assertFalse(row["has_score"])
        self.assertFalse(row["has_score_change"])
        for cell in row["cells"]:
            self.assertFalse(cell["has_value"])
            self.assertEqual(cell["band"], "none")
            for key in ("value", "score"):
                self.assertNotIn(key, cell)

    def test_list_tells_the_standing(self):
        self.refresh(self.average, self.orders)
        store = self.of_store.with_user(self.lead)
        wheel = self.scorecards.with_user(self.lead).get_wheel(store.id, None, "previous")
        self.assertTrue(store.has_current_score)
        self.assertAlmostEqual(store.current_score, wheel["score"], places=4)
        self.assertEqual(store.current_band, wheel["band"])
        self.assertAlmostEqual(
            store.score_change, wheel["score"] - wheel["compare_score"], places=4
        )
        self.assertEqual(store.worst_indicator, self.orders.name)
        self.assertFalse(self.scorecards.new({"name": "New"}).has_current_score)

    def test_filters(self):
        for arguments, expected in (
            ({"scope": "team"}, self.of_store | self.of_region),
            ({"team_id": self.region.id}, self.of_store | self.of_region | self.of_seller),
            ({"team_id": self.store.id}, self.of_store | self.of_seller),
            ({"team_id": self.store.id, "scope": "person"}, self.of_seller),
        ):
            with self.subTest(**arguments):
                _answer, rows = self._heat_map(**arguments)
                self.assertEqual(set(rows), set(expected))
        self.assertIn(
            {"id": self.region.id, "name": "Region"}, self._heat_map(user=self.lead)[0]["teams"]
        )

    def test_only_scorecards_that_one_may_read(self):
        for user, expected in (
            (self.seller, self.of_seller),
            (self.colleague, self.scorecards),
            (self.lead, self.of_seller | self.of_store | self.of_region),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(set(self._heat_map(user)[1]), set(expected))
        self.assertEqual(self._heat_map(self.colleague)[0]["perspectives"], [])

    def test_bad_arguments(self):
        for arguments in (
            {"date": "tomorrow"},
            {"date": 5},
            {"scope": "store"},
            {"scope": ["team"]},
            {"team_id": "1"},
            {"team_id": -1},
            {"team_id": 2**31},
            {"team_id": True},
        ):
            with self.subTest(**arguments), self.assertRaises(UserError):
                self._heat_map(**arguments)

    def test_number_of_queries(self):
        self.refresh(self.average, self.orders)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._heat_map(self.lead)
            return self.env.cr.sql_log_count - before

        def add(number):
            indicators = self.orders.union(
                *(self.indicator(f"more_{number}_{index}") for index in range(number))
            )
            for _index in range(number):
                self._scorecard(indicators, scope="team", team_id=self.store.id)

        add(10)
        count()
        few = count()
        add(30)
        count()
        self.assertLessEqual(count(), few)
        self.assertLess(few, 20)
