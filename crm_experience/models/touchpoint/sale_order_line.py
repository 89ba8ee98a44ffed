from odoo import api, models

PRICED = {"product_id", "product_uom_qty", "price_unit", "discount", "tax_ids"}


class SaleOrderLine(models.Model):
    """The amount of a confirmed order changes with its lines, and with it that of its contact."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._remember_changed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not PRICED.isdisjoint(vals):
            self.order_id._remember_changed()
        return result

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        orders._remember_changed()
        return result
