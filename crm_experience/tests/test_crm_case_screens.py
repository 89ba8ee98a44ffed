from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmCaseScreens(CrmCaseCase):
    """Whoever meets the customer sees what is open, with its solution or why there is none."""

    def get(self, record, user=None):
        return (
            self.env["crm.case"]
            .with_user(user or self.service)
            .get_open_cases(record._name, record.id)
        )

    def test_what_a_banner_says(self):
        case = self.open(severity="2", user_id=self.service.id)
        answer = self.get(self.customer)
        self.assertEqual((answer["partner_id"], answer["count"]), (self.customer.id, 1))
        (item,) = answer["cases"]
        self.assertEqual((item["id"], item["number"]), (case.id, case.name))
        self.assertEqual(
            (item["text"], item["is_solution"]), ("Nobody has dealt with it yet.", False)
        )
        case.no_solution_reason = "The part comes on Friday."
        (item,) = self.get(self.customer)["cases"]
        self.assertEqual((item["text"], item["level"]), ("The part comes on Friday.", "warning"))
        self.solve(case)
        (item,) = self.get(self.customer)["cases"]
        self.assertEqual((item["text"], item["is_solution"]), ("Changed it.", True))
        self.assertEqual(item["state"], "solved")
        case.action_confirm()
        self.assertEqual(self.get(self.customer)["cases"], [])

    def test_companies_and_people(self):
        self.open(partner_id=self.contact.id)
        self.assertEqual(self.get(self.company_partner)["count"], 1)
        self.open(partner_id=self.company_partner.id)
        self.assertEqual(self.get(self.contact)["count"], 2)
        self.assertEqual(self.get(self.customer)["count"], 0)

    def test_leads_and_orders(self):
        group = self.env.ref("crm_experience.group_crm_experience_user")
        self.salesperson.group_ids += group
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.customer.id, "user_id": self.salesperson.id}
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.salesperson.id}
        )
        empty = self.env["crm.lead"].create({"name": "E", "user_id": self.salesperson.id})
        self.open()
        self.open(partner_id=False, lead_id=empty.id)
        for record, count in ((lead, 1), (order, 1), (empty, 1)):
            self.assertEqual(self.get(record, self.salesperson)["count"], count)
        # whoever has nothing to do with opportunities learns nothing about them
        self.assertEqual(self.get(lead), self.cases.get_open_cases("crm.lead", 2**31 - 1))

    def test_bad_questions(self):
        for model, record_id in (
            ("res.users", 1),
            (None, 1),
            ([], 1),
            ("res.partner", "1"),
            ("res.partner", True),
            ("res.partner", 0),
            ("res.partner", 2**31),
            ("res.partner", None),
        ):
            with self.assertRaises(UserError):
                self.cases.get_open_cases(model, record_id)
        self.assertEqual(self.cases.get_open_cases("res.partner", 2**31 - 1)["count"], 0)

    def test_whoever_may_read_the_customer_is_told(self):
        """Also a salesperson who has nothing to do with cases meets the customer."""
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.customer.id, "user_id": self.salesperson.id}
        )
        case = self.open(user_id=self.service.id, no_solution_reason="The part comes on Friday.")
        self.assertFalse(case.with_user(self.salesperson).has_access("read"))
        for record in (self.customer, lead):
            answer = self.get(record, self.salesperson)
            self.assertFalse(answer["can_open"])
            (item,) = answer["cases"]
            self.assertEqual(item["text"], "The part comes on Friday.")
        self.assertTrue(self.get(self.customer)["can_open"])
        portal = new_test_user(self.env, "case_portal", "base.group_portal")
        self.open(partner_id=portal.partner_id.id)
        with self.assertRaises(AccessError):
            self.get(portal.partner_id, portal)

    def test_nothing_of_customers_and_companies_that_may_not_be_read(self):
        self.env["ir.rule"].create(
            {
                "name": "Bob is nobody's business",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": repr([("id", "!=", self.contact.id)]),
            }
        )
        lead = self.env["crm.lead"].create({"name": "L", "user_id": self.salesperson.id})
        self.env["crm.case"].create(
            {"title": "Bob", "partner_id": self.contact.id, "lead_id": lead.id}
        )
        there = self.env["crm.case"].create(
            {
                "title": "There",
                "partner_id": self.company_partner.id,
                "company_id": self.other_company.id,
            }
        )
        for user in (self.salesperson, self.service):
            self.assertEqual(self.get(self.company_partner, user)["count"], 0)
        self.assertEqual(self.get(lead, self.salesperson)["count"], 0)
        # as if there were no such record, so that nobody finds out which ids there are
        self.assertEqual(
            self.get(self.contact, self.salesperson),
            self.cases.with_user(self.salesperson).get_open_cases("res.partner", 2**31 - 1),
        )
        self.salesperson.company_ids += self.other_company
        answer = (
            self.env["crm.case"]
            .with_user(self.salesperson)
            .with_context(allowed_company_ids=(self.company | self.other_company).ids)
            .get_open_cases("res.partner", self.company_partner.id)
        )
        self.assertEqual([item["id"] for item in answer["cases"]], there.ids)

    def test_queries_do_not_depend_on_the_number_of_cases(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.get(self.customer)
            return self.env.cr.sql_log_count - before

        self.open()
        count()
        few = count()
        for _number in range(20):
            self.open()
        self.assertLessEqual(count(), few + 1)

    def test_above_the_timeline(self):
        case = self.open(user_id=self.service.id)
        header = self.touchpoints.get_timeline("res.partner", self.customer.id)["header"]
        (alert,) = [row for row in header if row["kind"] == "case"]
        self.assertIn(case.name, alert["title"])
        self.assertEqual(alert["action"], {"model": "crm.case", "id": case.id})
        self.assertEqual(self.customer.with_user(self.service).case_count, 1)

    def test_opening_and_solving_are_contacts(self):
        case = self.open(user_id=self.service.id, channel_id=self.channel_phone.id)
        self.solve(case)
        touchpoints = self.capture().filtered(lambda t: t.event == "case")
        self.assertRecordValues(
            touchpoints,
            [
                {
                    "direction": direction,
                    "purpose": "service",
                    "partner_id": self.customer.id,
                    "channel_id": self.channel_phone.id,
                    "res_id": case.id,
                    "user_id": self.service.id,
                }
                for direction in ("in", "out")
            ],
        )
        case.action_reopen()
        case.write({"outcome": "solved", "state": "solved"})
        self.assertEqual(len(self.capture().filtered(lambda t: t.event == "case")), 3)

    def test_customers_read_cases_on_their_page_alone(self):
        """What their page shows is chosen there; over RPC they would read our drafts, too."""
        portal = new_test_user(self.env, "case_portal", "base.group_portal")
        own = self.open(partner_id=portal.partner_id.id)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            own.with_user(portal).read(["title"])
        with self.assertRaises(AccessError):
            own.with_user(portal).search([])

    def test_a_merged_customer_keeps_their_cases(self):
        case = self.open(partner_id=self.contact.id)
        double = self.env["res.partner"].create({"name": "Bob again"})
        self.env["base.partner.merge.automatic.wizard"]._merge((self.contact | double).ids, double)
        self.assertEqual(case.partner_id, double)
