from odoo.fields import Command
from odoo.tests import tagged

from .common import TargetsCase


@tagged("post_install", "-at_install")
class TestSalesReport(TargetsCase):
    def row(self, order):
        self.env.flush_all()
        return self.env["crm.sales.report"].search([("order_id", "=", order.id)])

    def test_dimensions(self):
        """Customer, product, channel, place and salesperson; the channel is that of the lead
        where the order names none."""
        place = self.env.ref("base.state_us_5")
        medium = self.env["utm.medium"].create({"name": "Window"})
        self.customer.write(
            {"city": "Harbour", "state_id": place.id, "country_id": place.country_id.id}
        )
        lead = self.env["crm.lead"].create({"name": "Asked", "medium_id": medium.id})
        row = self.row(self.order("2026-03-01 10:00:00", 70.0, opportunity_id=lead.id))
        self.assertEqual(
            (row.commercial_partner_id, row.product_id, row.medium_id, row.user_id, row.team_id),
            (self.customer, self.product, medium, self.seller, self.store),
        )
        self.assertEqual(
            (row.city, row.state_id, row.country_id), ("Harbour", place, place.country_id)
        )
        self.assertEqual((row.amount, row.amount_untaxed, row.quantity), (70.0, 70.0, 1.0))

    def test_unit_and_rate(self):
        order = self.order(
            "2026-03-01 10:00:00",
            order_line=[
                Command.create(
                    {
                        "product_id": self.product.id,
                        "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                        "product_uom_qty": 2,
                        "price_unit": 60.0,
                    }
                )
            ],
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET currency_rate = 4 WHERE id = %s", [order.id])
        row = self.row(order)
        self.assertEqual((row.quantity, row.amount), (24.0, 30.0))

    def test_only_confirmed(self):
        for state in ("draft", "sent", "cancel"):
            self.assertFalse(self.row(self.order("2026-03-01 10:00:00", state=state)))

    def test_contribution(self):
        """It is the margin where the app for it is installed, and unknown otherwise."""
        self.product.standard_price = 40.0
        order = self.order("2026-03-01 10:00:00", 100.0)
        has_margin = "margin" in order.order_line._fields
        self.assertEqual(self.row(order).contribution, 60.0 if has_margin else 0.0)
        [(total,)] = self.env["crm.sales.report"]._read_group(
            [("order_id", "=", order.id)], [], ["contribution:sum"]
        )
        self.assertEqual(total, 60.0 if has_margin else False)
