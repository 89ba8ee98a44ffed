from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
class TestCrmTargetTour(HttpCase, TargetsCase):
    """A yearly target in a browser: proposed, split and submitted by who leads the store, approved
    and locked by who leads the region.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store_lead = cls._user("measure_store_lead", "crm_targets.group_crm_targets_lead")
        cls.store.user_id = cls.store_lead
        cls.store.crm_team_member_ids.filtered(
            lambda member: member.user_id == cls.colleague
        ).target_weight = 0.5
        cls.amount = cls.indicator(
            "tour_amount",
            name="Tour amount",
            aggregate="sum",
            measure_field="amount_untaxed",
            is_monetary=True,
        )

    def test_propose_split_submit_approve_lock(self):
        # The browser has a clock of its own, so this happens today, not on a frozen day.
        last_year = fields.Datetime.now() - relativedelta(years=1)
        self.order(last_year, 1000.0)
        first = last_year.date().replace(month=1, day=1)
        self.refresh(self.amount, date_from=str(first), date_to=str(fields.Date.today()))
        self.start_tour(
            "/odoo/action-crm_targets.crm_target_action",
            "crm_targets_target_propose_tour",
            login=self.store_lead.login,
        )
        targets = self.env["crm.target"].search([("indicator_id", "=", self.amount.id)])
        self.assertEqual(sorted(targets.mapped("value")), [275.0, 825.0, 1100.0])
        self.assertEqual(set(targets.mapped("state")), {"submitted"})
        whole = targets.filtered("child_ids")
        self.assertEqual(whole.activity_ids.user_id, self.lead)
        self.start_tour(
            "/odoo/action-crm_targets.crm_target_action_approve",
            "crm_targets_target_approve_tour",
            login=self.lead.login,
        )
        self.assertEqual(set(targets.mapped("state")), {"locked"})
        self.assertFalse(whole.activity_ids)
