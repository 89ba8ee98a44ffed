from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
class TestIndicatorTour(HttpCase, TargetsCase):
    """An administrator defines an indicator in a browser, tries it out and saves it."""

    def test_administrator_defines_an_indicator(self):
        for _number in range(3):
            self.order(fields.Datetime.now())
        self.start_tour(
            "/odoo/action-crm_targets.crm_indicator_action/new",
            "crm_targets_indicator_tour",
            login=self.admin.login,
        )
        indicator = self.indicators.search([("code", "=", "tour_signed")])
        self.assertEqual((indicator.model_name, indicator.state), ("sale.order", "measured"))
        self.assertEqual(indicator.date_field, "date_order")
        self.assertEqual(list(self.figures(indicator).values()), [3.0])
