import time

from odoo import http
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.exceptions import UserError
from odoo.http import request

# Customers share the address of a shop: whoever has a link is counted by the link alone. They
# answer once; a mail scanner looks at every link of a mail some times.
_PAGE_LIMIT = RateLimit(limit=60, seconds=60)
_GUESS_LIMIT = RateLimit(limit=60, seconds=60)
_TEXT_LIMIT = 4000
# The address of the page is a secret: no cache, other site or search engine shall learn it.
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class CaseController(http.Controller):
    """Whether it is settled: for whoever has the link of the mail; no session is needed.

    Opening the page changes nothing, because mail scanners open it too; pressing a button posts.
    """

    @http.route(
        "/experience/case/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
        save_session=False,
    )
    def page(self, token, **_others):
        """The case as the customer may see it, with the two answers."""
        case, refusal = self._find(token)
        return refusal or self._ask(case)

    @http.route(
        "/experience/case/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        csrf=False,
        save_session=False,
    )
    def answer(self, token, answer=None, text=None, **_others):
        """Take the answer. The token is what a forged request would not have."""
        case, refusal = self._find(token)
        if refusal:
            return refusal
        if answer not in ("yes", "no") or case._is_opened_by_staff():
            return self._ask(case)
        text = "".join(char for char in str(text or "") if char.isprintable() or char in "\n\t")
        text = text.encode("utf-8", "ignore").decode()[:_TEXT_LIMIT].strip()
        try:
            if answer == "yes":
                case._portal_confirm()
                return self._render(case, "confirmed")
            case._portal_reopen(text)
        except UserError:
            # too late, or somebody was faster
            return self._refuse()
        return self._render(case, "reopened")

    def _find(self, token):
        """The case that the link opens, or the answer to who has no valid one."""
        case = request.env["crm.case"]._find_by_confirm_token(token)
        limit = _PAGE_LIMIT if case else _GUESS_LIMIT
        if not limit.allows(case.id or request.httprequest.remote_addr, time.monotonic()):
            sentence = request.env._("Too many requests. Try again in a minute.")
            return None, self._refuse_plainly(429, sentence, {"Retry-After": "60"})
        if not case:
            return None, self._refuse()
        return case.with_context(lang=case.partner_id.lang or request.env.lang), None

    def _ask(self, case):
        return self._render(case, "staff" if case._is_opened_by_staff() else "ask")

    def _refuse(self):
        return self._respond("gone", request.env["crm.case"], 404)

    def _refuse_plainly(self, status, sentence, headers=None):
        headers = {**_HEADERS, **(headers or {}), "Content-Type": "text/plain; charset=utf-8"}
        return request.make_response(sentence, headers, status=status)

    def _render(self, case, step):
        return self._respond(step, case, 200)

    def _respond(self, step, case, status):
        lang = case.env.lang or request.env.lang or "en_US"
        html = case.env["ir.qweb"]._render(
            "crm_experience.crm_case_confirm_page",
            {
                "step": step,
                "case": case,
                # name and logo are on the page of every company
                "company": case.company_id or request.env.company.sudo(),
                "html_lang": lang.replace("_", "-"),
            },
        )
        headers = {**_HEADERS, "Content-Type": "text/html; charset=utf-8"}
        return request.make_response(html, headers, status=status)
