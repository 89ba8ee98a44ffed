from datetime import timedelta

from odoo.addons.crm_experience.tools.asking import is_sampled
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_asking import AskingCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackRule(AskingCase):
    """Events and calendars become invitations, each once."""

    def test_an_event_is_queued_once(self):
        touchpoint = self.new_touchpoint(days=2)
        invitation = self.ask("queue")
        self.assertRecordValues(
            invitation,
            [
                {
                    "rule_id": self.rule.id,
                    "survey_id": self.survey.id,
                    "partner_id": self.customer.id,
                    "touchpoint_id": touchpoint.id,
                    "state": "queued",
                    "way": "mail",
                    "date_planned": self.now - timedelta(days=1),
                    "channel_id": self.channel_store.id,
                    "stage_id": self.stage_buy.id,
                    "team_id": self.team.id,
                    "user_id": self.service.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(self.ask("queue"), invitation)

    def test_what_does_not_set_a_rule_off(self):
        other = {"name": "Else", "company_id": self.other_company.id}
        self.new_touchpoint(event="meeting")
        self.new_touchpoint(days=21)  # before the rule began
        self.new_touchpoint(days=-1)  # has not happened yet
        lead = self.env["crm.lead"].create({"name": "Nobody known"})
        self.new_touchpoint(partner_id=False, lead_id=lead.id)
        self.new_touchpoint(
            self.env["res.partner"].create(other),
            company_id=self.other_company.id,
            team_id=False,
            user_id=False,
        )
        self.assertFalse(self.ask("queue"))
        self.rule.active = False
        self.new_touchpoint()
        self.assertFalse(self.ask("queue"))

    def test_conditions_on_contact_and_customer(self):
        self.rule.write(
            {
                "trigger_event": False,
                "trigger_channel_ids": [Command.set(self.channel_phone.ids)],
                "partner_domain": "[('ref', '=', 'ANN')]",
            }
        )
        self.new_touchpoint()
        self.new_touchpoint(self.contact, channel_id=self.channel_phone.id)
        self.assertFalse(self.ask("queue"))
        touchpoint = self.new_touchpoint(channel_id=self.channel_phone.id, event=False)
        self.assertEqual(self.ask("queue").touchpoint_id, touchpoint)

    def test_one_contact_may_set_off_several_rules(self):
        second = self.new_rule("Another", trigger_event="order", way="phone")
        self.new_touchpoint()
        self.assertEqual(self.ask("queue").rule_id, self.rule + second)

    def test_the_sample_is_that_of_the_formula(self):
        self.rule.share = 30
        touchpoints = [self.new_touchpoint(partner) for partner in self.new_partners(120)]
        drawn = [
            touchpoint.id
            for touchpoint in touchpoints
            if is_sampled(f"{self.rule.id}:{touchpoint.id}", 30)
        ]
        self.assertTrue(15 < len(drawn) < 60)
        self.assertEqual(sorted(self.ask("queue").touchpoint_id.ids), drawn)
        self.assertEqual(sorted(self.ask("queue").touchpoint_id.ids), drawn)
        self.rule.share = 60
        self.assertLess(set(drawn), set(self.ask("queue").touchpoint_id.ids))

    def test_the_delay(self):
        self.rule.write({"delay_number": 3, "delay_unit": "hours"})
        touchpoint = self.new_touchpoint(days=0.1)
        invitation = self.ask()
        self.assertEqual(invitation.date_planned, touchpoint.date + timedelta(hours=3))
        self.assertEqual(invitation.state, "queued")
        with freeze_time(self.now + timedelta(hours=1)):
            self.assertEqual(self.ask().state, "sent")

    def test_every_few_months(self):
        self.rule.write({"occasion_type": "period", "period_months": 6})
        never = self.env["res.partner"].create({"name": "No customer", "email": "no@one.example"})
        self.new_touchpoint(days=300)
        invitation = self.ask()
        self.assertEqual(invitation.partner_id, self.customer)
        self.assertNotIn(never, invitation.partner_id)
        self.assertEqual(invitation.state, "sent")
        self.assertEqual(self.ask(), invitation)
        with freeze_time(self.now + timedelta(days=180)):
            self.assertEqual(len(self.ask()), 1)
        with freeze_time(self.now + timedelta(days=182)):
            self.assertEqual(len(self.ask()), 2)

    def test_so_many_a_day(self):
        self.rule.write({"occasion_type": "period", "daily_limit": 3})
        partners = self.new_partners(7)
        for partner in partners:
            self.new_touchpoint(partner)
        self.assertEqual(len(self.ask("queue")), 3)
        self.assertEqual(len(self.ask("queue")), 3)
        for days, count in ((1, 6), (2, 7), (3, 7)):
            with freeze_time(self.now + timedelta(days=days)):
                self.assertEqual(len(self.ask("queue")), count)

    def test_only_by_hand(self):
        self.rule.occasion_type = "none"
        self.new_touchpoint()
        self.assertFalse(self.ask("queue"))

    def test_queueing_takes_the_same_queries_for_any_number(self):
        def queue(count):
            for partner in self.new_partners(count):
                self.new_touchpoint(partner)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["crm.feedback.invitation"].with_company(self.company)._queue_portion()
            return self.env.cr.sql_log_count - start

        queue(1)
        self.assertEqual(queue(2), queue(60))

    def test_what_a_rule_refuses(self):
        for wrong in (
            {"share": 0},
            {"share": 100.5},
            {"delay_number": -1},
            {"delay_number": 10_000},
            {"period_months": 0},
            {"reminder_count": 6},
            {"gap_days": -1},
            {"limit_days": 0},
            {"partner_domain": "[('name', '=', 1"},
            {"partner_domain": "[('no_such_field', '=', 1)]"},
        ):
            with self.assertRaises(Exception, msg=wrong) as caught, self.env.cr.savepoint():
                self.rule.write(wrong)
                self.env.flush_all()
            self.assertNotIsInstance(caught.exception, (TypeError, KeyError), wrong)
        empty = self.env["survey.survey"].create({"title": "Measures nothing"})
        closed = self.survey.copy({"users_login_required": True})
        for survey in (empty, closed):
            with self.assertRaises(ValidationError):
                self.rule.survey_id = survey

    def test_nobody_is_asked_to_sign_in_after_the_rule_was_made(self):
        with self.assertRaisesRegex(ValidationError, "After an order.*How was it.*archive"):
            self.survey.users_login_required = True
        self.rule.active = False
        self.survey.users_login_required = True
        with self.assertRaisesRegex(ValidationError, "asks people to sign in"):
            self.rule.active = True

    def test_what_was_so_before_is_said_on_the_rule(self):
        self.new_touchpoint()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE survey_survey SET users_login_required = TRUE WHERE id = %s", [self.survey.id]
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.crm_experience.models.shared.crm_guarded_mixin"):
            invitation = self.ask()
        self.assertRecordValues(invitation, [{"state": "held", "reason": "mistake"}])
        self.assertIn("asks people to sign in", self.rule.error)
        self.survey.users_login_required = False
        with freeze_time(self.now + timedelta(days=1, hours=1)):
            self.ask("send")
        self.assertEqual(invitation.state, "sent")
        self.assertFalse(self.rule.error)

    def test_response_rate(self):
        partners = self.new_partners(4)
        for partner in partners:
            self.new_touchpoint(partner)
        invitations = self.ask()
        response = invitations[0]._get_response()
        response._save_lines(self.questions["nps"], "8")
        response._mark_done()
        rule = self.rule.with_user(self.service)
        self.assertEqual((rule.asked_count, rule.answered_count), (4, 1))
        self.assertEqual(rule.response_rate, 25)
        self.env.flush_all()
        ((asked, answered, silent, rate),) = (
            self.env["crm.feedback.response.report"]
            .with_user(self.service)
            ._read_group(
                [("rule_id", "=", self.rule.id)],
                aggregates=[
                    *("asked_count:sum", "answered_count:sum", "silent_count:sum"),
                    "response_rate:avg",
                ],
            )
        )
        self.assertEqual((asked, answered, silent, rate), (4, 1, 0, 25))
