from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
class TestWorkbenchTour(HttpCase, TargetsCase):
    """The workbench in a browser. It has a clock of its own, so all this happens today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amount = cls.indicator(
            "amount", aggregate="sum", measure_field="amount_total", is_monetary=True
        )
        now = fields.Datetime.now()
        cls.order(now, 250.0)
        cls.env["crm.target"].create(
            {
                "indicator_id": cls.amount.id,
                "granularity": "month",
                "date_from": now.date(),
                "company_id": cls.company.id,
                "scope": "person",
                "user_id": cls.seller.id,
                "value": 1000.0,
                "state": "approved",
            }
        )
        lead = cls.env["crm.lead"].create(
            {
                "name": "Ten phones",
                "type": "opportunity",
                "company_id": cls.company.id,
                "team_id": cls.store.id,
                "user_id": cls.seller.id,
            }
        )
        lead.activity_schedule(
            "mail.mail_activity_data_call",
            now.date() - timedelta(days=2),
            summary="Call back",
            user_id=cls.seller.id,
        )
        today = str(now.date())
        cls.indicators.with_user(cls.admin).refresh([cls.amount.code], today, today)

    def test_salesperson_follows_what_is_next(self):
        self.start_tour(
            "/odoo/action-crm_targets.crm_target_workbench_action",
            "crm_targets_workbench_tour",
            login=self.seller.login,
        )

    def test_lead_looks_at_a_person(self):
        self.start_tour(
            "/odoo/action-crm_targets.crm_target_workbench_action",
            "crm_targets_workbench_lead_tour",
            login=self.lead.login,
        )

    def test_strip_above_the_pipeline(self):
        self.start_tour(
            "/odoo/action-crm.crm_lead_action_pipeline",
            "crm_targets_workbench_strip_tour",
            login=self.seller.login,
        )

    def test_no_strip_for_others(self):
        other = self._user("measure_other", "sales_team.group_sale_salesman")
        self.start_tour(
            "/odoo/action-crm.crm_lead_action_pipeline",
            "crm_targets_workbench_no_strip_tour",
            login=other.login,
        )

    def test_session_knows_who_has_a_workbench(self):
        other = self._user("measure_other", "sales_team.group_sale_salesman")
        for user, expected in ((self.seller, True), (other, False)):
            self.authenticate(user.login, user.login)
            info = self.make_jsonrpc_request("/web/session/get_session_info")
            self.assertIs(info["groups"]["crm_targets.group_crm_targets_user"], expected)
