from odoo import models


class SaleOrderPortal(models.Model):
    _inherit = "sale.order"

    def _get_portal_delivery(self):
        """Return where the goods are, in words for the customer.

        The stock app says it, where it is installed; else what is noted on the lines.

        :return: ``label``, ``icon``, and ``date`` of the delivery, none where it is unknown
        """
        self.ensure_one()
        goods = self.order_line.filtered(
            lambda line: not line.display_type and line.product_id.type != "service"
        )
        if "delivery_status" in self._fields and self["delivery_status"]:
            key = {"full": "full", "partial": "partial", "started": "partial"}.get(
                self["delivery_status"], "none"
            )
        elif goods and all(line.qty_delivered >= line.product_uom_qty for line in goods):
            key = "full"
        elif any(line.qty_delivered > 0 for line in goods):
            key = "partial"
        else:
            key = "none"
        label, icon = {
            "full": (self.env._("Delivered"), "fa-check"),
            "partial": (self.env._("Partly delivered"), "fa-truck"),
            "none": (self.env._("Confirmed"), "fa-clock-o"),
        }[key]
        # Without a promise or a lead time the day would be that of the order, and say nothing.
        expected = self.commitment_date or (goods and self.expected_date)
        is_news = key != "full" and expected and expected.date() > self.date_order.date()
        return {"label": label, "icon": icon, "date": is_news and expected}
