from odoo import api, fields, models
from odoo.addons.crm_experience.tools.intake import (
    Choice,
    IntakeError,
    Number,
    Text,
    parse_values,
)
from odoo.addons.crm_experience.tools.yearly_date import (
    CALENDARS,
    GREGORIAN,
    YEARS,
    count_years,
)
from odoo.exceptions import UserError, ValidationError

from .crm_partner_fact import SOURCES

KINDS = [
    ("birthday", "Birthday"),
    ("anniversary", "Anniversary"),
    ("first_purchase", "First purchase"),
    ("other", "Other"),
]
DATE_FIELDS = {
    "kind": Choice(required=True, choices=tuple(kind for kind, _label in KINDS)),
    "calendar": Choice(choices=CALENDARS),
    "month": Number(required=True, low=1, high=12),
    "day": Number(required=True, low=1, high=31),
    "year": Number(low=YEARS[0], high=YEARS[1]),
    "name": Text(limit=255),
    "source": Choice(choices=tuple(source for source, _label in SOURCES)),
    "source_note": Text(limit=255),
}


class CrmPartnerDate(models.Model):
    """A day of the year that matters to a customer."""

    _name = "crm.partner.date"
    _description = "Important Date of a Customer"
    _inherit = ["crm.customer.note", "crm.yearly.date"]
    _order = "date_next, id"

    kind = fields.Selection(
        KINDS,
        required=True,
        default="birthday",
    )
    name = fields.Char(
        string="Occasion", help="What it is the day of, such as: wedding, opening of the store."
    )
    year = fields.Integer(
        aggregator=None,
        help="The year that it began in, if it is known; says how many years it is.",
    )
    source = fields.Selection(
        selection=lambda self: (
            self.env["crm.partner.fact"]._fields["source"]._description_selection(self.env)
        ),
        required=True,
        default="customer",
        help="How we know.",
    )
    source_note = fields.Char(help="More about the source: who said it, which document.")
    is_derived = fields.Boolean(
        string="Found by Odoo",
        readonly=True,
        copy=False,
        help="From the first confirmed order. Follows the orders until somebody changes it.",
    )
    years_next = fields.Integer(
        string="Years", compute="_compute_years_next", help="How many years it will be next time."
    )

    _partner_date_index = models.Index("(partner_id, date_next) WHERE active")

    # The contacts of a merge are taken care of by base.partner.merge.automatic.wizard.
    _kind_unique = models.UniqueIndex(
        "(company_id, partner_id, kind) WHERE active AND kind IN ('birthday', 'first_purchase')",
        "This customer has a birthday or a first purchase already: change that one.",
    )

    @api.depends("date_next", "year")
    def _compute_years_next(self):
        for record in self:
            record.years_next = record.date_next and record._count_years(record.date_next)

    @api.depends("kind", "name", "partner_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " · ".join(
                filter(None, (record._get_title(), record.partner_id.display_name))
            )

    @api.constrains("kind", "name")
    def _check_name(self):
        if self.filtered(lambda record: record.kind == "other" and not record.name):
            raise ValidationError(self.env._("Say what this is the day of."))

    @api.constrains("year")
    def _check_year(self):
        low, high = YEARS
        if self.filtered(lambda record: record.year and not low <= record.year <= high):
            raise ValidationError(
                self.env._(
                    "The year is between %(low)s and %(high)s, or empty.", low=low, high=high
                )
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        dates = super().create(vals_list)
        dates.partner_id._send_customer_pulse("date")
        return dates

    def write(self, vals):
        """What somebody has changed follows the orders no more."""
        result = super().write(vals)
        if vals.keys() & {"month", "day", "year", "calendar", "kind"}:
            super(CrmPartnerDate, self.sudo()).write({"is_derived": False})
        self.partner_id._send_customer_pulse("date")
        return result

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def add_date(self, partner_id, values):
        """Note a day of the year that matters to a customer.

        The same day noted again is not noted twice.

        :param int partner_id: a contact that the user may read
        :param dict values: ``kind`` (``birthday``, ``anniversary``, ``first_purchase``,
            ``other``), ``month``, ``day``; optional ``calendar`` (``gregorian``, the default, or
            ``lunar``), ``is_leap_month``, ``year`` (of that calendar), ``name``, ``source``,
            ``source_note``
        :return: ``id``, ``date`` (when it is next) and ``years`` (how many it will be, 0 if that
            is not known)
        """
        partner = self.env["crm.touchpoint"]._get_timeline_record("res.partner", partner_id)
        self.browse().check_access("create")
        values = self._parse_date(values)
        note = self._prepare_note_values(partner)
        same = self.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", note["company_id"]),
                *(
                    (key, "=", values[key])
                    for key in ("kind", "calendar", "month", "day", "year", "name")
                    if key in values
                ),
            ],
            limit=1,
        )
        noted = same or self.create(note | values)
        return {
            "id": noted.id,
            "date": fields.Date.to_string(noted.date_next),
            "years": noted.years_next,
        }

    @api.model
    def _parse_date(self, values):
        """Return the values of a new date.

        :raises UserError: saying what is wrong with them
        """
        is_leap_month = None
        if isinstance(values, dict):
            # an empty field of the web client is False
            values = {key: value for key, value in values.items() if value is not False}
            is_leap_month = values.pop("is_leap_month", None)
        if not (is_leap_month is None or isinstance(is_leap_month, bool)):
            raise UserError(self.env._("Say true or false: is it in the leap month?"))
        try:
            values = parse_values(values, DATE_FIELDS)
        except IntakeError as error:
            raise UserError(self.env["crm.touchpoint"]._word_error(error)) from None
        numbers = {key: values[key] for key in ("month", "day", "year") if key in values}
        if any(number != int(number) for number in numbers.values()):
            raise UserError(self.env._("Month, day and year are whole numbers."))
        numbers = {key: int(number) for key, number in numbers.items()}
        return {"calendar": GREGORIAN} | values | numbers | {"is_leap_month": bool(is_leap_month)}

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def _count_years(self, occurrence):
        """Return the how manieth return of the day an occurrence is; 0 if that is not known."""
        self.ensure_one()
        return count_years(self._get_yearly_date(), self.year or 0, occurrence)

    def _get_title(self):
        """Return what it is the day of."""
        self.ensure_one()
        label = dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")
        return self.name or label

    # ------------------------------------------------------------
    # Import
    # ------------------------------------------------------------

    @api.model
    def get_import_templates(self):
        """The file to begin an import with: a date a line."""
        return [
            {
                "label": self.env._("Import Template for Important Dates"),
                "template": "/crm_experience/static/xls/crm_partner_date.xlsx",
            }
        ]
