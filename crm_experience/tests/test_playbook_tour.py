from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPlaybookTour(HttpCase):
    """A step is missed, chased, seen by the lead, and done by its owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "crm_experience.group_crm_experience"
        cls.service = new_test_user(cls.env, "playbook_service", f"{group}_user")
        cls.lead = new_test_user(cls.env, "playbook_lead", f"{group}_lead")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Harbour",
                "user_id": cls.lead.id,
                "member_ids": [Command.set(cls.service.ids)],
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Missed Customer", "user_id": cls.service.id}
        )
        cls.env["crm.playbook.run.step"].search([]).unlink()

    def _run_job(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_experience.ir_cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _notified(self, user):
        return self.env["mail.message"].search_count(
            [("partner_ids", "in", user.partner_id.ids), ("subject", "like", "issed%: 1")]
        )

    def test_missed_and_chased(self):
        now = fields.Datetime.now()
        playbook = self.env["crm.playbook"].create(
            {
                "name": "Welcome",
                "date_from": now - timedelta(days=30),
                "step_ids": [Command.create({"name": "Welcome call", "delay_count": 2})],
            }
        )
        self.env["crm.playbook"].search([("id", "!=", playbook.id)]).active = False
        run = playbook._create_runs(
            [
                {
                    "origin": "tour",
                    "date": now - timedelta(days=8),
                    "partner_id": self.customer.id,
                    "lead_id": None,
                    "company_id": self.env.company.id,
                    "touchpoint_id": None,
                    "user_id": self.service.id,
                    "team_id": self.team.id,
                }
            ],
            seen=now - timedelta(days=8),
        )
        self._run_job("run_playbooks")
        self.assertEqual(run.step_ids.state, "missed")
        self.assertEqual((self._notified(self.service), self._notified(self.lead)), (1, 1))
        self.start_tour("/odoo", "crm_experience_playbook_lead", login=self.lead.login)
        self.start_tour("/odoo", "crm_experience_playbook_owner", login=self.service.login)
        self.env.invalidate_all()
        self.assertEqual((run.step_ids.state, run.state), ("late", "done"))
        self._run_job("run_playbooks")
        self.assertEqual(self._notified(self.service), 1)

    def test_reasons(self):
        self.env["crm.customer.loss"].search([]).unlink()
        other = self.env["res.partner"].create({"name": "Other"})
        cheaper = self.env.ref("crm_experience.crm_loss_reason_price_lower")
        today = fields.Date.today()
        self.env["crm.customer.loss"].create(
            [
                {
                    "partner_id": partner.id,
                    "reason_id": cheaper.id,
                    "date": today - timedelta(days=days),
                }
                for partner, days in ((self.customer, 10), (other, 200))
            ]
        )
        self.start_tour(
            "/odoo/loss-reasons", "crm_experience_loss_reasons", login=self.service.login
        )

    def test_funnel(self):
        self.env["crm.scenario"].search([]).active = False
        phone, store = (
            self.env.ref(f"crm_experience.crm_touchpoint_channel_{code}")
            for code in ("phone", "store")
        )
        other = self.env["res.partner"].create({"name": "Other"})
        scenario = self.env["crm.scenario"].create(
            {
                "name": "Tour scenario",
                "step_ids": [
                    Command.create({"name": "Calls", "trigger_channel_ids": phone.ids}),
                    Command.create(
                        {"name": "Comes", "sequence": 20, "trigger_channel_ids": store.ids}
                    ),
                ],
            }
        )
        now = fields.Datetime.now()
        self.env["crm.touchpoint"].create(
            [
                {
                    "partner_id": partner.id,
                    "channel_id": channel.id,
                    "date": now - timedelta(days=d),
                }
                for partner, channel, d in (
                    (self.customer, phone, 30),
                    (other, phone, 30),
                    (other, store, 28),
                )
            ]
        )
        scenario._follow((self.customer | other).ids)
        self.start_tour("/odoo/scenario-funnel", "crm_experience_funnel", login=self.service.login)
