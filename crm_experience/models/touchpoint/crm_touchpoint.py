from odoo import api, fields, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.addons.crm_experience.tools.intake import (
    MAX_AMOUNT,
    Choice,
    Identifier,
    IntakeError,
    Moment,
    Number,
    Text,
    check_rating,
    shorten,
)
from odoo.addons.crm_experience.tools.satisfaction import RATING_SCALE
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import float_round

SUMMARY_LIMIT = 2000

INTAKE_FIELDS = {
    "source": Text(required=True),
    "external_id": Text(required=True, limit=255),
    "date": Moment(required=True),
    "partner_id": Identifier(),
    "email": Text(limit=254),
    "phone": Text(),
    "ref": Text(limit=255),
    "channel": Text(required=True),
    "stage": Text(),
    "dimension": Text(),
    "direction": Choice(choices=("in", "out")),
    "purpose": Choice(choices=("sale", "service", "care")),
    "summary": Text(limit=SUMMARY_LIMIT),
    "amount": Number(),
    "currency": Text(),
    "expectation": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "experience": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "team_id": Identifier(),
    "user_id": Identifier(),
}


class CrmTouchpoint(models.Model):
    """One contact with a customer. Light, because there will be millions of them."""

    _name = "crm.touchpoint"
    _description = "Touchpoint"
    _inherit = ["crm.experience.intake"]
    _order = "date desc, id desc"
    _rec_names_search = ("channel_id", "partner_id")
    _check_company_auto = True
    _identity = ("source", "external_id", "res_model", "res_id", "event", "capture_source_id")

    date = fields.Datetime(required=True, default=fields.Datetime.now)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="cascade", check_company=True
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", ondelete="set null", check_company=True
    )
    channel_id = fields.Many2one("crm.touchpoint.channel", required=True, ondelete="restrict")
    stage_id = fields.Many2one("crm.journey.stage", string="Journey Stage", ondelete="restrict")
    dimension_id = fields.Many2one("crm.experience.dimension", ondelete="restrict")
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")],
        required=True,
        default="in",
        help="Incoming: the customer turned to us. Outgoing: we turned to the customer.",
    )
    purpose = fields.Selection([("sale", "Sale"), ("service", "Service"), ("care", "Care")])
    summary = fields.Text(help="What it was about, in a sentence or two.")
    amount = fields.Monetary(
        help="What the customer bought on this occasion, also outside Odoo.",
    )
    currency_id = fields.Many2one("res.currency", ondelete="restrict")
    team_id = fields.Many2one("crm.team", ondelete="set null", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        check_company=True,
        default=lambda self: self.env.user,
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document ID", model_field="res_model", readonly=True)
    feedback_ids = fields.One2many("crm.feedback", "touchpoint_id", string="Answers")

    _date_index = models.Index("(date DESC, id DESC)")
    _partner_date_index = models.Index("(partner_id, date DESC, id DESC)")
    _lead_date_index = models.Index("(lead_id, date DESC, id DESC) WHERE lead_id IS NOT NULL")
    # what was written lately, for the jobs that follow customers; small, for rows come in order
    _write_date_index = models.Index("USING brin (write_date)")
    _document_index = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.model
    def _get_customer_rule_domain(self, partner_domain):
        """Contacts with somebody who is no contact yet: who may read the opportunity."""
        lead_domain = self.env["ir.rule"]._get_core_domain("crm.lead")
        return Domain("partner_id", "any", partner_domain) | (
            Domain("partner_id", "=", False) & Domain("lead_id", "any", lead_domain)
        )

    @api.constrains("partner_id", "lead_id", "channel_id")
    def _check_customer(self):
        if self.filtered(lambda touchpoint: not (touchpoint.partner_id or touchpoint.lead_id)):
            raise ValidationError(self.env._("Say which customer or opportunity it was with."))

    @api.constrains("amount")
    def _check_amount(self):
        # One amount that is no number would make every sum over it none.
        if not all(abs(touchpoint.amount) <= MAX_AMOUNT for touchpoint in self):
            raise ValidationError(self.env._("This amount is out of range."))

    @api.constrains("source")
    def _check_source(self):
        if self.filtered(lambda touchpoint: touchpoint.source == RESERVED_SOURCE):
            raise ValidationError(
                self.env._(
                    "The source “%(value)s” is kept for what Odoo captures by itself.",
                    value=RESERVED_SOURCE,
                )
            )

    @api.constrains("summary")
    def _check_summary(self):
        if self.filtered(lambda touchpoint: len(touchpoint.summary or "") > SUMMARY_LIMIT):
            raise ValidationError(
                self.env._("A summary has at most %(limit)s characters.", limit=SUMMARY_LIMIT)
            )

    @api.depends("channel_id", "partner_id", "lead_id")
    def _compute_display_name(self):
        for touchpoint in self:
            customer = touchpoint.partner_id or touchpoint.lead_id
            parts = (touchpoint.channel_id.name, customer.display_name)
            touchpoint.display_name = " · ".join(filter(None, parts))

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_open_document(self):
        """Open the order, the meeting or whatever the contact was captured from.

        :raises UserError: where there is none, or not any more
        :raises AccessError: for a document that the user may not read
        """
        if len(self) != 1:
            raise UserError(self.env._("Open one contact at a time."))
        self.check_access("read")
        model = self.env.get(self.res_model or "")
        document = model.browse(self.res_id).exists() if model is not None else None
        if not document:
            raise UserError(self.env._("This record is not there any more."))
        document.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def log(self, events):
        """Record contacts that happened outside Odoo; each is counted once.

        :param list events: at most 1,000 dictionaries with

            * ``source``, ``external_id``: together the identity of the event in a company
            * ``date``: ISO 8601 or Odoo's format; UTC unless it says otherwise; a date
              without a time counts as noon
            * one of ``partner_id``, ``email``, ``phone``, ``ref``
            * ``channel``: code of a channel
            * optional: ``stage``, ``dimension`` (codes), ``direction`` (``in``, the default,
              or ``out``), ``purpose`` (``sale``, ``service``, ``care``), ``summary``,
              ``amount``, ``currency`` (the company's by default), ``expectation`` and
              ``experience`` (both 0–10, together), ``team_id``, ``user_id``
        :return: for every event, in order, ``{"status": "created" | "existing" | "error",
            "id": int | False, "error": str}``

        One bad event does not lose the others. Rows are inserted by SQL: overrides of
        ``create`` do not see them.
        """
        return self._intake(events)

    # ------------------------------------------------------------
    # Intake
    # ------------------------------------------------------------

    @api.model
    def _get_intake_fields(self):
        return INTAKE_FIELDS

    @api.model
    def _prepare_intake_values(self, item, references):
        check_rating(item)
        currency_id, rounding = self._get_item_currency(item, references)
        return {
            **self._prepare_common_values(item, references),
            "stage_id": self._get_term(item, references, "stage"),
            "direction": item.get("direction", "in"),
            "purpose": item.get("purpose"),
            "summary": item.get("summary"),
            "amount": currency_id and float_round(item["amount"], precision_rounding=rounding),
            "currency_id": currency_id,
            "expectation": item.get("expectation"),
            "experience": item.get("experience"),
        }

    @api.model
    def _get_item_currency(self, item, references):
        """Return the currency of the amount and its rounding, twice None without an amount."""
        currency = references["currency"].get(item.get("currency"))
        if not currency:
            raise IntakeError("currency", value=shorten(item["currency"]))
        return currency if "amount" in item else (None, None)

    @api.model
    def _insert_rows(self, rows):
        """Write the events, then the answers of those that are new."""
        ratings = {
            key: (values.pop("expectation"), values.pop("experience"))
            for key, values in rows.items()
        }
        created, existing = super()._insert_rows(rows)
        self.env["crm.feedback"]._insert_touchpoint_ratings(
            {
                key: {**rows[key], "touchpoint_id": touchpoint_id, "rating": ratings[key]}
                for key, touchpoint_id in created.items()
                if ratings[key][0] is not None
            }
        )
        return created, existing
