from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .test_crm_touchpoint_capture_events import CaptureCase


@tagged("post_install", "-at_install")
class TestCrmTouchpointSource(CaptureCase):
    """Models that the addon knows nothing about: analytic accounts, attendees, orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            "source_admin",
            groups="crm_experience.group_crm_experience_admin,account.group_account_manager,"
            "sales_team.group_sale_manager,analytic.group_analytic_accounting",
        )
        cls.channel = cls.env.ref("crm_experience.crm_touchpoint_channel_service_center")
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Repairs"})
        cls.addClassCleanup(cls.env["crm.touchpoint.source"]._unregister_hook)

    def create_source(self, user=None, **values):
        return (
            self.env["crm.touchpoint.source"]
            .with_user(user or self.admin)
            .create(
                {
                    "name": "Repair",
                    "model_name": "account.analytic.account",
                    "partner_field": "partner_id",
                    "company_field": "company_id",
                    "channel_id": self.channel.id,
                    "stage_id": self.env.ref("crm_experience.crm_journey_stage_after_sales").id,
                    "purpose": "service",
                }
                | values
            )
        )

    def create_repair(self, **values):
        return self.env["account.analytic.account"].create(
            {"name": "Secret repair", "plan_id": self.plan.id, "partner_id": self.customer.id}
            | values
        )

    def rows(self, source):
        return self.capture().filtered(lambda row: row.capture_source_id == source)

    # ------------------------------------------------------------
    # One record, one contact
    # ------------------------------------------------------------

    def test_a_rule_names_the_source_that_sets_it_off(self):
        source, other = self.create_source(), self.create_source(name="Other")
        repair = self.create_repair()
        rows = self.capture().filtered("capture_source_id")
        self.assertEqual(rows.capture_source_id, source | other)
        rule = self.env["crm.journey.rule"].create(
            {
                "name": "Repaired",
                "stage_id": self.env.ref("crm_experience.crm_journey_stage_after_sales").id,
                "trigger_event": "document",
            }
        )

        def found():
            # whoever reads the rule need not see what is captured
            domain = rule.with_user(self.service)._get_trigger_domain()
            return self.env["crm.touchpoint"].search(domain & Domain("res_id", "=", repair.id))

        self.assertEqual(found(), rows)
        rule.trigger_source_id = source
        self.assertEqual(found().capture_source_id, source)
        # of another event it says nothing
        rule.trigger_event = False
        self.assertEqual(found(), rows)

    def test_a_record_is_captured_from_then_on(self):
        before = self.create_repair()
        source = self.create_source()
        repair = self.create_repair()
        row = self.rows(source)
        self.assertRecordValues(
            row,
            [
                {
                    "event": "document",
                    "partner_id": self.customer.id,
                    "channel_id": self.channel.id,
                    "purpose": "service",
                    "direction": "in",
                    "res_model": "account.analytic.account",
                    "res_id": repair.id,
                    "date": repair.create_date.replace(microsecond=0),
                    "summary": False,
                    "amount": 0,
                }
            ],
        )
        # the contact follows its record; a text that changes changes nothing
        repair.partner_id = self.contact
        repair.name = "Another secret"
        self.assertEqual(self.rows(source), row)
        self.assertEqual(row.partner_id, self.contact)
        # what was there before comes as soon as it changes, or by a back-fill
        before.partner_id = self.contact
        self.assertEqual(self.rows(source).mapped("res_id"), [repair.id, before.id])

    def test_the_filter(self):
        source = self.create_source(domain="[('code', '=', 'R')]")
        repair = self.create_repair()
        self.assertFalse(self.rows(source))
        repair.code = "R"
        row = self.rows(source)
        self.assertEqual(row.res_id, repair.id)
        # it happened
        repair.code = "X"
        self.assertEqual(self.rows(source), row)

    def test_records_of_nobody_are_no_contacts(self):
        source = self.create_source()
        repair = self.create_repair(partner_id=False)
        self.assertFalse(self.rows(source))
        repair.partner_id = self.customer
        self.assertEqual(len(self.rows(source)), 1)

    def test_who_has_no_rights_captures(self):
        """A user without our groups, and one of the public portal, change documents."""
        source = self.create_source(
            model_name="sale.order", date_field="date_order", domain="[('note', '!=', False)]"
        )
        self.create_order(note="Please hurry")
        row = self.rows(source)
        self.assertEqual((row.partner_id, row.create_uid), (self.customer, self.salesperson))

    def test_one_relation_away_and_an_amount(self):
        source = self.create_source(
            model_name="sale.order.line",
            partner_field="order_id.partner_id",
            company_field="order_id.company_id",
            user_field="order_id.user_id",
            amount_field="price_total",
            domain="[('product_uom_qty', '>', 1)]",
        )
        order = self.create_order()
        self.assertFalse(self.rows(source))
        order.order_line.product_uom_qty = 2
        row = self.rows(source)
        self.assertEqual(
            (row.partner_id, row.user_id, row.amount, row.currency_id),
            (self.customer, order.user_id, order.order_line.price_total, order.currency_id),
        )

    def test_a_date_is_noon(self):
        source = self.create_source(
            model_name="sale.order", date_field="validity_date", company_field=False
        )
        self.create_order(validity_date="2026-02-03")
        self.assertEqual(str(self.rows(source).date), "2026-02-03 12:00:00")

    def test_other_companies(self):
        source = self.create_source()
        self.create_repair(company_id=self.other_company.id, partner_id=self.foreign_partner.id)
        row = self.rows(source)
        self.assertEqual(row.company_id, self.other_company)
        self.assertFalse(row.with_user(self.service).has_access("read"))

    def test_the_timeline_says_what_it_was(self):
        source = self.create_source()
        self.create_repair()
        self.rows(source)
        (item,) = self.touchpoints.get_timeline("res.partner", self.customer.id)["items"]
        self.assertEqual(item["summary"], "Repair")

    # ------------------------------------------------------------
    # Each time
    # ------------------------------------------------------------

    def test_each_time_a_field_changes(self):
        source = self.create_source(
            model_name="sale.order",
            date_field="date_order",
            change_field="state",
            change_values="cancel\n",
        )
        order = self.create_order()
        self.assertFalse(self.rows(source))
        for count in (1, 2):
            order._action_cancel()
            self.assertEqual(len(self.rows(source)), count)
            order.action_draft()
        # twice in one transaction, and once without a change
        order._action_cancel()
        order.action_draft()
        order._action_cancel()
        order._action_cancel()
        rows = self.rows(source)
        self.assertEqual(len(rows), 4)
        self.assertEqual(
            sorted(rows.mapped("external_id")),
            [f"document:{source.id}:{order.id}:{number}" for number in (1, 2, 3, 4)],
        )

    def test_a_field_that_is_computed(self):
        source = self.create_source(
            model_name="crm.lead",
            user_field="user_id",
            team_field="team_id",
            change_field="won_status",
            change_values="won",
        )
        lead = self.create_lead(partner_id=self.customer.id)
        self.assertFalse(self.rows(source))
        stage = lead.stage_id
        for count in (1, 2):
            lead.action_set_won()
            self.assertEqual(len(self.rows(source)), count)
            lead.stage_id = stage
            self.assertEqual(len(self.rows(source)), count)
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        self.create_lead(partner_id=self.customer.id, stage_id=won.id)
        self.assertEqual(len(self.rows(source)), 3)

    def test_a_new_record_begins_with_a_value_that_counts(self):
        source = self.create_source(
            model_name="crm.lead", change_field="priority", change_values="2\n3"
        )
        self.create_lead(partner_id=self.customer.id, priority="3")
        self.create_lead(partner_id=self.customer.id, priority="1")
        self.assertEqual(len(self.rows(source)), 1)

    def test_relations_and_boxes(self):
        stage = self.env["crm.stage"].create({"name": "Special"})
        by_stage = self.create_source(
            model_name="crm.lead", change_field="stage_id", change_values=str(stage.id)
        )
        by_box = self.create_source(
            model_name="crm.lead",
            change_field="active",
            change_values="false",
            domain="[('active', 'in', [True, False])]",
        )
        lead = self.create_lead(partner_id=self.customer.id)
        lead.stage_id = stage
        self.assertEqual(len(self.rows(by_stage)), 1)
        lead.sudo().active = False
        self.assertEqual(len(self.rows(by_box)), 1)

    # ------------------------------------------------------------
    # Back-fill
    # ------------------------------------------------------------

    def backfill(self, source):
        source.with_user(self.admin).action_backfill()
        backfill = self.env["crm.touchpoint.backfill"].search([("source_id", "=", source.id)])
        backfill._write_all()
        self.assertRecordValues(backfill, [{"state": "done", "progress": 100.0, "error": False}])
        return backfill.created_count

    def test_history_of_a_source(self):
        old = self.create_repair() | self.create_repair()
        source = self.create_source()
        new = self.create_repair()
        self.assertEqual(len(self.rows(source)), 1)
        self.assertEqual(self.backfill(source), 2)
        self.assertEqual(set(self.rows(source).mapped("res_id")), set((old | new).ids))
        self.assertEqual(self.backfill(source), 0)
        # from then on they are known
        old.code = "changed"
        old.partner_id = self.contact
        self.assertEqual(len(self.rows(source)), 3)

    def test_history_of_what_is_repeated(self):
        orders = self.create_order() | self.create_order()
        orders._action_cancel()
        source = self.create_source(
            model_name="sale.order", change_field="state", change_values="cancel"
        )
        orders[0].action_draft()
        orders[0]._action_cancel()
        self.assertEqual(len(self.rows(source)), 1)
        # the last cancellation of the other, of which nothing was captured
        self.assertEqual(self.backfill(source), 1)
        self.assertEqual(self.backfill(source), 0)
        orders[1].action_draft()
        orders[1]._action_cancel()
        self.assertEqual(len(self.rows(source)), 3)

    # ------------------------------------------------------------
    # Life of a source
    # ------------------------------------------------------------

    def test_an_archived_source_captures_nothing(self):
        source = self.create_source()
        self.create_repair()
        source.active = False
        self.create_repair()
        self.assertEqual(len(self.rows(source)), 1)
        source.active = True
        self.create_repair()
        self.assertEqual(len(self.rows(source)), 2)

    def test_a_source_that_has_captured_is_archived_not_deleted(self):
        source, unused = self.create_source(), self.create_source()
        unused.unlink()
        self.create_repair()
        self.rows(source)
        with self.assertRaises(UserError):
            source.unlink()

    def test_a_definition_that_changes(self):
        source = self.create_source()
        source.write({"domain": "[('code', '=', 'R')]"})
        self.create_repair()
        self.assertFalse(self.rows(source))
        self.create_repair(code="R")
        self.assertEqual(len(self.rows(source)), 1)

    def test_a_model_that_is_not_installed(self):
        source = self.create_source(model_name="no.such.model")
        self.assertEqual(source.state, "unavailable")
        self.assertFalse(source.model_choice)
        with mute_logger("odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_backfill"):
            source.action_backfill()
            backfill = self.env["crm.touchpoint.backfill"].search([("source_id", "=", source.id)])
            backfill._write_all()
        self.assertEqual(backfill.state, "failed")
        self.assertIn("no.such.model", backfill.error)

    def test_a_broken_source_does_not_take_others_along(self):
        broken, good = self.create_source(), self.create_source()
        repair = self.create_repair()
        original = type(broken)._get_live_statements

        def fail(source, events):
            if source == broken:
                raise ValueError("Broken")
            return original(source, events)

        self.patch(type(broken), "_get_live_statements", fail)
        with mute_logger("odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_capture"):
            rows = self.rows(good)
        self.assertEqual(rows.res_id, repair.id)
        self.assertFalse(self.rows(broken))

    def test_an_error_of_the_database_costs_no_document(self):
        source = self.create_source()
        self.env.cr.execute(
            "ALTER TABLE crm_touchpoint ADD CONSTRAINT no_repairs CHECK (event != 'document')"
        )
        order = self.create_order()
        repair = self.create_repair()
        order.action_confirm()
        with mute_logger("odoo.addons.crm_experience.models.touchpoint.crm_touchpoint_capture"):
            self.assertFalse(self.rows(source))
        self.assertTrue(repair.exists())
        self.assertEqual(self.found("order").res_id, order.id)

    def test_automation_rules_do_not_take_the_hook_away(self):
        """Core's automation rules delete what is set on the classes of the registry."""
        source = self.create_source()
        model_class = self.env.registry["account.analytic.account"]
        for name in ("create", "write", "_compute_field_value"):
            self.assertNotIn(name, vars(model_class))
        self.create_repair()
        self.assertEqual(len(self.rows(source)), 1)

    def test_the_hook_goes_and_comes(self):
        source = self.create_source()
        model_class = self.env.registry["account.analytic.account"]
        source._unregister_hook()
        self.assertEqual(model_class.__bases__, model_class._base_classes__)
        self.create_repair()
        self.assertFalse(self.rows(source))
        source._register_hook()
        source._register_hook()
        self.create_repair()
        self.assertEqual(len(self.rows(source)), 1)

    def test_models_without_a_source_cost_nothing(self):
        """Also one whose source is archived: its class asks the cache alone."""
        partner = self.customer

        def count():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            partner.write({"comment": f"{before}"})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count()
        without = count()
        self.create_source(model_name="res.partner", partner_field="parent_id").active = False
        count()
        self.assertEqual(count(), without)

    def test_the_number_of_queries_does_not_depend_on_the_records(self):
        self.create_source()
        counts = []
        for size in (1, 2, 40):
            for _number in range(size):
                self.create_repair()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["crm.touchpoint"].sudo()._write_remembered()
            counts.append(self.env.cr.sql_log_count - before)
            self.env.cr.precommit.clear()
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 3)

    # ------------------------------------------------------------
    # What may be captured, and by whom
    # ------------------------------------------------------------

    def test_what_must_not_be_captured(self):
        bad = {
            "users": {"model_name": "res.users.log", "partner_field": "create_uid.partner_id"},
            "messages": {"model_name": "mail.message", "partner_field": "author_id"},
            "itself": {"model_name": "crm.touchpoint"},
            "abstract": {"model_name": "mail.thread"},
            "a wizard": {"model_name": "crm.lead.lost"},
            "no customer": {"partner_field": "plan_id"},
            "no such field": {"partner_field": "name"},
            "too far away": {"partner_field": "plan_id.company_id.partner_id"},
            "no date": {"date_field": "name"},
            "a program": {"domain": "[('name', '=', __import__('os'))]"},
            "a secret": {"domain": "[('partner_id.signup_token', '!=', False)]"},
            "change without values": {"change_field": "name"},
            "change of a relation's field": {"change_field": "partner_id.name"},
            "unknown choice": {
                "model_name": "sale.order",
                "change_field": "state",
                "change_values": "nirvana",
            },
            "no id": {"model_name": "crm.lead", "change_field": "stage_id", "change_values": "x"},
            "amount that is none": {"amount_field": "name"},
        }
        for what, values in bad.items():
            with self.subTest(what):
                if what == "no such field":
                    with self.assertRaises(ValidationError):
                        self.create_source(**values)
                    continue
                try:
                    source = self.create_source(**values)
                except ValidationError:
                    continue
                self.assertNotEqual(source.state, "ready")

    def test_nobody_captures_what_they_may_not_read(self):
        small = new_test_user(
            self.env, "small_admin", groups="crm_experience.group_crm_experience_admin"
        )
        with self.assertRaises(ValidationError):
            self.create_source(user=small, model_name="sale.order")
        choices = dict(self.env["crm.touchpoint.source"].with_user(small)._selection_model_choice())
        self.assertNotIn("sale.order", choices)
        self.assertIn("res.partner", choices)
        with self.assertRaises(AccessError):
            self.create_source(user=self.service)

    def test_the_form_and_its_trial(self):
        self.create_repair()
        self.create_repair(partner_id=False)
        form = Form(self.env["crm.touchpoint.source"].with_user(self.admin))
        form.name = "Repair"
        form.model_choice = "account.analytic.account"
        self.assertEqual(
            (form.model_name, form.partner_field, form.date_field, form.company_field),
            ("account.analytic.account", "partner_id", "create_date", "company_id"),
        )
        form.channel_id = self.channel
        form.is_tried = True
        self.assertIn("fit today", form.trial)
        form.domain = "[('name', '=', 'nothing')]"
        self.assertIn("No record fits", form.trial)
        form.domain = "[('no_such_field', '=', 1)]"
        self.assertIn("no_such_field", form.trial)
        form.domain = "[]"
        source = form.save()
        self.assertEqual(source.state, "ready")
        self.assertFalse(self.rows(source))
