from odoo import api, models

FOLLOW = ("date", "amount", "currency_id", "team_id", "user_id")
# What of an order its contact shows; the amount follows from the lines.
SHOWN = {"date_order", "currency_id", "pricelist_id", "team_id", "user_id"}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._remember_changed()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("sale", "cancel", "draft"):
            self._remember_touchpoints()
        elif not SHOWN.isdisjoint(vals):
            self._remember_changed()
        return result

    # ------------------------------------------------------------
    # Capture
    # ------------------------------------------------------------

    def _remember_touchpoints(self):
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("order"):
            touchpoints._remember("sale.order", self.ids, "order")

    def _remember_changed(self):
        """Confirmed orders take their contacts along; others have none yet."""
        # Who gives an order away may not read it any more; only its state is looked at.
        self.sudo().filtered(lambda order: order.state == "sale")._remember_touchpoints()

    def _write_touchpoints(self, events):
        """Bring the contacts of orders in line with the orders.

        One order is one contact, however often it is cancelled and confirmed again. When it
        is cancelled the contact stays, because it happened, but without an amount, because
        nothing was bought. Confirmed again, it has its amount and date again.
        """
        touchpoints = self.env["crm.touchpoint"]
        confirmed = self.exists().filtered(lambda order: order.state == "sale")
        touchpoints._write_captured_rows(
            [order._prepare_touchpoint_values() for order in confirmed], follow=FOLLOW
        )
        touchpoints.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", (self - confirmed).ids),
                ("event", "=", "order"),
                ("amount", "!=", 0),
            ]
        ).write({"amount": 0})

    def _prepare_touchpoint_values(self):
        self.ensure_one()
        return {
            "external_id": f"sale.order:{self.id}",
            "event": "order",
            "date": self.date_order,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "lead_id": self.opportunity_id.id,
            "channel_id": self.team_id._get_touchpoint_channel(),
            "stage_id": self.env["crm.touchpoint"]._get_shipped("journey_stage", "buy"),
            "amount": self.amount_total,
            "currency_id": self.currency_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }
