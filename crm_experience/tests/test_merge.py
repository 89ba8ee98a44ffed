from odoo.tests import tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestMerge(CrmExperienceCase):
    def test_merged_contacts_keep_every_row(self):
        twin = self.env["res.partner"].create({"name": "Ann", "email": "ann@customer.example"})
        touchpoints = self.log_good(
            self.event(1, expectation=5, experience=6),
            self.event(2, partner_id=twin.id, expectation=5, experience=7),
            # the same event of another source
            self.event(1, partner_id=twin.id, source="other"),
        )
        answers = touchpoints.feedback_ids
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(touchpoints.exists().partner_id, self.customer)
        self.assertEqual(len(touchpoints.exists()), 3)
        self.assertEqual(answers.exists().partner_id, self.customer)
        self.assertEqual(len(answers.exists()), 2)

    def test_merged_opportunities_keep_every_row(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Deal {n}", "type": "opportunity", "partner_id": self.customer.id}
                for n in range(2)
            ]
        )
        self.capture()
        manual = self.env["crm.touchpoint"].create(
            [{"lead_id": lead.id, "channel_id": self.channel_phone.id} for lead in leads]
        )
        captured = self.env["crm.touchpoint"].search(
            [("lead_id", "in", leads.ids), ("source", "=", "odoo")]
        )
        self.assertEqual(len(captured), 2)
        survivor = leads.merge_opportunity()
        self.capture()
        rows = (manual | captured).exists()
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows.lead_id, survivor)
        self.assertEqual(set(captured.mapped("res_id")), {survivor.id})
        survivor.action_set_won()
        (won,) = self.capture().filtered(lambda row: row.event == "lead_won")
        self.assertEqual(won.lead_id, survivor)

    def test_opportunities_that_nothing_is_known_about_cost_next_to_nothing(self):
        def count(leads):
            leads.flush_recordset()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            known = self.env["crm.customer.record"]._get_lead_models(leads)
            return self.env.cr.sql_log_count - before, [model._name for model in known]

        leads = self.env["crm.lead"].create([{"name": "Deal"}, {"name": "Twin"}])
        self.assertEqual(count(leads), (1, []))
        self.env["crm.case"].create({"title": "Late", "lead_id": leads[1].id})
        self.assertEqual(count(leads), (1, ["crm.case"]))

    def test_deleting_an_opportunity(self):
        lead = self.env["crm.lead"].create({"name": "Deal"})
        values = {"lead_id": lead.id, "channel_id": self.channel_phone.id}
        alone, shared = self.env["crm.touchpoint"].create(
            [values, values | {"partner_id": self.customer.id}]
        )
        lead.unlink()
        self.env.invalidate_all()
        self.assertFalse(alone.exists())
        self.assertTrue(shared.exists())
        self.assertFalse(shared.lead_id)
