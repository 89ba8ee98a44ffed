from freezegun import freeze_time
from odoo.tests import tagged

from .portal_common import PortalCase

URL = "/my/experience/products"


@tagged("post_install", "-at_install")
class TestPortalProduct(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.env["crm.registered.product"]
        cls.line = cls.order.order_line

    def find(self, partner=None):
        return self.products.search([("partner_id", "=", (partner or self.customer).id)])

    def test_register_what_was_bought(self):
        self.sign_in(self.ann)
        self.post(f"{URL}/new", {"line": str(self.line.id), "serial_number": " S 1 "})
        product = self.find()
        self.assertEqual(
            (product.name, product.product_id, product.order_id, product.serial_number),
            ("Phone", self.phone, self.order, "S 1"),
        )
        self.assertEqual(product.date_purchase, self.order.date_order.date())
        self.assertTrue(product.is_from_customer)
        self.assertEqual(product.create_uid, self.ann)
        self.assertIn("Phone", self.words(URL))
        self.assertNotIn("is registered", self.words(URL), "the notice is shown once")

    def test_register_anything_else(self):
        self.sign_in(self.ann)
        self.post(
            f"{URL}/new",
            {"name": "Old <b>radio</b>", "date_warranty_end": "2030-01-31", "note": "from aunt"},
        )
        product = self.find()
        self.assertEqual(product.name, "Old <b>radio</b>")
        self.assertFalse(product.product_id)
        self.assertIn("Old <b>radio</b>", self.words(URL))

    def test_sent_twice_is_one(self):
        self.sign_in(self.ann)
        for _time in range(2):
            self.post(f"{URL}/new", {"name": "Radio", "serial_number": "7"})
        self.assertEqual(len(self.find()), 1)
        self.assertIn("on your list already", self.words(URL))

    def test_change_and_remove(self):
        self.sign_in(self.ann)
        self.post(f"{URL}/new", {"name": "Radio"})
        product = self.find()
        self.post(f"{URL}/{product.id}", {"name": "Radio", "serial_number": "9"})
        self.assertEqual(product.serial_number, "9")
        self.post(f"{URL}/{product.id}/remove", page=f"{URL}/{product.id}")
        self.assertFalse(product.active)
        self.assertNotIn("Radio", self.words(URL).replace("Radio is off your list", ""))

    @freeze_time("2026-06-15")
    def test_what_is_wrong_is_said_and_nothing_lost(self):
        self.sign_in(self.ann)
        for values, sentence in (
            ({}, "Please fill in “Name of the product”"),
            ({"name": "x" * 241}, "too long"),
            ({"name": "R", "serial_number": "x" * 65}, "too long"),
            ({"name": "R", "date_purchase": "2026-06-16"}, "too far ahead"),
            ({"name": "R", "date_purchase": "yesterday"}, "is not a date"),
            ({"name": "R", "date_purchase": "1900-01-01"}, "too long ago"),
            (
                {"name": "R", "date_purchase": "2026-06-01", "date_warranty_end": "2026-05-01"},
                "too long ago",
            ),
            ({"line": "999999"}, "choose again"),
        ):
            with self.subTest(values=values):
                response = self.post(f"{URL}/new", {"note": "keep me", **values}, status=200)
                self.assertIn(sentence, response.text)
                self.assertIn("keep me", response.text)
        self.assertFalse(self.find())

    def test_lines_of_others_cannot_be_chosen(self):
        self.sign_in(self.bob)
        response = self.post(f"{URL}/new", {"line": str(self.line.id)}, status=200)
        self.assertIn("choose again", response.text)
        self.assertNotIn(self.order.name, response.text)

    def test_what_staff_registered_is_read_only(self):
        product = self.products.create(
            {"partner_id": self.customer.id, "name": "Phone", "serial_number": "S1"}
        )
        self.sign_in(self.ann)
        self.assertIn("S1", self.words(f"{URL}/{product.id}"))
        self.post(f"{URL}/{product.id}", {"name": "Mine", "serial_number": "X"}, page=f"{URL}/new")
        self.post(f"{URL}/{product.id}/remove", page=f"{URL}/new")
        self.assertEqual((product.name, product.serial_number), ("Phone", "S1"))
        self.assertTrue(product.active)

    def test_strangers_find_nothing(self):
        self.sign_in(self.ann)
        self.post(f"{URL}/new", {"name": "Radio"})
        product = self.find()
        for user in (self.bob, self.max, self.salesperson):
            self.sign_in(user)
            missing = self.get(f"{URL}/{product.id + 10**6}", 303)
            foreign = self.get(f"{URL}/{product.id}", 303)
            self.assertEqual(foreign.headers["Location"], missing.headers["Location"])
            self.assertNotIn("Radio", self.words(URL))
            self.post(f"{URL}/{product.id}", {"name": "Mine"}, page=f"{URL}/new")
            self.post(f"{URL}/{product.id}/remove", page=f"{URL}/new")
        self.assertEqual(product.name, "Radio")
        self.assertTrue(product.active)

    def test_colleagues_share_what_their_company_owns(self):
        self.sign_in(self.bob)
        self.post(f"{URL}/new", {"name": "Copier"})
        self.sign_in(self.bea)
        self.assertIn("Copier", self.words(URL))
        self.sign_in(self.ann)
        self.assertNotIn("Copier", self.words(URL))

    def test_other_company_of_a_shared_contact(self):
        self.products.create(
            {
                "partner_id": self.customer.id,
                "name": "Elsewhere only",
                "company_id": self.other_company.id,
            }
        )
        self.sign_in(self.ann)
        self.assertNotIn("Elsewhere only", self.words(URL))

    def test_without_the_token_of_the_page(self):
        self.sign_in(self.ann)
        response = self.url_open(f"{URL}/new", data={"name": "Radio"}, allow_redirects=False)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.find())
