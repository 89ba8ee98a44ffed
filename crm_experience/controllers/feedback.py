import time

from odoo import http
from odoo.addons.crm_targets.controllers.page import SECRET_HEADERS, speak_like_browser
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
# what a customer can refuse by a link in a mail, by the letter in its address
_STOP = "/feedback/<any(i, c):kind>/<string:key>/<string:token>/stop"
_STOPPABLE = {"i": "crm.feedback.invitation", "c": "crm.care.action"}
_MAX_BYTES = 100_000
# What customers have put in, for the page that asks them to send it once more.
_KEPT = ("score", "comment", "visitor", "lang", "again")


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
        return self._redirect(invitation._get_path(invitation.access_token))

    @http.route(f"{_INVITATION}/more", methods=["POST"], **_OPTIONS)
    def more(self, key, token, comment=None, **_others):
        """Go on to the rest of the questionnaire; what was written beside the answer is kept."""
        invitation, refusal = self._find("crm.feedback.invitation", key, token, is_post=True)
        if refusal:
            return refusal
        if comment:
            invitation._comment(comment)
        invitation._lock()
        return self._redirect(invitation._get_response().get_start_url())

    # ------------------------------------------------------------
    # No more of it
    # ------------------------------------------------------------

    @http.route(_STOP, methods=["GET"], readonly=True, **_OPTIONS)
    def preferences(self, kind, key, token, **_others):
        """Ask whether no more surveys or greetings are wanted, however old the mail is."""
        record, refusal = self._find(_STOPPABLE[kind], key, token, is_stop=True)
        return refusal or self._render(
            record, "crm_experience.feedback_preferences", self._get_stop_values(record)
        )

    @http.route(_STOP, methods=["POST"], **_OPTIONS)
    def stop(self, kind, key, token, again=None, **others):
        """See to it that no more surveys or greetings come, or that they come again.

        Mail programs post here by themselves when their user unsubscribes, and follow no
        redirect (RFC 8058, 3.1).
        """
        record, refusal = self._find(_STOPPABLE[kind], key, token, is_post=True, is_stop=True)
        if refusal:
            return refusal
        record._stop(not again)
        if "List-Unsubscribe" in others:
            return request.make_response("", list(SECRET_HEADERS.items()))
        return self._redirect(record._get_path(record.access_token) + "/stop")

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
        return self._redirect(invitation._get_path(invitation.access_token))

    # ------------------------------------------------------------
    # Who asks
    # ------------------------------------------------------------

    def _find(self, model, key, token, is_post=False, is_stop=False):
        """The record that the link opens, or the answer to who has no valid one.

        Guessed, expired, revoked, foreign: the answer is the same.
        """
        speak_like_browser()
        if is_post and (request.httprequest.content_length or 0) > _MAX_BYTES:
            title = request.env._("This is too long")
            return None, self._refuse(413, title, request.env._("Shorten it and send it again."))
        records = request.env[model]
        record = records._find_stop(key, token) if is_stop else records._find_page(key, token)
        now = time.monotonic()
        if not record:
            return None, self._refuse_unknown(now)
        is_shared = model == "crm.feedback.link"
        who = request.httprequest.remote_addr if is_shared else ""
        if not _PAGE_LIMIT.allows((model, record.id, who), now):
            return None, self._refuse_busy()
        if is_post and request.env.user._is_internal():
            title = request.env._("You are signed in as staff")
            sentence = request.env._(
                "This page is for customers: sign out, or use a private window."
            )
            return None, self._refuse(403, title, sentence)
        return record, None

    def _get_customer(self):
        """The contact of who is signed in on the customers' side; nobody for everybody else."""
        user = request.env.user
        return user.partner_id.sudo() if user._is_portal() else None

    def _get_lang(self, lang):
        """The language that was asked for, else the one that the browser prefers."""
        return lang if isinstance(lang, str) else request.best_lang

    def _get_stop_values(self, record):
        return {
            "company": record.company_id,
            "is_survey": record._name == "crm.feedback.invitation",
            "is_stopped": record._is_stopped(),
            "path": record._get_path(record.access_token),
        }

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _redirect(self, url):
        response = request.redirect(url, code=303)
        response.headers.update(SECRET_HEADERS)
        return response

    def _refuse_unknown(self, now):
        if not _GUESS_LIMIT.allows(request.httprequest.remote_addr, now):
            return self._refuse_busy()
        title = request.env._("This link is not valid")
        sentence = request.env._(
            "It may have expired, or have been withdrawn. If there is something that you would "
            "like to tell us, please contact us."
        )
        return self._refuse(404, title, sentence)

    def _refuse_busy(self):
        """Ask to wait; what was sent stays on the page, so that no honest answer is lost."""
        form = request.httprequest.form
        kept = {name: form[name] for name in _KEPT if form.get(name)}
        title = request.env._("Just now there are too many requests")
        response = self._refuse(429, title, request.env._("Try again in a minute."), kept)
        response.headers["Retry-After"] = "60"
        return response

    def _refuse(self, status, title, sentence, kept=None):
        values = {"title": title, "sentence": sentence, "kept": kept or {}, "company": None}
        return self._render(request, "crm_experience.feedback_refusal", values, status)

    def _render_page(self, invitation, score):
        chosen = score if isinstance(score, str) else None
        values = invitation._get_page_values(chosen)
        return self._render(invitation, "crm_experience.feedback_page", values)

    def _render_link(self, link, lang, is_missing=False):
        link = link._in_lang(self._get_lang(lang))
        values = link._get_page_values() | {"is_missing": is_missing}
        return self._render(link, "crm_experience.feedback_link_page", values)

    def _render(self, record, template, values, status=200):
        language = record.env["res.lang"]._get_data(code=record.env.lang)
        values |= {
            "html_lang": language.code.replace("_", "-"),
            "direction": language.direction,
            "is_staff": request.env.user._is_internal(),
        }
        html = record.env["ir.qweb"]._render(template, values)
        headers = {**SECRET_HEADERS, "Content-Type": "text/html; charset=utf-8"}
        return request.make_response(html, headers, status=status)
