import re

from lxml import html
from odoo.addons.crm_experience.controllers import portal
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user

from .common import CrmExperienceCase


class PortalCase(HttpCase, CrmExperienceCase):
    """Customers with an account: Ann, Bob and Bea of Acme, Max of elsewhere; Ann has an order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.experience_portal = True
        cls.ann = cls._new_customer("portal_ann", cls.customer)
        cls.bob = cls._new_customer("portal_bob", cls.contact)
        cls.bea_partner = cls.env["res.partner"].create(
            {"name": "Bea", "parent_id": cls.company_partner.id, "email": "bea@acme.example"}
        )
        cls.bea = cls._new_customer("portal_bea", cls.bea_partner)
        cls.max_partner = cls.env["res.partner"].create(
            {"name": "Max", "company_id": cls.other_company.id, "email": "max@else.example"}
        )
        cls.max = cls._new_customer("portal_max", cls.max_partner, cls.other_company)
        cls.other_company.experience_portal = True
        cls.phone = cls.env["product.product"].create({"name": "Phone", "type": "consu"})
        cls.order = cls._new_order(cls.customer, 2)
        cls.orders = cls.env["sale.order"]

    @classmethod
    def _new_customer(cls, login, partner, company=None):
        company = company or cls.env.company
        return new_test_user(
            cls.env,
            login,
            "base.group_portal",
            partner_id=partner.id,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _new_order(cls, partner, quantity):
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": cls.phone.id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_confirm()
        return order

    def setUp(self):
        super().setUp()
        self.forget_floods()
        self.addCleanup(self.forget_floods)

    def forget_floods(self):
        for limit in portal._LIMITS.values():
            limit._counts.clear()

    def sign_in(self, user):
        self.authenticate(user.login, user.login)

    def get(self, url, status=200):
        response = self.url_open(url, allow_redirects=False)
        self.assertEqual(response.status_code, status, url)
        return response

    def page(self, url):
        return html.fromstring(self.get(url).text)

    def words(self, url):
        """The words of a page, without its markup."""
        main = self.page(url).xpath("//main")[0]
        return re.sub(r"\s+", " ", main.text_content())

    def post(self, url, values=None, page=None, status=303, files=None):
        """Send the form as a browser does, with the token of the page that shows it."""
        token = html.fromstring(self.url_open(page or url).text).xpath(
            "//input[@name='csrf_token']/@value"
        )
        response = self.url_open(
            url,
            data={"csrf_token": token[0] if token else "", **(values or {})},
            files=files,
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, status, response.text[-2000:])
        return response
