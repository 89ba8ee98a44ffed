from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
class TestWheelTour(HttpCase, TargetsCase):
    """The wheel in a browser, as a manager who may read only some of the records behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "crm_targets.group_crm_targets_lead,sales_team.group_sale_salesman"
        cls.manager = cls._user("measure_manager", groups)
        cls.region.user_id = cls.manager
        cls.orders = cls.indicator("orders", aggregate="count", unit="orders")
        cls.ideas = cls.indicator("ideas", source="manual")
        cls.scorecard = cls.env["crm.scorecard"].create(
            {
                "name": "Our region",
                "company_id": cls.company.id,
                "scope": "team",
                "team_id": cls.region.id,
                "granularity": "week",
                "line_ids": [
                    Command.create(
                        {
                            "indicator_id": indicator.id,
                            "date_from": "2020-01-01",
                            "band_type": "fixed",
                            "goal": 3.0,
                            "red_flag": 1.0,
                        }
                    )
                    for indicator in (cls.orders, cls.ideas)
                ],
            }
        )

    def _tour(self, name, action="crm_scorecard_wheel_action"):
        self.start_tour(f"/odoo/action-crm_targets.{action}", name, login=self.manager.login)

    def _measure(self, *users):
        """One order for each of these this week, and one last week."""
        # The browser has a clock of its own, so this happens today, not on a frozen day.
        now = fields.Datetime.now()
        last_week = now - timedelta(days=7)
        for user in users:
            self.order(now, user_id=user.id)
        self.order(last_week, user_id=self.seller.id)
        self.refresh(self.orders, date_from=str(last_week.date()), date_to=str(now.date()))

    def test_manager_compares_and_drills_down(self):
        self._measure(self.manager, self.manager, self.seller)
        self._tour("crm_targets_wheel_tour")

    def test_manager_comments_on_a_red_indicator(self):
        self.scorecard.line_ids.write({"goal": 30.0, "red_flag": 10.0})
        self._measure(self.manager)
        self._tour("crm_targets_comment_tour")
        comment = self.env["crm.scorecard.comment"].search([], limit=1)
        self.assertEqual(comment.author_id, self.manager)
        self.assertEqual(comment.indicator_id, self.orders)

    def test_manager_sees_the_outlier(self):
        self._measure(self.manager, self.manager, self.seller)
        self._tour("crm_targets_heat_map_tour", "crm_scorecard_heat_map_action")
