"""Helpers of the tests of money: invoices and payments in a company with a chart of accounts."""

from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.fields import Command


class MoneyCase(TargetsCase):
    """`bill()` invoices orders, `pay()` registers a payment; the foreign currency is worth half of
    the company's from the start of 2026 and a quarter of it from June.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_books()
        cls.foreign = cls.env["res.currency"].create(
            {
                "name": "FRN",
                "symbol": "F",
                "rounding": 0.01,
                "rate_ids": [
                    Command.create({"name": day, "rate": rate, "company_id": False})
                    for day, rate in (("2020-01-01", 1.0), ("2026-01-01", 2.0), ("2026-06-01", 4.0))
                ],
            }
        )

    @classmethod
    def _load_books(cls):
        """Accounts and journals of `cls.company`."""
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.product.taxes_id = False  # the chart of accounts has given it one
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )

    @classmethod
    def invoice(cls, lines, date="2026-03-02", move_type="out_invoice", **values):
        """A posted invoice; `lines` are `(amount, order line or None)`."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.customer.id,
                "invoice_date": date,
                "date": date,
                "invoice_date_due": date,
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Sold",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            "sale_line_ids": [Command.set(sold.ids if sold else [])],
                        }
                    )
                    for amount, sold in lines
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    @classmethod
    def pay(cls, invoices, date, amount=None, **values):
        """Register a payment of the invoices with the wizard of Odoo."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        values = {"payment_date": date, "journal_id": cls.bank.id, **values}
        if amount is not None:
            values["amount"] = amount
        return wizard.create(values)._create_payments()

    @classmethod
    def receive(cls, date, amount, **values):
        """A payment of the customer that is matched with nothing."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": cls.customer.id,
                "journal_id": cls.bank.id,
                "date": date,
                "amount": amount,
                **values,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def account(cls, kind):
        """An account of the company: `receivable`, `income` or `expense`."""
        if kind == "receivable":
            return cls.customer.with_company(cls.company).property_account_receivable_id
        return cls.env["account.account"].search(
            [("company_ids", "in", cls.company.ids), ("account_type", "=", kind)], limit=1
        )

    @classmethod
    def _get_lines(cls, amounts):
        return [
            Command.create(
                {
                    "account_id": (cls.account(key) if isinstance(key, str) else key).id,
                    "partner_id": cls.customer.id,
                    "balance": amount,
                    "name": "Line",
                }
            )
            for key, amount in amounts
        ]

    @classmethod
    def entry(cls, date, amounts):
        """A posted entry; `amounts` are `(account or its kind, debit less credit)`."""
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "journal_id": cls.env["account.journal"]
                .search([("company_id", "=", cls.company.id), ("type", "=", "general")], limit=1)
                .id,
                "line_ids": cls._get_lines(amounts),
            }
        )
        entry.action_post()
        return entry

    @classmethod
    def bank_line(cls, date, amounts):
        """The entry of a bank statement line that is booked on other accounts than suspense."""
        line = cls.env["account.bank.statement.line"].create(
            {
                "journal_id": cls.bank.id,
                "date": date,
                "payment_ref": "Bank",
                "partner_id": cls.customer.id,
                "amount": -sum(amount for _key, amount in amounts),
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        line.move_id.with_context(force_delete=True, skip_readonly_check=True).write(
            {"line_ids": [Command.delete(suspense.id), *cls._get_lines(amounts)]}
        )
        return line.move_id

    @classmethod
    def match(cls, first, second, account=None):
        """Reconcile two entries on the receivable (or the given) account."""
        account = account or cls.account("receivable")
        lines = (first | second).line_ids
        lines.filtered(lambda line: line.account_id == account).reconcile()

    def collected(self, groupby, domain=()):
        """`{key: amount}` of the collected money in the company."""
        rows = self.env["crm.collection.report"]._read_group(
            [("company_id", "=", self.company.id), *domain], groupby, ["amount:sum"]
        )
        return {(row[0] if len(row) == 2 else row[:-1]): round(row[-1], 2) for row in rows}
