from odoo.addons.crm_experience.tests.common import CrmExperienceCase
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCrmCustomerCondition(CrmExperienceCase):
    """Rules hold for customers by what their writer may read, as the rule's company sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "exp_admin", "crm_experience.group_crm_experience_admin")
        cls.everybody = cls.customer | cls.contact | cls.company_partner
        cls.env["crm.customer.journey"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "stage_id": stage and stage.id,
                }
                for partner, company, stage in (
                    (cls.company_partner, cls.env.company, cls.stage_buy),
                    (cls.customer, cls.other_company, cls.stage_buy),
                    (cls.customer, cls.env.company, False),
                )
            ]
        )

    def make(self, domain, user=None, **values):
        rules = self.env["crm.neglect.rule"].with_user(user or self.admin)
        values = {"company_id": self.env.company.id, **values}
        return rules.create({"name": "Rule", "days": 9, "partner_domain": domain, **values})

    def find(self, rule):
        """Return the customers of a rule, found as a job finds them."""
        partners = self.env["res.partner"].sudo()
        return partners.search(rule.sudo()._get_partner_domain()) & self.everybody

    def test_by_the_stage_of_the_journey(self):
        stage = self.stage_buy
        here = self.make(f"[('journey_stage_id', '=', {stage.id})]")
        self.assertEqual(self.find(here), self.company_partner | self.contact)
        self.assertEqual(
            self.find(self.make(f"[('journey_stage_id', 'in', [{stage.id}, False])]")),
            self.everybody,
        )
        self.assertEqual(self.find(self.make("[('journey_stage_id', '=', False)]")), self.customer)
        self.assertEqual(
            self.find(self.make(f"[('journey_stage_id', '!=', {stage.id})]")), self.customer
        )
        self.assertEqual(
            self.find(self.make(f"[('journey_stage_id.name', '=', '{stage.name}')]")),
            self.company_partner | self.contact,
        )

    def test_as_the_company_of_the_rule_sees_it(self):
        domain = f"[('journey_stage_id', '=', {self.stage_buy.id})]"
        self.admin.company_ids += self.other_company
        elsewhere = self.make(domain, company_id=self.other_company.id)
        self.assertEqual(self.find(elsewhere), self.customer)
        self.assertEqual(self.find(self.make(domain, company_id=False)), self.everybody)

    def test_only_by_what_the_writer_may_read(self):
        for domain in (
            "[('signup_type', '=', 'reset')]",
            "[('parent_id.signup_type', '=', 'reset')]",
            "[('user_ids.password', '!=', False)]",
        ):
            with self.subTest(domain), self.assertRaisesRegex(ValidationError, "protected"):
                self.make(domain)

    def test_figures_by_the_stage_of_the_journey(self):
        minimum = 5
        self.env["crm.feedback"].create(
            [
                {"partner_id": partner.id, "metric": "nps", "score": score}
                for partner, score in ((self.contact, 10), (self.customer, 0))
                for _number in range(minimum)
            ]
        )
        answers = self.env["crm.feedback"].with_user(self.admin)
        figures = answers.get_figures("nps", "partner:journey_stage_id")
        self.assertEqual(
            {group["label"]: group["value"] for group in figures["groups"]},
            {self.stage_buy.name: 100.0, "None": -100.0},
        )
        domain = [["partner_id.journey_stage_id", "=", self.stage_buy.id]]
        self.assertEqual(answers.get_figures("nps", domain=domain)["total"]["count"], minimum)
        key = figures["groups"][0]["key"]
        action = answers.get_answers_action("nps", "partner:journey_stage_id", key)
        self.assertEqual(answers.search_count(action["domain"]), minimum)
        choices = {group["key"] for group in answers.get_figure_choices()["groups"]}
        self.assertIn("partner:journey_stage_id", choices)
