import json
import time

from odoo import fields, http
from odoo.addons.crm_experience.tools.rating_device import MAX_TAPS, TapError, parse_taps
from odoo.addons.crm_targets.controllers.page import SECRET_HEADERS, speak_like_browser
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.http import request
from odoo.tools.json import scriptsafe

COOKIE = "experience_device"
PATH = "/experience/device"
_YEARS = 10 * 365 * 24 * 3600
_MAX_BYTES = 300 * MAX_TAPS
# A device asks once a minute, and once for each tap.
_DEVICE_LIMIT = RateLimit(limit=60, seconds=60)
# Devices and guesses share the address of a shop: who has a device is never counted here.
_GUESS_LIMIT = RateLimit(limit=30, seconds=60)
_OPTIONS = {"auth": "public", "sitemap": False, "save_session": False, "csrf": False}


class RatingDeviceController(http.Controller):
    """The page of a counter device. The secret of the device is in a cookie that no script and
    no other site can use; there is no session."""

    @http.route(f"{PATH}/pair/<string:token>", type="http", methods=["GET"], **_OPTIONS)
    def confirm(self, token, **_others):
        """Ask before the link is used up: programs that look at links pair nothing."""
        if refusal := self._refuse_staff():
            return refusal
        device = request.env["crm.rating.device"]._find_pairing(token)
        if not device:
            return self._refuse_unknown()
        return self._render(
            device, "crm_experience.crm_rating_device_pairing", {"device": device, "token": token}
        )

    @http.route(f"{PATH}/pair/<string:token>", type="http", methods=["POST"], **_OPTIONS)
    def pair(self, token, **_others):
        """Give the browser the secret of the device; the link is used up."""
        if refusal := self._refuse_staff():
            return refusal
        device = request.env["crm.rating.device"]._find_pairing(token)
        if not device:
            return self._refuse_unknown()
        response = request.redirect(PATH, code=303)
        response.headers.update(SECRET_HEADERS)
        response.set_cookie(
            COOKIE,
            device._pair(),
            max_age=_YEARS,
            expires=None,
            path=PATH,
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Strict",
        )
        return response

    @http.route(PATH, type="http", methods=["GET"], **_OPTIONS)
    def page(self, lang=None, **_others):
        """The page that customers touch."""
        device, refusal = self._find(lang)
        if refusal:
            return refusal
        device._see()
        data = {
            "device": device._get_page(),
            **device.env["ir.http"]._get_page_data("crm_experience"),
        }
        return self._render(
            device, "crm_experience.crm_rating_device_page", {"data": scriptsafe.dumps(data)}
        )

    @http.route(f"{PATH}/state", type="http", methods=["GET"], **_OPTIONS)
    def state(self, lang=None, **_others):
        """What to show now, and what time it is; tells us that the device is there."""
        device, refusal = self._find(lang)
        if refusal:
            return refusal
        device._see()
        return request.make_json_response(device._get_page(), list(SECRET_HEADERS.items()))

    @http.route(f"{PATH}/taps", type="http", methods=["POST"], **_OPTIONS)
    def taps(self, **_others):
        """Take taps. What is answered, taken or refused, need not be sent again."""
        device, refusal = self._find(None)
        if refusal:
            return refusal
        now = fields.Datetime.now()
        try:
            if (request.httprequest.content_length or 0) > _MAX_BYTES:
                raise TapError("too long")
            # Read again when Odoo runs the request again, after a conflict with another one.
            message = json.loads(request.httprequest.get_data(cache=True))
            taps, refused = parse_taps(message, now)
        except (ValueError, RecursionError):
            return self._refuse(400, request.env._("This is no list of taps."))
        if taps:
            refused += device.env["crm.rating.tap"]._record(device, taps)
        answer = {
            "taken": [tap.key for tap in taps if tap.key not in refused],
            "refused": refused,
            "now": now.isoformat() + "Z",
        }
        return request.make_json_response(answer, list(SECRET_HEADERS.items()))

    # ------------------------------------------------------------
    # Who asks
    # ------------------------------------------------------------

    def _find(self, lang):
        """The device that asks, or the answer to who is none."""
        if refusal := self._refuse_staff():
            return None, refusal
        devices = request.env["crm.rating.device"]
        device = devices._find_paired(request.httprequest.cookies.get(COOKIE))
        if not device:
            return None, self._refuse_unknown()
        if not _DEVICE_LIMIT.allows(device.id, time.monotonic()):
            return None, self._refuse_busy()
        return device._in_lang(lang), None

    def _refuse_staff(self):
        """Whoever works here rates nobody, and pairs a tablet on which nobody is signed in."""
        speak_like_browser()
        if not request.env.user._is_internal():
            return None
        title = request.env._("You are signed in as staff")
        sentence = request.env._("This page is for customers: sign out, or use a private window.")
        return self._refuse(403, title, sentence)

    def _refuse_unknown(self):
        """Guessed, expired, used, revoked, foreign: the answer is the same."""
        if not _GUESS_LIMIT.allows(request.httprequest.remote_addr, time.monotonic()):
            return self._refuse_busy()
        title = request.env._("This link is not valid")
        sentence = request.env._("A link pairs one tablet, within half an hour. Make a new one.")
        return self._refuse(404, title, sentence)

    def _refuse_busy(self):
        title = request.env._("Just now there are too many requests")
        response = self._refuse(429, title, request.env._("Try again in a minute."))
        response.headers["Retry-After"] = "60"
        return response

    def _refuse(self, status, title, sentence=""):
        values = {"title": title, "sentence": sentence}
        return self._render(request, "crm_experience.crm_rating_device_refusal", values, status)

    def _render(self, device, template, values, status=200):
        language = device.env["res.lang"]._get_data(code=device.env.lang)
        values |= {
            "html_lang": language.code.replace("_", "-"),
            "direction": language.direction,
        }
        html = device.env["ir.qweb"]._render(template, values)
        headers = {**SECRET_HEADERS, "Content-Type": "text/html; charset=utf-8"}
        return request.make_response(html, headers, status=status)
