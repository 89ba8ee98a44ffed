from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_crm_customer_journey import NOW, JourneyCase

IDS = (True, 0, -1, 1.5, "1", "", [1], {"id": 1}, 2**31, 2**80)
LIMITS = (True, None, -1, 1.5, "10", [10], 2**31)
DAYS = (True, 20260131, 1.5, "2026-13-01", "2026-02-30", "yesterday", "2026-01-31 10:00", [], {})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCareApi(JourneyCase):
    """What cannot be an argument is refused in a sentence; what nobody has is an empty answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scenario = cls.env["crm.scenario"].create({"name": "To the goal"})
        cls.methods = {
            "board": cls.env["crm.customer.journey"].with_user(cls.service).get_board,
            "missed": cls.env["crm.playbook"].with_user(cls.service).get_missed,
            "reasons": cls.env["crm.customer.loss"].with_user(cls.service).get_reasons,
            "funnel": cls.env["crm.scenario"].with_user(cls.service).get_funnel,
        }

    def refuse(self, name, values, *arguments, **more):
        for argument in arguments:
            for value in values:
                with self.subTest(method=name, argument=argument, value=value):
                    if value == "" and argument.startswith("date"):
                        continue
                    with self.assertRaises(UserError):
                        self.methods[name](**more | {argument: value})

    def test_ids(self):
        self.refuse("board", IDS, "user_id", "team_id")
        self.refuse("missed", IDS, "user_id", "team_id")
        self.refuse("reasons", IDS, "team_id")
        self.refuse("funnel", IDS, "team_id", scenario_id=self.scenario.id)
        self.refuse("funnel", (*IDS, None, False, 2_000_000_000), "scenario_id")

    def test_limits(self):
        self.refuse("board", (*LIMITS, 201), "limit")
        self.refuse("missed", (*LIMITS, 0, 1001), "limit")

    def test_days(self):
        self.refuse("reasons", DAYS, "date_from", "date_to")
        self.refuse("funnel", DAYS, "date_from", "date_to", scenario_id=self.scenario.id)

    def test_nobody_has_that_id(self):
        nobody = 2_000_000_000
        self.assertEqual(self.methods["missed"](user_id=nobody), {"count": 0, "steps": []})
        self.assertEqual(self.methods["reasons"](team_id=nobody)["count"], 0)
        board = self.methods["board"](team_id=nobody)
        self.assertEqual(sum(stage["count"] for stage in board["stages"]), 0)
        self.assertEqual(self.methods["funnel"](self.scenario.id, team_id=nobody)["begun"], 0)

    def test_days_that_run_backwards_are_no_time(self):
        days = {"date_from": "2026-12-31", "date_to": "2026-01-01"}
        self.assertEqual(self.methods["reasons"](**days)["count"], 0)
        self.assertEqual(self.methods["funnel"](self.scenario.id, **days)["begun"], 0)

    def test_without_our_groups(self):
        for name, method in self.methods.items():
            arguments = [self.scenario.id] if name == "funnel" else []
            with self.subTest(method=name), self.assertRaises(AccessError):
                getattr(method.__self__.with_user(self.salesperson), method.__name__)(*arguments)
