import time

from odoo import http
from odoo.addons.crm_targets.controllers.page import SECRET_HEADERS
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.http import request

# Whoever has a link is counted by the link alone: many customers share the address of a shop.
_PAGE_LIMIT = RateLimit(limit=60, seconds=60)
_GUESS_LIMIT = RateLimit(limit=60, seconds=60)
# New answers through a printed link, from one address.
_ANSWER_LIMIT = RateLimit(limit=60, seconds=60)
_OPTIONS = {
    "type": "http",
    "auth": "public",
    "sitemap": False,
    "save_session": False,
    # No session takes part: the link itself is what proves who answers.
    "csrf": False,
}
_INVITATION = "/feedback/i/<string:key>/<string:token>"
_LINK = "/feedback/l/<string:key>/<string:token>"
_MAX_BYTES = 100_000


class FeedbackController(http.Controller):
    """The page behind the link of an invitation, and behind a printed link.

    Reading a page changes nothing, whoever reads it: programs that scan mails open every link
    and run its scripts. What counts is posted.
    """

    # ------------------------------------------------------------
    # Invitation
    # ------------------------------------------------------------

    @http.route(_INVITATION, methods=["GET"], readonly=True, **_OPTIONS)
    def page(self, key, token, score=None, **_others):
        """The first question, what was tapped in the mail, and what was answered so far."""
        invitation, refusal = self._find("crm.feedback.invitation", key, token)
        return refusal or self._render_page(invitation, score)

    @http.route(_INVITATION, methods=["POST"], **_OPTIONS)
    def answer(self, key, token, score=None, comment=None, **_others):
        """Take an answer or a comment, and show the page again."""
        invitation, refusal = self._find("crm.feedback.invitation", key, token, is_post=True)
        if refusal:
            return refusal
        if score:
            invitation._answer(score)
        if comment:
            invitation._comment(comment)
        return self._redirect(f"/feedback/i/{invitation.id}/{invitation.access_token}")

    @http.route(f"{_INVITATION}/more", methods=["POST"], **_OPTIONS)
    def more(self, key, token, **_others):
        """Go on to the rest of the questionnaire."""
        invitation, refusal = self._find("crm.feedback.invitation", key, token, is_post=True)
        if refusal:
            return refusal
        invitation._lock()
        return self._redirect(invitation._get_response().get_start_url())

    @http.route(f"{_INVITATION}/stop", methods=["GET"], readonly=True, **_OPTIONS)
    def preferences(self, key, token, **_others):
        """Ask whether no more surveys are wanted."""
        invitation, refusal = self._find("crm.feedback.invitation", key, token)
        return refusal or self._render(
            invitation, "crm_experience.feedback_preferences", self._get_stop_values(invitation)
        )

    @http.route(f"{_INVITATION}/stop", methods=["POST"], **_OPTIONS)
    def stop(self, key, token, again=None, **_others):
        """See to it that no more surveys come, or that they come again.

        Mail programs post here by themselves when their user unsubscribes (RFC 8058).
        """
        invitation, refusal = self._find("crm.feedback.invitation", key, token, is_post=True)
        if refusal:
            return refusal
        invitation._stop(not again)
        return self._redirect(f"/feedback/i/{invitation.id}/{invitation.access_token}/stop")

    # ------------------------------------------------------------
    # Printed link
    # ------------------------------------------------------------

    @http.route(_LINK, methods=["GET"], readonly=True, **_OPTIONS)
    def link_page(self, key, token, lang=None, **_others):
        """The first question, for everybody."""
        link, refusal = self._find("crm.feedback.link", key, token)
        return refusal or self._render_link(link, lang)

    @http.route(_LINK, methods=["POST"], **_OPTIONS)
    def link_answer(self, key, token, score=None, visitor=None, lang=None, **_others):
        """Take the answer of somebody, who then has a page of their own to go on with."""
        link, refusal = self._find("crm.feedback.link", key, token, is_post=True)
        if refusal:
            return refusal
        if not _ANSWER_LIMIT.allows((link.id, request.httprequest.remote_addr), time.monotonic()):
            return self._refuse_busy()
        visitor = (visitor or "").replace("\x00", "").strip()[:254]
        if link.identity == "required" and not visitor and not self._get_customer():
            return self._render_link(link, lang, is_missing=True)
        invitation = link._in_lang(self._get_lang(lang))._answer(
            score, visitor, self._get_customer()
        )
        if not invitation:
            return self._render_link(link, lang)
        path = f"/feedback/i/{invitation.id}/{invitation.access_token}"
        return self._redirect(path)

    # ------------------------------------------------------------
    # Who asks
    # ------------------------------------------------------------

    def _find(self, model, key, token, is_post=False):
        """The record that the link opens, or the answer to who has no valid one.

        Guessed, expired, revoked, foreign: the answer is the same.
        """
        if is_post and (request.httprequest.content_length or 0) > _MAX_BYTES:
            return None, self._refuse(413, request.env._("This is too long."))
        record = request.env[model]._find_page(key, token)
        now = time.monotonic()
        if not record:
            if not _GUESS_LIMIT.allows(request.httprequest.remote_addr, now):
                return None, self._refuse_busy()
            sentence = request.env._("This link opens nothing, or nothing any more.")
            return None, self._refuse(404, sentence)
        is_shared = model == "crm.feedback.link"
        who = request.httprequest.remote_addr if is_shared else ""
        if not _PAGE_LIMIT.allows((model, record.id, who), now):
            return None, self._refuse_busy()
        if is_post and request.env.user._is_internal():
            sentence = request.env._(
                "You are signed in. This page is for customers: sign out, or use a private window."
            )
            return None, self._refuse(403, sentence)
        return record, None

    def _get_customer(self):
        """The contact of who is signed in on the customers' side; nobody for everybody else."""
        user = request.env.user
        return user.partner_id.sudo() if user._is_portal() else None

    def _get_lang(self, lang):
        """The language that was asked for, else the one that the browser prefers."""
        return lang if isinstance(lang, str) else request.best_lang

    def _get_stop_values(self, invitation):
        return {
            "invitation": invitation,
            "company": invitation.company_id,
            "is_stopped": invitation.partner_id.experience_opt_out,
            "path": f"/feedback/i/{invitation.id}/{invitation.access_token}",
        }

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _redirect(self, url):
        response = request.redirect(url, code=303)
        response.headers.update(SECRET_HEADERS)
        return response

    def _refuse_busy(self):
        response = self._refuse(429, request.env._("Too many requests. Try again in a minute."))
        response.headers["Retry-After"] = "60"
        return response

    def _refuse(self, status, sentence):
        headers = {**SECRET_HEADERS, "Content-Type": "text/plain; charset=utf-8"}
        return request.make_response(sentence, headers, status=status)

    def _render_page(self, invitation, score):
        chosen = score if isinstance(score, str) else None
        values = invitation._get_page_values(chosen)
        return self._render(invitation, "crm_experience.feedback_page", values)

    def _render_link(self, link, lang, is_missing=False):
        link = link._in_lang(self._get_lang(lang))
        values = link._get_page_values() | {"is_missing": is_missing}
        return self._render(link, "crm_experience.feedback_link_page", values)

    def _render(self, record, template, values):
        language = record.env["res.lang"]._get_data(code=record.env.lang)
        values |= {
            "html_lang": language.code.replace("_", "-"),
            "direction": language.direction,
            "is_staff": request.env.user._is_internal(),
        }
        html = record.env["ir.qweb"]._render(template, values)
        headers = {**SECRET_HEADERS, "Content-Type": "text/html; charset=utf-8"}
        return request.make_response(html, headers)
