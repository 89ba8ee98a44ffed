from odoo import fields, http
from odoo.addons.crm_experience.tools.distance import position
from odoo.addons.crm_experience.tools.portal_form import read_degrees
from odoo.http import request
from odoo.tools import formatLang
from werkzeug.urls import url_quote_plus

from .portal import ExperiencePortal, is_flooded, part_of_page


class ExperienceStorePortal(ExperiencePortal):
    """The nearest store."""

    @http.route(
        "/my/experience/stores",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    @part_of_page("stores")
    def experience_stores(self, **form):
        """All stores, the nearest first.

        Where the customer is comes in a form, once they tapped for it: it is used for this one
        answer, kept nowhere, and in no address that a log would keep.
        """
        here, error = None, ""
        if request.httprequest.method == "POST":
            if is_flooded("form"):
                error = self._get_busy_sentence()
            else:
                here = position(read_degrees(form, "latitude"), read_degrees(form, "longitude"))
        # Customers have no rights on teams; of each only what a shop window shows is rendered.
        stores = request.env["crm.team"].sudo()._get_stores(request.env.company)
        found = stores._sort_stores(self._get_partner(), here)
        now = fields.Datetime.now()
        return self._render(
            "crm_experience.portal_experience_stores",
            "stores",
            {
                "stores": [self._prepare_store(store, km, now) for store, km in found],
                "has_position": bool(here),
                "error": error,
            },
            status=429 if error else 200,
        )

    def _prepare_store(self, store, distance, now):
        """Return what the page shows of a store; nothing else of the team leaves here."""
        address = store.store_partner_id
        lines = address._display_address(without_company=True).splitlines()
        words = "\n".join(line.strip() for line in lines if line.strip())
        place = " ".join(words.split())
        where = position(address.partner_latitude, address.partner_longitude)
        target = f"{where.latitude:.6f},{where.longitude:.6f}" if where else place
        # this one parameter is meant for the page
        url = request.env["ir.config_parameter"].sudo().get_param("crm_experience.map_url")
        return {
            "id": store.id,
            "name": store.name,
            "address": words,
            "phone": address.phone or "",
            "email": address.email or "",
            "note": store.store_note or "",
            "distance": self._format_distance(distance),
            "days": self._format_days(store._get_opening_days()),
            "is_open": store._is_store_open(now),
            "map_url": url and target and url.replace("{place}", url_quote_plus(target)),
        }

    def _format_distance(self, distance):
        """Return kilometres as people say them: 350 m, 2.4 km, 18 km; empty if unknown."""
        if distance is None:
            return ""
        if distance < 1:
            return request.env._("%(distance)s m", distance=max(50, round(distance * 20) * 50))
        number = formatLang(request.env, distance, digits=1 if distance < 10 else 0)
        return request.env._("%(distance)s km", distance=number)

    def _format_days(self, days):
        """Return opening hours as lines of days and hours."""
        names = [label for _key, label in self._get_weekdays()]
        lines = []
        for first, last, spans in days:
            label = names[first] if first == last else f"{names[first]} – {names[last]}"
            hours = ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)
            lines.append((label, hours or request.env._("closed")))
        return lines

    def _get_weekdays(self):
        # names of weekdays, no record is read
        lines = request.env["resource.calendar.attendance"].sudo()
        return lines._fields["dayofweek"]._description_selection(request.env)


def _clock(hour):
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
