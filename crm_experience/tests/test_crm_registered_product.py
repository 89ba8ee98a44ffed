from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmRegisteredProduct(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.env["product.product"].create({"name": "Phone"})
        cls.order = cls.env["sale.order"].create(
            {"partner_id": cls.customer.id, "date_order": "2026-03-31 22:30:00"}
        )
        cls.products = cls.env["crm.registered.product"].with_user(cls.service)

    def register(self, **values):
        return self.products.create({"partner_id": self.customer.id} | values)

    def test_product_gives_the_name(self):
        product = self.register(product_id=self.phone.id, serial_number="S1")
        self.assertEqual(product.name, "Phone")
        self.assertEqual(product.display_name, "Phone · S1")
        self.assertEqual(product.company_id, self.env.company)

    def test_name_stays_when_the_product_is_gone(self):
        product = self.register(product_id=self.phone.id)
        self.phone.unlink()
        self.env.invalidate_all()
        self.assertFalse(product.product_id)
        self.assertEqual(product.name, "Phone")

    def test_own_name_is_kept(self):
        product = self.register(product_id=self.phone.id, name="Her old phone")
        self.assertEqual(product.name, "Her old phone")

    def test_own_fields(self):
        self.env.company.crm_experience_product_properties = [
            {"name": "color", "string": "Color", "type": "char", "default": "black"}
        ]
        product = self.register(product_id=self.phone.id)
        self.assertEqual(product.properties["color"], "black")
        product.properties = {"color": "red"}
        self.assertEqual(product.properties["color"], "red")
        other = self.register(name="Tablet", properties={"color": "blue"})
        self.assertEqual(self.products.search([("properties.color", "=", "red")]), product)
        self.assertEqual(self.products.search([("properties.color", "=", "blue")]), other)

    def test_without_product_and_name(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.register()

    def test_date_of_the_order_in_local_time(self):
        # who registers need not be allowed to read the order
        products = self.env["crm.registered.product"].with_context(tz="Asia/Shanghai")
        product = products.create(
            {"partner_id": self.customer.id, "name": "Phone", "order_id": self.order.id}
        )
        self.assertEqual(str(product.date_purchase), "2026-04-01")

    @freeze_time("2026-06-15 10:00:00")
    def test_warranty(self):
        last_day, over, none = (
            self.register(name="A", date_warranty_end="2026-06-15"),
            self.register(name="B", date_warranty_end="2026-06-14"),
            self.register(name="C"),
        )
        self.assertEqual((last_day | over | none).mapped("has_warranty"), [True, False, False])
        domain = [("partner_id", "=", self.customer.id)]
        search = self.products.search
        self.assertEqual(search([*domain, ("has_warranty", "=", True)]), last_day)
        self.assertEqual(search([*domain, ("has_warranty", "=", False)]), over | none)
        self.assertEqual(search([*domain, ("has_warranty", "!=", True)]), over | none)

    def test_bad_values(self):
        for values in (
            {"date_purchase": "2026-05-01", "date_warranty_end": "2026-04-30"},
            {"serial_number": "x" * 65},
            {"name": "x" * 241},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.register(**{"name": "Phone"} | values)

    def test_other_company(self):
        foreign = self.env["res.partner"].browse(self.foreign_partner.id)
        with self.assertRaises(AccessError):
            self.register(partner_id=foreign.id, name="Phone")
        product = self.env["crm.registered.product"].create(
            {"partner_id": foreign.id, "name": "Phone"}
        )
        self.assertEqual(product.company_id, self.other_company)
        self.assertFalse(self.products.search_count([("id", "=", product.id)]))
        with self.assertRaises(UserError):
            product.company_id = self.env.company

    def test_count_on_contacts(self):
        self.register(name="A")
        self.register(name="B", active=False)
        self.register(name="C", partner_id=self.contact.id)
        partners = (self.customer | self.contact | self.company_partner).with_user(self.service)
        self.assertEqual(partners.mapped("registered_product_count"), [1, 1, 1])
        action = partners[2].action_view_registered_products()
        self.assertEqual(self.products.search(action["domain"]).partner_id, self.contact)
        many = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(30)])
        with self.assertQueryCount(__system__=2):
            (self.customer | many).mapped("registered_product_count")

    def test_merged_contacts_keep_their_products(self):
        twin = self.env["res.partner"].create({"name": "Ann", "email": "ann@customer.example"})
        products = self.register(name="A") | self.register(name="A", partner_id=twin.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(len(products.exists()), 2)
        self.assertEqual(products.partner_id, self.customer)

    def test_erased_with_the_customer(self):
        product = self.register(name="A", partner_id=self.contact.id)
        self.contact.unlink()
        self.assertFalse(product.exists())

    def test_import(self):
        [template] = self.products.get_import_templates()
        self.assertTrue(template["template"].startswith("/crm_experience/"))
        columns = ["partner_id", "name", "serial_number", "date_purchase", "date_warranty_end"]
        good = ["Ann", "Phone", "S1", "2026-01-31", "2028-01-31"]
        result = self.products.load(columns, [good])
        self.assertFalse(result["messages"])
        for place, value in ((0, "No such"), (3, "yesterday"), (4, "2025-01-01"), (2, "x" * 65)):
            row = list(good)
            row[place] = value
            with self.subTest(value=value):
                self.assertTrue(self.products.load(columns, [row])["messages"])
