from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
class TestCrmScorecardLine(TargetsCase):
    def test_weights_and_bands_are_finite(self):
        scorecards = self.env["crm.scorecard"].with_user(self.admin)
        scorecard = scorecards.create({"name": "Company", "company_id": self.company.id})
        indicator = self.indicator("orders_here")
        for name in ("weight", "goal", "red_flag", "goal_share", "red_flag_share"):
            for value in (float("nan"), float("inf")):
                with self.subTest(name=name, value=value), self.assertRaises(ValidationError):
                    scorecard.line_ids.create(
                        {"scorecard_id": scorecard.id, "indicator_id": indicator.id, name: value}
                    )
