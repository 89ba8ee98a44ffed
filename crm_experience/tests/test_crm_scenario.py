import random
from datetime import timedelta

from odoo.addons.crm_experience.tools.scenario import get_funnel
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .test_crm_customer_journey import NOW, JourneyCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCrmScenario(JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.scenario"].search([]).active = False
        channels = {
            code: cls.env.ref(f"crm_experience.crm_touchpoint_channel_{code}")
            for code in ("web", "phone", "store")
        }
        cls.scenario = cls.env["crm.scenario"].create(
            {
                "name": "Pick up",
                "step_ids": [
                    Command.create(
                        {
                            "name": code,
                            "sequence": number,
                            "max_days": 7,
                            "trigger_channel_ids": [Command.set(channel.ids)],
                        }
                    )
                    for number, (code, channel) in enumerate(channels.items())
                ],
            }
        )

    def way(self, *steps, partner=None):
        for days, channel in steps:
            self.meet(days, partner, channel=channel)

    def get_runs(self):
        return self.scenario.run_ids.sorted("date_start")

    def test_ways(self):
        self.way((60, "web"), (58, "phone"), (55, "store"), (30, "web"), (3, "web"))
        self.way((5, "web"), (3, "phone"), partner=self.company_partner.child_ids)
        for _again in range(2):
            self.run_job("follow_scenarios")
            runs = self.get_runs()
            self.assertEqual(runs.mapped("state"), ["done", "broken", "running", "running"])
        self.assertEqual([run.step_count for run in runs], [3, 1, 2, 1])
        self.assertEqual(runs[2].partner_id, self.company_partner)
        self.assertEqual(runs[0].hours, 120)
        self.assertEqual(runs[0].moment_ids.mapped("hours"), [0, 48, 72])
        self.assertFalse(self.scenario.is_dirty)

    def test_time_breaks_off(self):
        self.way((3, "web"))
        self.run_job("follow_scenarios")
        run = self.get_runs()
        self.assertEqual(run.state, "running")
        with freeze_time(NOW + timedelta(days=5)):
            self.run_job("follow_scenarios")
            self.assertEqual(self.get_runs().state, "broken")

    def test_a_changed_scenario_is_followed_again(self):
        self.way((20, "web"), (10, "phone"))
        self.run_job("follow_scenarios")
        self.assertEqual(self.get_runs().mapped("state"), ["broken"])
        self.scenario.step_ids.max_days = 14
        self.assertTrue(self.scenario.is_dirty)
        self.run_job("follow_scenarios")
        self.assertEqual(self.get_runs().step_count, 2)
        self.scenario.date_from = "2026-11-15"
        self.run_job("follow_scenarios")
        self.assertFalse(self.get_runs())

    def test_only_some_customers(self):
        self.scenario.partner_domain = "[('is_company', '=', True)]"
        self.way((20, "web"))
        self.way((20, "web"), partner=self.company_partner.child_ids)
        self.run_job("follow_scenarios")
        self.assertEqual(self.get_runs().partner_id, self.company_partner)

    def test_funnel_by_sql_and_by_hand(self):
        draw = random.Random(4)
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(30)])
        for partner in partners:
            days = draw.uniform(20, 60)
            for channel in ("web", "phone", "store")[: draw.randint(1, 3)]:
                self.way((days, channel), partner=partner)
                days -= draw.uniform(0.1, 8)
        self.run_job("follow_scenarios")
        ways = [
            (run.state, run.moment_ids.sorted("date").mapped("hours")) for run in self.get_runs()
        ]
        answer = self.env["crm.scenario"].with_user(self.service).get_funnel(self.scenario.id)
        for step, expected in zip(answer["steps"], get_funnel(ways, 3), strict=True):
            self.assertEqual(step["reached"], expected.reached)
            self.assertEqual(step["broken"], expected.broken)
            self.assertEqual(step["running"], expected.running)
            self.assertEqual(step["has_time"], expected.median is not None)
            if expected.median is not None:
                self.assertAlmostEqual(step["median_hours"], expected.median, 2)
                self.assertAlmostEqual(step["p90_hours"], expected.p90, 2)
        self.assertEqual(answer["begun"], len(ways))

    def test_merged_contacts(self):
        twin = self.env["res.partner"].create({"name": "Ann"})
        self.way((20, "web"))
        self.way((18, "phone"), partner=twin)
        self.run_job("follow_scenarios")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer
        )
        self.run_job("follow_scenarios")
        self.scenario.is_dirty = True
        self.run_job("follow_scenarios")
        self.assertEqual(self.get_runs().step_count, 2)

    def test_number_of_queries(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(44)])
        for partner in partners:
            self.way((20, "web"), (18, "phone"), partner=partner)
        counts = []
        for some in (partners[:4], partners[4:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.scenario._follow(some.ids)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
