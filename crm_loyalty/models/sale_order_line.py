from odoo import api, models


class SaleOrderLine(models.Model):
    """Rewards added to, changed on and removed from confirmed orders, order by order."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        order_ids = {
            vals.get("order_id")
            for vals in vals_list
            if vals.get("coupon_id") and vals.get("points_cost")
        }
        if not order_ids:
            return super().create(vals_list)
        if len(order_ids) == 1:
            with self.env["sale.order"].browse(order_ids)._attribute_rewards():
                return super().create(vals_list)
        return self.browse().concat(*(self.create([vals]) for vals in vals_list))

    def write(self, vals):
        if "points_cost" not in vals:
            return super().write(vals)
        for order, lines in self.grouped("order_id").items():
            with order._attribute_rewards():
                super(SaleOrderLine, lines).write(vals)
        return True

    def unlink(self):
        if not self.coupon_id:
            return super().unlink()
        for order, lines in self.grouped("order_id").items():
            with order._attribute_rewards():
                super(SaleOrderLine, lines).unlink()
        return True
