import time

from odoo import http
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.http import request
from odoo.tools.json import scriptsafe

from .page import SECRET_HEADERS

# A screen asks once a minute; there may be many behind one address.
_LIMIT = RateLimit(limit=120, seconds=60)


class PosterController(http.Controller):
    """The steering wheel for whoever has the link; no session is needed, and none is kept."""

    @http.route(
        "/targets/poster/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
        save_session=False,
    )
    def page(self, token, lang=None, theme=None, compare=None, **_others):
        """The poster as a page that keeps itself up to date."""
        scorecard, refusal = self._find(token, lang)
        if refusal:
            return refusal
        language = scorecard.env["res.lang"]._get_data(code=scorecard.env.lang)
        currency = scorecard.company_id.currency_id
        poster = {
            **scorecard._get_poster_data(compare),
            **scorecard.env["ir.http"]._get_page_data("crm_targets"),
        }
        session = {
            "currencies": {
                currency.id: {
                    "symbol": currency.symbol,
                    "position": currency.position,
                    "digits": [16, currency.decimal_places],
                }
            }
        }
        html = scorecard.env["ir.qweb"]._render(
            "crm_targets.crm_scorecard_poster_page",
            {
                "title": poster["wheel"]["scorecard"]["name"],
                "html_lang": language.code.replace("_", "-"),
                "direction": language.direction,
                "theme": theme if theme in ("light", "dark") else "light",
                "poster": scriptsafe.dumps(poster),
                "session": scriptsafe.dumps(session),
            },
        )
        headers = {**SECRET_HEADERS, "Content-Type": "text/html; charset=utf-8"}
        return request.make_response(html, headers)

    @http.route(
        "/targets/poster/<string:token>/data",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
        save_session=False,
    )
    def data(self, token, lang=None, compare=None, **_others):
        """What the poster shows, as JSON."""
        scorecard, refusal = self._find(token, lang)
        return refusal or request.make_json_response(
            scorecard._get_poster_data(compare), list(SECRET_HEADERS.items())
        )

    def _find(self, token, lang):
        """The scorecard that the link opens, or the answer to who has no valid one.

        Revoked, archived and never given: the answer is the same, so that nobody learns which.
        """
        if not _LIMIT.allows(request.httprequest.remote_addr, time.monotonic()):
            return None, self._refuse(
                429, request.env._("Too many requests. Try again in a minute.")
            )
        scorecard = request.env["crm.scorecard"]._find_poster(token)
        if not scorecard:
            return None, self._refuse(
                404, request.env._("There is nothing to see at this address.")
            )
        return scorecard.with_context(lang=scorecard._get_poster_lang(lang)), None

    def _refuse(self, status, sentence):
        headers = {**SECRET_HEADERS, "Content-Type": "text/plain; charset=utf-8"}
        if status == 429:
            headers["Retry-After"] = "60"
        return request.make_response(sentence, headers, status=status)
