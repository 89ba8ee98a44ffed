from datetime import date, datetime

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.intake import (
    Choice,
    Identifier,
    IntakeError,
    Moment,
    Number,
    Text,
    check_rating,
    parse_values,
)
from odoo.addons.crm_experience.tools.satisfaction import RATING_SCALE
from odoo.addons.crm_experience.tools.timeline import decode_cursor, encode_cursor
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_touchpoint import SUMMARY_LIMIT

MAX_PAGE = 200
TIMELINE_MODELS = ("res.partner", "crm.lead")
# of what stands above a timeline, the gravest first
ALERT_LEVELS = ("danger", "warning", "info")
CONTACT_FIELDS = {
    "channel_id": Identifier(required=True),
    "stage_id": Identifier(),
    "dimension_id": Identifier(),
    "direction": Choice(choices=("in", "out")),
    "purpose": Choice(choices=("sale", "service", "care")),
    "summary": Text(limit=SUMMARY_LIMIT),
    "date": Moment(),
    "expectation": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "experience": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
}


class CrmTouchpoint(models.Model):
    """The timeline of a customer or an opportunity, as data."""

    _inherit = "crm.touchpoint"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_timeline(  # noqa: PLR0917
        self, res_model, res_id, limit=40, before="", channel_ids=None, stage_ids=None
    ):
        """Return contacts of a customer or an opportunity, the latest first.

        A company shows the contacts of its people too, an opportunity those of its customer.

        :param str res_model: ``res.partner`` or ``crm.lead``
        :param int limit: rows of a page, 1 to 200
        :param str before: ``next`` of the page before; empty for the first page
        :param list channel_ids: only these channels
        :param list stage_ids: only these journey stages
        :return: ``items``, ``has_more``, ``next``, the ``channels`` and ``stages`` to choose
            from, ``can_log`` and ``header``: on the first page, what has to be known about the
            customer before anything else, the gravest first (``kind``, ``title``, ``level``
            ``danger``, ``warning`` or ``info``, and if there are ``text``, ``date`` and the
            ``action`` that opens it); what is not known of an item is an absent key
        :raises AccessError: for a record that the user may not read
        """
        record = self._get_timeline_record(res_model, res_id)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_PAGE:
            raise UserError(
                self.env._("The limit is a whole number from 1 to %(max)s.", max=MAX_PAGE)
            )
        domain = self._get_timeline_filter("channel_id", channel_ids)
        domain &= self._get_timeline_filter("stage_id", stage_ids)
        touchpoints = self._find_timeline(record, domain, limit + 1, self._get_cursor(before))
        has_more = len(touchpoints) > limit
        touchpoints = touchpoints[:limit]
        return {
            "items": touchpoints._get_timeline_items(),
            "has_more": has_more,
            "next": encode_cursor(touchpoints[-1].date, touchpoints[-1].id) if has_more else "",
            "channels": [self._get_term_data(term) for term in self.channel_id.search([])],
            "stages": [self._get_term_data(term) for term in self.stage_id.search([])],
            "can_log": self.browse().has_access("create"),
            "header": [] if before else self._get_timeline_header(record),
        }

    @api.model
    def log_contact(self, res_model, res_id, values):
        """Record one contact by hand.

        :param str res_model: ``res.partner`` or ``crm.lead``
        :param dict values: ``channel_id``; optional ``stage_id``, ``dimension_id``,
            ``direction``, ``purpose``, ``summary``, ``date`` (now by default),
            ``expectation`` and ``experience`` (both 0–10, together)
        :return: the new item as in :meth:`get_timeline`
        """
        record = self._get_timeline_record(res_model, res_id)
        self.browse().check_access("create")
        values = self._parse_contact(values)
        rating = {key: values.pop(key) for key in ("expectation", "experience") if key in values}
        contact = self._prepare_contact_values(record)
        if rating and not contact["partner_id"]:
            raise UserError(
                self.env._("Set the customer of the opportunity first: an answer belongs to one.")
            )
        touchpoint = self.create(contact | values)
        if rating:
            self.env["crm.feedback"].create(touchpoint._prepare_rating_values() | rating)
        return touchpoint._get_timeline_items()[0]

    # ------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------

    @api.model
    def _get_timeline_record(self, res_model, res_id):
        """Return the customer or opportunity, if it is there and may be read."""
        if res_model not in TIMELINE_MODELS:
            raise UserError(self.env._("Only customers and opportunities have a timeline."))
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
    def _get_cursor(self, before):
        if not before:
            return None
        try:
            return decode_cursor(before)
        except (TypeError, ValueError):
            raise UserError(
                self.env._("Pass the “next” of the page before, or nothing for the first page.")
            ) from None

    @api.model
    def _parse_contact(self, values):
        if isinstance(values, dict):
            # an empty field of the web client is False
            values = {key: value for key, value in values.items() if value is not False}
        try:
            values = parse_values(values, CONTACT_FIELDS)
            check_rating(values)
        except IntakeError as error:
            raise UserError(self._word_error(error)) from None
        for key in ("channel_id", "stage_id", "dimension_id"):
            if key in values and not self[key].browse(values[key]).exists():
                raise UserError(
                    self._word_error(IntakeError("no_record", key=key, value=values[key]))
                )
        return values

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    @api.model
    def _find_timeline(self, record, domain, limit, cursor):
        """Return the latest touchpoints behind the cursor, in one query.

        Every contact of a company is one range of the index: rows are read until the page
        is full, however long the history and the table are.
        """
        is_lead = record._name == "crm.lead"
        partners = self._get_timeline_partners(record.partner_id if is_lead else record)
        branches = [
            SQL(
                """SELECT page.id, page.date
                     FROM unnest(%s::int[]) AS owner(id) CROSS JOIN LATERAL %s AS page""",
                partners.ids,
                self._get_timeline_query("partner_id", SQL("owner.id"), domain, limit, cursor),
            )
        ]
        if is_lead:
            branches.append(
                SQL(
                    "SELECT page.id, page.date FROM %s page",
                    self._get_timeline_query("lead_id", record.id, domain, limit, cursor),
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
    def _get_timeline_partners(self, partner):
        """Return the customer, with its people if it is a company."""
        partner = partner._filtered_access("read")
        if partner.commercial_partner_id != partner:
            return partner
        return partner.with_context(active_test=False).search(
            [("commercial_partner_id", "in", partner.ids)]
        )

    @api.model
    def _get_timeline_header(self, record):
        """Return the alerts about the customer of the record as data, the gravest first."""
        partner = record if record._name == "res.partner" else record.partner_id
        header = []
        for alert in self._get_timeline_partners(partner)._get_customer_alerts():
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
        ratings = self._get_ratings()
        documents = self._get_readable_documents()
        return [
            self._prepare_timeline_item(touchpoint, ratings.get(touchpoint.id), documents)
            for touchpoint in touchpoints
        ]

    @api.model
    def _prepare_timeline_item(self, touchpoint, rating, documents):
        item = {
            "id": touchpoint.id,
            "date": fields.Datetime.to_string(touchpoint.date),
            "summary": touchpoint._get_timeline_summary(),
            "direction": touchpoint.direction,
            "channel": self._get_term_data(touchpoint.channel_id),
            "has_amount": bool(touchpoint.amount),
            "has_feedback": bool(rating),
        }
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
        if rating:
            item |= {
                "expectation": rating.expectation,
                "experience": rating.experience,
                "gap": rating.score,
            }
        if (touchpoint.res_model, touchpoint.res_id) in documents:
            item["document"] = {"model": touchpoint.res_model, "id": touchpoint.res_id}
        return item

    def _get_timeline_summary(self):
        """Return the words of the contact; one that Odoo captured has the name of its event."""
        if self.summary or not self.event:
            return self.summary or ""
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

    def _get_ratings(self):
        """Return the first answer with expectation and experience of every touchpoint."""
        ratings = {}
        for rating in self.env["crm.feedback"].search(
            [("touchpoint_id", "in", self.ids), ("metric", "=", "gap")], order="id"
        ):
            ratings.setdefault(rating.touchpoint_id.id, rating)
        return ratings

    def _get_readable_documents(self):
        """Return (model, id) of the documents that are there and that the user may read."""
        ids_by_model = {}
        for touchpoint in self:
            if touchpoint.res_id and touchpoint.res_model in self.env:
                ids_by_model.setdefault(touchpoint.res_model, set()).add(touchpoint.res_id)
        documents = set()
        for model, ids in ids_by_model.items():
            if self.env[model].has_access("read"):
                records = self.env[model].browse(ids).exists()._filtered_access("read")
                documents.update((model, record_id) for record_id in records.ids)
        return documents

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _prepare_contact_values(self, record):
        """Return what the record says about a contact logged on it."""
        is_lead = record._name == "crm.lead"
        partner = record.partner_id if is_lead else record
        company = record.company_id or partner.company_id or self.env.company
        if company not in self.env.companies and company in self.env.company.sudo().parent_ids:
            # A branch shares the customers of the company above it; the contact is its own.
            company = self.env.company
        team = record.team_id if is_lead else self.env.user.sale_team_id
        if team.company_id and team.company_id != company:
            team = team.browse()
        return {
            "partner_id": partner.id,
            "lead_id": record.id if is_lead else False,
            "company_id": company.id,
            "team_id": team.id,
            "user_id": self.env.uid,
        }

    def _prepare_rating_values(self):
        """Return what the touchpoint says about its answer."""
        return {
            "metric": "gap",
            "touchpoint_id": self.id,
            "date": self.date,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "channel_id": self.channel_id.id,
            "dimension_id": self.dimension_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
        }
