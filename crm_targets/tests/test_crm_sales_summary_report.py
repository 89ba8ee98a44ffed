from datetime import date

from odoo.addons.crm_targets.tests.money import MoneyCase
from odoo.tests import freeze_time, tagged


@tagged("post_install", "-at_install")
@freeze_time("2026-05-20")
class TestSalesSummaryReport(MoneyCase):
    def rows(self, groupby, aggregates, domain=()):
        return self.env["crm.sales.summary.report"]._read_group(
            [("company_id", "=", self.company.id), *domain], groupby, aggregates
        )

    def test_each_by_its_own_day(self):
        order = self.order("2026-03-31 10:00:00", 100.0)
        other = self.order("2026-03-01 10:00:00", 20.0, user_id=self.colleague.id)
        self.order("2026-03-01 10:00:00", 7.0, state="cancel")
        invoice = self.invoice([(100.0, order.order_line), (20.0, other.order_line)], "2026-04-02")
        self.invoice([(5.0, None)], "2026-04-02")
        self.pay(invoice, "2026-05-05", 60.0)
        rows = self.rows(
            ["date:month", "user_id"],
            ["order_count:sum", "signed:sum", "invoiced:sum", "collected:sum"],
        )
        nobody = self.env["res.users"]
        self.assertCountEqual(
            rows,
            [
                (date(2026, 3, 1), self.seller, 1, 100.0, 0.0, 0.0),
                (date(2026, 3, 1), self.colleague, 1, 20.0, 0.0, 0.0),
                (date(2026, 4, 1), self.seller, 0, 0.0, 100.0, 0.0),
                (date(2026, 4, 1), self.colleague, 0, 0.0, 20.0, 0.0),
                (date(2026, 4, 1), nobody, 0, 0.0, 5.0, 0.0),
                (date(2026, 5, 1), self.seller, 0, 0.0, 0.0, 50.0),
                (date(2026, 5, 1), self.colleague, 0, 0.0, 0.0, 10.0),
            ],
        )

    def test_year_beside_year(self):
        for day, amount in (
            ("2024-02-29", 1.0),
            ("2025-03-10", 80.0),
            ("2025-05-25", 40.0),
            ("2026-03-15", 100.0),
            ("2026-04-15", 30.0),
        ):
            self.order(f"{day} 10:00:00", amount)
        aggregates = ["this_year:sum", "last_year:sum", "change:sum", "change_rate:avg"]
        domain = [("kind", "=", "signed"), ("year", "in", ["this", "last"])]
        rows = [
            (*row[:-1], row[-1] and round(row[-1], 1))
            for row in self.rows(["month:month"], aggregates, domain)
        ]
        self.assertEqual(
            rows,
            [
                (date(2026, 3, 1), 100.0, 80.0, 20.0, 25.0),
                (date(2026, 4, 1), 30.0, 0.0, 30.0, False),
                (date(2026, 5, 1), 0.0, 40.0, -40.0, -100.0),
            ],
        )
        domain.append(("is_comparable", "=", True))
        self.assertEqual(self.rows([], aggregates[:3], domain), [(130.0, 80.0, 50.0)])

    def test_fiscal_year(self):
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        for day in ("2025-03-31", "2025-04-01", "2026-03-31", "2026-04-01"):
            self.order(f"{day} 10:00:00", 10.0)
        rows = self.rows(["year"], ["amount:sum"], [("kind", "=", "signed")])
        self.assertEqual(dict(rows), {"this": 10.0, "last": 20.0, "earlier": 10.0})

    def test_invoiced_is_what_stands_in_the_journal(self):
        orders = [self.order("2026-03-01 10:00:00", amount) for amount in (10.0, 20.0, 3.33)]
        lines = [(order.amount_total, order.order_line) for order in orders]
        self.invoice(lines, "2026-03-02", currency_id=self.foreign.id)
        self.invoice([(3.33, orders[2].order_line)], move_type="out_refund")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT sum(l.balance) FROM account_move_line l JOIN account_account a "
            "ON a.id = l.account_id AND a.account_type = 'asset_receivable' "
            "WHERE l.company_id = %s AND l.parent_state = 'posted'",
            [self.company.id],
        )
        [balance] = self.env.cr.fetchone()
        self.assertEqual(
            self.rows([], ["amount:sum"], [("kind", "=", "invoiced")]), [(float(balance),)]
        )

    def test_ids(self):
        """Every row has an id of its own, whatever it is found by."""
        for amount in (10.0, 20.0, 30.0):
            order = self.order("2026-03-01 10:00:00", amount)
            invoice = self.invoice([(amount, order.order_line)], "2026-03-01")
            self.pay(invoice, "2026-03-01", amount - 1)
        for model, slots in (
            (
                "crm.sales.summary.report",
                [[("kind", "=", kind)] for kind in ("signed", "invoiced")],
            ),
            ("crm.collection.report", [[("kind", "=", "order")]]),
            ("crm.collection.plan.report", [[("is_open", "=", value)] for value in (True, False)]),
        ):
            report = self.env[model]
            domain = [("company_id", "=", self.company.id)]
            rows = report.search_read(domain, ["amount", "order_id"])
            by_id = {row["id"]: row for row in rows}
            self.assertEqual(len(by_id), report._read_group(domain, [], ["__count"])[0][0])
            for slot in slots:
                found = report.search_read(
                    [*domain, ("date", "=", "2026-03-01"), *slot], ["amount", "order_id"]
                )
                self.assertTrue(found)
                self.assertEqual(found, [by_id[row["id"]] for row in found])
