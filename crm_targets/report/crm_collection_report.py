from odoo import api, fields, models
from odoo.tools import SQL

from .crm_money_mixin import KINDS


class CrmCollectionReport(models.Model):
    """Money that came in from customers, net of what was paid back to them.

    **What is money.** An entry collects when it is posted and moves both a liquidity account and a
    receivable account. Liquidity accounts are bank, cash and credit card accounts and those of
    payments under way (outstanding receipts and payments). What such an entry moves on its
    liquidity accounts is the money, in the currency of the company at the rate of its own date.
    So exchange differences, credit notes that are set off, write-offs and early-payment discounts
    are none; the transfer from an outstanding account to the bank is not counted a second time;
    drafts, cancelled and rejected payments do not count.

    **It reconciles with the journal.** Over any period and company, the sum of the rows equals
    debit less credit on liquidity accounts in posted entries that also move a receivable account.

    **Whose it is.** Each journal item on a receivable account is followed to what it is matched
    with: an invoice or credit note, and through its lines to sales orders. Rows of kind `order`
    carry salesperson and team of the order; all other kinds belong to nobody: invoices without an
    order, other entries, money not matched yet, and the rest of an entry that also moved other
    accounts (such as interest on the same bank line).
    """

    _name = "crm.collection.report"
    _inherit = ["crm.money.mixin"]
    _auto = False
    _description = "Collected Money"

    date = fields.Date(string="Payment Date")
    amount = fields.Monetary(string="Collected")
    kind = fields.Selection([*KINDS, ("other", "Rest of the Entry")], string="For", readonly=True)
    payment_id = fields.Many2one("account.payment", readonly=True)

    @api.model
    def _get_parts_sql(self):
        return SQL(
            "%s UNION ALL %s",
            self._get_divided_sql(self._get_claims_sql()),
            self._get_extra_sql(),
        )

    @api.model
    def _get_columns_sql(self):
        return SQL("%s, entry.origin_payment_id AS payment_id", super()._get_columns_sql())

    @api.model
    def _get_dimensions_sql(self):
        return SQL(
            "%s JOIN account_move entry ON entry.id = item.move_id", super()._get_dimensions_sql()
        )

    @api.model
    def _get_entries_sql(self):
        """Entries that collect: the money that they moved, what they credited on receivables, and
        the factor between the two where less came in than was credited (a discount or write-off).
        """
        return SQL(
            """
            SELECT *, CASE WHEN money * credit >= 0 AND abs(money) < abs(credit)
                           THEN money / credit ELSE 1 END AS factor
              FROM (
                SELECT item.move_id, item.date, item.company_id,
                       sum(item.balance) FILTER (WHERE role.is_money) AS money,
                       -sum(item.balance) FILTER (WHERE NOT role.is_money) AS credit,
                       min(item.id) FILTER (WHERE role.is_money) AS money_line_id
                  FROM account_move_line item
                  JOIN (SELECT id, TRUE AS is_money FROM (%(liquidity)s) liquidity
                        UNION ALL
                        SELECT id, FALSE FROM (%(receivables)s) receivables) role
                    ON role.id = item.account_id
                 WHERE item.parent_state = 'posted'
              GROUP BY item.move_id, item.date, item.company_id
                HAVING bool_or(role.is_money) AND NOT bool_and(role.is_money)
              ) entries
            """,
            liquidity=self._get_liquidity_sql(),
            receivables=self._get_receivables_sql(),
        )

    @api.model
    def _get_claims_sql(self):
        """Journal items on receivable accounts of these entries, by what they are matched with.

        They are weighed in the currency of the payment: there, exchange differences are nothing.
        """
        return SQL(
            """
            SELECT item.id AS line_id, match.part_id, entry.move_id AS group_id,
                   entry.date, entry.company_id, -item.balance AS claim,
                   CASE WHEN rate.move_id IS NULL THEN match.weight ELSE 0 END AS weight,
                   entry.factor,
                   CASE WHEN document.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                        THEN document.id END AS invoice_id,
                   CASE WHEN document.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                        THEN 'invoice'
                        WHEN document.id IS NULL OR rate.move_id IS NOT NULL
                        THEN 'unmatched' ELSE 'entry'
                    END AS kind,
                   NULL::date AS settled_on
              FROM (%(entries)s) entry
              JOIN account_move_line item
                ON item.move_id = entry.move_id AND item.account_id IN (%(receivables)s)
              JOIN (%(matches)s) match ON match.line_id = item.id
         LEFT JOIN account_move_line other ON other.id = match.other_id
         LEFT JOIN account_move document ON document.id = other.move_id
         LEFT JOIN (SELECT DISTINCT exchange_move_id AS move_id
                      FROM account_partial_reconcile) rate ON rate.move_id = other.move_id
            """,
            entries=self._get_entries_sql(),
            receivables=self._get_receivables_sql(),
            matches=self._get_matches_sql(),
        )

    @api.model
    def _get_extra_sql(self):
        """What else the entries moved."""
        return SQL(
            """
            SELECT money_line_id, 0, NULL::integer, NULL::integer, date, company_id, 'other',
                   NULL::date, money - credit
              FROM (%s) entry
             WHERE factor = 1 AND money != credit
            """,
            self._get_entries_sql(),
        )
