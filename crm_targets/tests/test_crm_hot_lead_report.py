from datetime import date, timedelta
from random import Random

from odoo import fields
from odoo.addons.crm_targets.tools.urgency import get_urgency
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import TargetsCase

TODAY = date(2026, 5, 20)


@tagged("post_install", "-at_install")
@freeze_time(f"{TODAY} 12:00:00")
class TestHotLeadReport(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["crm.hot.lead.report"]

    def open_lead(self, days=0, stage_days=None, **values):
        """An open opportunity that came in `days` ago."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Ten phones",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.seller.id,
                "team_id": self.store.id,
                "expected_revenue": 100.0,
                **values,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_last_stage_update = %s WHERE id = %s",
            [
                TODAY - timedelta(days=days),
                TODAY - timedelta(days=days if stage_days is None else stage_days),
                lead.id,
            ],
        )
        lead.invalidate_recordset()
        return lead

    def row(self, lead):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.report.search([("lead_id", "=", lead.id)])

    def test_reasons(self):
        lead = self.open_lead(20, date_deadline=TODAY - timedelta(days=3))
        row = self.row(lead)
        stage = lead.stage_id.name
        self.assertEqual(
            row.reason,
            "Not answered for 20 days · Should have closed 3 days ago · "
            f"20 days in “{stage}” · No next step planned",
        )
        self.assertGreaterEqual(row.urgency, 50)
        fresh = self.row(self.open_lead(0))
        self.assertEqual(fresh.reason, "Not answered yet, came in today · No next step planned")
        self.assertLess(fresh.urgency, row.urgency)

    def test_what_is_a_contact(self):
        lead = self.open_lead(20)
        lead.message_post(body="Ask for the price", subtype_xmlid="mail.mt_note")
        self.assertFalse(self.row(lead).is_answered)
        lead.with_user(self.seller).message_post(
            body="We have it in stock", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        row = self.row(lead)
        self.assertTrue(row.is_answered)
        self.assertEqual((row.last_contact, row.silent_days), (TODAY, 0))

    def test_mail_of_the_customer_is_no_answer(self):
        lead = self.open_lead(20)
        lead.message_post(
            body="Is anybody there?",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )
        row = self.row(lead)
        self.assertFalse(row.is_answered)
        self.assertEqual(row.silent_days, 0)

    def test_activity(self):
        lead = self.open_lead(20)
        activity = lead.activity_schedule(
            "mail.mail_activity_data_call", date_deadline=TODAY + timedelta(days=2)
        )
        row = self.row(lead)
        self.assertEqual((row.next_step, row.is_answered), (TODAY + timedelta(days=2), False))
        activity.action_done()
        row = self.row(lead)
        self.assertEqual((row.next_step, row.is_answered), (False, True))

    def test_meeting(self):
        lead = self.open_lead(20)
        for day in (TODAY - timedelta(days=4), TODAY + timedelta(days=4)):
            self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "start": f"{day} 09:00:00",
                    "stop": f"{day} 10:00:00",
                    "opportunity_id": lead.id,
                    "partner_ids": [Command.clear()],
                }
            )
        row = self.row(lead)
        self.assertEqual(row.last_contact, TODAY - timedelta(days=4))
        self.assertEqual(row.next_step, TODAY + timedelta(days=4))

    def test_only_open_ones(self):
        won, lost, mine = (self.open_lead(9) for _number in range(3))
        won.action_set_won()
        lost.action_set_lost()
        leads = won | lost | mine
        self.env.flush_all()
        self.assertEqual(self.report.search([("lead_id", "in", leads.ids)]).lead_id, mine)

    def test_sql_agrees_with_the_formula(self):
        random = Random(7)
        for _number in range(30):
            lead = self.open_lead(
                random.randrange(40),
                random.randrange(60),
                expected_revenue=random.choice([0.0, 50.0, 100.0, 900.0]),
                date_deadline=random.choice(
                    [False, TODAY + timedelta(days=random.randrange(-10, 50))]
                ),
            )
            if random.random() < 0.5:
                lead.activity_schedule(
                    "mail.mail_activity_data_call",
                    date_deadline=TODAY + timedelta(days=random.randrange(-3, 3)),
                )
        self.env.flush_all()
        rows = self.report.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), 30)
        for row in rows:
            expected = get_urgency(
                row.silent_days,
                row.stage_days,
                (row.date_deadline - TODAY).days if row.date_deadline else None,
                bool(row.next_step and row.next_step >= TODAY),
                row.value_ratio,
            )
            self.assertAlmostEqual(row.urgency, expected)
        self.assertEqual(rows.mapped("urgency"), sorted(rows.mapped("urgency"), reverse=True))

    def test_hot_customers_of_a_person(self):
        self.open_lead(0)
        lead = self.open_lead(20, date_deadline=TODAY)
        self.open_lead(30, user_id=self.colleague.id, date_deadline=TODAY)
        self.env.flush_all()
        report = self.report.with_user(self.seller)
        [hot] = report._get_hot_customers(self.seller, limit=3)
        self.assertEqual(
            {key: hot[key] for key in ("res_model", "res_id", "name", "amount", "date")},
            {
                "res_model": "crm.lead",
                "res_id": lead.id,
                "name": "Customer",
                "amount": 100.0,
                "date": fields.Date.to_date(TODAY),
            },
        )
        self.assertIn("Not answered for 20 days", hot["reason"])
        self.assertFalse(report._get_hot_customers(self.colleague))

    def test_number_of_queries(self):
        for number in range(12):
            self.open_lead(10 + number)
        self.env.flush_all()
        report = self.report.with_user(self.seller)
        report._get_hot_customers(self.seller)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            report._get_hot_customers(self.seller, limit=10)

    def test_actions(self):
        row = self.row(self.open_lead(3))
        self.assertEqual(row.action_open_document()["res_id"], row.lead_id.id)
        action = row.with_user(self.seller).action_plan_activity()
        wizard = (
            self.env["mail.activity.schedule"]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create({"summary": "Call back"})
        )
        wizard.action_schedule_activities()
        self.assertEqual(row.lead_id.activity_ids.summary, "Call back")
