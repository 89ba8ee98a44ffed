from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_experience.models.touchpoint import crm_touchpoint_backfill
from odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_capture import CAPTURES
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_crm_touchpoint_capture_events import CaptureCase

IDENTITY = ("company_id", "external_id", "event", "partner_id", "lead_id", "lead_stage_id")
SAME = (
    *("channel_id", "stage_id", "direction", "purpose", "amount", "currency_id"),
    *("team_id", "user_id", "res_model", "res_id"),
)


@tagged("post_install", "-at_install")
class TestCrmTouchpointBackfill(CaptureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backfill = cls.env["crm.touchpoint.backfill"]
        cls.stages = cls.env["crm.stage"].create(
            [
                {"name": "First", "sequence": 1000},
                {"name": "Second", "sequence": 1001},
                {"name": "Victory", "sequence": 1002, "is_won": True},
            ]
        )

    def live(self):
        """Let one of everything happen, and let it be captured."""
        customer = self.customer
        lead = self.create_lead(
            partner_id=customer.id, team_id=self.team.id, stage_id=self.stages[0].id
        )
        self.commit()
        for stage in (self.stages[1], self.stages[2], self.stages[1], self.stages[2]):
            lead.stage_id = stage
            self.commit()
        lost = self.create_lead(stage_id=self.stages[0].id)
        self.commit()
        lost.action_set_lost()
        self.commit()
        self.create_lead(partner_id=customer.id, stage_id=self.stages[2].id)
        lead.activity_schedule("mail.mail_activity_data_call").action_feedback(feedback="Yes")
        lead.activity_schedule("mail.mail_activity_data_todo").action_feedback()
        self.send(lead, customer | self.contact)
        lead.sudo().message_post(
            body="?",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=customer.id,
        )
        for partners in (customer | self.contact, self.env["res.partner"]):
            self.sales_env["calendar.event"].create(
                {
                    "name": "Talk",
                    "start": "2026-01-31 10:00:00",
                    "stop": "2026-01-31 11:00:00",
                    "partner_ids": [(6, 0, (partners | self.salesperson.partner_id).ids)],
                    "opportunity_id": lead.id,
                }
            )
        quotation = self.create_order(team_id=self.team.id)
        quotation.action_quotation_sent()
        order = self.create_order(opportunity_id=lead.id)
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        survey = self.env["survey.survey"].create({"title": "Secret"})
        survey._create_answer(partner=customer)._mark_done()
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": lead.id,
                "partner_id": customer.id,
                "rating": 5,
                "consumed": True,
            }
        )
        return self.commit()

    def commit(self):
        """Do what the commit does, with the changes that the chatter notes down."""
        self.env.cr.flush()
        return self.capture()

    def run_all(self):
        self.backfill._start(CAPTURES, self.env["crm.touchpoint.source"])
        self.backfill._write_all()
        rows = self.backfill.search([])
        self.assertEqual(set(rows.mapped("state")), {"done"}, rows.mapped("error"))
        self.env.invalidate_all()
        return sum(rows.mapped("created_count"))

    def snapshot(self, names):
        rows = self.env["crm.touchpoint"].search([("source", "=", "odoo")])
        return sorted(tuple(str(row[name]) for name in names) for row in rows)

    # ------------------------------------------------------------
    # The same rows
    # ------------------------------------------------------------

    def test_what_was_captured_is_not_written_again(self):
        before = self.live()
        self.assertEqual(
            set(before.mapped("event")),
            {name for name, _label in before._fields["event"].selection} - {"document", "case"},
        )
        self.run_all()
        again = self.capture()
        # what is in the database beside this test may add rows of its own
        ours = again.filtered(lambda row: row.create_uid != self.env.user or row in before)
        new = self.of_this_test(again) - self.of_this_test(before)
        self.assertEqual(
            [(r.external_id, r.event, str(r.date), r.lead_stage_id.name) for r in new], []
        )
        self.assertEqual(self.of_this_test(again), self.of_this_test(before))
        self.assertTrue(ours)
        self.assertEqual(self.run_all(), 0)

    def of_this_test(self, rows):
        partners = self.customer | self.contact
        leads = self.env["crm.lead"].search([("stage_id", "in", self.stages.ids)])
        leads |= (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("stage_id", "in", self.stages.ids)])
        )
        return rows.filtered(lambda row: row.partner_id in partners or row.lead_id in leads).sorted(
            "id"
        )

    def test_back_fill_into_nothing_gives_the_same_rows(self):
        self.run_all()  # whatever else there is
        rows = self.of_this_test(self.live())
        names = (*IDENTITY, *SAME)
        expected = sorted(tuple(str(row[name]) for name in names) for row in rows)
        rows.unlink()
        self.run_all()
        found = self.of_this_test(self.capture())
        again = sorted(tuple(str(row[name]) for name in names) for row in found)
        self.assertEqual(set(again) ^ set(expected), set())
        self.assertEqual(again, expected)

    def test_history_before_it_was_switched_on(self):
        """What happened while nothing was captured comes before what was captured then."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("crm_experience.capture_lead", "False")
        lead = self.create_lead(partner_id=self.customer.id, stage_id=self.stages[0].id)
        self.commit()
        lead.stage_id = self.stages[1]
        self.assertFalse(self.commit())
        # that was another transaction, some days ago
        messages = lead.message_ids
        for table, ids in (("mail_message", messages.ids), ("crm_lead", lead.ids)):
            self.env.cr.execute(
                f"UPDATE {table} SET create_date = '2026-01-31 10:00:00' WHERE id = ANY(%s)", [ids]
            )
        self.env.cr.execute(
            "UPDATE mail_message SET date = '2026-01-31 10:00:00' WHERE id = ANY(%s)",
            [messages.ids],
        )
        self.env.invalidate_all()
        parameters.set_param("crm_experience.capture_lead", "True")
        lead.stage_id = self.stages[0]
        self.commit()
        lead.stage_id = self.stages[1]
        self.assertEqual(len(self.commit()), 2)
        self.run_all()
        rows = self.of_this_test(self.capture())
        self.assertCountEqual(rows.mapped("event"), ["lead_created", *["lead_stage"] * 3])
        self.assertEqual(len(set(rows.mapped("external_id"))), 4)
        self.assertEqual(self.run_all(), 0)

    def test_what_was_erased_is_not_brought_back(self):
        order = self.create_order()
        order.action_confirm()
        self.commit()
        self.customer._erase_experience(self.env.companies)
        self.customer.flush_recordset()
        self.run_all()
        self.assertFalse(self.env["crm.touchpoint"].search([("partner_id", "=", self.customer.id)]))
        order.date_order = fields.Datetime.now() + timedelta(minutes=1)
        self.run_all()
        self.assertEqual(
            self.env["crm.touchpoint"].search([("partner_id", "=", self.customer.id)]).event,
            "order",
            "what happens afterwards is written again",
        )

    def test_a_document_that_moved_to_another_company(self):
        order = self.create_order()
        order.action_confirm()
        self.commit()
        self.env.cr.execute(
            "UPDATE sale_order SET company_id = %s WHERE id = %s",
            [self.other_company.id, order.id],
        )
        self.env.invalidate_all()
        self.run_all()
        self.assertEqual(len(self.found("order").filtered(lambda row: row.res_id == order.id)), 1)

    def test_a_new_customer_of_the_opportunity_changes_no_identity(self):
        lead = self.create_lead(partner_id=self.customer.id)
        self.sales_env["calendar.event"].create(
            {
                "name": "Talk",
                "start": "2026-01-31 10:00:00",
                "stop": "2026-01-31 11:00:00",
                "partner_ids": [(6, 0, self.salesperson.partner_id.ids)],
                "opportunity_id": lead.id,
            }
        )
        row = self.found("meeting")
        self.assertEqual(row.partner_id, self.customer)
        lead.partner_id = self.contact
        self.commit()
        self.run_all()
        self.assertEqual(self.found("meeting").filtered(lambda r: r.lead_id == lead), row)

    def test_payments_have_the_day_on_which_they_were_made(self):
        order = self.create_order()
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.invoice_date = "2026-01-10"
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": "2026-01-20"})._create_payments()
        self.commit().unlink()
        self.run_all()
        dates = {
            row.event: str(row.date)
            for row in self.of_this_test(self.capture())
            if row.event in ("invoice", "payment")
        }
        self.assertEqual(
            dates, {"invoice": "2026-01-10 12:00:00", "payment": "2026-01-20 12:00:00"}
        )

    def test_what_would_be_forgotten_again_stays_in_the_past(self):
        order = self.create_order(date_order="2020-01-31 10:00:00")
        lead = self.create_lead(partner_id=self.customer.id)
        self.commit().unlink()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2020-01-31 10:00:00' WHERE id = %s", [lead.id]
        )
        self.env.invalidate_all()
        self.env["ir.config_parameter"].set_param("crm_experience.touchpoint_retention", "12")
        order.action_confirm()
        order.date_order = "2020-01-31 10:00:00"
        self.commit().unlink()
        self.run_all()
        # a purchase counts for what the customer is worth
        self.assertEqual(self.of_this_test(self.capture()).mapped("event"), ["order"])

    # ------------------------------------------------------------
    # The job
    # ------------------------------------------------------------

    def test_portions(self):
        orders = self.sales_env["sale.order"]
        for _number in range(7):
            orders |= self.create_order()
        orders.action_confirm()
        self.commit().unlink()
        with patch.object(crm_touchpoint_backfill, "PORTION", 3):
            row = self.backfill._start(["order"], self.env["crm.touchpoint.source"])
            self.assertEqual((row.state, row.progress), ("waiting", 0))
            row._write_portion()
            self.assertEqual(row.state, "running")
            self.assertTrue(0 < row.progress < 100)
            row.with_user(self.admin()).action_stop()
            self.assertFalse(self.backfill._get_next())
            row.with_user(self.admin()).action_resume()
            self.backfill._write_all()
        self.assertEqual((row.state, row.progress, row.last_id), ("done", 100, row.max_id))
        self.assertEqual(set(orders.ids) - set(self.found("order").mapped("res_id")), set())

    def admin(self):
        return self.env["res.users"].search([("login", "=", "backfill_admin")]) or new_test_user(
            self.env, "backfill_admin", groups="crm_experience.group_crm_experience_admin"
        )

    def test_the_job_commits_each_portion(self):
        self.create_order().action_confirm()
        self.commit().unlink()
        self.backfill.with_user(self.admin()).action_start_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_experience.ir_cron_backfill").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(set(self.backfill.search([]).mapped("state")), {"done"})
        self.assertTrue(self.found("order"))

    def test_one_that_fails_does_not_hold_up_the_others(self):
        self.live().unlink()
        self.backfill._start(["meeting", "order"], self.env["crm.touchpoint.source"])
        with (
            patch.object(
                type(self.env["calendar.event"]), "_get_touchpoint_history", side_effect=ValueError
            ),
            mute_logger("odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_backfill"),
        ):
            self.backfill._write_all()
        states = {row.kind: row.state for row in self.backfill.search([])}
        self.assertEqual((states["meeting"], states["order"]), ("failed", "done"))
        self.assertTrue(self.found("order"))
        failed = self.backfill.search([("kind", "=", "meeting")])
        failed.action_resume()
        self.backfill._write_all()
        self.assertRecordValues(failed, [{"state": "done", "error": False}])

    def test_switched_off_kinds_are_left_out(self):
        self.env["ir.config_parameter"].set_param("crm_experience.capture_mail", "False")
        self.env["res.config.settings"].create({}).action_backfill_touchpoints()
        kinds = set(self.backfill.search([]).mapped("kind"))
        self.assertEqual(kinds - {"source"}, set(CAPTURES) - {"mail"})

    def test_only_administrators_back_fill(self):
        row = self.backfill._start(["order"], self.env["crm.touchpoint.source"])
        for user in (self.service, self.salesperson):
            for action in ("action_start", "action_stop", "action_resume", "action_start_all"):
                with self.subTest(user=user.login, action=action), self.assertRaises(AccessError):
                    getattr(row.with_user(user), action)()

    def test_the_number_of_queries_does_not_depend_on_the_documents(self):
        counts = []
        # the first one fills the caches
        for size in (1, 1, 30):
            orders = self.sales_env["sale.order"]
            for _number in range(size):
                orders |= self.create_order()
            orders.action_confirm()
            self.commit().unlink()
            row = self.backfill._start(["order"], self.env["crm.touchpoint.source"])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            row._write_portion()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.env.invalidate_all()
        self.assertEqual(counts[1], counts[2])

    def test_dates_are_stored(self):
        row = self.backfill._start(["order"], self.env["crm.touchpoint.source"])
        self.backfill._write_all()
        self.assertLessEqual(row.date_start, row.date_end)
        self.assertLessEqual(row.date_end, fields.Datetime.now())
