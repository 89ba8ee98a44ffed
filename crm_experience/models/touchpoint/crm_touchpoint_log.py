from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.intake import (
    Choice,
    Identifier,
    IntakeError,
    Moment,
    Number,
    Text,
    Whole,
    check_rating,
    parse_values,
)
from odoo.addons.crm_experience.tools.satisfaction import RATING_SCALE
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_touchpoint import SUMMARY_LIMIT
from .crm_touchpoint_gift import MAX_GIFT

# How long a contact that was logged by hand may be taken back by whoever logged it.
UNDO_TIME = timedelta(minutes=15)
CONTACT_FIELDS = {
    "channel_id": Identifier(required=True),
    "stage_id": Identifier(),
    "dimension_id": Identifier(),
    "direction": Choice(choices=("in", "out")),
    "purpose": Choice(choices=("sale", "service", "care")),
    "summary": Text(limit=SUMMARY_LIMIT),
    "date": Moment(),
    "expectation": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "gift_item_id": Identifier(),
    "gift_quantity": Whole(high=MAX_GIFT),
    "experience": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
}


class CrmTouchpoint(models.Model):
    """Contacts that people write down by hand, in three taps."""

    _inherit = "crm.touchpoint"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_log_options(self, res_model, res_id):
        """Return what there is to choose from when a contact is logged.

        :param str res_model: ``res.partner``, ``crm.lead`` or ``sale.order``
        :return: ``name`` of the record, ``channels``, ``stages``, ``can_log``, ``can_rate``
            (there is a customer to answer), ``stage_id`` of the latest contact that has one, and
            ``gifts`` with ``kind``, ``unit``, ``left`` and ``shortage`` (``warn`` or ``refuse``
            more than is left)
        """
        record = self._get_timeline_record(res_model, res_id)
        partners = self._get_timeline_partners(record)
        latest = self._find_timeline(record, partners, Domain("stage_id", "!=", False), 1, None)
        options = {
            "name": record.display_name,
            "channels": self._get_terms("channel_id"),
            "stages": self._get_terms("stage_id"),
            "can_log": self.browse().has_access("create"),
            "can_rate": record._name == "res.partner" or bool(record.partner_id),
            "gifts": self._get_gift_options(record),
        }
        return options | ({"stage_id": latest.stage_id.id} if latest else {})

    @api.model
    def log_contact(self, res_model, res_id, values):
        """Record one contact by hand.

        :param str res_model: ``res.partner``, ``crm.lead`` or ``sale.order``
        :param dict values: ``channel_id``; optional ``stage_id``, ``dimension_id``,
            ``direction``, ``purpose``, ``summary``, ``date`` (now by default),
            ``expectation`` and ``experience`` (both 0–10, together), ``gift_item_id`` and
            ``gift_quantity`` (1 by default) of what was handed out
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
        if "gift_quantity" in values and "gift_item_id" not in values:
            raise UserError(self.env._("Say what was handed out."))
        # So that the entry opens the order that was talked about, which cannot be entered.
        document = {key: contact.pop(key) for key in ("res_model", "res_id") if key in contact}
        touchpoint = self.create(contact | values)
        touchpoint.sudo().write(document)
        if rating:
            answers = self.env["crm.feedback"]
            answers.check_access("create")
            # which contact it is about cannot be entered, but this is it
            answers.sudo().create(touchpoint._prepare_rating_values() | rating)
        return touchpoint._get_timeline_items()[0]

    @api.model
    def undo_contact(self, touchpoint_id):
        """Take back a contact that one has logged by hand, within 15 minutes.

        :param int touchpoint_id: ``id`` of the item that :meth:`log_contact` answered
        :return: true, also if it is gone already
        :raises UserError: if it is somebody else's, older, or not logged by hand
        """
        if (
            isinstance(touchpoint_id, bool)
            or not isinstance(touchpoint_id, int)
            or not 0 < touchpoint_id < 2**31
        ):
            raise UserError(self.env._("The id of a record is a whole number above 0."))
        self.browse().check_access("create")
        touchpoint = self.browse(touchpoint_id).exists()
        if not touchpoint:
            return True  # taken back already: sending it again changes nothing
        touchpoint.check_access("read")
        # Users may not delete: what they have just written themselves is the one exception.
        own = touchpoint.sudo()
        if (
            own.create_uid.id != self.env.uid
            or own.source != "manual"
            or own.create_date < fields.Datetime.now() - UNDO_TIME
        ):
            raise UserError(
                self.env._("You can take back what you have logged yourself, for 15 minutes.")
            )
        own.unlink()
        return True

    # ------------------------------------------------------------
    # Values
    # ------------------------------------------------------------

    @api.model
    def _get_gift_options(self, record):
        """Return what can be handed out on a contact with the record, and what is left of it."""
        contact = self._prepare_contact_values(record)
        items = self.env["crm.gift.item"].search([("company_id", "=", contact["company_id"])])
        left = items._get_left(self.env["crm.team"].browse(contact["team_id"]))
        return [
            {
                "id": item.id,
                "name": item.name,
                "kind": item.kind,
                "unit": item.unit or "",
                "left": left[item.id],
                "shortage": item.shortage,
            }
            for item in items
        ]

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
        for key in ("channel_id", "stage_id", "dimension_id", "gift_item_id"):
            if key in values and not self[key].browse(values[key]).exists():
                raise UserError(
                    self._word_error(IntakeError("no_record", key=key, value=values[key]))
                )
        return values

    @api.model
    def _prepare_contact_values(self, record):
        """Return what the record says about a contact logged on it."""
        is_partner = record._name == "res.partner"
        partner = record if is_partner else record.partner_id
        company = record.company_id or partner.company_id or self.env.company
        if company not in self.env.companies and company in self.env.company.sudo().parent_ids:
            # A branch shares the customers of the company above it; the contact is its own.
            company = self.env.company
        team = self.env.user.sale_team_id if is_partner else record.team_id
        if team.company_id and team.company_id != company:
            team = team.browse()
        values = {
            "partner_id": partner.id,
            "lead_id": self._get_timeline_lead(record).id,
            "company_id": company.id,
            "team_id": team.id,
            "user_id": self.env.uid,
        }
        if record._name == "sale.order":
            values |= {"res_model": record._name, "res_id": record.id}
        return values

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
