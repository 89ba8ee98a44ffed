from odoo import http
from odoo.addons.crm_experience.models.case.crm_case_return import WISHES
from odoo.addons.crm_experience.tools.portal_form import (
    FormError,
    read_choice,
    read_id,
    read_number,
    read_text,
)
from odoo.http import request

from .portal import is_flooded, part_of_page
from .portal_case import TEXT_LIMIT, ExperienceCasePortal
from .portal_file import read_files


class ExperienceReturnPortal(ExperienceCasePortal):
    """Bring back what was bought: exchange, repair, money back."""

    @http.route(
        "/my/experience/returns/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    @part_of_page("returns")
    def experience_return_new(self, **form):
        """Ask for a return from a line of a confirmed order."""
        # Customers have no rights on cases; the lines are those of their own orders.
        left = request.env["crm.case"].sudo()._get_returnable(self._get_bought_lines())
        order_id = read_id(form.get("order"))
        if order_id and any(line.order_id.id == order_id for line in left):
            left = {line: number for line, number in left.items() if line.order_id.id == order_id}
        values = {"lines": left, "wishes": self._get_wishes(), "form": form}
        if request.httprequest.method != "POST":
            values["form"] = {
                "line": form.get("line", ""),
                "order": form.get("order", ""),
                "quantity": "1",
                "key": request.env["crm.case"]._get_portal_key(),
            }
            return self._render("crm_experience.portal_experience_return", "return", values)
        status = 200
        if is_flooded("form"):
            status, values["error"] = 429, self._get_busy_sentence()
        else:
            try:
                data = self._read_return_form(form, left)
                files = read_files("files")
            except FormError as problem:
                labels = {
                    "line": request.env._("What do you want to bring back?"),
                    "quantity": request.env._("How many?"),
                    "wish": request.env._("What would you like?"),
                    "description": request.env._("Why?"),
                }
                values["error"] = self._get_sentence(problem, labels)
            else:
                return self._open(data, form, files)
        return self._render(
            "crm_experience.portal_experience_return", "return", values, status=status
        )

    def _get_wishes(self):
        field = request.env["crm.case"]._fields["return_wish"]
        return field._description_selection(request.env)

    def _read_return_form(self, form, left):
        """Return the values of a case of the kind return.

        :raises FormError: the first thing that is wrong
        """
        chosen = read_choice(form, "line", {str(line.id) for line in left})
        line = next(line for line in left if str(line.id) == chosen)
        quantity = read_number(form, "quantity", 0, left[line])
        wish = read_choice(form, "wish", {key for key, _label in WISHES})
        return {
            "kind": "return",
            "title": request.env._(
                "%(wish)s: %(quantity)s × %(product)s",
                wish=dict(self._get_wishes())[wish],
                quantity=f"{quantity:g}",
                product=line.product_id.display_name,
            ),
            "description": read_text(form, "description", TEXT_LIMIT, required=True),
            "order_id": line.order_id.id,
            "company_id": line.company_id.id,
            "product_id": line.product_id.id,
            "return_line_id": line.id,
            "return_quantity": quantity,
            "return_wish": wish,
        }
