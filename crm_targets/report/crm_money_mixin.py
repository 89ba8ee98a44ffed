from odoo import api, fields, models
from odoo.tools import SQL

#: What a part of money was paid for, or is owed for.
KINDS = [
    ("order", "Sales Order"),
    ("invoice", "Invoice without an Order"),
    ("entry", "Other Entry"),
    ("unmatched", "Not Matched Yet"),
]


class CrmMoneyMixin(models.AbstractModel):
    """Money on receivable accounts, divided over the sales orders that it is for.

    A report says what its claims are: parts of journal items with the amount to divide and the
    invoice that each part is for. An invoice over several orders is divided in proportion to what
    each order has on it, taxes included. Amounts are rounded as differences of rounded running
    sums, so that the parts of a group always add up to the group, in the smallest unit of the
    currency.

    The day and the company are in every partition, so that PostgreSQL applies a filter by them to
    the journal items before anything is divided.
    """

    _name = "crm.money.mixin"
    _inherit = ["crm.report.mixin"]
    _description = "Money by Order, Customer and Person"
    _order = "date desc, id desc"
    _rec_name = "date"  # what may be read with the row; the documents need rights of their own

    date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True, currency_field="currency_id")
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", readonly=True)
    invoice_id = fields.Many2one("account.move", readonly=True)
    invoice_user_id = fields.Many2one(
        "res.users", string="Salesperson of the Invoice", readonly=True
    )
    order_id = fields.Many2one("sale.order", string="Sales Order", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)

    _depends = {
        "account.account": ["account_type", "non_trade"],
        "account.journal": ["default_account_id", "type"],
        "account.move": ["invoice_user_id", "move_type", "origin_payment_id", "state"],
        "account.move.line": [
            *("account_id", "amount_currency", "amount_residual", "amount_residual_currency"),
            *("balance", "company_id", "date", "date_maturity", "display_type", "journal_id"),
            *("move_id", "parent_state", "partner_id", "price_total", "reconciled"),
            "sale_line_ids",
        ],
        "account.partial.reconcile": [
            *("amount", "credit_amount_currency", "credit_move_id", "debit_amount_currency"),
            *("debit_move_id", "exchange_move_id", "max_date"),
        ],
        "account.payment": ["outstanding_account_id"],
        "account.payment.method.line": ["payment_account_id"],
        "crm.lead": ["campaign_id", "medium_id", "source_id"],
        "res.company": ["currency_id"],
        "res.currency": ["decimal_places"],
        "res.partner": ["commercial_partner_id", "country_id", "state_id"],
        "sale.order": [
            *("campaign_id", "medium_id", "opportunity_id", "source_id", "team_id", "user_id"),
        ],
        "sale.order.line": ["order_id"],
    }

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    @api.readonly
    def action_open_document(self):
        """Open the order, the invoice or the entry, whichever is there and may be read."""
        self.ensure_one()
        return self._get_document_action(self.order_id, self.invoice_id, self.move_id)

    # ------------------------------------------------------------
    # Query
    # ------------------------------------------------------------

    @api.model
    def _get_receivables_sql(self):
        """Accounts on which customers owe: receivable and not marked as non-trade."""
        return SQL(
            "SELECT id FROM account_account WHERE account_type = 'asset_receivable' "
            "AND non_trade IS NOT TRUE"
        )

    @api.model
    def _get_liquidity_sql(self):
        """Accounts that hold money, or payments that are under way to the bank."""
        return SQL(
            """
            SELECT id FROM account_account
             WHERE account_type != 'asset_receivable' AND (
                   account_type IN ('asset_cash', 'liability_credit_card')
                   OR id IN (SELECT payment_account_id FROM account_payment_method_line)
                   OR id IN (SELECT outstanding_account_id FROM account_payment)
                   OR id IN (SELECT default_account_id FROM account_journal
                              WHERE type IN ('bank', 'cash', 'credit')))
            """
        )

    @api.model
    def _get_matches_sql(self):
        """What journal items are matched with, and what is left of them (part 0)."""
        return SQL(
            """
            SELECT debit_move_id AS line_id, id AS part_id, credit_move_id AS other_id,
                   amount, debit_amount_currency AS weight, max_date AS settled_on
              FROM account_partial_reconcile
         UNION ALL
            SELECT credit_move_id, id, debit_move_id, -amount, credit_amount_currency, max_date
              FROM account_partial_reconcile
         UNION ALL
            SELECT id, 0, NULL, amount_residual, abs(amount_residual_currency), NULL
              FROM account_move_line
             WHERE account_id IN (%s) AND reconciled IS NOT TRUE
            """,
            self._get_receivables_sql(),
        )

    @api.model
    def _get_item_keys_sql(self):
        """What the weights of an item add up over."""
        return SQL("line_id, date, company_id")

    @api.model
    def _get_group_keys_sql(self):
        """What the rounded parts of a group add up over."""
        return SQL("group_id, date, company_id")

    @api.model
    def _get_parts_sql(self):
        """The rows: `line_id` (journal item), `part_id`, `order_id`, `invoice_id`, `date`,
        `company_id`, `kind`, `settled_on`, `amount`.
        """
        raise NotImplementedError

    @api.model
    def _get_slots(self):
        """What rows are filtered by before anything is divided, beside day and company.

        :return: a column of the parts and its values, four at most; rows of a day have numbers of
            their own for each of them. Nothing where there is no such column.
        """
        return ()

    @property
    def _table_query(self):
        # An id that does not depend on the filter: the day and the number of the row within it.
        # PostgreSQL applies a filter below a window where it is by what the window is partitioned
        # by: so days and slots are in it.
        slots = self._get_slots()
        keys, slot, size = SQL("part.date"), SQL("0"), 65536
        if slots:
            column = SQL.identifier("part", slots[0])
            keys = SQL("part.date, %s", column)
            slot = SQL("COALESCE(array_position(%s, %s), 1) - 1", slots[1], column)
            size >>= (len(slots[1]) - 1).bit_length()
        return SQL(
            """
            SELECT (((part.date - DATE '2000-01-01') & 32767) << 16) + %(size)s * (%(slot)s) + (
                       row_number() OVER (
                           PARTITION BY %(keys)s
                           ORDER BY part.line_id, part.part_id, part.order_id, part.invoice_id
                       ) & (%(size)s - 1)
                   )::integer AS id,
                   %(columns)s
              FROM (%(parts)s) part
              %(dimensions)s
             WHERE part.amount != 0
            """,
            keys=keys,
            slot=slot,
            size=size,
            columns=self._get_columns_sql(),
            parts=self._get_parts_sql(),
            dimensions=self._get_dimensions_sql(),
        )

    @api.model
    def _get_divided_sql(self, claims):
        """The claims, divided over orders, rounded so that a group adds up exactly.

        :param SQL claims: one row per claim with the columns `line_id` (journal item), `part_id`
            (what it was matched with, 0 without), `group_id` (whose parts add up), `date`,
            `company_id`, `claim` (amount of the item), `weight` (of the part in the item),
            `factor` (of the group that counts), `invoice_id`, `kind`, `settled_on`.
        """
        return SQL(
            """
            SELECT line_id, part_id, order_id, invoice_id, date, company_id, kind, settled_on,
                   round(factor * running, digits) - round(factor * (running - claim), digits)
                       AS amount
              FROM (
                SELECT *, sum(claim) OVER (
                           PARTITION BY %(group_keys)s ORDER BY line_id, part_id, order_id
                       ) AS running
                  FROM (
                    SELECT line_id, part_id, order_id, invoice_id, date, company_id, settled_on,
                           group_id, factor, digits,
                           CASE WHEN order_id IS NULL THEN kind ELSE 'order' END AS kind,
                           claim * CASE
                               WHEN sum(weight * share) OVER item != 0
                               THEN weight * share / sum(weight * share) OVER item
                               ELSE 1.0 / count(*) OVER item
                           END AS claim
                      FROM (%(shares)s) shares
                    WINDOW item AS (PARTITION BY %(item_keys)s)
                  ) weighed
              ) summed
            """,
            group_keys=self._get_group_keys_sql(),
            item_keys=self._get_item_keys_sql(),
            shares=self._get_shares_sql(claims),
        )

    @api.model
    def _get_shares_sql(self, claims):
        """The claims by order, each with the `share` that the order has in its invoice."""
        keys = SQL(
            "line_id, part_id, group_id, date, company_id, settled_on, claim, weight, factor, "
            "invoice_id, kind, digits"
        )
        return SQL(
            """
            SELECT *, CASE WHEN sum(total) OVER part != 0
                           THEN total / sum(total) OVER part
                           ELSE 1.0 / count(*) OVER part
                      END AS share
              FROM (
                SELECT %(keys)s, order_id, COALESCE(sum(total), 0) AS total
                  FROM (
                    SELECT claims.*, currency.decimal_places AS digits, sold.order_id,
                           item.price_total / count(*) OVER (
                               PARTITION BY claims.line_id, claims.part_id, item.id,
                                            claims.date, claims.company_id, claims.settled_on
                           ) AS total
                      FROM (%(claims)s) claims
                      JOIN res_company company ON company.id = claims.company_id
                      JOIN res_currency currency ON currency.id = company.currency_id
                 LEFT JOIN account_move_line item
                        ON item.move_id = claims.invoice_id AND item.display_type = 'product'
                 LEFT JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = item.id
                 LEFT JOIN sale_order_line sold ON sold.id = link.order_line_id
                  ) sold_items
              GROUP BY %(keys)s, order_id
              ) orders
            WINDOW part AS (PARTITION BY line_id, part_id, date, company_id, settled_on)
            """,
            keys=keys,
            claims=claims,
        )

    @api.model
    def _get_partner_sql(self):
        """The contact that an amount is from."""
        return SQL("item.partner_id")

    @api.model
    def _get_columns_sql(self):
        return SQL(
            """
            part.date, part.amount, part.company_id, company.currency_id, part.kind,
            item.move_id, item.journal_id, %s AS partner_id, partner.commercial_partner_id,
            partner.country_id, partner.state_id, part.invoice_id, invoice.invoice_user_id,
            part.order_id, ord.user_id, ord.team_id,
            COALESCE(ord.campaign_id, lead.campaign_id) AS campaign_id,
            COALESCE(ord.medium_id, lead.medium_id) AS medium_id,
            COALESCE(ord.source_id, lead.source_id) AS source_id
            """,
            self._get_partner_sql(),
        )

    @api.model
    def _get_dimensions_sql(self):
        return SQL(
            """
              JOIN res_company company ON company.id = part.company_id
         LEFT JOIN account_move_line item ON item.id = part.line_id
         LEFT JOIN account_move invoice ON invoice.id = part.invoice_id
         LEFT JOIN sale_order ord ON ord.id = part.order_id
         LEFT JOIN crm_lead lead ON lead.id = ord.opportunity_id
         LEFT JOIN res_partner partner ON partner.id = %s
            """,
            self._get_partner_sql(),
        )
