from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare, float_is_zero

WISHES = [
    ("exchange", "Exchange it"),
    ("repair", "Have it repaired"),
    ("refund", "Money back"),
    ("return", "Give it back"),
]


class CrmCaseReturn(models.Model):
    """What a customer wants to bring back, and what for."""

    _inherit = "crm.case"

    return_line_id = fields.Many2one(
        "sale.order.line",
        string="Returned From",
        ondelete="set null",
        index="btree_not_null",
        domain="[('order_id', '=', order_id), ('display_type', '=', False)]",
        help="The line of the order that the customer brings something back of.",
    )
    return_quantity = fields.Float(
        string="Returned Quantity",
        digits="Product Unit",
        help="In the unit of the order.",
    )
    return_wish = fields.Selection(
        WISHES, string="Customer's Wish", help="What the customer wants for it."
    )

    @api.constrains("return_quantity")
    def _check_return_quantity(self):
        if not all(0 <= case.return_quantity < 10**9 for case in self):
            raise ValidationError(self.env._("A returned quantity is zero or more."))

    @api.model
    def _get_returnable(self, lines):
        """Return how much of each line can still be asked to be brought back.

        :param lines: lines of confirmed orders
        :return: quantities by line, what is asked for already taken off; lines with nothing
            left are missing
        """
        groups = self._read_group(
            Domain("return_line_id", "in", lines.ids)
            & Domain("kind", "=", "return")
            & Domain("state", "!=", "cancelled"),
            ["return_line_id"],
            ["return_quantity:sum"],
        )
        asked = {line.id: quantity for line, quantity in groups}
        left = {}
        for line in lines:
            rounding = line.product_uom_id.rounding or 0.01
            quantity = line.product_uom_qty - asked.get(line.id, 0)
            if (
                not float_is_zero(quantity, precision_rounding=rounding)
                and float_compare(quantity, 0, precision_rounding=rounding) > 0
            ):
                left[line] = quantity
        return left
