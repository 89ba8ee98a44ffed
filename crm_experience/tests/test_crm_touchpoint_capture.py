from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_capture import CAPTURES
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmTouchpointCapture(CrmExperienceCase):
    """Everything is done by a salesperson who has none of our groups."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.precommit.run()
        cls.stages = cls.env["crm.stage"].create(
            [
                {"name": "First", "sequence": 1000},
                {"name": "Second", "sequence": 1001},
                {"name": "Victory", "sequence": 1002, "is_won": True},
            ]
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Phone",
                "type": "service",
                "list_price": 100,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        cls.sales_env = cls.env(user=cls.salesperson)

    def switch_off(self, *kinds):
        for kind in kinds:
            self.env["ir.config_parameter"].set_param(f"crm_experience.capture_{kind}", "False")

    def create_lead(self, **values):
        return self.sales_env["crm.lead"].create(
            {
                "name": "Secret project",
                "type": "opportunity",
                "user_id": self.salesperson.id,
                "stage_id": self.stages[0].id,
                **values,
            }
        )

    def create_order(self, **values):
        return self.sales_env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.product.id})],
                **values,
            }
        )

    def create_meeting(self, days, partners=None, **values):
        start = fields.Datetime.now() + timedelta(days=days)
        partners = self.customer if partners is None else partners
        return self.sales_env["calendar.event"].create(
            {
                "name": "Secret talk",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set((partners | self.salesperson.partner_id).ids)],
                **values,
            }
        )

    def events(self, record):
        return [
            touchpoint.event
            for touchpoint in self.capture()
            if (touchpoint.res_model, touchpoint.res_id) == (record._name, record.id)
        ]

    # ------------------------------------------------------------
    # Opportunities
    # ------------------------------------------------------------

    def test_the_life_of_an_opportunity(self):
        lead = self.create_lead(partner_id=self.customer.id, team_id=self.team.id)
        lead.stage_id = self.stages[1]
        lead.action_set_won()
        lead.stage_id = self.stages[1]
        lead.action_set_won()
        lead.stage_id = self.stages[1]
        lead.action_set_lost()
        expected = [
            *("lead_created", "lead_stage", "lead_won", "lead_stage", "lead_won"),
            *("lead_stage", "lead_lost"),
        ]
        self.assertEqual(self.events(lead), expected)
        touchpoint = self.capture()[0]
        self.assertRecordValues(
            touchpoint,
            [
                {
                    "partner_id": self.customer.id,
                    "lead_id": lead.id,
                    "team_id": self.team.id,
                    "user_id": self.salesperson.id,
                    "create_uid": self.salesperson.id,
                    "summary": False,
                    "amount": 0,
                }
            ],
        )
        self.assertEqual(len(set(self.capture().mapped("external_id"))), len(expected))

    def test_victory_across_transactions_is_counted_each_time(self):
        lead = self.create_lead()
        for _time in range(3):
            lead.action_set_won()
            self.capture()
            lead.stage_id = self.stages[1]
            self.capture()
        self.assertEqual(self.events(lead).count("lead_won"), 3)

    def test_what_changes_nothing_is_not_captured(self):
        lead = self.create_lead()
        lead.stage_id = self.stages[0]
        lead.write({"name": "New name", "expected_revenue": 5})
        self.assertEqual(self.events(lead), ["lead_created"])

    def test_contacts_follow_when_the_opportunity_gets_its_customer(self):
        lead = self.create_lead()
        touchpoint = self.capture()
        self.assertFalse(touchpoint.partner_id)
        lead.partner_id = self.customer
        self.assertEqual(self.capture().partner_id, self.customer)
        lead.partner_id = self.contact
        self.assertEqual(self.capture().partner_id, self.customer)

    def test_the_medium_says_the_channel(self):
        website = self.env["utm.medium"]._fetch_or_create_utm_medium("website")
        self.create_lead(medium_id=website.id)
        self.assertEqual(self.capture().channel_id.code, "web")

    def test_the_team_says_the_channel(self):
        self.create_lead(team_id=self.team.id)
        self.assertEqual(self.capture().channel_id.code, "sales")
        self.team.touchpoint_channel_id = self.channel_store
        lead = self.create_lead(team_id=self.team.id)
        self.assertEqual(
            self.capture().filtered(lambda t: t.lead_id == lead).channel_id, self.channel_store
        )

    # ------------------------------------------------------------
    # Meetings
    # ------------------------------------------------------------

    def test_a_meeting_is_a_contact_with_every_customer(self):
        lead = self.create_lead()
        self.create_meeting(2, self.customer | self.contact, opportunity_id=lead.id)
        meetings = self.capture().filtered(lambda row: row.event == "meeting")
        self.assertEqual(meetings.partner_id, self.customer | self.contact)
        self.assertEqual(meetings.lead_id, lead)

    def test_a_meeting_among_colleagues_is_none(self):
        self.create_meeting(2, self.env["res.partner"])
        self.assertFalse(self.capture())

    def test_a_meeting_that_moves(self):
        meeting = self.create_meeting(2)
        touchpoint = self.capture()
        start = meeting.start + timedelta(days=5)
        meeting.write({"start": start, "stop": start + timedelta(hours=1)})
        self.assertEqual(self.capture(), touchpoint)
        self.assertEqual(touchpoint.date, start)

    def test_a_customer_who_does_not_come(self):
        meeting = self.create_meeting(2, self.customer | self.contact)
        self.assertEqual(len(self.capture()), 2)
        meeting.partner_ids -= self.contact
        self.assertEqual(self.capture().partner_id, self.customer)

    def test_a_customer_who_declines(self):
        """Neither with them, nor in their place with the customer of the opportunity."""
        lead = self.create_lead(partner_id=self.customer.id)
        meeting = self.create_meeting(2, self.contact, opportunity_id=lead.id)
        self.assertIn("meeting", self.capture().mapped("event"))
        answer = meeting.attendee_ids.filtered(lambda row: row.partner_id == self.contact)
        answer.do_decline()
        self.assertNotIn("meeting", self.capture().mapped("event"))
        answer.do_accept()
        self.assertEqual(
            self.capture().filtered(lambda row: row.event == "meeting").partner_id, self.contact
        )

    def test_a_meeting_that_is_cancelled(self):
        future, past = self.create_meeting(2), self.create_meeting(-2)
        archived = self.create_meeting(3)
        self.assertEqual(len(self.capture()), 3)
        archived.active = False
        kept_id = past.id
        (future | past).unlink()
        # what took place stays
        self.assertEqual(self.capture().mapped("res_id"), [kept_id])

    # ------------------------------------------------------------
    # Orders and payments
    # ------------------------------------------------------------

    def test_an_order(self):
        order = self.create_order(team_id=self.team.id)
        self.assertFalse(self.capture())
        order.action_confirm()
        touchpoint = self.capture()
        self.assertRecordValues(
            touchpoint,
            [
                {
                    "event": "order",
                    "partner_id": self.customer.id,
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "date": order.date_order,
                    "team_id": self.team.id,
                    "stage_id": self.stage_buy.id,
                }
            ],
        )
        order._action_cancel()
        self.assertEqual((self.capture(), touchpoint.amount), (touchpoint, 0))
        order.action_draft()
        order.order_line.product_uom_qty = 2
        order.action_confirm()
        self.assertEqual((self.capture(), touchpoint.amount), (touchpoint, order.amount_total))

    def test_a_confirmed_order_that_changes(self):
        order = self.create_order(team_id=self.team.id)
        order.action_confirm()
        touchpoint = self.capture()
        order.order_line.product_uom_qty = 3
        self.assertEqual((self.capture(), touchpoint.amount), (touchpoint, order.amount_total))
        order.user_id = self.env.ref("base.user_admin")
        order = order.sudo()  # given away: the salesperson may not read it any more
        self.assertEqual((self.capture(), touchpoint.user_id), (touchpoint, order.user_id))

    def test_an_order_confirmed_and_cancelled_at_once_was_none(self):
        order = self.create_order()
        order.action_confirm()
        order._action_cancel()
        self.assertFalse(self.capture())

    def test_an_order_that_comes_confirmed(self):
        order = self.create_order(state="sale")
        self.assertEqual(self.events(order), ["order"])

    def test_a_paid_invoice_is_one_contact_without_an_amount(self):
        order = self.create_order()
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.assertEqual(self.events(invoice), ["invoice"])
        for _time in range(2):
            invoice._invoice_paid_hook()
        self.assertEqual(self.events(invoice), ["invoice", "payment"])
        payment = self.capture().filtered(lambda row: row.event == "payment")
        self.assertEqual((payment.amount, payment.channel_id.code), (0, "billing"))

    # ------------------------------------------------------------
    # Switches, errors, cost
    # ------------------------------------------------------------

    def test_switched_off_nothing_is_captured_and_nothing_is_asked(self):
        self.create_lead().action_set_won()
        self.create_order().action_confirm()
        self.capture()
        count = len(self.capture())
        self.switch_off(*CAPTURES)
        with patch.object(
            type(self.env["crm.touchpoint"]), "_remember", side_effect=AssertionError
        ):
            self.create_lead().action_set_won()
            self.create_meeting(2)
            order = self.create_order()
            order.action_quotation_sent()
            order.message_post(
                body="Mail",
                message_type="comment",
                partner_ids=self.customer.ids,
                subtype_xmlid="mail.mt_comment",
            )
            order.action_confirm()
            order.activity_schedule("mail.mail_activity_data_call").action_feedback()
            order.sudo()._create_invoices().action_post()
        self.env.cr.precommit.run()
        self.assertEqual(len(self.capture()), count)

    def test_a_failing_capture_does_not_lose_the_document(self):
        lead = self.create_lead()
        with (
            patch.object(
                type(self.env["crm.touchpoint"]), "_get_insert_statement", side_effect=ValueError
            ),
            mute_logger("odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_capture"),
        ):
            self.assertFalse(self.capture())
        self.assertEqual(lead.exists().name, "Secret project")
        self.create_lead()
        self.assertEqual(len(self.capture()), 1)

    def test_an_opportunity_of_nobody_does_not_lose_the_others(self):
        """Its maker is deleted, so that no company is left to be found."""
        lead = self.create_lead(user_id=False, team_id=False, partner_id=self.customer.id)
        self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_uid = NULL, company_id = NULL WHERE id = %s",
            [lead.id],
        )
        self.env.invalidate_all()
        order = self.create_order()
        lead.sudo().stage_id = self.stages[1]
        order.action_confirm()
        touchpoints = self.capture().filtered(lambda touchpoint: touchpoint.event != "lead_created")
        self.assertCountEqual(touchpoints.mapped("event"), ["order", "lead_stage"])
        self.assertEqual(touchpoints.company_id, self.env.company)

    def test_the_number_of_queries_does_not_depend_on_the_documents(self):
        counts = []
        for size in (1, 2, 40):
            self.sales_env["crm.lead"].create(
                [
                    {"name": str(n), "partner_id": self.customer.id, "team_id": self.team.id}
                    for n in range(size)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.touchpoint"].sudo()._write_remembered()
            counts.append(self.env.cr.sql_log_count - before)
            self.env.cr.precommit.clear()
        # the first one fills the caches
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 10)

    def test_the_timeline_names_the_event_and_links_what_may_be_read(self):
        lead = self.create_lead(partner_id=self.customer.id)
        lead.stage_id = self.stages[1]
        self.capture()
        latest, first = self.touchpoints.get_timeline("res.partner", self.customer.id)["items"]
        self.assertEqual(first["summary"], "Opportunity created")
        self.assertIn("Second", latest["summary"])
        # the service person may not read opportunities
        self.assertNotIn("document", first)
        self.salesperson.group_ids += self.env.ref("crm_experience.group_crm_experience_user")
        timeline = (
            self.env["crm.touchpoint"]
            .with_user(self.salesperson)
            .get_timeline("res.partner", self.customer.id)
        )
        self.assertEqual(
            timeline["items"][0]["document"],
            {"model": "crm.lead", "id": lead.id, "name": "Secret project"},
        )

    def test_the_document_opens_for_whom_may_read_it(self):
        lead = self.create_lead(partner_id=self.customer.id)
        touchpoint = self.capture()
        with self.assertRaises(AccessError):
            touchpoint.with_user(self.service).action_open_document()
        self.salesperson.group_ids += self.env.ref("crm_experience.group_crm_experience_user")
        touchpoint = touchpoint.with_user(self.salesperson)
        action = touchpoint.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        lead.sudo().unlink()
        with self.assertRaises(UserError):
            touchpoint.action_open_document()
        by_hand = self.touchpoints.log_contact(
            "res.partner", self.customer.id, {"channel_id": self.channel_phone.id}
        )
        with self.assertRaises(UserError):
            self.touchpoints.browse(by_hand["id"]).action_open_document()

    def test_the_timeline_keeps_what_is_private(self):
        """A private meeting of a colleague is a contact, but what it is about is not told."""
        meeting = self.create_meeting(-1, privacy="private")
        self.capture()
        self.assertEqual(meeting.with_user(self.service).display_name, "Busy")
        self.env.invalidate_all()
        (item,) = self.touchpoints.get_timeline("res.partner", self.customer.id)["items"]
        self.assertNotIn("Secret", item.get("document", {}).get("name", ""))

    def test_the_timeline_tells_no_name_that_one_may_not_read(self):
        """The document may be read, but not what it is named after."""
        survey = self.env["survey.survey"].create({"title": "Secret survey"})
        self.env["survey.user_input"].create(
            {"survey_id": survey.id, "partner_id": self.customer.id, "state": "done"}
        )
        self.capture()
        self.env.invalidate_all()
        (item,) = self.touchpoints.get_timeline("res.partner", self.customer.id)["items"]
        self.assertEqual(item["summary"], "Survey answered")
        self.assertNotIn("Secret", str(item))
