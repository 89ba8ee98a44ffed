from odoo import api, models
from odoo.tools import SQL

FOLLOW = ("date", "amount", "currency_id", "team_id", "user_id")
# What of an order its contact shows; the amount follows from the lines.
SHOWN = {"date_order", "currency_id", "pricelist_id", "team_id", "user_id"}


class SaleOrder(models.Model):
    """Quotations that are sent and orders that are confirmed, as touchpoints."""

    _inherit = "sale.order"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._remember_changed()
        orders.sudo().filtered(lambda order: order.state == "sent")._remember_quotations()
        return orders

    def write(self, vals):
        result = super().write(vals)
        state = vals.get("state")
        if state in ("sale", "cancel", "draft"):
            self._remember_touchpoints("order" if state == "sale" else "cancelled")
        elif not SHOWN.isdisjoint(vals):
            self._remember_changed()
        if state == "sent":
            self._remember_quotations()
        return result

    def _remember_touchpoints(self, event="order"):
        touchpoints = self.env["crm.touchpoint"]
        if self and touchpoints._is_captured("order"):
            touchpoints._remember("sale.order", self.ids, event)

    def _remember_changed(self):
        """Confirmed orders take their contacts along; others have none yet."""
        # Who gives an order away may not read it any more; only its state is looked at.
        self.sudo().filtered(lambda order: order.state == "sale")._remember_touchpoints()

    def _remember_quotations(self):
        touchpoints = self.env["crm.touchpoint"]
        if self and touchpoints._is_captured("quotation"):
            touchpoints._remember("sale.order", self.ids, "quotation")

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that brings the contacts of orders in line with the orders.

        One order is one contact, however often it is cancelled and confirmed again. When it
        is cancelled the contact stays, because it happened, but without an amount, because
        nothing was bought. Confirmed again, it has its amount and date again.
        """
        ids = {}
        for event in events:
            ids.setdefault(event["event"], set()).add(event["id"])
        touchpoints = self.env["crm.touchpoint"]
        if "order" in ids:
            condition = SQL("doc.id = ANY(%s)", sorted(ids["order"]))
            yield touchpoints._get_insert_statement(self._get_order_query(condition), follow=FOLLOW)
        if "cancelled" in ids:
            yield SQL(
                """UPDATE crm_touchpoint AS touchpoint SET amount = 0
                     FROM sale_order AS doc
                    WHERE touchpoint.res_model = 'sale.order' AND touchpoint.res_id = doc.id
                      AND doc.id = ANY(%s) AND doc.state != 'sale'
                      AND touchpoint.event = 'order' AND touchpoint.amount != 0""",
                sorted(ids["cancelled"]),
            )
        if "quotation" in ids:
            condition = SQL("doc.id = ANY(%s)", sorted(ids["quotation"]))
            date = SQL("%s", events[-1]["date"])
            yield touchpoints._get_insert_statement(self._get_quotation_query(condition, date))

    @api.model
    def _get_order_query(self, condition):
        """Return the rows of the confirmed ones of some orders.

        :param condition: SQL on the orders, which are called ``doc``
        """
        return self._get_touchpoint_query(
            SQL("doc.state = 'sale' AND %s", condition),
            external_id=SQL("concat('sale.order:', doc.id)"),
            event="order",
            date=SQL("doc.date_order"),
            channel_id=self.env["crm.touchpoint"]._get_team_channel_sql("team"),
            stage_id=self._get_stage("buy"),
            amount=SQL("doc.amount_total"),
            currency_id=SQL("doc.currency_id"),
        )

    @api.model
    def _get_quotation_query(self, condition, date):
        """Return the rows of quotations that were sent, once each."""
        return self._get_touchpoint_query(
            SQL("doc.state = 'sent' AND %s", condition),
            external_id=SQL("concat('sale.order:', doc.id, ':quotation')"),
            event="quotation",
            date=date,
            channel_id=self.env["crm.touchpoint"]._get_shipped("touchpoint_channel", "email"),
            stage_id=self._get_stage("choose"),
            direction="out",
        )

    @api.model
    def _get_touchpoint_query(self, condition, **columns):
        columns = self.env["crm.touchpoint"]._get_captured_columns(
            company_id=SQL("doc.company_id"),
            partner_id=SQL("doc.partner_id"),
            lead_id=SQL("doc.opportunity_id"),
            team_id=SQL("doc.team_id"),
            user_id=SQL("doc.user_id"),
            res_model="sale.order",
            res_id=SQL("doc.id"),
            **columns,
        )
        return SQL(
            """SELECT %s FROM sale_order AS doc
                 LEFT JOIN crm_team AS team ON team.id = doc.team_id WHERE %s""",
            columns,
            condition,
        )

    @api.model
    def _get_stage(self, code):
        return self.env["crm.touchpoint"]._get_shipped("journey_stage", code)

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, kind, condition):
        """Return the queries of orders, or of quotations that are still with the customer.

        Of a quotation that was confirmed since, nobody noted down whether it had been sent.
        """
        if kind == "order":
            return [self._get_order_query(condition)]
        sent = SQL(
            """COALESCE((
                SELECT min(message.date) FROM mail_message AS message
                  JOIN mail_notification AS notice ON notice.mail_message_id = message.id
                  JOIN res_partner AS receiver
                    ON receiver.id = notice.res_partner_id AND receiver.partner_share
                 WHERE message.model = 'sale.order' AND message.res_id = doc.id
                   AND message.message_type IN ('comment', 'email_outgoing')
            ), doc.date_order, doc.create_date)"""
        )
        return [self._get_quotation_query(condition, sent)]
