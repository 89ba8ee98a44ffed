from dateutil.relativedelta import relativedelta
from odoo import fields, http
from odoo.addons.crm_experience.models.notebook.crm_registered_product import (
    NAME_LIMIT,
    SERIAL_LIMIT,
)
from odoo.addons.crm_experience.tools.portal_form import (
    FormError,
    read_date,
    read_id,
    read_line,
    read_text,
)
from odoo.fields import Domain
from odoo.http import request

from .portal import ExperiencePortal, is_flooded, part_of_page

NOTE_LIMIT = 1000
YEARS_BACK = 50
YEARS_AHEAD = 30
MODEL = "crm.registered.product"


class ExperienceProductPortal(ExperiencePortal):
    """What the customer owns."""

    @http.route(
        "/my/experience/products",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    @part_of_page("products")
    def experience_products(self, **_others):
        """All products of the customer."""
        return self._render(
            "crm_experience.portal_experience_products",
            "products",
            {"products": self._search_own(MODEL, limit=200)},
        )

    @http.route(
        [
            "/my/experience/products/new",
            "/my/experience/products/<int:product_id>",
        ],
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    @part_of_page("products")
    def experience_product(self, product_id=0, **form):
        """Register a product, or put right what is known about one."""
        # Of the address alone: the form could send something of the same name.
        product_id = product_id if isinstance(product_id, int) else 0
        product = self._find_own(MODEL, product_id)
        if product_id and not product:
            return self._redirect("/my/experience/products")
        values = {
            "product": product,
            "is_own": not product or product.is_from_customer,
            "lines": self._get_lines_to_register(),
        }
        if request.httprequest.method != "POST":
            form = self._get_product_form(product, form)
            return self._render(
                "crm_experience.portal_experience_product", "product", values | {"form": form}
            )
        if product and not product.is_from_customer:
            return self._redirect(f"/my/experience/products/{product.id}")
        status, sentence = 200, ""
        if is_flooded("form"):
            status, sentence = 429, self._get_busy_sentence()
        else:
            try:
                data = self._read_product_form(form, product, values["lines"])
            except FormError as problem:
                sentence = self._get_sentence(problem, self._get_product_labels())
            else:
                notice = self._save_product(product, data)
                return self._redirect("/my/experience/products", notice)
        return self._render(
            "crm_experience.portal_experience_product",
            "product",
            values | {"form": form, "error": sentence},
            status=status,
        )

    @http.route(
        "/my/experience/products/<int:product_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    @part_of_page("products")
    def experience_product_remove(self, product_id, **_others):
        """Take a product off the list; staff still find it among the archived."""
        product = self._find_own(MODEL, product_id, Domain("is_from_customer", "=", True))
        if is_flooded("form"):
            return self._redirect("/my/experience/products", self._get_busy_sentence())
        notice = ""
        if product:
            product.active = False
            product.partner_id._send_customer_pulse("product")
            notice = request.env._("%(product)s is off your list.", product=product.name)
        return self._redirect("/my/experience/products", notice)

    # ------------------------------------------------------------

    def _get_lines_to_register(self):
        """Return the goods that the customer bought, each order and product once."""
        lines = self._get_bought_lines()
        seen, kept = set(), []
        for line in lines:
            key = (line.order_id, line.product_id)
            if key not in seen:
                seen.add(key)
                kept.append(line.id)
        return lines.browse(kept)

    def _get_product_form(self, product, form):
        """Return what the form begins with: the product, or what a link chose."""
        if not product:
            return {"line": form.get("line", "")}
        return {
            "name": product.name,
            "serial_number": product.serial_number or "",
            "date_purchase": product.date_purchase and product.date_purchase.isoformat(),
            "date_warranty_end": product.date_warranty_end
            and product.date_warranty_end.isoformat(),
            "note": product.note or "",
        }

    def _get_product_labels(self):
        return {
            "name": request.env._("Name of the product"),
            "line": request.env._("Which product?"),
            "serial_number": request.env._("Serial number"),
            "date_purchase": request.env._("Bought on"),
            "date_warranty_end": request.env._("Warranty until"),
            "note": request.env._("Anything else"),
        }

    def _read_product_form(self, form, product, lines):
        """Return the values of a product; only lines of the customer's own orders count.

        :raises FormError: the first thing that is wrong
        """
        today = fields.Date.context_today(request.env.user)
        first = today - relativedelta(years=YEARS_BACK)
        line = lines.filtered(lambda line: line.id == read_id(form.get("line")))
        values = {
            "serial_number": read_line(form, "serial_number", SERIAL_LIMIT),
            "date_purchase": read_date(form, "date_purchase", first, today),
            "date_warranty_end": read_date(
                form, "date_warranty_end", first, today + relativedelta(years=YEARS_AHEAD)
            ),
            "note": read_text(form, "note", NOTE_LIMIT),
        }
        if product:
            values["name"] = read_line(form, "name", NAME_LIMIT, required=True)
        elif line:
            values |= {
                "product_id": line.product_id.id,
                "order_id": line.order_id.id,
                "name": line.product_id.display_name,
                "company_id": line.company_id.id,
            }
            values["date_purchase"] = values["date_purchase"] or self._get_order_date(line)
        else:
            if read_id(form.get("line")):
                raise FormError("choice", "line")
            values["name"] = read_line(form, "name", NAME_LIMIT, required=True)
        bought, ends = values["date_purchase"], values["date_warranty_end"]
        if bought and ends and ends < bought:
            raise FormError("early", "date_warranty_end")
        return values

    def _get_order_date(self, line):
        date = line.order_id.date_order
        return fields.Datetime.context_timestamp(request.env.user, date).date()

    def _save_product(self, product, values):
        """Write it, and return what to tell the customer."""
        if product:
            product.write(values)
            notice = request.env._("Saved.")
        else:
            twin = self._search_own(
                MODEL,
                Domain("name", "=", values["name"])
                & Domain("serial_number", "=", values["serial_number"] or False)
                & Domain("order_id", "=", values.get("order_id", False)),
                limit=1,
            )
            if twin:
                # sent twice, or registered in the store
                return request.env._("%(product)s is on your list already.", product=twin.name)
            partner = self._get_partner()
            values = {"company_id": request.env.company.id} | values
            product = (
                request.env[MODEL]
                .sudo()
                .create({**values, "partner_id": partner.id, "is_from_customer": True})
            )
            notice = request.env._("%(product)s is registered.", product=product.name)
        product.partner_id._send_customer_pulse("product")
        return notice
