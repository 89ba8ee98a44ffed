from datetime import date

from odoo.addons.crm_targets.tests.money import MoneyCase
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged


@tagged("post_install", "-at_install")
@freeze_time("2026-07-20")
class TestCampaignReport(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["utm.campaign"].create(
            {"title": "Back to School", "user_id": cls.lead.id}
        )
        cls.report = cls.env["crm.campaign.report"]

    def cost(self, amount, day="2026-03-01", **values):
        return self.env["utm.campaign.cost"].create(
            {
                "campaign_id": self.campaign.id,
                "amount": amount,
                "date": day,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                **values,
            }
        )

    def sums(self, *aggregates, domain=()):
        [row] = self.report._read_group(
            [("campaign_id", "=", self.campaign.id), *domain], [], aggregates
        )
        return row

    def test_cost_and_return(self):
        self.cost(500.0, kind="planned")
        self.cost(100.0, reach=50)
        self.cost(400.0, "2026-06-02", currency_id=self.foreign.id)  # a quarter of it
        regular, new = (self.env["res.partner"].create({"name": name}) for name in "AB")
        self.order("2025-01-01 10:00:00", 10.0, partner_id=regular.id)
        lead = self.env["crm.lead"].create(
            {
                "name": "Asked",
                "type": "opportunity",
                "partner_id": new.id,
                "user_id": self.seller.id,
                "team_id": self.store.id,
                "company_id": self.company.id,
                "campaign_id": self.campaign.id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-03-15 10:00:00' WHERE id = %s", [lead.id]
        )
        first = self.order("2026-04-01 10:00:00", 300.0, partner_id=new.id)
        first.write({"opportunity_id": lead.id, "campaign_id": False})
        named = {"campaign_id": self.campaign.id}
        second = self.order("2026-04-02 10:00:00", 200.0, partner_id=regular.id, **named)
        self.order("2026-04-05 10:00:00", 100.0, partner_id=regular.id, **named)
        self.pay(self.invoice([(300.0, first.order_line)], "2026-04-10"), "2026-04-20")
        self.pay(self.invoice([(200.0, second.order_line)], "2026-04-10"), "2026-04-21", 150.0)
        self.assertEqual(
            self.sums("planned_cost:sum", "actual_cost:sum", "signed:sum", "collected:sum"),
            (500.0, 200.0, 600.0, 450.0),
        )
        self.assertEqual(
            self.sums("order_count:sum", "new_customers:sum", "existing_customers:sum"), (3, 1, 1)
        )
        self.assertEqual(self.sums("lead_count:sum", "reach:sum"), (1, 50))
        self.assertEqual(
            self.sums("response_rate:avg", "acquisition_cost:avg", "return_rate:avg"),
            (2.0, 200.0, 125.0),
        )
        rows = self.report._read_group(
            [("campaign_id", "=", self.campaign.id), ("customer_type", "!=", False)],
            ["customer_type"],
            ["lead_count:sum", "collected:sum"],
        )
        self.assertEqual(rows, [("existing", 0, 150.0), ("prospective", 1, 300.0)])

    def test_nothing_to_divide_by(self):
        self.cost(100.0)
        self.assertEqual(
            self.sums("response_rate:avg", "acquisition_cost:avg", "return_rate:avg"),
            (False, False, -100.0),
        )

    def test_the_response_of_all_is_that_of_those_who_say_whom_they_addressed(self):
        self.cost(100.0, reach=50)
        silent = self.env["utm.campaign"].create({"title": "Open Day", "user_id": self.lead.id})
        self.env["crm.lead"].create(
            [
                {"name": "Asked", "company_id": self.company.id, "campaign_id": campaign.id}
                for campaign in (self.campaign, silent, silent)
            ]
        )
        domain = [("campaign_id", "in", (self.campaign | silent).ids)]
        [row] = self.report._read_group(domain, [], ["lead_count:sum", "response_rate:avg"])
        self.assertEqual(row, (3, 2.0))

    def test_rate_of_the_date(self):
        cost = self.cost(100.0, "2026-03-01", currency_id=self.foreign.id)
        self.assertEqual(cost.company_amount, 50.0)
        cost.date = "2026-06-03"
        self.assertEqual(cost.company_amount, 25.0)

    def test_booked_costs(self):
        """Expense claims and bills count when they are posted, in the share that is booked here."""
        plans = self.env["account.analytic.plan"].create({"name": "Marketing"})
        account = self.env["account.analytic.account"].create(
            {"name": "Campaign", "plan_id": plans.id, "company_id": self.company.id}
        )
        self.campaign.sudo().cost_account_id = account
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-05-05",
                "date": "2026-05-05",
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Stand",
                            "price_unit": 200.0,
                            "account_id": self.account("expense").id,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {str(account.id): 25},
                        }
                    )
                ],
            }
        )
        self.assertFalse(self.report.search([("campaign_id", "=", self.campaign.id)]))
        bill.action_post()
        row = self.report.search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual((row.actual_cost, row.date), (50.0, date(2026, 5, 5)))
        bill.button_draft()
        self.assertFalse(self.report.search([("campaign_id", "=", self.campaign.id)]))

    def test_form_without_rights_on_costs(self):
        """Whoever may see campaigns in Odoo opens them as before."""
        self.cost(100.0)
        internal = self._user("campaign_internal", "base.group_user")
        self.assertTrue(Form(self.campaign.with_user(internal)).title)
        with self.assertRaises(AccessError):
            self.campaign.with_user(internal).read(["cost_ids"])
        self.assertFalse(self.campaign.with_user(self.seller).cost_ids)
        with Form(self.campaign.with_user(self.lead)) as form, form.cost_ids.new() as cost:
            cost.amount = 30.0
        self.assertEqual(len(self.campaign.sudo().cost_ids), 2)
