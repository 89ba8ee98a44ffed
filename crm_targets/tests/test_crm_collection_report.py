import re
from datetime import date

from odoo.addons.crm_targets.tests.money import MoneyCase
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL


@tagged("post_install", "-at_install")
class TestCollectionReport(MoneyCase):
    def assert_reconciles(self):
        """The sums by day and by payer are what the entries moved on liquidity accounts.

        An independent computation: entries are found through what makes money in Odoo (payments,
        bank lines, bank accounts), and added up one by one.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH money AS (
                SELECT l.move_id, l.partner_id, sum(l.balance) AS moved
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                  JOIN account_move m ON m.id = l.move_id
             LEFT JOIN account_payment p ON p.move_id = m.id
                 WHERE m.state = 'posted' AND m.company_id = %s
                   AND (a.account_type = 'asset_cash' OR a.id = p.outstanding_account_id)
              GROUP BY l.move_id, l.partner_id
            )
            SELECT m.date, money.partner_id, sum(money.moved)
              FROM money JOIN account_move m ON m.id = money.move_id
             WHERE EXISTS (SELECT FROM account_move_line l JOIN account_account a
                              ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                            WHERE l.move_id = m.id)
          GROUP BY m.date, money.partner_id HAVING sum(money.moved) != 0
            """,
            [self.company.id],
        )
        journal = {
            (day, self.env["res.partner"].browse(payer)): float(amount)
            for day, payer, amount in self.env.cr.fetchall()
        }
        self.assertEqual(self.collected(["date:day", "partner_id"]), journal)
        self.assertAlmostEqual(sum(self.collected(["user_id"]).values()), sum(journal.values()))

    def by_kind(self):
        return self.collected(["kind"])

    def test_parts_of_an_order(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice([(100.0, order.order_line)])
        self.pay(invoice, "2026-03-10", 30.0)
        self.pay(invoice, "2026-04-10")
        keys = ["date:day", "kind", "order_id", "invoice_id", "user_id", "team_id"]
        document = ("order", order, invoice, self.seller, self.store)
        self.assertEqual(
            self.collected(keys),
            {(date(2026, 3, 10), *document): 30.0, (date(2026, 4, 10), *document): 70.0},
        )
        self.assert_reconciles()

    def test_order_keeps_person_and_team(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        self.pay(self.invoice([(100.0, order.order_line)]), "2026-03-10")
        self.store.crm_team_member_ids.action_archive()
        self.seller.active = False
        self.assertEqual(self.collected(["user_id", "team_id"]), {(self.seller, self.store): 100.0})

    def test_invoice_over_several_orders(self):
        """No cent is lost, whatever the parts are."""
        orders = [self.order("2026-03-01 10:00:00", amount) for amount in (10.0, 20.0, 30.01)]
        lines = [(order.amount_total, order.order_line) for order in orders]
        invoice = self.invoice([*lines, (7.0, None)])
        for day in range(1, 8):
            self.pay(invoice, f"2026-04-{day:02}", 7.77)
        self.pay(invoice, "2026-05-01")
        found = self.collected(["order_id"])
        self.assertAlmostEqual(sum(found.values()), 67.01)
        self.assertAlmostEqual(found.pop(self.env["sale.order"]), 7.0, delta=0.04)
        for order in orders:
            self.assertAlmostEqual(found[order], order.amount_total, delta=0.04)
        self.assertEqual(set(self.by_kind()), {"order", "invoice"})
        self.assert_reconciles()

    def test_down_payment(self):
        """The final invoice holds the down payment with a minus; it is the same order."""
        order = self.order("2026-03-01 10:00:00", 100.0)
        first = self.invoice([(40.0, order.order_line)])
        last = self.invoice([(100.0, order.order_line), (-40.0, order.order_line)])
        self.pay(first, "2026-03-05")
        self.pay(last, "2026-03-06")
        self.assertEqual(self.collected(["order_id"]), {order: 100.0})

    def test_money_without_an_order(self):
        self.pay(self.invoice([(50.0, None)]), "2026-03-05")
        self.receive("2026-03-06", 20.0)
        opening = self.entry("2026-01-01", [("receivable", 30.0), ("income", -30.0)])
        payment = self.receive("2026-03-07", 30.0)
        self.match(opening, payment.move_id)
        self.assertEqual(self.by_kind(), {"invoice": 50.0, "unmatched": 20.0, "entry": 30.0})
        nobody = (self.env["res.users"], self.env["crm.team"])
        self.assertEqual(self.collected(["user_id", "team_id"]), {nobody: 100.0})
        self.assert_reconciles()

    def test_one_payment_for_two_invoices(self):
        order = self.order("2026-03-01 10:00:00", 60.0)
        invoices = self.invoice([(60.0, order.order_line)]) | self.invoice([(25.0, None)])
        self.pay(invoices, "2026-03-05", group_payment=True)
        self.assertEqual(self.by_kind(), {"order": 60.0, "invoice": 25.0})
        self.assert_reconciles()

    def test_credit_notes(self):
        """Set off against an invoice it is no money; paid back it takes money away."""
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice([(100.0, order.order_line)])
        note = self.invoice([(30.0, order.order_line)], move_type="out_refund")
        self.match(invoice, note)
        self.assertFalse(self.by_kind())
        self.pay(invoice, "2026-03-05")
        self.assertEqual(self.by_kind(), {"order": 70.0})
        back = self.invoice([(20.0, order.order_line)], move_type="out_refund")
        self.pay(back, "2026-04-05")
        self.assertEqual(
            self.collected(["date:month", "order_id"]),
            {(date(2026, 3, 1), order): 70.0, (date(2026, 4, 1), order): -20.0},
        )
        self.assert_reconciles()

    def test_write_off_is_no_money(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice([(100.0, order.order_line)])
        self.pay(
            invoice,
            "2026-03-05",
            97.5,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.account("expense").id,
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.by_kind(), {"order": 97.5})
        self.assert_reconciles()

    def test_early_payment_discount_is_no_money(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        order = self.order("2026-03-01 10:00:00", 200.0)
        invoice = self.invoice(
            [(200.0, order.order_line)], "2026-03-02", invoice_payment_term_id=term.id
        )
        self.pay(invoice, "2026-03-05")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.by_kind(), {"order": 196.0})
        self.assert_reconciles()

    def test_rate_of_the_day_of_payment(self):
        """Exchange differences are no money: what came in counts at the rate of its day."""
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice(
            [(100.0, order.order_line)], "2026-03-02", currency_id=self.foreign.id
        )
        self.pay(invoice, "2026-03-05", 40.0, currency_id=self.foreign.id)
        self.pay(invoice, "2026-06-05", currency_id=self.foreign.id)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(
            self.collected(["date:month", "order_id"]),
            {(date(2026, 3, 1), order): 20.0, (date(2026, 6, 1), order): 15.0},
        )
        self.assert_reconciles()

    def test_foreign_invoice_paid_in_own_currency(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice(
            [(100.0, order.order_line)], "2026-03-02", currency_id=self.foreign.id
        )
        self.pay(invoice, "2026-06-05", currency_id=self.company.currency_id.id)
        self.assertEqual(self.by_kind(), {"order": 25.0})
        self.assert_reconciles()

    def test_bank_lines(self):
        """A bank line on the receivable account collects; the rest of it stands by itself."""
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice([(100.0, order.order_line)])
        line = self.bank_line("2026-03-05", [("receivable", -100.0), ("income", -8.0)])
        self.match(invoice, line)
        self.assertEqual(self.by_kind(), {"order": 100.0, "other": 8.0})
        self.assert_reconciles()
        # The charge of the bank: less came in than was credited.
        other = self.order("2026-03-01 10:00:00", 50.0)
        invoice = self.invoice([(50.0, other.order_line)])
        self.match(invoice, self.bank_line("2026-03-06", [("receivable", -50), ("expense", 2)]))
        self.assertEqual(self.collected(["order_id"])[other], 48.0)
        self.assert_reconciles()

    def test_transfer_to_the_bank_counts_once(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        payment = self.pay(self.invoice([(100.0, order.order_line)]), "2026-03-05")
        line = self.bank_line("2026-03-09", [(payment.outstanding_account_id, -100.0)])
        self.match(payment.move_id, line, payment.outstanding_account_id)
        self.assertEqual(self.collected(["date:day"]), {date(2026, 3, 5): 100.0})
        self.assert_reconciles()

    def test_what_does_not_count(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        invoice = self.invoice([(100.0, order.order_line)])
        payment = self.pay(invoice, "2026-03-05")
        payment.action_draft()
        self.assertFalse(self.by_kind())
        payment.action_cancel()
        self.assertFalse(self.by_kind())
        # Written off as a bad debt, without any money.
        self.match(invoice, self.entry("2026-04-01", [("receivable", -100.0), ("expense", 100.0)]))
        self.assertFalse(self.by_kind())
        self.assert_reconciles()

    def test_payment_taken_back(self):
        payment = self.receive("2026-03-05", 80.0)
        back = self.receive("2026-03-09", 80.0, payment_type="outbound")
        self.match(payment.move_id, back.move_id)
        self.assertEqual(
            self.collected(["date:day"]), {date(2026, 3, 5): 80.0, date(2026, 3, 9): -80.0}
        )
        self.assert_reconciles()

    def test_filter_by_day_reaches_the_journal(self):
        """A report on a month reads the journal items of that month, not those of all years."""
        domain = [("date", ">=", "2026-05-01"), ("date", "<=", "2026-05-31")]
        for model in ("crm.collection.report", "crm.sales.summary.report"):
            query = self.env[model]._search(domain)
            rows = self.env.execute_query(SQL("EXPLAIN (COSTS OFF) %s", query.select()))
            plan = "\n".join(line for (line,) in rows)
            scans = re.findall(r"on account_move_line item_?\d*\n +\w[^\n]*2026-05-01", plan)
            self.assertTrue(scans, plan)

    def test_number_of_queries(self):
        order = self.order("2026-03-01 10:00:00", 100.0)
        self.pay(self.invoice([(100.0, order.order_line)]), "2026-03-05")
        self.env.flush_all()
        report = self.env["crm.collection.report"].with_user(self.seller)
        report._read_group([], ["user_id"], ["amount:sum"])
        with self.assertQueryCount(1):
            report._read_group([], ["user_id"], ["amount:sum"])
        with self.assertQueryCount(1):
            report.search_fetch([], ["date", "amount"])

    def test_own_collections_without_rights_on_accounting(self):
        mine, other = (
            self.order("2026-03-01 10:00:00", amount, user_id=user.id)
            for amount, user in ((100.0, self.colleague), (50.0, self.seller))
        )
        for order in (mine, other):
            self.pay(self.invoice([(order.amount_total, order.order_line)]), "2026-03-05")
        self.receive("2026-03-06", 20.0)
        self.env.flush_all()
        report = self.env["crm.collection.report"].with_user(self.colleague)
        self.assertFalse(self.env["account.move"].with_user(self.colleague).has_access("read"))
        [row] = report.formatted_read_group([], ["user_id"], ["amount:sum"])
        self.assertEqual(row["amount:sum"], 100.0)
        rows = report.search([])
        self.assertEqual(rows.action_open_document()["type"], "ir.actions.client")
        lead = self.env["crm.collection.report"].with_user(self.lead)
        self.assertEqual(sum(lead.search([]).mapped("amount")), 150.0)
