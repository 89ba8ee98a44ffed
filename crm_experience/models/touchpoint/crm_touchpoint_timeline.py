from datetime import date, datetime

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.timeline import decode_cursor, encode_cursor
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

MAX_PAGE = 200
MAX_PEOPLE = 20
TIMELINE_MODELS = ("res.partner", "crm.lead", "sale.order")
# what people who work with the metrics call them, in any language
METRIC_SIGNS = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
PURPOSES = ("sale", "service", "care")
# of what stands above a timeline, the gravest first
ALERT_LEVELS = ("danger", "warning", "info")


class CrmTouchpoint(models.Model):
    """The timeline of a customer or an opportunity, as data."""

    _inherit = "crm.touchpoint"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_timeline(  # noqa: PLR0917
        self,
        res_model,
        res_id,
        limit=40,
        before="",
        channel_ids=None,
        stage_ids=None,
        purpose="",
    ):
        """Return contacts of a customer, an opportunity or an order, the latest first.

        A company shows the contacts of its people too, an opportunity and an order those of
        their customer.

        :param str res_model: ``res.partner``, ``crm.lead`` or ``sale.order``
        :param int limit: rows of a page, 1 to 200
        :param str before: ``next`` of the page before; empty for the first page
        :param list channel_ids: only these channels
        :param list stage_ids: only these journey stages
        :param str purpose: only ``sale``, ``service`` or ``care``; empty for all
        :return: ``items``, ``has_more``, ``next``, the ``channels`` and ``stages`` to choose
            from, ``can_log``, and on the first page ``header``: what has to be known about the
            customer before anything else, the gravest first (``kind``, ``title``, ``level``
            ``danger``, ``warning`` or ``info``, and if there are ``text``, ``date`` and the
            ``action`` that opens it); ``company`` of a person, ``people`` of a company (at most
            20) and ``people_count``; what is not known of an item is an absent key
        :raises AccessError: for a record that the user may not read
        """
        record = self._get_timeline_record(res_model, res_id)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_PAGE:
            raise UserError(
                self.env._("The limit is a whole number from 1 to %(max)s.", max=MAX_PAGE)
            )
        domain = self._get_timeline_filter("channel_id", channel_ids)
        domain &= self._get_timeline_filter("stage_id", stage_ids)
        domain &= self._get_timeline_purpose(purpose)
        cursor = self._get_cursor(before)
        partners = self._get_timeline_partners(record)
        touchpoints = self._find_timeline(record, partners, domain, limit + 1, cursor)
        has_more = len(touchpoints) > limit
        touchpoints = touchpoints[:limit]
        first = {"header": []} if before else self._get_timeline_first(record, partners)
        return first | {
            "items": touchpoints._get_timeline_items(),
            "has_more": has_more,
            "next": encode_cursor(touchpoints[-1].date, touchpoints[-1].id) if has_more else "",
            "channels": self._get_terms("channel_id"),
            "stages": self._get_terms("stage_id"),
            "can_log": self.browse().has_access("create"),
        }

    # ------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------

    @api.model
    def _get_timeline_record(self, res_model, res_id):
        """Return the customer, opportunity or order, if it is there and may be read."""
        if res_model not in TIMELINE_MODELS:
            raise UserError(self.env._("Only customers, opportunities and orders have a timeline."))
        if isinstance(res_id, bool) or not isinstance(res_id, int) or res_id <= 0:
            raise UserError(self.env._("The id of a record is a whole number above 0."))
        self.browse().check_access("read")
        record = self.env[res_model].browse(res_id).exists() if res_id < 2**31 else None
        if not record:
            raise UserError(self.env._("This record is not there any more."))
        record.check_access("read")
        return record

    @api.model
    def _get_timeline_filter(self, field, ids):
        if ids is None or ids is False or ids == []:
            return Domain.TRUE
        if not isinstance(ids, (list, tuple)) or not all(
            isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
            for value in ids
        ):
            raise UserError(self.env._("A filter is a list of ids."))
        return Domain(field, "in", list(ids))

    @api.model
    def _get_timeline_purpose(self, purpose):
        if not purpose:
            return Domain.TRUE
        if not isinstance(purpose, str) or purpose not in PURPOSES:
            raise UserError(
                self.env._("A purpose is one of: %(choices)s.", choices=", ".join(PURPOSES))
            )
        return Domain("purpose", "=", purpose)

    @api.model
    def _get_cursor(self, before):
        if not before:
            return None
        try:
            return decode_cursor(before)
        except (TypeError, ValueError):
            raise UserError(
                self.env._("Pass the “next” of the page before, or nothing for the first page.")
            ) from None

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    @api.model
    def _find_timeline(self, record, partners, domain, limit, cursor):
        """Return the latest touchpoints behind the cursor, in one query.

        Every contact of a company is one range of the index: rows are read until the page
        is full, however long the history and the table are.
        """
        lead = self._get_timeline_lead(record)
        branches = [
            SQL(
                """SELECT page.id, page.date
                     FROM unnest(%s::int[]) AS owner(id) CROSS JOIN LATERAL %s AS page""",
                partners.ids,
                self._get_timeline_query("partner_id", SQL("owner.id"), domain, limit, cursor),
            )
        ]
        if lead:
            branches.append(
                SQL(
                    "SELECT page.id, page.date FROM %s page",
                    self._get_timeline_query("lead_id", lead.id, domain, limit, cursor),
                )
            )
        # a contact of the customer about this opportunity is in both: UNION keeps one
        query = SQL("%s ORDER BY date DESC, id DESC LIMIT %s", SQL(" UNION ").join(branches), limit)
        return self.browse(row_id for row_id, _date in self.env.execute_query(query))

    @api.model
    def _get_timeline_query(self, column, owner, domain, limit, cursor):
        """Return the sub-query of one owner, with the rules of the user."""
        query = self._search(domain)
        query.add_where(SQL("%s = %s", SQL.identifier(self._table, column), owner))
        moment, row_id = (SQL.identifier(self._table, name) for name in ("date", "id"))
        if cursor:
            query.add_where(SQL("(%s, %s) < (%s, %s)", moment, row_id, *cursor))
        query.order = SQL("%s DESC, %s DESC", moment, row_id)
        query.limit = limit
        return query.subselect(row_id, moment)

    @api.model
    def _get_timeline_partner(self, record):
        """Return the customer of the record, if the user may read it."""
        partner = record if record._name == "res.partner" else record.partner_id
        return partner._filtered_access("read")

    @api.model
    def _get_timeline_lead(self, record):
        """Return the opportunity of the record, if the user may read it."""
        lead = self.env["crm.lead"]
        if record._name == "crm.lead":
            lead = record
        elif record._name == "sale.order" and lead.has_access("read"):
            lead = record.opportunity_id._filtered_access("read")
        return lead

    @api.model
    def _get_timeline_partners(self, record):
        """Return the customer of the record, with its people if it is a company."""
        partner = self._get_timeline_partner(record)
        if partner.commercial_partner_id != partner:
            return partner
        return partner.with_context(active_test=False).search(
            [("commercial_partner_id", "in", partner.ids)]
        )

    @api.model
    def _get_timeline_first(self, record, partners):
        """Return what stands above the first page: alerts, and the way to company and people."""
        first = {"header": self._get_timeline_header(partners)}
        partner = self._get_timeline_partner(record)
        company = partner.commercial_partner_id - partner
        if company := company._filtered_access("read"):
            first["company"] = {"id": company.id, "name": company.name or ""}
        if people := (partners - partner).filtered("active"):
            first["people_count"] = len(people)
            first["people"] = [
                {"id": person.id, "name": person.name or person.display_name}
                for person in people[:MAX_PEOPLE]
            ]
        return first

    @api.model
    def _get_timeline_header(self, partners):
        """Return the alerts about the customers as data, the gravest first."""
        header = []
        for alert in partners._get_customer_alerts():
            # not every way to the API knows a null, or a date
            known = {key: value for key, value in alert.items() if value or value == 0}
            if isinstance(known.get("date"), date):
                moment = isinstance(known["date"], datetime)
                known["date"] = (fields.Datetime if moment else fields.Date).to_string(
                    known["date"]
                )
            header.append(known)
        # a stable sort: of one level, the order of those who give the alerts
        return sorted(header, key=lambda alert: ALERT_LEVELS.index(alert["level"]))

    def _get_timeline_items(self):
        """Return the rows as data, in a constant number of queries."""
        # Whoever may read a contact may read the names on it, as in any list of Odoo.
        touchpoints = self.sudo()
        answers = self._get_timeline_answers()
        documents = self._get_readable_documents()
        return [
            self._prepare_timeline_item(touchpoint, answers.get(touchpoint.id, []), documents)
            for touchpoint in touchpoints
        ]

    @api.model
    def _prepare_timeline_item(self, touchpoint, answers, documents):
        item = {
            "id": touchpoint.id,
            "date": fields.Datetime.to_string(touchpoint.date),
            "summary": touchpoint._get_timeline_summary(),
            "direction": touchpoint.direction,
            "channel": self._get_term_data(touchpoint.channel_id),
            "has_amount": bool(touchpoint.amount),
        } | self._prepare_timeline_answers(answers)
        if touchpoint.purpose:
            item["purpose"] = touchpoint.purpose
        for key in ("stage", "dimension"):
            if term := touchpoint[f"{key}_id"]:
                item[key] = self._get_term_data(term)
        for key in ("partner", "user", "team"):
            if record := touchpoint[f"{key}_id"]:
                item[key] = {"id": record.id, "name": record.name or record.display_name}
        if touchpoint.amount:
            item |= {"amount": touchpoint.amount, "currency_id": touchpoint.currency_id.id}
        if touchpoint.gift_item_id:
            item["gift"] = {
                "id": touchpoint.gift_item_id.id,
                "name": touchpoint.gift_item_id.name,
                "quantity": touchpoint.gift_quantity,
                "unit": touchpoint.gift_item_id.unit or "",
            }
        if document := documents.get((touchpoint.res_model, touchpoint.res_id)):
            item["document"] = document
        return item

    def _get_timeline_summary(self):
        """Return the words of the contact; one that Odoo captured has the name of its event."""
        if self.summary or not self.event:
            return self.summary or ""
        if self.capture_source_id:
            return self.capture_source_id.name
        label = dict(self._fields["event"]._description_selection(self.env))[self.event]
        if not self.lead_stage_id:
            return label
        return self.env._("%(event)s: %(stage)s", event=label, stage=self.lead_stage_id.name)

    @api.model
    def _get_term_data(self, term):
        return {
            "id": term.id,
            "code": term.code,
            "name": term.name,
            "icon": term.icon or "",
            "color": term.color,
        }

    @api.model
    def _get_terms(self, field):
        return [self._get_term_data(term) for term in self[field].search([])]

    @api.model
    def _prepare_timeline_answers(self, answers):
        """Return what was answered: the first gap is the face of the contact, the rest a list."""
        rating = next((answer for answer in answers if answer.metric == "gap"), None)
        values = {"has_feedback": bool(rating)}
        if rating:
            values |= {
                "expectation": rating.expectation,
                "experience": rating.experience,
                "gap": rating.score,
            }
        if others := [answer for answer in answers if answer != rating]:
            values["answers"] = [self._prepare_timeline_answer(answer) for answer in others]
        return values

    @api.model
    def _prepare_timeline_answer(self, answer):
        """Return an answer with its metric, also on the scale that all metrics share (0–10)."""
        labels = dict(answer._fields["metric"]._description_selection(self.env))
        values = {
            "metric": answer.metric,
            "label": METRIC_SIGNS.get(answer.metric) or labels[answer.metric],
            "score": answer.score,
            "normalised": answer.score_normalised,
        }
        if answer.dimension_id:
            values["dimension"] = answer.dimension_id.name
        if answer.comment:
            values["comment"] = answer.comment
        return values

    def _get_timeline_answers(self):
        """Return the answers that the user may read, by touchpoint, the first first."""
        answers = {}
        for answer in self.env["crm.feedback"].search(
            [("touchpoint_id", "in", self.ids)], order="id"
        ):
            answers.setdefault(answer.touchpoint_id.id, []).append(answer.sudo())
        return answers

    def _get_readable_documents(self):
        """Return the documents that are there and that the user may read, by (model, id).

        With their names, as the user sees them: which order was confirmed, which case it was.
        """
        ids_by_model = {}
        for touchpoint in self:
            if touchpoint.res_id and touchpoint.res_model in self.env:
                ids_by_model.setdefault(touchpoint.res_model, set()).add(touchpoint.res_id)
        documents = {}
        for model, ids in ids_by_model.items():
            if not self.env[model].has_access("read"):
                continue
            records = self.env[model].browse(ids).exists()._filtered_access("read")
            documents |= {(model, row): {"model": model, "id": row} for row in records.ids}
            for record_id, name in self._get_document_names(records):
                documents[model, record_id]["name"] = name
        return documents

    @api.model
    def _get_document_names(self, records):
        """Return id and name of documents whose name says more than the contact does."""
        if records._name == "res.partner":
            # the customer, whose name is there already
            return []
        try:
            return [(record.id, record.display_name) for record in records if record.display_name]
        except AccessError:
            # named after something that the user may not read
            return []
