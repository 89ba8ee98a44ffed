from odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_event import NO_CONTACT_EVENTS
from odoo.addons.crm_targets.tools.domain_literal import parse_domain
from odoo.tests import new_test_user, tagged

from .common import CrmExperienceCase


class CaptureCase(CrmExperienceCase):
    """Documents of all kinds, made by a salesperson who has none of our groups."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.precommit.run()
        cls.env["crm.touchpoint"].search([("source", "=", "odoo")]).unlink()
        cls.sales_env = cls.env(user=cls.salesperson)
        cls.salesperson.partner_id.email = "seller@our.example"
        cls.customer.email = "ann@customer.example"
        cls.product = cls.env["product.product"].create(
            {"name": "Phone", "type": "service", "list_price": 100, "invoice_policy": "order"}
        )

    def create_lead(self, **values):
        return self.sales_env["crm.lead"].create(
            {"name": "Secret project", "type": "opportunity", "user_id": self.salesperson.id}
            | values
        )

    def create_order(self, **values):
        return self.sales_env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
            | values
        )

    def found(self, *events):
        return self.capture().filtered(lambda row: row.event in events)

    def send(self, record, partners, **values):
        """Write to partners from a document, as the composer does."""
        return record.message_post(
            **{
                "body": "Secret words",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "partner_ids": partners.ids,
            }
            | values
        )


@tagged("post_install", "-at_install")
class TestCrmTouchpointCaptureEvents(CaptureCase):
    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------

    def test_a_mail_to_a_customer(self):
        lead = self.create_lead(partner_id=self.customer.id, team_id=self.team.id)
        self.send(lead, self.customer)
        row = self.found("mail_in", "mail_out")
        self.assertRecordValues(
            row,
            [
                {
                    "event": "mail_out",
                    "partner_id": self.customer.id,
                    "lead_id": lead.id,
                    "direction": "out",
                    "purpose": "sale",
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_email").id,
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                    "summary": False,
                }
            ],
        )

    def test_a_mail_to_several_customers_is_a_contact_with_each(self):
        self.send(self.create_order(), self.customer | self.contact)
        self.assertEqual(self.found("mail_out").partner_id, self.customer | self.contact)

    def test_what_stays_among_us_is_no_contact(self):
        lead = self.create_lead(partner_id=self.customer.id)
        colleague = new_test_user(self.env, "capture_colleague", email="col@our.example")
        self.send(lead, colleague.partner_id)
        self.send(lead, self.customer, subtype_xmlid="mail.mt_note")
        self.send(lead, self.customer, message_type="auto_comment")
        lead.message_post(body="Only noted down")
        # documents that are with no customer
        self.send(self.product, self.customer)
        self.assertFalse(self.found("mail_in", "mail_out"))

    def test_a_mail_from_a_customer(self):
        order = self.create_order()
        order.sudo().message_post(
            body="Secret question",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.contact.id,
        )
        self.assertRecordValues(
            self.found("mail_in", "mail_out"),
            [
                {
                    "event": "mail_in",
                    "partner_id": self.contact.id,
                    "direction": "in",
                    "user_id": self.salesperson.id,
                }
            ],
        )

    def test_a_mail_from_somebody_who_is_no_contact_yet(self):
        lead = self.create_lead()
        lead.sudo().message_post(
            body="Hello",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=False,
            email_from="carl@new.example",
        )
        row = self.found("mail_in")
        self.assertEqual((row.lead_id, row.partner_id.id), (lead, False))
        # and becomes one: the same contact, also for the back-fill
        lead.partner_id = self.customer
        self.assertEqual(self.found("mail_in"), row)
        self.assertEqual(row.partner_id, self.customer)

    def test_a_comment_on_the_portal_comes_by_the_web_site(self):
        portal = new_test_user(self.env, "capture_portal", groups="base.group_portal")
        self.create_order().sudo().message_post(
            body="Where is it?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=portal.partner_id.id,
        )
        row = self.found("mail_in")
        self.assertEqual((row.partner_id, row.channel_id.code), (portal.partner_id, "web"))

    # ------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------

    def test_a_call_that_is_done(self):
        lead = self.create_lead(partner_id=self.customer.id)
        activity = lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson.id, note="Secret"
        )
        self.assertFalse(self.found("call"))
        activity.action_feedback(feedback="Secret answer")
        self.assertRecordValues(
            self.found("call", "activity"),
            [
                {
                    "event": "call",
                    "partner_id": self.customer.id,
                    "lead_id": lead.id,
                    "user_id": self.salesperson.id,
                    "channel_id": self.channel_phone.id,
                    "direction": "out",
                    "summary": False,
                }
            ],
        )

    def test_other_activities_and_those_that_are_dropped(self):
        partner = self.customer.with_env(self.sales_env)
        partner.activity_schedule("mail.mail_activity_data_todo").action_feedback()
        partner.activity_schedule("mail.mail_activity_data_call").unlink()
        self.product.activity_schedule("mail.mail_activity_data_call").action_feedback()
        self.assertEqual(self.found("call", "activity").mapped("event"), ["activity"])

    def test_calls_and_other_activities_are_switched_apart(self):
        self.env["ir.config_parameter"].set_param("crm_experience.capture_activity", "False")
        for kind in ("todo", "call"):
            self.create_lead(partner_id=self.customer.id).activity_schedule(
                f"mail.mail_activity_data_{kind}"
            ).action_feedback()
        self.assertEqual(self.found("call", "activity").mapped("event"), ["call"])

    # ------------------------------------------------------------
    # Quotations and invoices
    # ------------------------------------------------------------

    def test_a_quotation_is_sent_once(self):
        order = self.create_order(team_id=self.team.id)
        self.assertFalse(self.found("quotation"))
        order.action_quotation_sent()
        row = self.found("quotation")
        self.assertEqual((row.direction, row.amount, row.team_id), ("out", 0, self.team))
        order._action_cancel()
        order.action_draft()
        order.action_quotation_sent()
        self.assertEqual(self.found("quotation"), row)

    def test_a_quotation_that_is_mailed_is_one_contact(self):
        order = self.create_order()
        self.send(order.with_context(mark_so_as_sent=True), self.customer)
        rows = self.found("quotation", "mail_out")
        self.assertCountEqual(rows.mapped("event"), ["quotation", "mail_out"])
        domain = self.env["crm.touchpoint"]._get_contact_domain()
        self.assertEqual(rows.filtered_domain(domain).event, "mail_out")

    def test_invoices_of_suppliers_are_none(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-01-31",
                "invoice_line_ids": [(0, 0, {"name": "Thing", "price_unit": 5})],
            }
        )
        bill.action_post()
        self.send(bill, self.customer)
        self.assertFalse(self.found("invoice", "payment", "mail_out"))

    # ------------------------------------------------------------
    # Surveys and ratings
    # ------------------------------------------------------------

    def test_a_survey_that_a_customer_answers(self):
        survey = self.env["survey.survey"].create({"title": "Secret", "access_mode": "public"})
        answer = survey._create_answer(partner=self.customer)
        self.assertFalse(self.found("survey"))
        answer._mark_done()
        row = self.found("survey")
        self.assertEqual((row.partner_id, row.date), (self.customer, answer.end_datetime))
        survey._create_answer(partner=self.salesperson.partner_id)._mark_done()
        survey._create_answer(email="nobody@new.example")._mark_done()
        survey._create_answer(partner=self.customer, test_entry=True)._mark_done()
        self.assertEqual(self.found("survey"), row)

    def test_a_rating_that_a_customer_gives(self):
        lead = self.create_lead(partner_id=self.customer.id)
        ratings = self.env["rating.rating"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": lead.id,
                    "partner_id": partner.id,
                    "rated_partner_id": self.salesperson.partner_id.id,
                }
                for partner in (self.customer, self.salesperson.partner_id)
            ]
        )
        self.assertFalse(self.found("rating"))
        ratings.write({"rating": 5, "feedback": "Secret", "consumed": True})
        row = self.found("rating")
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": self.customer.id,
                    "lead_id": lead.id,
                    "user_id": self.salesperson.id,
                    "summary": False,
                }
            ],
        )
        ratings.write({"rating": 3})
        self.assertEqual(self.found("rating"), row)

    # ------------------------------------------------------------
    # All of them
    # ------------------------------------------------------------

    def test_indicators_count_what_is_a_contact(self):
        """The list of steps that are no contacts stands in Python and in the data."""
        for code in ("touchpoints", "contacted_customers"):
            indicator = self.env.ref(f"crm_experience.crm_indicator_{code}")
            ((field, operator, events),) = parse_domain(indicator.domain)
            self.assertEqual((field, operator), ("event", "not in"))
            self.assertEqual(set(events), set(NO_CONTACT_EVENTS))

    def test_a_document_that_is_gone_before_the_commit(self):
        lead = self.create_lead(partner_id=self.customer.id)
        self.send(lead, self.customer)
        lead.sudo().unlink()
        self.assertFalse(self.capture())

    def test_merged_contacts_are_known_by_the_one_that_stays(self):
        twin = self.env["res.partner"].create({"name": "Ann", "email": "ann2@customer.example"})
        lead = self.create_lead(partner_id=self.customer.id)
        self.send(lead, twin)
        self.send(twin.with_env(self.sales_env), twin)
        meeting = self.sales_env["calendar.event"].create(
            {
                "name": "Talk",
                "start": "2026-01-31 10:00:00",
                "stop": "2026-01-31 11:00:00",
                "partner_ids": [(6, 0, twin.ids)],
            }
        )
        before = self.found("mail_out", "meeting")
        self.assertEqual(len(before), 3)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(before.partner_id, self.customer)
        # the meeting changes, and what happened is looked through again
        meeting.start = "2026-01-31 09:00:00"
        self.assertEqual(self.found("mail_out", "meeting"), before)
        backfill = self.env["crm.touchpoint.backfill"]
        backfill._start(["mail", "meeting"], self.env["crm.touchpoint.source"])
        backfill._write_all()
        self.assertEqual(self.found("mail_out", "meeting"), before)

    def test_nothing_is_asked_where_nothing_is_captured(self):
        """Messages and activities of documents that are with no customer cost nothing."""
        category = self.env["product.category"].create({"name": "Thing"})
        product = self.product

        def work():
            category.name += "."
            product.message_post(body="Note")
            product.activity_schedule("mail.mail_activity_data_call").action_feedback()
            self.env.flush_all()
            return self.env.cr.precommit.data.get("crm_experience.capture")

        self.assertFalse(work())
