"""The customer's own page: what its parts share.

Customers have no rights on the tables: every page asks with all rights, for what the signed-in
customer owns. Whatever is not theirs is not found, as if it did not exist.
"""

import time
from functools import wraps

from odoo import fields, http
from odoo.addons.crm_experience.tools.portal_form import MOST_ID, FormError
from odoo.addons.crm_targets.controllers.page import SECRET_HEADERS
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.fields import Domain
from odoo.http import request

# Nobody opens more than two pages a second; a browser that fills the cache may for a moment.
_PAGES = RateLimit(limit=120, seconds=60)
# Typing a question asks for suggestions.
_SUGGESTIONS = RateLimit(limit=90, seconds=60)
# Nobody writes that fast; whoever does keeps what they wrote and can send it a minute later.
_FORMS = RateLimit(limit=20, seconds=60)
_LIMITS = {"page": _PAGES, "suggestion": _SUGGESTIONS, "form": _FORMS}
_BUSY = 429


def is_flooded(kind):
    """Count one more request of this visitor and say whether it is one too many.

    The signed-in count by user, so that a flood from their office does not stop them; others by
    address.
    """
    public = request.env.user._is_public()
    key = request.httprequest.remote_addr if public else request.env.uid
    return not _LIMITS[kind].allows((kind, public, key), time.monotonic())


def part_of_page(part):
    """Let a route answer only where its part of the page is switched on, and not to a flood.

    :param str part: none for a route that looks after that itself
    """

    def decorate(route):
        @wraps(route)
        def guarded(self, *args, **kwargs):
            if part and part not in self._get_experience_parts():
                return request.not_found()
            # A form that comes too fast is shown again with what was written, see the routes.
            if request.httprequest.method != "POST" and is_flooded("page"):
                return request.make_response(
                    request.env._("Too many requests. Try again in a minute."),
                    {"Content-Type": "text/plain; charset=utf-8", "Retry-After": "60"},
                    status=_BUSY,
                )
            return route(self, *args, **kwargs)

        return guarded

    return decorate


class ExperiencePortal(CustomerPortal):
    """The way in, and what the other controllers build on."""

    # ------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------

    @http.route(
        "/my/experience", type="http", auth="user", website=True, methods=["GET"], sitemap=False
    )
    @part_of_page("home")
    def experience_home(self, **_others):
        """All of it at a glance, and the ways on."""
        parts = self._get_experience_parts()
        values = {}
        if "cases" in parts:
            cases = self._search_own(
                "crm.case", self._get_case_domain(), limit=5, order="is_open DESC, id DESC"
            )
            values["cases"] = cases
        if "orders" in parts:
            values["orders"] = self._get_orders(limit=4)
            # Customers have no rights on cases; the lines are those of their own orders.
            left = request.env["crm.case"].sudo()._get_returnable(self._get_goods(values["orders"]))
            values["returnable_orders"] = {line.order_id for line in left}
        if "products" in parts:
            values["products"] = self._search_own("crm.registered.product", limit=4)
        values["invitations"] = self._get_invitations()
        return self._render("crm_experience.portal_experience_home", "home", values)

    # ------------------------------------------------------------
    # What Odoo's own pages show of it
    # ------------------------------------------------------------

    def _prepare_portal_layout_values(self):
        return super()._prepare_portal_layout_values() | {
            "experience_parts": self._get_experience_parts()
        }

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        parts = self._get_experience_parts()
        if "experience_waiting_count" in counters:
            waiting = Domain("state", "=", "solved") & self._get_case_domain()
            values["experience_waiting_count"] = (
                self._count_own("crm.case", waiting) if "cases" in parts else 0
            )
        if "experience_invitation_count" in counters:
            values["experience_invitation_count"] = (
                self._count_own("crm.feedback.invitation", self._get_invitation_domain())
                if parts
                else 0
            )
        return values

    # ------------------------------------------------------------
    # What belongs to the customer
    # ------------------------------------------------------------

    def _get_experience_parts(self):
        """Return which parts of the page are on; the page itself is a part of it."""
        # Which parts are on is no secret of the company.
        parts = request.env.company.sudo()._get_experience_portal_parts()
        return (*parts, "home") if parts else ()

    def _get_partner(self):
        """Return the signed-in customer, with all rights on them."""
        return request.env.user.partner_id.sudo()

    def _get_own_domain(self):
        """Return the domain of what belongs to the customer, as core has it for orders: to
        them, their company and its people, in the companies that their account is for."""
        partner = self._get_partner().commercial_partner_id
        companies = request.env.user.company_ids.ids
        return Domain("partner_id", "child_of", partner.ids) & Domain(
            "company_id", "in", [*companies, False]
        )

    def _search_own(self, model, domain=Domain.TRUE, **options):
        # Customers have no rights on the table; the domain holds to what is theirs.
        return request.env[model].sudo().search(self._get_own_domain() & domain, **options)

    def _count_own(self, model, domain=Domain.TRUE):
        # as above
        return request.env[model].sudo().search_count(self._get_own_domain() & domain)

    def _find_own(self, model, record_id, domain=Domain.TRUE):
        """Return the record if it belongs to the customer, none for every other number."""
        if not 0 < record_id <= MOST_ID:
            return request.env[model].sudo()
        return self._search_own(model, Domain("id", "=", record_id) & domain, limit=1)

    def _get_case_domain(self):
        """Return the domain of the cases that the customer knows of.

        What we opened by ourselves after a bad answer is theirs once we have turned to them.
        """
        return Domain("feedback_id", "=", False) | Domain("date_first_response", "!=", False)

    def _get_orders(self, limit=None):
        """Return the confirmed orders of the customer, the latest first."""
        return self._search_own(
            "sale.order",
            Domain("state", "=", "sale"),
            order="date_order DESC, id DESC",
            limit=limit,
        )

    def _get_bought_lines(self):
        """Return the lines of confirmed orders with goods, the latest first."""
        return self._get_goods(self._get_orders(limit=100))

    def _get_goods(self, orders):
        """Return the lines of orders with goods."""
        return orders.order_line.filtered(
            lambda line: (
                line.product_id
                and line.product_id.type != "service"
                and not line.display_type
                and not line.is_downpayment
                and line.product_uom_qty > 0
            )
        )

    def _get_invitation_domain(self):
        """Return the domain of the questionnaires that wait for the person who is signed in.

        Of that person alone, not of their company: it is their own opinion that is asked for.
        """
        now = fields.Datetime.now()
        return (
            self._get_own_domain()
            & Domain("partner_id", "=", self._get_partner().id)
            & Domain("state", "=", "sent")
            & Domain("way", "!=", "phone")
            & (Domain("date_expiry", "=", False) | Domain("date_expiry", ">", now))
        )

    def _get_invitations(self):
        """Return the questionnaires that wait, with the links that are the customer's alone."""
        invitations = self._search_own(
            "crm.feedback.invitation", self._get_invitation_domain(), limit=5
        )
        return [
            {
                "title": invitation.survey_id.title,
                "date_expiry": invitation.date_expiry,
                "url": invitation._get_own_url(),
            }
            for invitation in invitations
        ]

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def _render(self, template, page_name, values, status=200):
        """Render a page of ours; a form that is shown again keeps what was written.

        What is on it is personal, and the address may be a secret: nothing on the way keeps it,
        nor does a browser that others use too.
        """
        return request.render(
            template,
            {
                **self._prepare_portal_layout_values(),
                # Says to scripts and to who listens which language it is, as the website app does.
                "html_data": {"lang": (request.env.lang or "en_US").replace("_", "-")},
                "page_name": f"experience_{page_name}",
                "notice": request.session.pop("experience_notice", ""),
                "error": "",
                "form": {},
                **values,
            },
            status=status,
            headers=SECRET_HEADERS,
        )

    def _redirect(self, url, notice=""):
        """Go on to a page after a form, with a sentence that is shown there once."""
        if notice:
            request.session["experience_notice"] = notice
        return request.redirect(url, code=303)

    def _get_busy_sentence(self):
        return request.env._(
            "That was a lot at once. What you wrote is still here: send it again in a minute."
        )

    def _get_sentence(self, problem: FormError, labels):
        """Return what is wrong with a form, in words.

        :param dict labels: name of each field as the form shows it
        """
        field = labels.get(problem.key, problem.key)
        params = problem.params
        sentences = {
            "missing": lambda: request.env._("Please fill in “%(field)s”.", field=field),
            "long": lambda: request.env._(
                "“%(field)s” is too long: at most %(limit)s characters.",
                field=field,
                limit=params["limit"],
            ),
            "date": lambda: request.env._("“%(field)s” is not a date.", field=field),
            "early": lambda: request.env._("“%(field)s” is too long ago.", field=field),
            "late": lambda: request.env._("“%(field)s” is too far ahead.", field=field),
            "choice": lambda: request.env._("Please choose again in “%(field)s”.", field=field),
            "number": lambda: request.env._("“%(field)s” is not a number.", field=field),
            "range": lambda: request.env._(
                "“%(field)s” is more than 0 and at most %(limit)s.",
                field=field,
                limit=f"{params['limit']:g}",
            ),
            "time": lambda: request.env._(
                "“%(field)s” is a time of day such as 21:30.", field=field
            ),
            "files": lambda: request.env._("At most %(limit)s files.", limit=params["limit"]),
            "size": lambda: request.env._(
                "“%(name)s” is empty or larger than %(limit)s MB.",
                name=params["name"],
                limit=params["limit"],
            ),
            "type": lambda: request.env._(
                "“%(name)s” is of a kind that we cannot take. Send photos, videos or PDF.",
                name=params["name"],
            ),
        }
        return sentences[problem.code]()
