import json
from datetime import date
from unittest.mock import patch

from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

_DAY = "2026-11-22"  # a Sunday, the last day of ISO week 47


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22 12:00:00")
class TestCrmScorecardWheel(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", unit="orders")
        cls.average = cls.indicator("average", aggregate="avg", measure_field="amount_total")
        cls.lost = cls.indicator("lost", source="manual", direction="lower")
        cls.lost.perspective_id = cls.env.ref("crm_targets.crm_perspective_customers")
        cls.scorecards = cls.env["crm.scorecard"]
        cls.scorecard = cls.scorecards.create(
            {
                "name": "Seller",
                "scope": "person",
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "granularity": "week",
                "line_ids": [
                    cls._line(cls.orders, weight=30),
                    cls._line(cls.average, weight=10, band_type="fixed", goal=120.0, red_flag=80.0),
                    cls._line(cls.lost, weight=60, band_type="fixed", goal=2.0, red_flag=4.0),
                ],
            }
        )
        for moment in ("2026-11-16 08:00:00", "2026-11-20 08:00:00", "2026-11-09 08:00:00"):
            cls.order(moment)

    @classmethod
    def _line(cls, indicator, **values):
        return Command.create({"indicator_id": indicator.id, "date_from": "2025-01-01", **values})

    def _target(self, value, indicator=None, **values):
        return self.env["crm.target"].create(
            {
                "indicator_id": (indicator or self.orders).id,
                "granularity": "week",
                "date_from": _DAY,
                "scope": "person",
                "company_id": self.company.id,
                "user_id": self.seller.id,
                "value": value,
                "state": "approved",
                **values,
            }
        )

    def _wheel(self, user=None, date=_DAY, scorecard=None):
        """The wheel as the person sees it, and its indicators by code."""
        scorecard = scorecard or self.scorecard
        wheel = self.scorecards.with_user(user or self.seller).get_wheel(scorecard.id, date)
        indicators = {
            indicator["code"]: indicator
            for perspective in wheel["perspectives"]
            for indicator in perspective["indicators"]
        }
        return wheel, indicators

    # ------------------------------------------------------------
    # Wheel
    # ------------------------------------------------------------

    def test_wheel(self):
        self.refresh(self.orders, self.average)
        self.indicators.with_user(self.admin).record(
            [
                {
                    "code": self.lost.code,
                    "granularity": "week",
                    "date": _DAY,
                    "value": 4,
                    "user_id": self.seller.id,
                }
            ]
        )
        self._target(2.0)
        wheel, indicators = self._wheel()
        self.assertEqual(
            wheel["scorecard"],
            {
                "id": self.scorecard.id,
                "name": "Seller",
                "unit_name": self.seller.name,
                "granularity": "week",
                "date": _DAY,
                "period_label": "Week 47, 2026",
                "date_from": "2026-11-16",
                "date_to": "2026-11-22",
            },
        )
        orders = indicators[self.orders.code]
        self.assertEqual((orders["value"], orders["target"], orders["red_flag"]), (2.0, 2.0, 1.6))
        self.assertEqual((orders["score"], orders["band"]), (6.6, "good"))
        self.assertEqual((orders["previous_value"], orders["trend"]), (1.0, 1.0))
        self.assertEqual((orders["weight"], orders["unit"]), (75.0, "orders"))
        self.assertEqual(len(orders["history"]), 8)
        self.assertEqual(
            orders["history"][-1], {"date_from": "2026-11-16", "label": "W47", "value": 2.0}
        )
        self.assertEqual(indicators[self.average.code]["score"], 4.95)
        self.assertEqual(indicators[self.lost.code]["score"], 3.3)
        customers, finance = wheel["perspectives"]
        self.assertEqual((customers["code"], customers["weight"]), ("customers", 60.0))
        self.assertEqual((finance["code"], finance["weight"]), ("finance", 40.0))
        self.assertAlmostEqual(finance["score"], 0.75 * 6.6 + 0.25 * 4.95, places=4)
        self.assertAlmostEqual(
            wheel["score"], 0.6 * 3.3 + 0.4 * (0.75 * 6.6 + 0.25 * 4.95), places=4
        )
        self.assertEqual(wheel["band"], "fair")

    def test_nothing_measured_yet(self):
        wheel, indicators = self._wheel()
        self.assertFalse(wheel["has_score"])
        self.assertEqual(wheel["band"], "none")
        self.assertNotIn("score", wheel)
        for indicator in indicators.values():
            for key in ("value", "score", "trend"):
                self.assertFalse(indicator[f"has_{key}"])
                self.assertNotIn(key, indicator)
        self.assertNotIn("target", indicators[self.orders.code])

    def test_answer_fits_xml_rpc(self):
        self.refresh(self.orders)

        def walk(value):
            self.assertIsNotNone(value)
            if isinstance(value, dict):
                for key, item in value.items():
                    self.assertIsInstance(key, str)
                    walk(item)
            elif isinstance(value, list | tuple):
                for item in value:
                    walk(item)
            else:
                self.assertIsInstance(value, str | int | float | bool)

        walk(self._wheel()[0])
        line = self.scorecard.line_ids[0]
        walk(self.scorecards.with_user(self.seller).get_records_action(line.id))
        json.dumps(self._wheel()[0])

    def test_no_record_is_zero_where_things_are_counted(self):
        self.refresh(self.orders, self.average)
        _wheel, indicators = self._wheel(date="2026-10-14")
        self.assertEqual(indicators[self.orders.code]["value"], 0.0)
        self.assertFalse(indicators[self.average.code]["has_value"])
        _wheel, indicators = self._wheel(date="2025-06-02")  # never measured
        self.assertFalse(indicators[self.orders.code]["has_value"])

    def test_drafts_and_other_units_set_no_target(self):
        self.refresh(self.orders)
        self._target(5.0, state="draft")
        self._target(5.0, user_id=self.colleague.id)
        self._target(5.0, granularity="month")
        self._target(5.0, scope="company", user_id=False)
        self.assertFalse(self._wheel()[1][self.orders.code]["has_target"])

    def test_weights_change_on_their_day(self):
        self.scorecard.line_ids = [
            self._line(self.orders, weight=0, date_from="2026-11-16"),
            self._line(self.average, weight=25, date_from="2026-11-23"),
        ]
        codes = set(self._wheel(date="2026-11-15")[1])
        self.assertEqual(codes, {self.orders.code, self.average.code, self.lost.code})
        wheel, indicators = self._wheel(date=_DAY)
        self.assertEqual(set(indicators), {self.average.code, self.lost.code})
        self.assertEqual(wheel["perspectives"][1]["weight"], round(1000 / 70, 2))
        wheel, _indicators = self._wheel(date="2026-11-23")
        self.assertEqual(wheel["perspectives"][1]["weight"], round(2500 / 85, 2))

    def test_today_is_that_of_the_company(self):
        self.company.resource_calendar_id.tz = "Pacific/Auckland"  # Monday already
        wheel, _indicators = self._wheel(date=None)
        self.assertEqual(wheel["scorecard"]["date"], "2026-11-23")
        self.assertEqual(wheel["scorecard"]["period_label"], "Week 48, 2026")

    def test_number_of_queries_does_not_grow_with_indicators(self):
        self.refresh(self.orders)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._wheel()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self.scorecard.line_ids = [
            self._line(self.indicator(f"more_{number}")) for number in range(12)
        ]
        self.assertEqual(count(), few)

    def test_only_who_may_read_the_scorecard(self):
        for user in (self.lead, self.admin):
            self._wheel(user)
        for user in (self.colleague, self._user("measure_outsider", "base.group_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._wheel(user)

    def test_bad_arguments(self):
        for method in ("get_wheel", "get_records_action"):
            call = getattr(self.scorecards.with_user(self.admin), method)
            for argument in (None, True, "1", 0, -1, 2**40, 2**31 - 1, [1], 1.5, {}):
                with self.subTest(method=method, argument=argument), self.assertRaises(UserError):
                    call(argument)
        for argument in ("tomorrow", 20261122, "2026-13-01", "0001-01-01", [], "2026-11-22 10:00"):
            with self.subTest(date=argument), self.assertRaises(UserError):
                self._wheel(date=argument or [1])

    # ------------------------------------------------------------
    # Records behind a figure
    # ------------------------------------------------------------

    def _records(self, user, scorecard=None, code=None, date=_DAY):
        lines = (scorecard or self.scorecard).line_ids
        line = lines.filtered(lambda line: line.indicator_id == (code or self.orders))
        return self.scorecards.with_user(user).get_records_action(line.id, date)

    def test_records_are_those_of_the_figure(self):
        self.order("2026-11-18 08:00:00", user_id=self.colleague.id)
        self.order("2026-11-18 08:00:00", state="cancel")
        result = self._records(self.seller)
        orders = self.env["sale.order"].search(result["action"]["domain"])
        self.assertEqual(
            sorted(map(str, orders.mapped("date_order"))),
            ["2026-11-16 08:00:00", "2026-11-20 08:00:00"],
        )
        self.assertEqual((result["visible_count"], result["total_count"]), (2, 2))
        self.assertEqual(result["action"]["res_model"], "sale.order")

    def test_team_and_company_agree_with_their_figures(self):
        self.order("2026-11-18 08:00:00", user_id=self.colleague.id, team_id=self.region.id)
        self.order("2026-11-18 08:00:00", user_id=False, team_id=False)
        self.refresh(self.orders)
        counts = {}
        for scope, team in (("team", self.region), ("team", self.store), ("company", False)):
            scorecard = self.scorecard.copy(
                {"scope": scope, "team_id": team and team.id, "user_id": False}
            )
            wheel = self._wheel(self.admin, scorecard=scorecard)
            records = self._records(self.admin, scorecard)
            counts[scorecard.unit_name] = records["total_count"]
            self.assertEqual(wheel[1][self.orders.code]["value"], records["total_count"])
        self.assertEqual(counts, {"Region": 3, "Store": 2, "Measured": 4})

    def test_hidden_records_are_counted_not_shown(self):
        outsider = self._user(
            "measure_sales_lead",
            "crm_targets.group_crm_targets_lead,sales_team.group_sale_salesman",
        )
        self.region.user_id = outsider
        mine = self.order("2026-11-18 08:00:00", user_id=outsider.id)
        scorecard = self.scorecard.copy(
            {"scope": "team", "team_id": self.region.id, "user_id": False}
        )
        result = self._records(outsider, scorecard)
        self.assertEqual((result["visible_count"], result["total_count"]), (1, 3))
        self.assertEqual(result["action"]["domain"], [("id", "in", mine.ids)])

    def test_model_that_may_not_be_read(self):
        result = self._records(self.lead)
        self.assertEqual(result, {"action": False, "visible_count": 0, "total_count": 2})

    def test_no_records_behind_entered_figures(self):
        result = self._records(self.seller, code=self.lost)
        self.assertEqual(result, {"action": False, "visible_count": 0, "total_count": 0})

    def test_many_records_open_by_the_filter(self):
        with patch("odoo.addons.crm_targets.models.crm_scorecard_records._FEW", 1):
            result = self._records(self.seller)
        self.assertEqual((result["visible_count"], result["total_count"]), (2, 2))
        domain = result["action"]["domain"]
        self.assertEqual(len(self.env["sale.order"].search(domain)), 2)
        self.assertNotIn("id", [item[0] for item in domain if len(item) == 3])

    def test_day_of_the_records_is_that_of_the_company(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        late = self.order("2026-11-22 17:00:00")  # Monday there
        self.refresh(self.orders)
        wheel = self._wheel(date="2026-11-23")
        self.assertEqual(wheel[1][self.orders.code]["value"], 1.0)
        result = self._records(self.seller, date="2026-11-23")
        self.assertEqual(result["action"]["domain"], [("id", "in", late.ids)])
        self.assertEqual(self.scorecard._get_today(), date(2026, 11, 22))
