from odoo import api, models
from odoo.tools import SQL

TYPES = ("out_invoice", "out_receipt")


class AccountMove(models.Model):
    """Invoices that are posted and paid, as touchpoints."""

    _inherit = "account.move"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._remember_touchpoints("invoice")
        return posted

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._remember_touchpoints("payment")
        return result

    def _remember_touchpoints(self, event):
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("invoice"):
            invoices = self.filtered(lambda move: move.move_type in TYPES)
            touchpoints._remember("account.move", invoices.ids, event)

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that writes that invoices were posted and paid, once each.

        Without an amount: what the customer bought is counted with the order.
        """
        touchpoints = self.env["crm.touchpoint"]
        queries = []
        for name in ("invoice", "payment"):
            found = [event for event in events if event["event"] == name]
            if found:
                queries.append(
                    self._get_touchpoint_query(
                        name,
                        SQL("doc.id = ANY(%s)", sorted({event["id"] for event in found})),
                        SQL("%s", found[-1]["date"]),
                    )
                )
        yield touchpoints._get_insert_statement(SQL(" UNION ALL ").join(queries))

    @api.model
    def _get_touchpoint_query(self, event, condition, date):
        """Return the rows of invoices.

        :param event: ``invoice`` or ``payment``
        :param condition: SQL on the invoices, which are called ``doc``
        :param date: SQL of the date
        """
        touchpoints = self.env["crm.touchpoint"]
        columns = touchpoints._get_captured_columns(
            external_id=SQL("concat('account.move:', doc.id)")
            if event == "payment"
            else SQL("concat('account.move:', doc.id, ':invoice')"),
            event=event,
            date=date,
            company_id=SQL("doc.company_id"),
            partner_id=SQL("doc.partner_id"),
            channel_id=touchpoints._get_shipped("touchpoint_channel", "billing"),
            stage_id=touchpoints._get_shipped("journey_stage", "buy"),
            direction="in" if event == "payment" else "out",
            team_id=SQL("doc.team_id"),
            user_id=SQL("doc.invoice_user_id"),
            res_model="account.move",
            res_id=SQL("doc.id"),
        )
        return SQL("SELECT %s FROM account_move AS doc WHERE %s", columns, condition)

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, _kind, condition):
        """Return the queries of invoices: posted at the date of the invoice, or when they were
        made if that was on the same day; paid when they were reconciled last."""
        condition = SQL("doc.state = 'posted' AND doc.move_type IN %s AND %s", TYPES, condition)
        posted = SQL(
            """CASE WHEN doc.invoice_date = doc.create_date::date THEN doc.create_date
                    ELSE doc.invoice_date + interval '12 hours' END"""
        )
        paid = SQL(
            """COALESCE((
                SELECT max(partial.max_date) FROM account_move_line AS line
                  JOIN account_partial_reconcile AS partial ON partial.debit_move_id = line.id
                 WHERE line.move_id = doc.id
            ), doc.invoice_date) + interval '12 hours'"""
        )
        return [
            self._get_touchpoint_query("invoice", condition, posted),
            self._get_touchpoint_query(
                "payment",
                SQL("doc.payment_state IN ('paid', 'in_payment') AND %s", condition),
                paid,
            ),
        ]
