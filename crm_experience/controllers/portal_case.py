from odoo import http
from odoo.addons.crm_experience.tools.portal_form import (
    FormError,
    read_choice,
    read_id,
    read_line,
    read_text,
)
from odoo.addons.portal.controllers.portal import pager
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import consteq, mute_logger
from psycopg2.errors import UniqueViolation

from .portal import ExperiencePortal, is_flooded, part_of_page
from .portal_file import read_files

MODEL = "crm.case"
KINDS = ("question", "complaint", "problem")
TITLE_LIMIT = 120
TEXT_LIMIT = 10_000
KEY_LIMIT = 64
PAGE = 20


class ExperienceCasePortal(ExperiencePortal):
    """Questions and complaints: ask, see where they stand, say whether they are settled."""

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    @http.route(
        ["/my/cases", "/my/cases/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    @part_of_page("cases")
    def experience_cases(self, page=1, **_others):
        """All questions, complaints and returns of the customer, what is open first."""
        # Of the address alone: what is asked for behind the “?” could be anything.
        page = page if isinstance(page, int) else 1
        pages = pager(
            "/my/cases", self._count_own(MODEL, self._get_case_domain()), page=page, step=PAGE
        )
        cases = self._search_own(
            MODEL,
            self._get_case_domain(),
            order="is_open DESC, id DESC",
            limit=PAGE,
            offset=max(0, pages["offset"]),
        )
        return self._render(
            "crm_experience.portal_experience_cases", "cases", {"cases": cases, "pager": pages}
        )

    @http.route(
        "/my/cases/<int:case_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    @part_of_page("")
    def experience_case(self, case_id, access_token=None, **_others):
        """One case, for its customer or whoever has its link."""
        case = self._find_case(case_id, access_token)
        if not case:
            return self._refuse_case()
        return self._render_case(case, access_token)

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @http.route(
        "/my/cases/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    @part_of_page("cases")
    def experience_case_new(self, **form):
        """Ask a question, complain, report a problem."""
        orders = self._get_orders(limit=50)
        products = self._search_own("crm.registered.product", limit=100)
        values = {"orders": orders, "products": products, "form": form}
        if request.httprequest.method != "POST":
            values["form"] = {
                "kind": form.get("kind") if form.get("kind") in KINDS else "question",
                "about": form.get("about", ""),
                "title": form.get("title", "")[:TITLE_LIMIT],
                "key": request.env["crm.case"]._get_portal_key(),
            }
            return self._render("crm_experience.portal_experience_case_new", "case_new", values)
        status = 200
        if is_flooded("form"):
            status, values["error"] = 429, self._get_busy_sentence()
        else:
            try:
                data = self._read_case_form(form, orders, products)
                files = read_files("files")
            except FormError as problem:
                labels = {
                    "kind": request.env._("What is it?"),
                    "about": request.env._("What is it about?"),
                    "title": request.env._("In a few words"),
                    "description": request.env._("What happened, or what do you want to know?"),
                }
                values["error"] = self._get_sentence(problem, labels)
            else:
                return self._open(data, form, files)
        return self._render(
            "crm_experience.portal_experience_case_new", "case_new", values, status=status
        )

    @http.route(
        "/my/cases/<int:case_id>/confirm",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    @part_of_page("")
    def experience_case_confirm(self, case_id, access_token=None, **_others):
        """It is settled, says the customer."""
        case = self._find_case(case_id, access_token)
        if not case:
            return self._refuse_case()
        if is_flooded("form"):
            return self._render_case(case, access_token, error=self._get_busy_sentence())
        # Two windows, or a tap after staff did it: it is settled once.
        if case.state == "solved":
            try:
                case._portal_confirm()
            except UserError as problem:
                # staff who look at the customer's page
                return self._render_case(case, access_token, error=str(problem))
        return self._redirect_to_case(
            case, access_token, request.env._("Thank you. We are glad that it is settled.")
        )

    @http.route(
        "/my/cases/<int:case_id>/reopen",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    @part_of_page("")
    def experience_case_reopen(self, case_id, access_token=None, **form):
        """It is not settled, says the customer, and what is missing."""
        case = self._find_case(case_id, access_token)
        if not case:
            return self._refuse_case()
        if is_flooded("form"):
            return self._render_case(case, access_token, form, self._get_busy_sentence())
        try:
            reason = read_text(form, "reason", TEXT_LIMIT, required=True)
            files = read_files("files")
        except FormError as problem:
            labels = {"reason": request.env._("What is missing?")}
            return self._render_case(case, access_token, form, self._get_sentence(problem, labels))
        if not case._can_reopen():
            return self._redirect_to_case(case, access_token, "")
        case._reopen_by_customer(reason, files)
        return self._redirect_to_case(
            case, access_token, request.env._("Thank you for saying so. We look at it again.")
        )

    # ------------------------------------------------------------

    def _find_case(self, case_id, access_token):
        """Return the case of the signed-in customer, or that of the link; else none.

        Wrong, old and made-up links, and the cases of others, are all the same: not there. A
        link works also where the page is switched off: it came in a mail about this case.
        """
        case = request.env[MODEL].sudo()
        if not request.env.user._is_public() and "cases" in self._get_experience_parts():
            case = self._find_own(MODEL, case_id, self._get_case_domain())
        if not case and isinstance(access_token, str) and 0 < case_id < 2**31:
            # Whoever has the token was given the link; nothing else of the case opens it.
            found = case.search([("id", "=", case_id)])
            if found.access_token and consteq(
                found.access_token.encode(), access_token.encode(errors="replace")
            ):
                case = found
        return case

    def _refuse_case(self):
        """Return the one answer to whoever asks for a case that is not theirs."""
        if "cases" not in self._get_experience_parts():
            return request.not_found()
        return request.redirect("/my", code=303)

    def _render_case(self, case, access_token=None, form=None, error=""):
        # Who comes by the link writes with it; a signed-in customer has the right already.
        token = case._portal_ensure_token()
        return self._render(
            "crm_experience.portal_experience_case",
            "case",
            {
                "case": case,
                "object": case,
                "token": token,
                "access_token": access_token or "",
                "form": form or {},
                "error": error,
            },
            status=429 if error == self._get_busy_sentence() else 200,
        )

    def _redirect_to_case(self, case, access_token, notice):
        suffix = f"?access_token={case.access_token}" if access_token else ""
        return self._redirect(f"/my/cases/{case.id}{suffix}", notice)

    def _read_case_form(self, form, orders, products):
        """Return the values of a case; only what is the customer's can be what it is about.

        :raises FormError: the first thing that is wrong
        """
        values = {
            "kind": read_choice(form, "kind", set(KINDS)),
            "title": read_line(form, "title", TITLE_LIMIT, required=True),
            "description": read_text(form, "description", TEXT_LIMIT, required=True),
        }
        return values | self._read_about(form, orders, products)

    def _read_about(self, form, orders, products):
        about = form.get("about")
        kind, _colon, number = about.partition(":") if isinstance(about, str) else ("", "", "")
        if not kind:
            return {}
        if kind == "order":
            order = orders.filtered(lambda order: order.id == read_id(number))
            if order:
                return {"order_id": order.id, "company_id": order.company_id.id}
        if kind == "product":
            product = products.filtered(lambda product: product.id == read_id(number))
            if product:
                return {
                    "registered_product_id": product.id,
                    "product_id": product.product_id.id,
                    "order_id": product.order_id.id,
                    "company_id": product.company_id.id,
                }
        raise FormError("choice", "about")

    def _open(self, values, form, files):
        """Open the case, once however often the form is sent, and go to its page."""
        partner = self._get_partner()
        key = read_line({"key": form.get("key", "")}, "key", 10_000)[:KEY_LIMIT]
        identity = {"source": "portal", "external_id": f"{partner.id}:{key}"} if key else {}
        sent = identity and self._search_own(
            MODEL,
            Domain("source", "=", "portal") & Domain("external_id", "=", identity["external_id"]),
            limit=1,
        )
        if sent:
            return self._redirect(sent.access_url)
        values = {
            "company_id": request.env.company.id,
            "partner_id": partner.id,
            # the vocabulary is no secret; only an id leaves here
            "channel_id": request.env["crm.touchpoint"]
            .sudo()
            ._get_shipped("touchpoint_channel", "self_service"),
            **identity,
            **values,
        }
        try:
            with request.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                case = request.env[MODEL]._open_portal_case(values, files)
        except UniqueViolation:
            # The same form, sent twice at the same moment: the other one has opened it.
            return self._redirect("/my/cases")
        return self._redirect(
            case.access_url,
            request.env._(
                "Thank you. Your number is %(number)s. You find the answer here, and get it by "
                "mail.",
                number=case.name,
            ),
        )
