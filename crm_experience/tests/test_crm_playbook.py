from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.addons.crm_experience.models.playbook import crm_playbook_start
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .test_crm_customer_journey import NOW, JourneyCase


class PlaybookCase(JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_user = new_test_user(
            cls.env, "exp_lead", "crm_experience.group_crm_experience_lead"
        )
        cls.team.user_id = cls.lead_user
        cls.playbooks = cls.env["crm.playbook"]
        cls.runs = cls.env["crm.playbook.run"]
        cls.steps = cls.env["crm.playbook.run.step"]
        cls.phone = cls.env.ref("crm_experience.crm_touchpoint_channel_phone")
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.customer.user_id = cls.service

    def playbook(self, steps=(), **values):
        return self.playbooks.create(
            {
                "name": "After a visit",
                "trigger_channel_ids": [Command.set(self.channel_store.ids)],
                "date_from": NOW - timedelta(days=365),
                "step_ids": [
                    Command.create(
                        {
                            "name": f"Step {days}",
                            "activity_type_id": self.call.id,
                            "delay_count": days,
                            "delay_unit": "days",
                            **more,
                        }
                    )
                    for days, more in steps or [(2, {}), (7, {})]
                ],
                **values,
            }
        )

    def visit(self, days=0.5, partner=None, **changes):
        return self.meet(days, partner, channel="store", **changes)

    def run_playbooks(self):
        self.run_job("run_playbooks")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCrmPlaybook(PlaybookCase):
    # ------------------------------------------------------------
    # Definition
    # ------------------------------------------------------------

    def test_a_playbook_is_a_plan(self):
        playbook = self.playbook()
        plan = playbook.plan_id
        self.assertEqual(plan.res_model, "res.partner")
        self.assertEqual(plan.template_ids, playbook.step_ids.template_id)
        self.assertEqual(playbook.step_ids.mapped("due_days"), [2, 7])
        self.assertEqual(plan.template_ids.mapped("summary"), ["Step 2", "Step 7"])
        copy = playbook.copy()
        self.assertNotEqual(copy.plan_id, plan)
        self.assertEqual(copy.step_ids.mapped("name"), ["Step 2", "Step 7"])

    def test_an_activity_added_to_the_plan_is_a_step(self):
        playbook = self.playbook()
        playbook.plan_id.template_ids = [
            Command.create({"summary": "Send a card", "delay_from": "after_plan_date"})
        ]
        self.visit()
        self.run_playbooks()
        self.assertIn("Send a card", self.runs.step_ids.search([]).mapped("name"))

    def test_a_removed_step_leaves_the_plan(self):
        playbook = self.playbook()
        playbook.step_ids[0].unlink()
        self.assertEqual(playbook.plan_id.template_ids.mapped("summary"), ["Step 7"])

    def test_what_cannot_be(self):
        with self.assertRaises(ValidationError):
            self.playbook(start_on="journey")
        with self.assertRaises(ValidationError):
            self.playbook(
                start_on="journey",
                res_model="crm.lead",
                journey_stage_ids=[Command.set(self.stage_buy.ids)],
            )
        with self.assertRaises(ValidationError):
            self.playbook(res_model="crm.lead", plan_id=self.playbook().plan_id.id)

    def test_who_may_write_one(self):
        admin = new_test_user(self.env, "exp_admin", "crm_experience.group_crm_experience_admin")
        playbook = self.playbook().with_user(admin)
        playbook.step_ids[0].write(
            {
                "name": "Other",
                "assignment": "person",
                "responsible_id": admin.id,
                "delay_count": 4,
            }
        )
        self.playbooks.with_user(admin).create({"name": "Mine"})
        for user in (self.service, self.lead_user, self.salesperson):
            with self.assertRaises(AccessError):
                playbook.with_user(user).write({"name": "Mine"})

    # ------------------------------------------------------------
    # Beginning
    # ------------------------------------------------------------

    def test_begins_with_a_contact_once(self):
        playbook = self.playbook()
        touchpoint = self.visit()
        self.meet(0.4)
        for _again in range(2):
            self.run_playbooks()
            run = self.runs.search([("playbook_id", "=", playbook.id)])
            self.assertEqual(len(run), 1)
        self.assertEqual((run.touchpoint_id, run.partner_id), (touchpoint, self.customer))
        self.assertEqual(run.step_ids.mapped("date_due"), [date(2026, 12, 1), date(2026, 12, 6)])
        activities = run.step_ids.activity_id
        self.assertEqual(activities.user_id, self.service)
        self.assertEqual(activities.mapped("date_deadline"), run.step_ids.mapped("date_due"))
        self.assertEqual(set(activities.mapped("res_model")), {"res.partner"})
        self.assertEqual(set(activities.mapped("res_id")), {self.customer.id})

    def test_once_per_customer_in_a_time(self):
        playbook = self.playbook(repeat_days=5)
        self.visit(9, partner=self.company_partner)
        self.visit(7, partner=self.contact_person())
        self.visit(1, partner=self.contact_person())
        self.run_playbooks()
        runs = self.runs.search([("playbook_id", "=", playbook.id)], order="date_start")
        self.assertEqual(runs.mapped("partner_id"), self.company_partner | self.contact_person())
        playbook.repeat_days = 0
        self.run_playbooks()
        self.assertEqual(playbook.run_count, 3)

    def contact_person(self):
        return self.company_partner.child_ids

    def test_not_for_what_is_past(self):
        playbook = self.playbook()
        self.visit(20)
        self.visit(-2)
        self.run_playbooks()
        self.assertFalse(playbook.run_ids)
        recent = self.playbook(date_from=NOW - timedelta(days=1))
        self.visit(3)
        self.run_playbooks()
        self.assertFalse(recent.run_ids)
        self.assertEqual(len(playbook.run_ids), 1)

    def test_switched_on_it_begins_from_now(self):
        playbook = self.playbook(active=False)
        self.visit()
        self.run_playbooks()
        playbook.active = True
        self.run_playbooks()
        self.assertFalse(playbook.run_ids)

    def test_only_some_customers_and_one_company(self):
        playbook = self.playbook(partner_domain="[('is_company', '=', True)]")
        elsewhere = self.playbook(company_id=self.other_company.id)
        self.visit()
        self.visit(partner=self.company_partner)
        self.run_playbooks()
        self.assertEqual(playbook.run_ids.partner_id, self.company_partner)
        self.assertFalse(elsewhere.run_ids)

    def test_what_was_seen_late_is_due_today(self):
        playbook = self.playbook()
        self.visit(5)
        self.run_playbooks()
        self.assertEqual(
            playbook.run_ids.step_ids.mapped("date_due"), [date(2026, 11, 29), date(2026, 12, 1)]
        )

    def test_who_gets_it(self):
        fixed = new_test_user(self.env, "exp_fixed", "base.group_user")
        playbook = self.playbook(
            steps=[
                (1, {"assignment": "owner"}),
                (2, {"assignment": "contact"}),
                (3, {"assignment": "lead"}),
                (4, {"assignment": "person", "responsible_id": fixed.id}),
            ],
            user_id=self.env.ref("base.user_admin").id,
        )
        self.visit(team_id=self.team.id, user_id=fixed.id)
        nobody = self.env["res.partner"].create({"name": "Nobody's"})
        self.visit(1, partner=nobody, user_id=..., team_id=self.team.id)
        self.visit(1, partner=self.company_partner, user_id=...)
        self.run_playbooks()
        by_customer = {
            run.partner_id: [step.user_id.login.removeprefix("exp_") for step in run.step_ids]
            for run in playbook.run_ids
        }
        self.assertEqual(by_customer[self.customer], ["service", "fixed", "lead", "fixed"])
        # nobody is responsible: the team lead; no team either: the owner of the playbook
        self.assertEqual(by_customer[nobody], ["lead", "lead", "lead", "fixed"])
        self.assertEqual(by_customer[self.company_partner], ["admin", "admin", "admin", "fixed"])

    def test_begins_with_a_stage_of_the_journey(self):
        playbook = self.playbook(
            start_on="journey", journey_stage_ids=[Command.set(self.stage("after_sales").ids)]
        )
        self.buy(3)
        self.follow()
        self.run_playbooks()
        self.assertFalse(playbook.run_ids)
        self.meet(0.5, channel="service_center")
        self.follow()
        for _again in range(2):
            self.run_playbooks()
            self.assertEqual(playbook.run_ids.partner_id, self.customer)
            self.assertEqual(len(playbook.run_ids), 1)
        # it ends with the stage
        with freeze_time(NOW + timedelta(days=20)):
            self.follow()
            self.run_playbooks()
        self.assertEqual(playbook.run_ids.state, "cancelled")
        self.assertEqual(playbook.run_ids.cancel_reason, "left")

    def test_for_opportunities(self):
        stages = self.env["crm.stage"].search([("is_won", "=", False)], limit=2)
        playbook = self.playbook(
            res_model="crm.lead",
            trigger_channel_ids=False,
            trigger_event="lead_stage",
            trigger_lead_stage_id=stages[1].id,
            steps=[(2, {"assignment": "owner"})],
        )
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {number}",
                    "partner_id": self.customer.id,
                    "user_id": self.salesperson.id,
                    "type": "opportunity",
                    "stage_id": stages[0].id,
                }
                for number in range(3)
            ]
        )
        leads.stage_id = stages[1]
        self.capture()
        self.run_playbooks()
        self.assertEqual(playbook.run_ids.lead_id, leads)
        self.assertEqual(
            playbook.run_ids.step_ids.activity_id.mapped("res_model"), ["crm.lead"] * 3
        )
        self.assertEqual(playbook.run_ids.step_ids.user_id, self.salesperson)
        leads[0].action_set_lost()
        leads[1].stage_id = stages[0]
        self.run_playbooks()
        reasons = {run.lead_id: run.cancel_reason for run in playbook.run_ids}
        self.assertEqual(reasons, {leads[0]: "lead_lost", leads[1]: "left", leads[2]: False})
        self.assertEqual(playbook.run_ids.step_ids.activity_id.res_id, leads[2].id)

    def test_number_of_queries(self):
        """Ten times the customers in a portion, hardly more statements."""
        playbook = self.playbook()
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(44)])
        counts = []
        for some in (partners[:4], partners[4:]):
            for partner in some:
                self.visit(partner=partner)
            events = playbook._find_events(100)
            self.assertEqual(len(events), len(some))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            playbook._create_runs(events)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 15, counts)

    def test_goes_on_where_it_was_stopped(self):
        """Killed between portions: what was begun is kept, the rest follows, nothing twice."""
        playbook = self.playbook()
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(5)])
        for partner in partners:
            self.visit(partner=partner)
        events = playbook._find_events(2)
        playbook._create_runs(events)
        with patch.object(crm_playbook_start, "PORTION", 2):
            self.run_playbooks()
        self.assertEqual(playbook.run_ids.partner_id, partners)
        self.assertEqual(len(playbook.run_ids), 5)
        self.assertEqual(len(playbook.run_ids.step_ids.activity_id), 10)

    # ------------------------------------------------------------
    # Doing
    # ------------------------------------------------------------

    def begin(self, **values):
        playbook = self.playbook(**values)
        self.visit(team_id=self.team.id)
        self.run_playbooks()
        return playbook.run_ids

    def test_done_with_its_activity(self):
        run = self.begin()
        first, second = run.step_ids
        first.activity_id.with_user(self.service).action_done()
        self.assertEqual((first.state, first.date_done), ("done", date(2026, 11, 29)))
        self.assertEqual(run.state, "running")
        second.with_user(self.service).action_done()
        self.assertEqual(second.state, "done")
        self.assertFalse(second.activity_id.active)
        self.assertEqual(run.state, "done")

    def test_done_late(self):
        run = self.begin()
        with freeze_time(NOW + timedelta(days=4)):
            self.run_playbooks()
            self.assertEqual(run.step_ids.mapped("state"), ["missed", "todo"])
            self.assertEqual(run.step_ids[0].missed_days, 2)
            run.step_ids[0].activity_id.action_feedback(feedback="Sorry")
        self.assertEqual(run.step_ids[0].state, "late")

    def test_done_by_a_contact(self):
        call = {
            "is_closed_by_contact": True,
            "trigger_channel_ids": [Command.set(self.phone.ids)],
            "window_days": 5,
        }
        run = self.begin(steps=[(3, call), (9, call)])
        with freeze_time(NOW + timedelta(days=2)):
            talk = self.meet(-1.5)
            self.run_playbooks()
        first, second = run.step_ids
        self.assertEqual((first.state, first.touchpoint_id), ("done", talk))
        self.assertFalse(first.activity_id)
        # one contact does one step
        self.assertEqual(second.state, "todo")
        with freeze_time(NOW + timedelta(days=8)):
            self.meet(-7)
            self.run_playbooks()
        self.assertEqual(second.state, "done")
        self.assertEqual(run.state, "done")

    def test_who_turned_to_whom(self):
        """A welcome call is ours to make: a customer who comes by has not been called."""
        values = {"is_closed_by_contact": True, "window_days": 30}
        run = self.begin(
            steps=[
                (3, values | {"trigger_direction": "out"}),
                (4, values | {"trigger_direction": "in"}),
                (5, values),
            ]
        )
        called, came, either = run.step_ids
        with freeze_time(NOW + timedelta(days=1)):
            visits = [self.meet(-0.3, direction="in"), self.meet(-0.4, direction="in")]
            self.run_playbooks()
            self.assertEqual(run.step_ids.mapped("state"), ["todo", "done", "done"])
            self.assertEqual((came | either).touchpoint_id.ids, sorted(row.id for row in visits))
            call = self.meet(-0.5, direction="out")
            self.run_playbooks()
        self.assertEqual((called.state, called.touchpoint_id), ("done", call))

    def test_the_welcome_call_is_a_call(self):
        step = self.env.ref("crm_experience.crm_playbook_step_first_30_days_welcome")
        self.assertEqual((step.trigger_channel_ids, step.trigger_direction), (self.phone, "out"))

    def test_notes_about_documents_do_no_step(self):
        """An opportunity that moves in a store is no welcome call, unless that is asked for."""
        values = {
            "is_closed_by_contact": True,
            "trigger_channel_ids": [Command.set(self.phone.ids)],
            "window_days": 5,
        }
        run = self.begin(steps=[(3, values), (9, values | {"trigger_event": "lead_stage"})])
        with freeze_time(NOW + timedelta(days=5)):
            for event in ("lead_created", "lead_stage", "order", "case", "survey", "payment"):
                self.meet(-4.5).sudo().event = event
            self.run_playbooks()
        self.assertEqual(run.step_ids.mapped("state"), ["missed", "done"])

    def test_what_customers_rate_does_no_step_of_ours(self):
        """A customer who gives one star has not been thanked, whatever a step leaves open."""
        step = {"is_closed_by_contact": True, "trigger_purpose": "care", "window_days": 3}
        run = self.begin(steps=[(2, step), (3, step | {"trigger_direction": "out"})])
        with freeze_time(NOW + timedelta(days=1)):
            for event in ("rating", "survey"):
                self.meet(-0.5, purpose="care").sudo().event = event
            self.run_playbooks()
        self.assertEqual(run.step_ids.mapped("state"), ["todo", "todo"])

    def test_steps_that_are_ours_are_done_by_us(self):
        """All that are shipped, but those that name what shows that they were done."""
        steps = self.env["crm.playbook.step"].search([("is_closed_by_contact", "=", True)])
        shipped = steps.filtered(
            lambda step: step.get_external_id()[step.id].startswith("crm_experience.")
        )
        self.assertGreater(len(shipped), 5)
        ours = shipped.filtered(lambda step: not step.trigger_event)
        self.assertEqual(set(ours.mapped("trigger_direction")), {"out"})

    def test_one_activity_does_one_step(self):
        call = {
            "is_closed_by_contact": True,
            "trigger_channel_ids": [Command.set(self.phone.ids)],
            "window_days": 30,
        }
        run = self.begin(steps=[(3, call), (9, call)])
        with freeze_time(NOW + timedelta(days=1)):
            run.step_ids[0].activity_id.with_user(self.service).action_done()
            self.capture()
            self.run_playbooks()
        self.assertEqual(run.step_ids.mapped("state"), ["done", "todo"])

    def test_a_moved_deadline_moves_no_step(self):
        run = self.begin()
        step = run.step_ids[0]
        step.activity_id.date_deadline = "2027-01-31"
        self.assertEqual(step.date_due, date(2026, 12, 1))

    def test_a_deleted_activity_leaves_the_step(self):
        run = self.begin()
        run.step_ids.activity_id.unlink()
        self.assertEqual(run.step_ids.mapped("state"), ["todo"] * 2)

    def test_given_to_somebody_else(self):
        run = self.begin()
        run.step_ids[0].activity_id.user_id = self.lead_user
        self.assertEqual(run.step_ids[0].user_id, self.lead_user)

    def test_who_may_say_that_it_is_done(self):
        run = self.begin()
        stranger = new_test_user(
            self.env, "exp_stranger", "crm_experience.group_crm_experience_user"
        )
        with self.assertRaises(AccessError):
            run.step_ids.with_user(stranger).action_done()
        with self.assertRaises(AccessError):
            run.step_ids.with_user(self.service).write({"state": "done"})
        with self.assertRaises(AccessError):
            run.with_user(stranger).action_cancel()
        run.with_user(self.lead_user).action_cancel()
        self.assertEqual(run.step_ids.mapped("state"), ["cancelled"] * 2)
        self.assertFalse(run.step_ids.activity_id)

    def test_a_lost_customer_is_left_in_peace(self):
        run = self.begin()
        self.env["crm.customer.loss"].create(
            {
                "partner_id": self.customer.id,
                "reason_id": self.env.ref("crm_experience.crm_loss_reason_death").id,
            }
        )
        self.run_playbooks()
        self.assertEqual((run.state, run.cancel_reason), ("cancelled", "lost"))

    def test_nobody_who_has_died(self):
        """Whenever that was: it is often noted late, and something may still come in."""
        run = self.begin()
        loss = self.env["crm.customer.loss"].create(
            {
                "partner_id": self.customer.id,
                "reason_id": self.env.ref("crm_experience.crm_loss_reason_death").id,
                "date": "2020-01-01",
            }
        )
        self.run_playbooks()
        self.assertEqual((run.state, run.cancel_reason), ("cancelled", "lost"))
        run.unlink()
        self.run_playbooks()
        self.assertFalse(self.runs.search([("partner_id", "=", self.customer.id)]))
        loss.unlink()
        self.run_playbooks()
        self.assertTrue(self.runs.search([("partner_id", "=", self.customer.id)]))

    # ------------------------------------------------------------
    # Chasing
    # ------------------------------------------------------------

    def notifications(self, user):
        return self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids), ("subject", "ilike", "missed")]
        )

    def test_chased_once_per_level(self):
        run = self.begin()
        with freeze_time(NOW + timedelta(days=3)):
            for _again in range(2):
                self.run_playbooks()
                self.assertEqual(len(self.notifications(self.service)), 1)
                self.assertFalse(self.notifications(self.lead_user))
        self.assertIn("Ann", self.notifications(self.service).body)
        with freeze_time(NOW + timedelta(days=6)):
            for _again in range(2):
                self.run_playbooks()
                self.assertEqual(len(self.notifications(self.service)), 1)
                self.assertEqual(len(self.notifications(self.lead_user)), 1)
        self.assertEqual(run.step_ids[0].chase_level, 2)
        self.assertEqual(run.step_ids[1].state, "todo")

    def test_the_day_is_over_where_the_person_is(self):
        self.service.tz = "America/Los_Angeles"
        run = self.begin()
        self.assertEqual(run.step_ids[0].date_due, date(2026, 11, 30))
        with freeze_time(datetime(2026, 12, 1, 5)):
            self.run_playbooks()
            self.assertEqual(run.step_ids[0].state, "todo")
        with freeze_time(datetime(2026, 12, 1, 9)):
            self.run_playbooks()
            self.assertEqual(run.step_ids[0].state, "missed")
