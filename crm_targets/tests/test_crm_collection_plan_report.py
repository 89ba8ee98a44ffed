from datetime import date

from odoo.addons.crm_targets.tests.money import MoneyCase
from odoo.fields import Command
from odoo.tests import freeze_time, tagged


@tagged("post_install", "-at_install")
@freeze_time("2026-05-20")
class TestCollectionPlanReport(MoneyCase):
    def planned(self, groupby, domain=(("settled_on", "=", False),)):
        rows = self.env["crm.collection.plan.report"]._read_group(
            [("company_id", "=", self.company.id), *domain], groupby, ["amount:sum"]
        )
        return {(row[0] if len(row) == 2 else row[:-1]): round(row[-1], 2) for row in rows}

    def assert_reconciles(self):
        """What is not settled is the open balance of receivable accounts, added up from the
        journal without the residual amounts that Odoo keeps."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COALESCE(sum(l.balance), 0) FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
             WHERE a.account_type = 'asset_receivable' AND m.state = 'posted'
               AND m.company_id = %s
            """,
            [self.company.id],
        )
        [balance] = self.env.cr.fetchone()
        invoiced = self.planned([], [("settled_on", "=", False), ("kind", "!=", "to_invoice")])
        self.assertEqual(sum(invoiced.values()), float(balance))

    def test_due_by_terms(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half in 30, half in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (30, 60)
                ],
            }
        )
        order = self.order("2026-04-01 10:00:00", 100.0)
        invoice = self.invoice(
            [(100.0, order.order_line)], "2026-04-01", invoice_payment_term_id=term.id
        )
        rows = self.env["crm.collection.plan.report"].search([("invoice_id", "=", invoice.id)])
        self.assertEqual(
            rows.mapped(lambda row: (row.date, row.amount, row.overdue_days, row.age)),
            [(date(2026, 5, 1), 50.0, 19, "1"), (date(2026, 5, 31), 50.0, 0, "0")],
        )
        self.assertEqual(rows.user_id, self.seller)
        self.assertEqual(rows.mapped("overdue_amount"), [50.0, 0.0])
        self.pay(invoice, "2026-05-03", 60.0)
        self.assertEqual(self.planned(["date:day"]), {date(2026, 5, 31): 40.0})
        # What was planned stays as it was, settled or not.
        self.assertEqual(
            self.planned(["date:month"], [("order_id", "=", order.id)]), {date(2026, 5, 1): 100.0}
        )
        settled = self.planned(["settled_on:day"], [("settled_on", "!=", False)])
        self.assertEqual(settled, {date(2026, 5, 3): 60.0})
        self.assert_reconciles()

    def test_several_orders(self):
        orders = [self.order("2026-03-01 10:00:00", amount) for amount in (10.0, 20.0, 3.33)]
        invoice = self.invoice([(order.amount_total, order.order_line) for order in orders])
        self.assertEqual(
            self.planned(["order_id"]), {order: order.amount_total for order in orders}
        )
        self.pay(invoice, "2026-04-01", 11.11)
        self.assertAlmostEqual(sum(self.planned(["order_id"]).values()), 22.22)
        self.assert_reconciles()

    def test_money_not_matched_and_credit_notes(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        self.invoice([(100.0, order.order_line)])
        self.receive("2026-03-06", 25.0)
        self.invoice([(10.0, order.order_line)], move_type="out_refund")
        self.entry("2026-01-01", [("receivable", 30.0), ("income", -30.0)])
        # What was credited of an order may be invoiced again, as Odoo sees it.
        self.assertEqual(
            self.planned(["kind"]),
            {"order": 90.0, "unmatched": -25.0, "entry": 30.0, "to_invoice": 10.0},
        )
        self.assert_reconciles()

    def test_foreign_currency(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice(
            [(100.0, order.order_line)], "2026-03-02", currency_id=self.foreign.id
        )
        self.pay(invoice, "2026-03-05", 40.0, currency_id=self.foreign.id)
        self.assertEqual(self.planned(["kind"]), {"order": 30.0})
        self.assert_reconciles()
        self.pay(invoice, "2026-06-05", currency_id=self.foreign.id)
        self.assertFalse(self.planned(["kind"]))
        self.assertEqual(self.planned(["kind"], []), {"order": 50.0})

    def test_orders_to_invoice(self):
        self.product.invoice_policy = "order"
        order = self.order("2026-05-01 10:00:00", 50.0)
        order.order_line.write({"product_uom_qty": 2, "price_unit": 50.0})
        term = self.env.ref("account.account_payment_term_30days")
        order.payment_term_id = term
        self.assertEqual(
            self.planned(["date:day", "kind", "order_id"]),
            {(date(2026, 6, 19), "to_invoice", order): 100.0},
        )
        self.invoice([(40.0, order.order_line)], "2026-05-10")
        self.assertEqual(self.planned(["kind"]).get("to_invoice", 0.0), 60.0)
        order.action_cancel()
        self.assertNotIn("to_invoice", self.planned(["kind"]))
