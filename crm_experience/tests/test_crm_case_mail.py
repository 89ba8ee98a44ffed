from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import new_test_user, tagged

from .case_common import CrmCaseCase

ADDRESS = "service@company.example"


@tagged("post_install", "-at_install")
class TestCrmCaseMail(CrmCaseCase):
    """Mail to and from customers, their machines, and colleagues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "company.example"}
        )
        cls.team.case_alias_name = "service"

    def receive(self, subject="It broke", sender="Ann <ann@customer.example>", **headers):
        """Take a mail in, as the gateway does."""
        body = headers.pop("body", "After two days.")
        kind = headers.pop("kind", "plain")
        number = self.env["mail.message"].search_count([])
        lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
        self.env["mail.thread"].message_process(
            None,
            f"From: {sender}\nTo: {ADDRESS}\nSubject: {subject}\n"
            f"Message-Id: <{number}@customer.example>\n{lines}"
            f"Content-Type: text/{kind}; charset=utf-8\n\n{body}\n",
        )

    def receive_case(self, subject="It broke", **values):
        self.receive(subject, **values)
        return self.env["crm.case"].search([("title", "=", subject)], order="id desc", limit=1)

    def reply(self, case, **values):
        message = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")[:1]
        self.receive("Re: It", In_Reply_To=message.message_id, **values)

    def answer(self, case, **values):
        case.message_post(
            body="Dear Ann", message_type="comment", subtype_xmlid="mail.mt_comment", **values
        )

    def find_automatic(self, case):
        return case.message_ids.filtered(lambda m: m.message_type == "auto_comment")

    # ------------------------------------------------------------
    # Machines
    # ------------------------------------------------------------

    def test_a_machine_is_not_answered(self):
        for header in ({"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}):
            case = self.receive_case(f"Away {header}", **header)
            self.assertTrue(case)
            self.assertFalse(self.find_automatic(case))

    def test_an_absence_note_is_no_word_of_the_customer(self):
        case = self.receive_case()
        case.user_id = self.service
        self.solve(case)
        self.reply(case, Auto_Submitted="auto-replied")
        self.assertEqual((case.state, case.reopen_count), ("solved", 0))
        self.assertEqual(len(case.message_ids.filtered(lambda m: m.message_type == "email")), 2)
        self.reply(case)
        self.assertEqual((case.state, case.reopen_count), ("in_progress", 1))
        self.assertIn("Case Open Again", case.activity_ids.activity_type_id.mapped("name"))

    def test_what_we_send_by_ourselves_says_so(self):
        case = self.receive_case()
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", self.find_automatic(case).id)]
        )
        self.assertIn("auto-generated", mail.headers)
        self.assertEqual(mail.recipient_ids, self.customer)

    def test_a_bounce_opens_nothing(self):
        before = self.env["crm.case"].search_count([])
        self.receive("Undelivered", sender="MAILER-DAEMON@customer.example")
        self.assertEqual(self.env["crm.case"].search_count([]), before)

    # ------------------------------------------------------------
    # What mails hold
    # ------------------------------------------------------------

    def test_a_mail_of_megabytes(self):
        body = "<html><body>" + "<p>It is broken.&nbsp;</p>" * 60_000 + "</body></html>"
        case = self.receive_case(kind="html", body=body)
        self.assertEqual(len(case.description), 10_000)
        self.assertTrue(case.description.startswith("It is broken."))

    def test_a_mail_without_words(self):
        case = self.receive_case("", body="\x00")
        self.assertFalse(case)
        case = self.env["crm.case"].search([("title", "=", "No subject")])
        self.assertEqual((case.partner_id, case.description), (self.customer, ""))

    # ------------------------------------------------------------
    # Who wrote
    # ------------------------------------------------------------

    def test_a_colleague_who_forwards_is_not_the_customer(self):
        colleague = new_test_user(self.env, "case_colleague", email="sam@company.example")
        case = self.receive_case(sender="Sam <sam@company.example>")
        self.assertFalse(case.partner_id)
        self.assertIn("sam@company.example", case.email_from)
        self.reply(case, sender="Sam <sam@company.example>")
        self.assertFalse(case.date_first_response)
        self.assertTrue(colleague)

    def test_an_answer_by_mail_is_the_first_response(self):
        case = self.receive_case()
        self.service.email = "desk@company.example"
        self.reply(case, sender="Desk <desk@company.example>")
        self.assertFalse(case.date_first_response, "The customer did not get it")
        case.message_subscribe(self.customer.ids)
        self.reply(case, sender="Desk <desk@company.example>")
        self.assertTrue(case.date_first_response)
        self.assertEqual(case.state, "in_progress")

    def test_words_that_reach_nobody_are_no_response(self):
        case = self.receive_case().with_user(self.service)
        self.answer(case)
        self.assertFalse(case.date_first_response)
        self.answer(case, partner_ids=self.customer.ids)
        self.assertTrue(case.date_first_response)

    def test_who_writes_for_the_first_time_becomes_a_contact(self):
        case = self.receive_case(sender="New One <new@x.example>")
        self.assertRecordValues(case.partner_id, [{"name": "New One", "email": "new@x.example"}])
        self.assertEqual(
            self.receive_case("More", sender="new@x.example").partner_id, case.partner_id
        )

    def test_who_is_answered_becomes_the_customer(self):
        case = self.receive_case(sender="New <new@x.example>", Precedence="bulk")
        other = self.env["res.partner"].create({"name": "Other", "email": "other@x.example"})
        self.answer(case.with_user(self.service), partner_ids=other.ids)
        self.assertFalse(case.partner_id)
        found = self.env["res.partner"].create({"name": "New", "email": "New@X.example"})
        self.answer(case.with_user(self.service), partner_ids=found.ids)
        self.assertEqual(case.partner_id, found)
        self.assertTrue(case.date_first_response)

    # ------------------------------------------------------------
    # To a case that is closed
    # ------------------------------------------------------------

    def test_silence_was_no_consent(self):
        case = self.receive_case()
        self.solve(case)
        case.write({"state": "confirmed", "confirmed_by": "time"})
        self.reply(case)
        self.assertEqual(case.state, "in_progress")
        self.assertIn(self.leader, case.activity_ids.user_id)
        self.solve(case)
        case.write({"state": "confirmed", "confirmed_by": "time"})
        case.date_solved -= timedelta(days=31)
        self.reply(case)
        self.assertEqual(case.state, "confirmed")
        self.assertEqual(
            case.activity_ids.filtered(lambda a: "wrote again" in (a.summary or "")).user_id,
            self.leader,
        )

    def test_nobody_is_left_to_look_at_a_closed_case(self):
        case = self.receive_case()
        self.team.user_id = self.region.user_id = False
        case.action_cancel()
        self.reply(case)
        self.assertEqual(case.state, "in_progress")

    def test_a_reply_to_a_joined_case_goes_where_it_went(self):
        main = self.receive_case("It broke again")
        other = self.receive_case()
        other._join(main)
        main.action_wait()
        self.reply(other, body="Any news?")
        self.assertEqual(main.state, "in_progress")
        self.assertTrue(any("Any news?" in body for body in main.message_ids.mapped("body")))

    # ------------------------------------------------------------
    # Companies
    # ------------------------------------------------------------

    def test_a_team_that_moves_takes_its_address_along(self):
        self.other_company.alias_domain_id = self.company.alias_domain_id
        self.team.write({"parent_id": False, "user_id": False, "member_ids": [(5,)]})
        self.team.company_id = self.other_company
        case = self.receive_case()
        self.assertEqual((case.company_id, case.team_id), (self.other_company, self.team))

    def test_a_customer_of_another_company_stays_unknown(self):
        self.customer.company_id = self.other_company
        case = self.receive_case()
        self.assertEqual((case.company_id, case.partner_id.id), (self.company, False))
        self.assertIn("ann@customer.example", case.email_from)


@tagged("post_install", "-at_install")
class TestCrmCaseTime(CrmCaseCase):
    """Nobody works at the weekend."""

    SATURDAY = datetime(2026, 3, 7, 10)

    def test_waiting_over_a_weekend_takes_no_time(self):
        with freeze_time(self.SATURDAY):
            case = self.open(user_id=self.service.id)
            case.action_wait()
        with freeze_time(self.SATURDAY + timedelta(hours=20)):
            case.action_resume()
        self.assertEqual(case.waited_hours, 0)

    def test_answered_at_the_weekend(self):
        with freeze_time(self.SATURDAY):
            case = self.open(user_id=self.service.id)
        with freeze_time(self.SATURDAY + timedelta(hours=3)):
            self.solve(case)
        self.assertEqual((case.hours_to_response, case.hours_to_solve), (0, 0))
        self.assertTrue(case.is_in_time)

    def test_nobody_is_told_more_at_the_weekend(self):
        with freeze_time(datetime(2026, 3, 6, 16)):
            case = self.open(severity="3", user_id=self.service.id)
        self.assertEqual(case.date_deadline, datetime(2026, 3, 6, 17))
        with freeze_time(datetime(2026, 3, 6, 17, 1)):
            self.run_job("escalate_cases")
        self.assertEqual(case.escalation_level, 1)
        with freeze_time(self.SATURDAY + timedelta(hours=20)):
            self.run_job("escalate_cases")
        self.assertEqual(case.escalation_level, 1)

    def test_summer_time(self):
        """The night of 29 March has an hour less in Berlin; working hours stay the same."""
        self.calendar.tz = "Europe/Berlin"
        with freeze_time(datetime(2026, 3, 27, 15)):
            case = self.open(severity="2", user_id=self.service.id)
        # Friday 16:00 to 17:00, then three hours of Monday from 8:00, which is 6:00 in UTC now
        self.assertEqual(case.date_response_deadline, datetime(2026, 3, 30, 9))
        with freeze_time(datetime(2026, 3, 30, 7)):
            case.action_note_response()
        self.assertEqual(case.hours_to_response, 2)

    def test_nobody_leads(self):
        self.team.user_id = self.region.user_id = False
        with freeze_time(self.MONDAY):
            case = self.open(severity="3", user_id=self.service.id)
        with freeze_time(datetime(2026, 3, 2, 12)):
            self.run_job("escalate_cases")
        self.assertEqual(case.activity_ids.user_id, self.service)

    def test_a_late_case_is_told_in_the_hours_of_who_reads_it(self):
        self.leader.tz = "Asia/Shanghai"
        with freeze_time(self.MONDAY):
            case = self.open(severity="3", user_id=self.service.id)
        with freeze_time(datetime(2026, 3, 2, 10, 30)):
            self.run_job("escalate_cases")
        told = self.env["mail.message"].search(
            [("model", "=", "crm.case"), ("res_id", "=", case.id), ("subject", "like", "Late")]
        )
        self.assertIn("6:00", told.body)

    def test_averages_are_of_what_has_happened(self):
        with freeze_time(self.MONDAY):
            cases = self.open(user_id=self.service.id) | self.open(user_id=self.service.id)
            unanswered = self.open()
        with freeze_time(self.MONDAY + timedelta(hours=2)):
            cases[0].action_note_response()
            self.solve(cases[1])
        measures = ["hours_to_response:avg", "hours_to_solve:avg"]
        ids = (cases | unanswered).ids
        ((response, solution),) = self.cases._read_group([("id", "in", ids)], [], measures)
        self.assertEqual((response, solution), (2, 2))
        ((response, solution),) = self.cases._read_group([("id", "=", unanswered.id)], [], measures)
        self.assertFalse(response or solution)


@tagged("post_install", "-at_install")
class TestCrmCasePortalMail(CrmCaseCase):
    def test_a_customer_is_not_the_sender_of_what_we_write(self):
        """Nor do they miss it because of that, where the company has no address."""
        self.company.email = False
        portal = new_test_user(self.env, "case_writer", "base.group_portal", email="w@x.example")
        case = (
            self.env["crm.case"]
            .with_user(portal)
            ._open_portal_case(
                {"title": "Broken", "partner_id": portal.partner_id.id, "team_id": self.team.id}
            )
        )
        (received,) = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        self.assertNotEqual(received.author_id, portal.partner_id)
        self.assertIn(portal.partner_id, received.notified_partner_ids)
