from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.addons.crm_experience.tools.intake import (
    Choice,
    Identifier,
    IntakeError,
    Moment,
    Text,
    shorten,
)
from odoo.exceptions import ValidationError

from .crm_case import KINDS, SEVERITIES

TEXT_LIMIT = 10_000
TITLE_LIMIT = 200
# Older ones are history, not something that must be settled in working hours.
MOST_YEARS = 5

INTAKE_FIELDS = {
    "source": Text(required=True),
    "external_id": Text(required=True, limit=255),
    "date": Moment(),
    "partner_id": Identifier(),
    "email": Text(limit=254),
    "phone": Text(),
    "ref": Text(limit=255),
    "title": Text(required=True, limit=TITLE_LIMIT),
    "description": Text(limit=TEXT_LIMIT),
    "kind": Choice(choices=tuple(kind for kind, _label in KINDS)),
    "severity": Choice(choices=tuple(severity for severity, _label in SEVERITIES)),
    "channel": Text(),
    "dimension": Text(),
    "cause_id": Identifier(),
    "product_id": Identifier(),
    "order": Text(limit=255),
    "team_id": Identifier(),
    "user_id": Identifier(),
}


class CrmCaseIntake(models.Model):
    """Cases from outside, in bulk: each is opened once."""

    _inherit = "crm.case"

    @api.constrains("source")
    def _check_source(self):
        if self.filtered(lambda case: case.source == RESERVED_SOURCE):
            raise ValidationError(
                self.env._(
                    "The source “%(value)s” is kept for what Odoo captures by itself.",
                    value=RESERVED_SOURCE,
                )
            )

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def submit(self, cases):
        """Open cases that customers brought up outside Odoo; each is opened once.

        :param list cases: at most 1,000 dictionaries with

            * ``source``, ``external_id``: together the identity of the case in a company
            * one of ``partner_id``, ``email``, ``phone``, ``ref``
            * ``title``: what it is about, at most 200 characters
            * optional: ``date`` (when the customer told it, at most 5 years ago; now by
              default), ``description``, ``kind`` (``complaint``, the default, ``question``,
              ``return``, ``problem``), ``severity`` (``0`` low to ``3`` urgent; ``1`` by
              default), ``channel``, ``dimension`` (codes), ``cause_id``, ``product_id``,
              ``order`` (number of an order of this customer), ``team_id``, ``user_id``
        :return: for every case, in order, ``{"status": "created" | "existing" | "error",
            "id": int | False, "error": str}``

        One bad case does not lose the others. Cases without ``user_id`` get an owner as their
        team wants it. Rows are inserted by SQL: overrides of ``create`` do not see them.
        """
        return self._intake(cases)

    # ------------------------------------------------------------
    # Intake
    # ------------------------------------------------------------

    @api.model
    def _get_intake_fields(self):
        return INTAKE_FIELDS

    @api.model
    def _get_references(self, items):
        def wanted(key):
            return {item[key] for item in items if key in item}

        return super()._get_references(items) | {
            "now": fields.Datetime.now(),
            "currency_id": self.env.company.currency_id.id,
            # only the id of the team that gets what names none
            "default_team_id": self.env.company.sudo().case_team_id.id,
            "cause_id": self._find_ids("crm.case.cause", wanted("cause_id")),
            "product_id": self._find_ids("product.product", wanted("product_id")),
            "order": self._find_orders(wanted("order")),
        }

    @api.model
    def _find_ids(self, model, ids):
        """Return which of these ids are records that the caller may read, of this company."""
        if not ids:
            return set()
        records = self.env[model].search([("id", "in", list(ids))])
        if "company_id" in records._fields:
            own = {False, *self.env.company.sudo().parent_ids.ids}
            records = records.filtered(lambda record: record.company_id.id in own)
        return set(records.ids)

    @api.model
    def _find_orders(self, names):
        """Return the ids of orders by number and customer.

        Looked up with all rights: what leaves this method is only which order of a customer,
        whom the caller may read, the number means.
        """
        if not names:
            return {}
        orders = (
            self.env["sale.order"]
            .sudo()
            .search_fetch(
                [("name", "in", list(names)), ("company_id", "=", self.env.company.id)],
                ["name", "partner_id"],
            )
        )
        return {
            (order.name, order.partner_id.commercial_partner_id.id): order.id for order in orders
        }

    @api.model
    def _prepare_intake_values(self, item, references):
        now = references["now"]
        item = {"date": now} | item
        if not now - timedelta(days=366 * MOST_YEARS) <= item["date"] <= now + timedelta(days=1):
            raise IntakeError(
                "year", key="date", value=item["date"], low=now.year - MOST_YEARS, high=now.year
            )
        values = self._prepare_common_values(item, references)
        date = min(values.pop("date"), now)
        for key in ("cause_id", "product_id"):
            if key in item and item[key] not in references[key]:
                raise IntakeError("no_record", key=key, value=item[key])
        values["team_id"] = values["team_id"] or references["default_team_id"] or None
        return {
            **self._get_row_defaults(references["currency_id"], date),
            **values,
            "title": item["title"],
            "description": item.get("description"),
            "kind": item.get("kind", "complaint"),
            "severity": item.get("severity", "1"),
            "cause_id": item.get("cause_id"),
            "product_id": item.get("product_id"),
            "order_id": self._get_item_order(item, references, values["partner_id"]),
        }

    @api.model
    def _get_item_order(self, item, references, partner_id):
        if "order" not in item:
            return None
        # the caller may read the customer, and with them who they belong to
        commercial = self.env["res.partner"].sudo().browse(partner_id).commercial_partner_id
        order_id = references["order"].get((item["order"], commercial.id))
        if not order_id:
            raise IntakeError("term", key="order", value=shorten(item["order"]))
        return order_id

    @api.model
    def _get_row_defaults(self, currency_id, date):
        """Return the columns of a new row that say nothing of what it is about."""
        return {
            "state": "new",
            "active": True,
            "currency_id": currency_id,
            "date_open": date,
            "date_clock": date,
            "reopen_count": 0,
            "escalation_level": 0,
            "waited_hours": 0,
        }

    @api.model
    def _insert_rows(self, rows):
        """Complete the new ones as if they had been created one by one."""
        created, existing = super()._insert_rows(rows)
        cases = self.browse(created.values())
        if cases:
            cases.modified(["state", "severity", "cause_id", "date_open", "partner_id"])
            cases._after_opening()
        return created, existing

    @api.model
    def _insert_ignoring_conflicts(self, values_list):
        """Number only what is new."""
        numbers = self._get_numbers(values_list)
        return super()._insert_ignoring_conflicts(
            [
                {**values, "name": number}
                for values, number in zip(values_list, numbers, strict=True)
            ]
        )
