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
        cls.env["crm.scorecard"].create(
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

    def test_manager_drills_down(self):
        # The browser has a clock of its own, so this happens today, not on a frozen day.
        now = fields.Datetime.now()
        for user in (self.manager, self.manager, self.seller):
            self.order(now, user_id=user.id)
        today = str(now.date())
        self.refresh(self.orders, date_from=today, date_to=today)
        self.start_tour(
            "/odoo/action-crm_targets.crm_scorecard_wheel_action",
            "crm_targets_wheel_tour",
            login=self.manager.login,
        )
