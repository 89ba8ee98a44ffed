from odoo import api, fields, models
from odoo.tools import SQL


class CrmSalesSummaryReport(models.Model):
    """What was signed, invoiced and collected, each by its own day, this year beside the last.

    - Signed: confirmed orders with taxes by order date, at the rate of the order.
    - Invoiced: posted customer invoices less credit notes with taxes, by invoice date, as they
      stand in the journal, for the salesperson of the order.
    - Collected: money that came in, as in `crm.collection.report`.

    A year is the fiscal year of the company. A day of the last year stands in the month of this
    year that it is compared with.
    """

    _name = "crm.sales.summary.report"
    _inherit = ["crm.money.mixin"]
    _auto = False
    _description = "Sales Summary"

    kind = fields.Selection(
        [("signed", "Signed"), ("invoiced", "Invoiced"), ("collected", "Collected")],
        string="Figure",
        readonly=True,
    )
    order_count = fields.Integer(string="Orders", readonly=True)
    signed = fields.Monetary(readonly=True, currency_field="currency_id")
    invoiced = fields.Monetary(readonly=True, currency_field="currency_id")
    collected = fields.Monetary(readonly=True, currency_field="currency_id")
    year = fields.Selection(
        [("this", "This Year"), ("last", "Last Year"), ("earlier", "Earlier")],
        string="Fiscal Year",
        readonly=True,
    )
    month = fields.Date(
        readonly=True,
        help="The day moved to this year, so that last year stands beside it month by month.",
    )
    is_comparable = fields.Boolean(
        string="Up to Today",
        readonly=True,
        help="Days of the last year count only as far as this year has come.",
    )
    this_year = fields.Monetary(readonly=True, currency_field="currency_id")
    last_year = fields.Monetary(readonly=True, currency_field="currency_id")
    change = fields.Monetary(readonly=True, currency_field="currency_id")
    change_rate = fields.Float(
        string="Change (%)",
        readonly=True,
        aggregator="avg",
        help="This year against last year, in percent. Empty where last year was nothing.",
    )

    _depends = {
        "account.move": ["amount_total_signed", "date", "invoice_date"],
        "res.company": ["fiscalyear_last_month"],
        "sale.order": [
            *("amount_total", "company_id", "currency_rate", "date_order", "partner_id", "state"),
        ],
    }

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "change_rate:avg":
            # The change of a sum is not the average of changes.
            return SQL(
                "(SUM(%(this)s) / NULLIF(SUM(%(last)s), 0) - 1) * 100",
                this=self._field_to_sql(self._table, "this_year", query),
                last=self._field_to_sql(self._table, "last_year", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_slots(self):
        return "kind", ["signed", "invoiced", "collected"]

    @api.model
    def _get_parts_sql(self):
        collection = self.env["crm.collection.report"]
        return SQL(
            """
            %(signed)s
         UNION ALL
            SELECT NULL::integer, part_id, order_id, invoice_id, date, company_id, 'invoiced',
                   settled_on, amount
              FROM (%(invoiced)s) invoiced
         UNION ALL
            SELECT line_id, part_id, order_id, invoice_id, date, company_id, 'collected',
                   settled_on, amount
              FROM (%(collected)s) collected
            """,
            signed=self._get_signed_sql(),
            invoiced=self._get_divided_sql(self._get_invoices_sql()),
            collected=collection._get_parts_sql(),
        )

    @api.model
    def _get_signed_sql(self):
        return SQL(
            """
            SELECT NULL::integer AS line_id, 0 AS part_id, ord.id AS order_id,
                   NULL::integer AS invoice_id,
                   (ord.date_order AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS date,
                   ord.company_id, 'signed' AS kind, NULL::date AS settled_on,
                   round(ord.amount_total / COALESCE(NULLIF(ord.currency_rate, 0), 1)::numeric,
                         currency.decimal_places) AS amount
              FROM sale_order ord
              JOIN res_company company ON company.id = ord.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
             WHERE ord.state = 'sale'
            """,
            self.env.tz.zone,
        )

    @api.model
    def _get_invoices_sql(self):
        return SQL(
            """
            SELECT id AS line_id, 0 AS part_id, id AS group_id,
                   COALESCE(invoice_date, date) AS date, company_id, amount_total_signed AS claim,
                   1 AS weight, 1 AS factor, id AS invoice_id, 'invoice' AS kind,
                   NULL::date AS settled_on
              FROM account_move
             WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """
        )

    @api.model
    def _get_partner_sql(self):
        return SQL("COALESCE(item.partner_id, invoice.partner_id, ord.partner_id)")

    @api.model
    def _get_columns_sql(self):
        return SQL(
            """
            %s,
            CASE WHEN part.kind = 'signed' THEN 1 ELSE 0 END AS order_count,
            CASE WHEN part.kind = 'signed' THEN part.amount ELSE 0 END AS signed,
            CASE WHEN part.kind = 'invoiced' THEN part.amount ELSE 0 END AS invoiced,
            CASE WHEN part.kind = 'collected' THEN part.amount ELSE 0 END AS collected,
            fiscal.year, fiscal.month, fiscal.month <= %s AS is_comparable,
            CASE fiscal.year WHEN 'this' THEN part.amount ELSE 0 END AS this_year,
            CASE fiscal.year WHEN 'last' THEN part.amount ELSE 0 END AS last_year,
            CASE fiscal.year WHEN 'this' THEN part.amount WHEN 'last' THEN -part.amount ELSE 0
            END AS change,
            NULL::double precision AS change_rate
            """,
            super()._get_columns_sql(),
            fields.Date.context_today(self),
        )

    @api.model
    def _get_dimensions_sql(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            %(dimensions)s
        CROSS JOIN LATERAL (
            SELECT make_date(%(year)s, company.fiscalyear_last_month::integer %% 12 + 1, 1) AS day
        ) begun
        CROSS JOIN LATERAL (
            SELECT CASE WHEN begun.day > %(today)s THEN (begun.day - interval '1 year')::date
                        ELSE begun.day END AS first
        ) start
        CROSS JOIN LATERAL (
            SELECT CASE WHEN part.date >= (start.first + interval '1 year')::date THEN NULL
                        WHEN part.date >= start.first THEN 'this'
                        WHEN part.date >= (start.first - interval '1 year')::date THEN 'last'
                        ELSE 'earlier' END AS year,
                   CASE WHEN part.date >= (start.first + interval '1 year')::date THEN NULL
                        WHEN part.date >= start.first THEN part.date
                        WHEN part.date >= (start.first - interval '1 year')::date
                        THEN (part.date + interval '1 year')::date END AS month
        ) fiscal
            """,
            dimensions=super()._get_dimensions_sql(),
            year=today.year,
            today=today,
        )
