from odoo import http
from odoo.addons.crm_experience.tools.portal_form import (
    FormError,
    read_choice,
    read_hour,
    write_hour,
)
from odoo.http import request
from odoo.tools import email_normalize
from pytz import common_timezones

from .portal import ExperiencePortal, is_flooded, part_of_page

URL = "/my/experience/preferences"
SWITCHES = ("mail", "sms", "phone", "post", "survey", "greeting")


class ExperiencePreferencesPortal(ExperiencePortal):
    """How the customer wants to be contacted, and when not."""

    @http.route(URL, type="http", auth="user", website=True, methods=["GET", "POST"], sitemap=False)
    @part_of_page("preferences")
    def experience_preferences(self, **form):
        """Of the person who is signed in alone, not of their company."""
        partner = self._get_partner()
        if request.httprequest.method != "POST":
            return self._render_preferences(partner, self._get_preferences(partner))
        if is_flooded("form"):
            return self._render_preferences(
                partner, self._get_sent(form), self._get_busy_sentence(), 429
            )
        try:
            values = self._read_preferences(form)
        except FormError as problem:
            labels = {
                "quiet_from": request.env._("From"),
                "quiet_to": request.env._("Until"),
                "tz": request.env._("Time zone"),
                "lang": request.env._("Language"),
            }
            sentence = self._get_sentence(problem, labels)
            return self._render_preferences(partner, self._get_sent(form), sentence)
        may = {switch: switch in form for switch in SWITCHES}
        self._save_preferences(partner, values, may)
        url = self._switch_language(values.get("lang"))
        notice = request.env._("Your preferences are saved.")
        if (may["mail"] and partner.is_blacklisted) or (
            may["sms"] and partner.phone_sanitized_blacklisted
        ):
            notice += " " + request.env._(
                "To get mail or text messages again, please ask us: we must be sure that the "
                "address is yours."
            )
        return self._redirect(url, notice)

    def _switch_language(self, language):
        """Go on in the language that was chosen: the pages follow their address, not the contact.

        :return: the address of this page in it
        """
        if not language or language == request.env.lang:
            return URL
        request.update_context(lang=language)
        return request.env["ir.http"]._url_for(URL, language)

    def _render_preferences(self, partner, form, error="", status=200):
        return self._render(
            "crm_experience.portal_experience_preferences",
            "preferences",
            {
                "partner": partner,
                "form": form,
                "error": error,
                "languages": request.env["res.lang"].get_installed(),
                "timezones": common_timezones,
            },
            status=status,
        )

    def _get_preferences(self, partner):
        """Return the form as it stands; a switch that is on means: you may."""
        return {
            "mail": not partner.is_blacklisted,
            "sms": not partner.phone_sanitized_blacklisted,
            "phone": not partner.is_phone_refused,
            "post": not partner.is_post_refused,
            "survey": not partner.experience_opt_out,
            "greeting": not partner.is_greeting_refused,
            "quiet_from": write_hour(partner.quiet_from) if self._has_quiet(partner) else "",
            "quiet_to": write_hour(partner.quiet_to) if self._has_quiet(partner) else "",
            "tz": partner.tz or "",
            "lang": partner.lang or "",
        }

    def _has_quiet(self, partner):
        return partner.quiet_from != partner.quiet_to

    def _get_sent(self, form):
        return form | {switch: switch in form for switch in SWITCHES}

    def _read_preferences(self, form):
        """Return the values of the contact.

        :raises FormError: the first thing that is wrong
        """
        languages = {code for code, _name in request.env["res.lang"].get_installed()}
        values = {
            "quiet_from": read_hour(form, "quiet_from"),
            "quiet_to": read_hour(form, "quiet_to"),
            "is_phone_refused": "phone" not in form,
            "is_post_refused": "post" not in form,
            "experience_opt_out": "survey" not in form,
            "is_greeting_refused": "greeting" not in form,
        }
        timezone = read_choice(form, "tz", set(common_timezones), required=False)
        language = read_choice(form, "lang", languages, required=False)
        # nothing chosen leaves it as it is
        return (
            values
            | ({"tz": timezone} if timezone else {})
            | ({"lang": language} if language else {})
        )

    def _save_preferences(self, partner, values, may):
        # Customers may not write contacts; it is their own, and these fields alone.
        partner.write(values)
        message = request.env._("Said so on their own page.")
        email, number = email_normalize(partner.email), partner.phone_sanitized
        if email and may["mail"] == partner.is_blacklisted:
            self._set_refusal("mail.blacklist", "email", email, not may["mail"], message)
        if number and may["sms"] == partner.phone_sanitized_blacklisted:
            self._set_refusal("phone.blacklist", "number", number, not may["sms"], message)
        partner._send_customer_pulse("preferences")

    def _set_refusal(self, model, field, address, is_refused, message):
        """Refuse mail or text messages to an address, or allow them again.

        Customers choose the address in their account. Anybody may refuse for it, as core lets
        them when they close their account; a refusal is taken back by whoever made it, or
        whoever signs in with the address: it could be that of somebody else.
        """
        # The blacklists are for staff alone.
        entries = request.env[model].sudo()
        if is_refused:
            entries._add(address if model == "mail.blacklist" else [address], message=message)
            return
        entry = entries.search([(field, "=", address)])
        is_login = email_normalize(request.env.user.login) == address
        if is_login or entry.create_uid == request.env.user:
            entries._remove(address if model == "mail.blacklist" else [address], message=message)
