from collections import defaultdict

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.portal_form import write_hour
from odoo.fields import Domain
from odoo.tools import SQL, format_time

from .crm_partner_fact import SINGLE_KINDS, TASK_KINDS

# What stands on the card of a section; the rest is a tap away.
FACTS_PER_SECTION = 6
PERSONAL_CHANNELS = ("phone", "store", "visit", "meeting", "service_center", "chat", "event")


class CrmPartnerFact(models.Model):
    """The notebook: what one has to know before a call, on one card, in a constant number of
    queries. Each part of it is read with the rights of whoever opens it."""

    _inherit = "crm.partner.fact"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_notebook(self, partner_id, lead_id=False):
        """Return what is known about a customer, for the card before a call.

        :param int partner_id: a contact that the user may read
        :param int lead_id: an opportunity whose roles are shown as well
        :return: ``partner``, ``sections`` with ``facts`` and ``suggestions``, ``dates``,
            ``roles``, ``people``, ``products``, ``alerts`` (cases, invitations …), ``last_talk``
            and ``can_add``; what is not known is an absent key
        :raises AccessError: for a record that the user may not read
        """
        partner, lead = self._get_notebook_records(partner_id, lead_id)
        touchpoints = self.env["crm.touchpoint"]
        partners = touchpoints._get_timeline_partners(partner)
        alerts = [
            alert
            for alert in touchpoints._get_timeline_header(partners)
            if alert["kind"] != "promise"  # they have a section of their own
        ]
        notebook = {
            "partner": self._prepare_notebook_partner(partner),
            "today": fields.Date.to_string(fields.Date.context_today(self)),
            "sections": self._get_notebook_sections(partner),
            "dates": self._get_notebook_dates(partners),
            "roles": self._get_notebook_roles(partner, lead),
            "people": self._get_notebook_people(partner, lead),
            "products": self._get_notebook_products(partners),
            "alerts": alerts,
            "can_add": self.browse().has_access("create"),
        }
        if lead:
            notebook["lead"] = {"id": lead.id, "name": lead.name}
        if talk := self._get_last_talk(partner, partners):
            notebook["last_talk"] = talk
        return notebook

    @api.model
    def _get_notebook_records(self, partner_id, lead_id):
        """Return customer and opportunity, if they are there and may be read."""
        get = self.env["crm.touchpoint"]._get_timeline_record
        self.browse().check_access("read")
        partner = get("res.partner", partner_id)
        if lead_id is None or lead_id is False:
            return partner, self.env["crm.lead"]
        return partner, get("crm.lead", lead_id)

    # ------------------------------------------------------------
    # Customer
    # ------------------------------------------------------------

    @api.model
    def _prepare_notebook_partner(self, partner):
        """Return who it is, and how they want to be contacted."""
        # Whoever may read a contact may read the names on it, as on its form.
        names = partner.sudo()
        now = fields.Datetime.now()
        values = {
            "id": partner.id,
            "name": partner.name or partner.display_name,
            "is_company": partner.commercial_partner_id == partner,
            "is_phone_refused": partner.is_phone_refused,
            "refusals": partner._get_refusals(),
            "is_quiet": partner._get_next_contact_moment(now) > now,
        }
        texts = {
            "function": partner.function,
            "phone": partner.phone,
            "email": partner.email,
            "lang": dict(self.env["res.lang"].get_installed()).get(partner.lang),
            "salesperson": names.user_id.name,
            "local_time": partner.tz
            and format_time(self.env, now, tz=partner.tz, time_format="short"),
            "quiet_hours": partner.quiet_from % 24 != partner.quiet_to % 24
            and f"{write_hour(partner.quiet_from)}–{write_hour(partner.quiet_to)}",
        }
        values |= {key: value for key, value in texts.items() if value}
        if parent := names.parent_id:
            values["parent"] = {"id": parent.id, "name": parent.name or parent.display_name}
        return values

    # ------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------

    @api.model
    def _get_notebook_sections(self, partner):
        """Return every kind of fact with what is known, and what could be picked."""
        rows = self._find_notebook_facts(partner)
        facts = self.browse(row_id for row_id, *_row in rows if row_id)
        items = defaultdict(list)
        writable = set(facts._filtered_access("write").ids)
        for fact in facts:
            items[fact.kind].append(fact._prepare_notebook_fact(fact.id in writable))
        counts = {kind: (count, old) for _id, kind, count, old in rows}
        suggestions = defaultdict(list)
        for suggestion in self.env["crm.partner.fact.suggestion"].search([]):
            suggestions[suggestion.kind].append({"id": suggestion.id, "name": suggestion.name})
        return [
            {
                "kind": kind,
                "label": label,
                "is_single": kind in SINGLE_KINDS,
                "is_task": kind in TASK_KINDS,
                "source": self._get_usual_source(kind),
                "facts": items[kind],
                "count": counts.get(kind, (0, 0))[0],
                "history_count": counts.get(kind, (0, 0))[1],
                "suggestions": suggestions[kind],
            }
            for kind, label in self._fields["kind"]._description_selection(self.env)
        ]

    @api.model
    def _find_notebook_facts(self, partner):
        """Return the first facts of every kind, in one query: (id, kind, count, count of old ones).

        What is to be done comes first, the earliest day on top; then the latest.
        """
        self.flush_model()
        query = self.with_context(active_test=False)._search([("partner_id", "=", partner.id)])
        columns = (
            SQL.identifier(self._table, name)
            for name in ("id", "kind", "date", "date_due", "is_done", "active")
        )
        return self.env.execute_query(
            SQL(
                """
                WITH fact AS (
                    SELECT *, row_number() OVER (
                               PARTITION BY kind, active
                               ORDER BY is_done IS TRUE,
                                        CASE WHEN is_done IS NOT TRUE THEN date_due END,
                                        date DESC, id DESC
                           ) AS number
                      FROM %s AS readable
                )
                SELECT first.id, counts.kind, counts.known, counts.old
                  FROM (
                    SELECT kind, count(*) FILTER (WHERE active) AS known,
                           count(*) FILTER (WHERE NOT active) AS old
                      FROM fact GROUP BY kind
                  ) AS counts
                  LEFT JOIN fact AS first ON first.kind = counts.kind AND first.active
                                         AND first.number <= %s
                 ORDER BY first.kind, first.number
                """,
                query.subselect(*columns),
                FACTS_PER_SECTION,
            )
        )

    def _prepare_notebook_fact(self, can_write):
        """Return a fact as data; who may read it may read the name of its author."""
        self.ensure_one()
        sources = dict(self._fields["source"]._description_selection(self.env))
        item = {
            "id": self.id,
            "kind": self.kind,
            "text": self._get_shown_text(),
            "date": fields.Date.to_string(self.date),
            "source": self.source,
            "source_label": sources[self.source],
            "is_done": self.is_done,
            "can_write": can_write,
        }
        known = {
            "suggestion_id": self.suggestion_id.id,
            "source_note": self.source_note,
            # the name of the colleague who said so
            "user": self.sudo().user_id.name,
            "date_due": self.date_due and fields.Date.to_string(self.date_due),
            "outcome": self.outcome,
        }
        return item | {key: value for key, value in known.items() if value}

    @api.model
    def _get_last_talk(self, partner, partners):
        """Return the last personal contact that was captured or logged."""
        touchpoints = self.env["crm.touchpoint"]
        domain = Domain("channel_id.code", "in", PERSONAL_CHANNELS)
        # a meeting that is still to come is on the timeline already
        domain &= Domain("date", "<=", fields.Datetime.now())
        touchpoint = touchpoints._find_timeline(partner, partners, domain, 1, None)
        if not touchpoint:
            return {}
        (item,) = touchpoint._get_timeline_items()
        keys = ("id", "date", "summary", "direction", "channel", "user", "partner")
        talk = {key: item[key] for key in keys if key in item}
        if document := item.get("document"):
            # what it was about: the words of the meeting, the number of the case
            name = self.env[document["model"]].browse(document["id"]).display_name
            talk["document"] = document | {"name": name or ""}
        return talk
