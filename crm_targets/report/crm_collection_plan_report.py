from odoo import api, fields, models
from odoo.tools import SQL

from .crm_money_mixin import KINDS


class CrmCollectionPlanReport(models.Model):
    """What customers owe, by the day it is due by the terms of payment.

    Every invoice, credit note and entry on a receivable account is here in as many parts as it was
    settled in, each with the day it was settled, so that what was open on any day of the past can
    be told: begun on `claim_date`, overdue from `overdue_from`, ended on `settled_on`. Money that
    is not matched with anything yet stands against it, and confirmed orders that are not invoiced
    yet are expected when they are delivered and their terms have passed.

    The rows that are not settled, without orders to invoice, add up to the open balance of the
    receivable accounts in the journal.
    """

    _name = "crm.collection.plan.report"
    _inherit = ["crm.money.mixin"]
    _auto = False
    _description = "Planned Collections"
    _order = "date, id"

    date = fields.Date(
        string="Due Date",
        help="By the terms of payment. Orders that are not invoiced yet: the delivery date, today "
        "at the earliest, and the days of the payment terms.",
    )
    amount = fields.Monetary(string="Planned")
    kind = fields.Selection(
        [*KINDS, ("to_invoice", "Order to Invoice")], string="For", readonly=True
    )
    claim_date = fields.Date(string="Invoice Date", readonly=True)
    overdue_from = fields.Date(readonly=True)
    is_open = fields.Boolean(string="Open", readonly=True, help="It is not settled yet.")
    settled_on = fields.Date(readonly=True, help="The day of the payment or credit note.")
    overdue_days = fields.Integer(
        readonly=True, aggregator="max", help="Days since it was due, for what is still open."
    )
    overdue_amount = fields.Monetary(string="Overdue", readonly=True, currency_field="currency_id")
    age = fields.Selection(
        [
            ("0", "Not Due"),
            ("1", "1–30 Days"),
            ("2", "31–60 Days"),
            ("3", "61–90 Days"),
            ("4", "Over 90 Days"),
            ("settled", "Settled"),
        ],
        string="Overdue For",
        readonly=True,
    )

    _depends = {
        "account.move": ["invoice_currency_rate", "invoice_date", "statement_line_id"],
        "account.payment.term.line": ["nb_days", "payment_id"],
        "res.company": ["currency_exchange_journal_id"],
        "sale.order": [
            *("amount_total", "commitment_date", "currency_rate", "date_order"),
            *("invoice_status", "partner_invoice_id", "payment_term_id", "state"),
        ],
    }

    @api.model
    def _get_slots(self):
        return "is_open", [True, False]

    @api.model
    def _get_item_keys_sql(self):
        return SQL("line_id, part_id, date, company_id, settled_on")

    @api.model
    def _get_group_keys_sql(self):
        return self._get_item_keys_sql()

    @api.model
    def _get_claims_sql(self):
        """Journal items on receivable accounts in the parts that they were settled in.

        Payments and exchange differences are no claims: of them only what is not matched yet
        counts.
        """
        return SQL(
            """
            SELECT item.id AS line_id, match.part_id, item.id AS group_id,
                   COALESCE(item.date_maturity, item.date) AS date, item.company_id,
                   match.amount AS claim, 1 AS weight, 1 AS factor,
                   CASE WHEN entry.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                        THEN entry.id END AS invoice_id,
                   CASE WHEN entry.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                        THEN 'invoice'
                        WHEN COALESCE(entry.origin_payment_id, entry.statement_line_id) IS NOT NULL
                        THEN 'unmatched' ELSE 'entry'
                    END AS kind,
                   match.settled_on
              FROM account_move_line item
              JOIN account_move entry ON entry.id = item.move_id
              JOIN (%(matches)s) match ON match.line_id = item.id
             WHERE item.parent_state = 'posted' AND item.account_id IN (%(receivables)s)
               AND (match.settled_on IS NULL
                    OR entry.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                    OR entry.origin_payment_id IS NULL AND entry.statement_line_id IS NULL
                       AND NOT EXISTS (SELECT FROM res_company
                                        WHERE currency_exchange_journal_id = entry.journal_id)
                       AND NOT EXISTS (SELECT FROM account_move_line cash
                                        WHERE cash.move_id = entry.id
                                          AND cash.account_id IN (%(liquidity)s)))
            """,
            matches=self._get_matches_sql(),
            receivables=self._get_receivables_sql(),
            liquidity=self._get_liquidity_sql(),
        )

    @api.model
    def _get_extra_sql(self):
        """Confirmed orders, less what is invoiced of them, down payments included."""
        return SQL(
            """
            SELECT NULL::integer, 0, ord.id, NULL::integer,
                   GREATEST(%(today)s, COALESCE(ord.commitment_date, ord.date_order)::date)
                       + COALESCE(term.days, 0),
                   ord.company_id, 'to_invoice', NULL::date,
                   round(
                       ord.amount_total / COALESCE(NULLIF(ord.currency_rate, 0), 1)::numeric
                           - COALESCE(invoiced.amount, 0),
                       currency.decimal_places
                   )
              FROM sale_order ord
              JOIN res_company company ON company.id = ord.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
         LEFT JOIN (SELECT payment_id, max(nb_days) AS days
                      FROM account_payment_term_line GROUP BY payment_id) term
                ON term.payment_id = ord.payment_term_id
         LEFT JOIN LATERAL (
                SELECT sum(item.price_total
                           * CASE entry.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                           / COALESCE(NULLIF(entry.invoice_currency_rate, 0), 1)::numeric
                       ) AS amount
                  FROM account_move_line item
                  JOIN account_move entry ON entry.id = item.move_id
                 WHERE item.parent_state = 'posted' AND item.id IN (
                       SELECT link.invoice_line_id
                         FROM sale_order_line sold
                         JOIN sale_order_line_invoice_rel link ON link.order_line_id = sold.id
                        WHERE sold.order_id = ord.id)
              ) invoiced ON TRUE
             WHERE ord.state = 'sale' AND ord.invoice_status IN ('to invoice', 'no')
               AND ord.amount_total / COALESCE(NULLIF(ord.currency_rate, 0), 1)::numeric
                   > COALESCE(invoiced.amount, 0)
            """,
            today=fields.Date.context_today(self),
        )

    @api.model
    def _get_partner_sql(self):
        return SQL("COALESCE(item.partner_id, ord.partner_invoice_id)")

    @api.model
    def _get_parts_sql(self):
        return SQL(
            "SELECT *, settled_on IS NULL AS is_open FROM (%s UNION ALL %s) rows",
            self._get_divided_sql(self._get_claims_sql()),
            self._get_extra_sql(),
        )

    @api.model
    def _get_columns_sql(self):
        days = SQL("(%s::date - part.date)", fields.Date.context_today(self))
        is_overdue = SQL("part.settled_on IS NULL AND %s > 0", days)
        return SQL(
            """
            %(columns)s, %(claim_date)s AS claim_date,
            GREATEST(part.date + 1, %(claim_date)s) AS overdue_from, part.settled_on, part.is_open,
            CASE WHEN %(is_overdue)s THEN %(days)s ELSE 0 END AS overdue_days,
            CASE WHEN %(is_overdue)s THEN part.amount ELSE 0 END AS overdue_amount,
            CASE WHEN part.settled_on IS NOT NULL THEN 'settled'
                 WHEN %(days)s <= 0 THEN '0' WHEN %(days)s <= 30 THEN '1'
                 WHEN %(days)s <= 60 THEN '2' WHEN %(days)s <= 90 THEN '3'
                 ELSE '4' END AS age
            """,
            columns=super()._get_columns_sql(),
            claim_date=SQL("COALESCE(invoice.invoice_date, item.date, ord.date_order::date)"),
            days=days,
            is_overdue=is_overdue,
        )
