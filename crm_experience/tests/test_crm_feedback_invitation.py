from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_asking import AskingCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackInvitation(AskingCase):
    """What becomes of an invitation that is queued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mails = cls.env["mail.mail"]

    def sent_mails(self):
        """Mails to customers; those about activities go to users."""
        return self.mails.search(
            [("model", "=", "crm.feedback.invitation"), ("recipient_ids.user_ids", "=", False)],
            order="id",
        )

    def at(self, days=0, hours=0):
        return freeze_time(self.now + timedelta(days=days, hours=hours))

    # ------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------

    def test_a_mail_is_sent(self):
        self.new_touchpoint()
        invitation = self.ask()
        self.assertRecordValues(
            invitation,
            [
                {
                    "state": "sent",
                    "is_sent": True,
                    "date_sent": self.now,
                    "date_expiry": self.now + timedelta(days=21),
                }
            ],
        )
        mail = self.sent_mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        body = mail.body_html
        for score in range(11):
            self.assertIn(f"{invitation._get_url()}?score={score}", body)
        self.assertIn(invitation._get_url("/stop"), body)
        self.assertIn("List-Unsubscribe-Post", mail.headers)
        self.assertEqual(self.ask(), invitation)
        self.assertEqual(self.sent_mails(), mail)

    def test_the_mail_says_which_contact_it_is_about(self):
        """On the day of the customer's own calendar."""
        self.customer.tz = "Asia/Shanghai"
        self.new_touchpoint(date="2026-11-22 20:30:00")
        self.ask()
        self.assertIn("on November 23, 2026?", self.sent_mails().body_html)

    def test_the_link_is_for_the_customer_alone(self):
        """A colleague reads the mail in the chatter, or sends it to themselves."""
        self.new_touchpoint()
        invitation = self.ask()
        token = invitation.access_token
        mail = self.sent_mails()
        messages = self.env["mail.message"].with_user(self.service)
        seen = messages.search([("model", "=", invitation._name)])
        self.assertIn("/feedback/i/", seen.body)
        self.assertNotIn(token, seen.body)
        sent = mail._prepare_outgoing_list()
        for part in ("body", "body_alternative"):
            self.assertIn(f"/feedback/i/{invitation.id}/{token}", sent[0][part])
        self.assertIn(f"{invitation._get_own_url()}?score=10", sent[0]["body"])
        for values in (
            {"email_to": "me@company.example"},
            {"email_cc": "me@company.example"},
            {"recipient_ids": [Command.link(self.service.partner_id.id)]},
        ):
            mail.write({"email_to": False, "email_cc": False, **values})
            others = [
                row for row in mail._prepare_outgoing_list() if row["partner_id"] != self.customer
            ]
            self.assertTrue(others)
            self.assertNotIn(token, str([row["body"] for row in others]))
        # a template of their own may name the address instead of the contact
        mail.write(
            {"email_to": "Ann <Ann@customer.example>", "email_cc": False, "recipient_ids": False}
        )
        self.assertIn(token, mail._prepare_outgoing_list()[0]["body"])

    def test_a_mistake_in_a_template_stops_its_rule_alone(self):
        template = self.env.ref("crm_experience.mail_template_feedback").copy(
            {"body_html": '<p t-out="object.no_such_field" />'}
        )
        broken = self.new_rule("Broken", trigger_event="order", mail_template_id=template.id)
        self.new_touchpoint()
        self.new_touchpoint(self.contact)
        self.contact.email = "bob@customer.example"
        self.company.feedback_gap_days = 0
        with mute_logger(
            "odoo.addons.crm_experience.models.shared.crm_guarded_mixin",
            "odoo.addons.mail.models.mail_render_mixin",
        ):
            self.ask("queue", "send")
        self.assertEqual(set(self.rule.invitation_ids.mapped("state")), {"sent"})
        self.assertEqual(set(broken.invitation_ids.mapped("reason")), {"mistake"})
        self.assertTrue(broken.error)
        # mended, it goes on by itself
        template.body_html = "<p>How was it?</p>"
        with self.at(days=1, hours=1):
            self.ask("send")
        self.assertEqual(set(broken.invitation_ids.mapped("state")), {"sent"})
        self.assertFalse(broken.error)

    def test_whose_language_is_unknown_is_asked_in_that_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.questions["nps"].with_context(lang="fr_FR").title = "Nous recommanderiez-vous ?"
        self.company.partner_id.lang = "fr_FR"
        self.customer.lang = False
        self.new_touchpoint()
        self.ask()
        self.assertIn("Nous recommanderiez-vous", self.sent_mails().body_html)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.questions["nps"].with_context(lang="fr_FR").title = "Nous recommanderiez-vous ?"
        self.customer.lang = "fr_FR"
        self.new_touchpoint()
        self.ask()
        self.assertIn("Nous recommanderiez-vous", self.sent_mails().body_html)

    def test_deciding_takes_the_same_queries_for_any_number(self):
        def send(count):
            for partner in self.new_partners(count, email=False):
                self.new_touchpoint(partner)
            self.ask("queue")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            invitations = self.env["crm.feedback.invitation"].with_company(self.company)
            # held back one and all: what is left is the deciding
            invitations._send_portion()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        send(1)
        self.assertEqual(send(3), send(50))

    # ------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------

    def test_the_gap_holds_back_and_lets_go(self):
        self.new_touchpoint(days=3)
        self.new_touchpoint(days=2)
        first, second = self.ask()
        self.assertEqual(first.state, "sent")
        self.assertRecordValues(
            second,
            [{"state": "held", "reason": "gap", "date_hold": self.now + timedelta(days=30)}],
        )
        with self.at(29):
            self.ask()
            self.assertEqual(second.state, "held")
        with self.at(30):
            self.ask()
            self.assertEqual(second.state, "sent")
        self.assertEqual(len(self.sent_mails()), 2)

    def test_limits_hold_over_rules_and_within_one(self):
        self.company.feedback_gap_days = 0
        self.rule.write({"limit_count": 1, "limit_days": 90})
        other_survey = self.survey.copy()
        other = self.new_rule("Other", trigger_event="order", survey_id=other_survey.id)
        self.new_touchpoint(days=3)
        self.new_touchpoint(days=2)
        states = [(row.rule_id, row.state, row.reason) for row in self.ask()]
        self.assertEqual(
            sorted(states, key=lambda row: (row[0].id, row[1])),
            [
                (self.rule, "held", "survey_count"),
                (self.rule, "sent", False),
                (other, "sent", False),
                (other, "sent", False),
            ],
        )
        self.company.write({"feedback_limit_count": 3, "feedback_limit_days": 30})
        self.new_touchpoint(days=1.5)
        held = self.ask()[-2:]
        self.assertEqual(set(held.mapped("state")), {"held"})
        self.assertEqual(set(held.mapped("reason")), {"survey_count", "count"})

    def test_what_is_held_too_long_expires(self):
        self.company.feedback_hold_days = 10
        self.new_touchpoint(days=3)
        self.new_touchpoint(days=2)
        second = self.ask()[1]
        self.assertEqual(second.date_hold, second.date_planned + timedelta(days=10))
        with self.at(10):
            self.ask()
        self.assertRecordValues(second, [{"state": "expired", "reason": "late", "is_sent": False}])

    def test_the_hold_and_the_limit_of_the_same_length_let_go(self):
        """Held back by thirty days for at most thirty days: that is sent, also a bit later."""
        self.company.write(
            {
                name: self.company.default_get([name])[name]
                for name in (
                    *("feedback_gap_days", "feedback_hold_days"),
                    *("feedback_quiet_from", "feedback_quiet_to"),
                )
            }
        )
        self.assertEqual(self.company.feedback_gap_days, self.company.feedback_hold_days)
        self.rule.delay_number = 0
        self.new_touchpoint(days=0)
        self.new_touchpoint(days=0)
        with self.at(hours=3):
            first, second = self.ask()
        self.assertEqual((first.state, second.reason), ("sent", "gap"))
        self.assertEqual(second.date_hold, first.date_sent + timedelta(days=30))
        with self.at(30, 4):
            self.ask()
        self.assertRecordValues(second, [{"state": "sent", "reason": False}])

    def test_who_cannot_be_reached_is_given_up(self):
        self.customer.email = False
        self.new_touchpoint()
        invitation = self.ask()
        with self.at(59, 1):
            self.ask()
        self.assertRecordValues(invitation, [{"state": "expired", "reason": "late"}])

    def test_quiet_hours_of_company_and_customer(self):
        self.company.write({"feedback_quiet_from": 20, "feedback_quiet_to": 8})
        self.customer.tz = "Asia/Tokyo"
        self.new_touchpoint()
        invitation = self.ask()
        # it is nine in the evening in Tokyo
        self.assertRecordValues(
            invitation,
            [{"state": "held", "reason": "quiet", "date_hold": datetime(2026, 11, 25, 23)}],
        )
        with self.at(hours=11):
            self.assertEqual(self.ask().state, "sent")
        early = self.new_partners(1, tz="UTC", quiet_from=11, quiet_to=13)
        self.new_touchpoint(early)
        self.assertEqual(self.ask()[1].date_hold, datetime(2026, 11, 25, 13))

    # ------------------------------------------------------------
    # Who must not be asked
    # ------------------------------------------------------------

    def test_who_must_not_be_asked(self):
        refusals = {
            "opt_out": {"experience_opt_out": True},
            "archived": {"active": False},
            "blacklist": {"email": "black@customer.example"},
        }
        self.env["mail.blacklist"]._add("black@customer.example")
        for values in refusals.values():
            self.new_touchpoint(self.new_partners(1, **values))
        invitations = self.ask()
        self.assertEqual(set(invitations.mapped("state")), {"cancelled"})
        self.assertEqual(invitations.mapped("reason"), list(refusals))
        self.assertFalse(self.sent_mails())

    def open_case(self, partner=None, **values):
        return self.env["crm.case"].create(
            {"title": "Broken", "partner_id": (partner or self.customer).id} | values
        )

    def move(self, case, state):
        case.write(
            {
                "cause_id": self.env["crm.case.cause"].search([], limit=1).id,
                "outcome": "solved",
                "solution": "Changed it.",
                "state": state,
            }
        )

    def test_nobody_is_asked_while_a_case_is_open(self):
        self.assertTrue(self.rule.is_held_by_case)
        company = self.new_partners(1, is_company=True, email="all@customer.example")
        person, colleague = self.new_partners(2, parent_id=company.id)
        case = self.open_case(person)
        self.open_case(colleague).active = False
        for partner in (person, colleague, company):
            self.new_touchpoint(partner)
        own, other, whole = (
            self.ask().filtered(lambda row, partner=partner: row.partner_id == partner)
            for partner in (person, colleague, company)
        )
        for held in (own, whole):
            self.assertRecordValues(
                held,
                [{"state": "held", "reason": "case", "date_hold": self.now + timedelta(days=1)}],
            )
        self.assertEqual(other.state, "sent")
        with self.at(1):
            self.ask()
            self.assertEqual((own.state, own.reason), ("held", "case"))
        with self.at(1, 2):
            self.move(case, "solved")
            self.ask()
            self.assertEqual(own.reason, "case")
            case.action_confirm()
            self.ask()
            self.assertEqual((own | whole).mapped("state"), ["sent", "sent"])

    def test_a_case_that_is_never_settled_ends_it(self):
        self.open_case()
        self.new_touchpoint()
        invitation = self.ask()
        self.assertEqual(invitation.reason, "case")
        with self.at(60):
            self.ask()
        self.assertRecordValues(invitation, [{"state": "expired", "reason": "late"}])

    def test_how_a_case_was_is_asked_once_it_is_solved(self):
        case = self.open_case()
        self.rule.write({"trigger_event": False, "trigger_purpose": "service"})
        values = {"event": "case", "purpose": "service", "res_model": "crm.case"}
        self.new_touchpoint(res_id=case.id, **values)
        invitation = self.ask()
        self.assertEqual(invitation.reason, "case")
        self.move(case, "solved")
        other = self.open_case()
        self.ask()
        self.assertEqual(invitation.reason, "case")
        self.move(other, "cancelled")
        self.ask()
        self.assertEqual(invitation.state, "sent")

    def test_who_asks_while_a_case_is_open(self):
        """A rule about cases, and one that does not mind."""
        self.company.feedback_gap_days = 0
        self.open_case()
        self.new_rule("Cases", trigger_event="case")
        self.rule.is_held_by_case = False
        self.new_touchpoint(event="case")
        self.new_touchpoint()
        self.assertEqual(self.ask().mapped("state"), ["sent", "sent"])

    def test_nobody_is_reminded_while_a_case_is_open(self):
        self.rule.write({"reminder_count": 1, "reminder_days": 1})
        self.new_touchpoint()
        invitation = self.ask()
        case = self.open_case()
        with self.at(2):
            self.ask()
            self.assertEqual((invitation.state, invitation.reminder_count), ("sent", 0))
            self.move(case, "confirmed")
        with self.at(3):
            self.ask()
            self.assertEqual(invitation.reminder_count, 1)

    def lose(self, partner, reason="death"):
        return self.env["crm.customer.loss"].create(
            {
                "partner_id": partner.id,
                "reason_id": self.env.ref(f"crm_experience.crm_loss_reason_{reason}").id,
            }
        )

    def test_the_dead_are_not_asked(self):
        company = self.new_partners(1, is_company=True)
        person, moved = self.new_partners(1, parent_id=company.id), self.new_partners(1)
        self.lose(self.customer)
        self.lose(company)
        self.lose(moved, "moved")
        for partner in (self.customer, person, moved):
            self.new_touchpoint(partner)
        self.assertEqual(
            [(row.state, row.reason) for row in self.ask()],
            [("cancelled", "dead"), ("cancelled", "dead"), ("sent", False)],
        )
        self.assertEqual(len(self.sent_mails()), 1)

    def test_what_was_planned_ends_when_somebody_has_died(self):
        """What waits, what can be answered and the call that somebody is to make."""
        queued, sent, called = self.new_partners(3, phone="+1 555 0102", user_id=self.service.id)
        self.new_touchpoint(sent)
        self.ask()
        self.new_rule("Call", trigger_event="meeting", way="phone")
        self.new_touchpoint(called, event="meeting")
        self.ask()
        self.new_touchpoint(queued)
        invitations = self.ask("queue")
        self.assertEqual(invitations.mapped("state"), ["sent", "sent", "queued"])
        self.assertTrue(invitations.activity_ids)
        losses = [self.lose(partner, "moved") for partner in (queued, sent, called)]
        self.assertEqual(invitations.mapped("state"), ["sent", "sent", "queued"])
        for loss in losses:
            loss.reason_id = self.env.ref("crm_experience.crm_loss_reason_death")
        self.assertEqual(set(invitations.mapped("reason")), {"dead"})
        self.assertEqual(set(invitations.mapped("state")), {"cancelled"})
        self.assertFalse(invitations.activity_ids)

    def test_one_mailbox_is_one_customer(self):
        """Two contacts with the same address: one opt-out, one gap."""
        partners = self.new_partners(2, email="Same@customer.example")
        self.new_touchpoint(partners[0], days=3)
        self.new_touchpoint(partners[1], days=2)
        first, second = self.ask()
        self.assertEqual((first.state, second.state, second.reason), ("sent", "held", "gap"))
        partners[0].experience_opt_out = True
        with self.at(30):
            self.ask()
        self.assertEqual((second.state, second.reason), ("cancelled", "opt_out"))

    def test_who_is_archived_asks_nobody(self):
        """A rule or questionnaire that was archived: the mail would lead nowhere."""
        for record in (self.rule, self.survey):
            record.active = True
            self.new_touchpoint(self.new_partners(1))
            invitation = self.ask("queue")[-1]
            record.active = False
            self.ask()
            self.assertEqual((invitation.state, invitation.reason), ("cancelled", "withdrawn"))
        self.assertFalse(self.sent_mails())

    def test_an_archived_rule_reminds_nobody(self):
        self.rule.write({"reminder_count": 1, "reminder_days": 1})
        self.new_touchpoint()
        invitation = self.ask()
        self.rule.active = False
        with self.at(2):
            self.ask()
        self.assertEqual((invitation.state, len(self.sent_mails())), ("sent", 1))

    def test_without_a_number_nobody_calls(self):
        self.rule.write({"way": "phone", "user_id": self.service.id})
        company = self.new_partners(1, is_company=True)
        person = self.new_partners(1, parent_id=company.id)
        self.new_touchpoint(person)
        self.assertEqual(self.ask().reason, "number")
        company.phone = "+1 555 0101"
        with self.at(1):
            self.assertEqual(self.ask().state, "sent")

    def test_no_calls(self):
        self.rule.write({"way": "phone", "user_id": self.service.id})
        self.new_touchpoint(self.new_partners(1, is_phone_refused=True))
        self.assertEqual(self.ask().reason, "phone")

    def test_children(self):
        self.company.feedback_minimum_age = 16
        young, old, unknown = self.new_partners(3)
        for partner, year in ((young, 2010), (old, 2010), (unknown, 0)):
            self.env["crm.partner.date"].create(
                {
                    "partner_id": partner.id,
                    "kind": "birthday",
                    "month": 11,
                    "day": 26 if partner == young else 25,
                    "year": year,
                }
            )
            self.new_touchpoint(partner)
        self.assertEqual(self.ask().mapped("reason"), ["age", False, False])

    def test_without_an_address_it_waits_for_one(self):
        self.customer.email = False
        self.new_touchpoint()
        invitation = self.ask()
        self.assertRecordValues(
            invitation,
            [{"state": "held", "reason": "address", "date_hold": self.now + timedelta(days=1)}],
        )
        self.customer.email = "ann@customer.example"
        with self.at(1):
            self.assertEqual(self.ask().state, "sent")

    # ------------------------------------------------------------
    # Reminders and expiry
    # ------------------------------------------------------------

    def test_reminders(self):
        self.rule.write({"reminder_count": 2, "reminder_days": 5})
        self.new_touchpoint()
        invitation = self.ask()
        for days, count in ((4, 1), (5, 2), (6, 2), (10, 3), (15, 3)):
            with self.at(days):
                self.ask()
                self.assertEqual(len(self.sent_mails()), count, days)
        self.assertEqual((invitation.state, invitation.reminder_count), ("sent", 2))
        self.assertIn("reminder", self.sent_mails()[-1].subject)
        # reminders count for no limit: the date that counts is that of the invitation
        self.assertEqual(invitation.date_sent, self.now)

    def test_nobody_is_reminded_after_the_answer_or_against_their_will(self):
        self.rule.write({"reminder_count": 1, "reminder_days": 1})
        answered, stopped = self.new_partners(2)
        for partner in (answered, stopped):
            self.new_touchpoint(partner)
        first, second = self.ask()
        first._answer("10")
        stopped.experience_opt_out = True
        with self.at(2):
            self.ask()
        self.assertEqual(len(self.sent_mails()), 2)
        self.assertEqual((first.state, second.state), ("answered", "cancelled"))

    def test_what_nobody_answers_expires(self):
        self.new_touchpoint()
        invitation = self.ask()
        with self.at(20, 23):
            self.assertEqual(self.ask().state, "sent")
        with self.at(21):
            self.assertEqual(self.ask().state, "expired")
        self.assertTrue(invitation.is_sent)

    def test_what_did_not_arrive_was_not_asked(self):
        first, second, third = self.new_partners(3)
        for partner in (first, second, third):
            self.new_touchpoint(partner)
        invitations = self.ask()
        mails = self.sent_mails()
        mails[0]._postprocess_sent_message([], [], "No address", "mail_email_invalid")
        # the mail server is down: the mail goes out later
        mails[1]._postprocess_sent_message([], [], "Refused", "mail_smtp")
        invitations[2]._message_receive_bounce("c2@customer.example", third)
        self.assertEqual(
            [(row.state, row.reason, row.is_sent) for row in invitations],
            [
                ("cancelled", "failed", False),
                ("sent", False, True),
                ("cancelled", "failed", False),
            ],
        )

    # ------------------------------------------------------------
    # Interviews
    # ------------------------------------------------------------

    def test_an_interview_is_an_activity(self):
        self.rule.write({"way": "phone", "user_id": self.service.id})
        self.new_touchpoint()
        invitation = self.ask()
        activity = invitation.activity_ids
        self.assertEqual((activity.user_id, invitation.state), (self.service, "sent"))
        self.assertFalse(self.sent_mails())
        action = invitation.with_user(self.service).action_interview()
        self.assertIn("/survey/start/", action["url"])
        response = invitation.user_input_id
        response._save_lines(self.questions["nps"], "4")
        response._mark_done()
        self.assertEqual(invitation.state, "answered")
        self.assertFalse(invitation.activity_ids.filtered("active"))
        self.assertEqual(self.feedback_of(response).score, 4)

    def test_who_calls(self):
        self.rule.way = "phone"
        self.new_touchpoint(user_id=self.salesperson.id, team_id=False)
        # the salesperson is no user of ours: nobody to call
        self.assertEqual(self.ask().reason, "nobody")
        self.customer.user_id = self.service
        with self.at(1):
            self.assertEqual(self.ask().activity_ids.user_id, self.service)

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_nobody_enters_how_it_goes_on(self):
        self.new_touchpoint()
        invitation = self.ask()
        for user in (self.leader, self.admin):
            row = invitation.with_user(user)
            for values in (
                {"state": "answered"},
                {"date_sent": False},
                {"access_token": "x" * 43},
                {"partner_id": self.contact.id},
                {"is_sent": False},
            ):
                with self.assertRaises(UserError, msg=values):
                    row.write(values)
        with self.assertRaises(AccessError):
            invitation.with_user(self.service).write({"user_id": self.service.id})
        with self.assertRaises(AccessError):
            invitation.with_user(self.admin).read(["access_token"])

    def test_cancelling(self):
        self.new_touchpoint()
        invitation = self.ask("queue")
        with self.assertRaises(AccessError):
            invitation.with_user(self.service).action_cancel()
        invitation.with_user(self.leader).action_cancel()
        self.assertRecordValues(invitation, [{"state": "cancelled", "reason": "withdrawn"}])
        self.ask()
        self.assertFalse(self.sent_mails())

    def test_merged_contacts_keep_both(self):
        first, second = self.new_partners(2)
        for partner in (first, second):
            self.new_touchpoint(partner)
        invitations = self.ask()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((first + second).ids, first)
        self.assertEqual(invitations.partner_id, first)

    def test_the_customer_header_says_so(self):
        self.new_touchpoint()
        invitation = self.ask()
        (alert,) = [
            alert
            for alert in self.customer.with_user(self.service)._get_customer_alerts()
            if alert["kind"] == "invitation"
        ]
        self.assertEqual(alert["action"], {"model": invitation._name, "id": invitation.id})
        self.assertEqual(self.customer._get_open_invitations(), invitation)
        invitation._answer("9")
        self.assertFalse(self.customer._get_open_invitations())
