from odoo import api, fields, models
from odoo.addons.crm_experience.tools.yearly_date import YEARS, count_years
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmPartnerDate(models.Model):
    """A day of the year that matters to a customer."""

    _name = "crm.partner.date"
    _description = "Important Date of a Customer"
    _inherit = ["crm.customer.note", "crm.yearly.date"]
    _order = "date_next, id"

    kind = fields.Selection(
        [
            ("birthday", "Birthday"),
            ("anniversary", "Anniversary"),
            ("first_purchase", "First purchase"),
            ("other", "Other"),
        ],
        required=True,
        default="birthday",
    )
    name = fields.Char(
        string="Occasion", help="What it is the day of, such as: wedding, opening of the store."
    )
    year = fields.Integer(
        aggregator=None, help="The year that it began in, if it is known; says how many years it is."
    )
    source = fields.Selection(
        selection=lambda self: self.env["crm.partner.fact"]
        ._fields["source"]
        ._description_selection(self.env),
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
            record.years_next = (
                count_years(record._get_yearly_date(), record.year, record.date_next)
                if record.date_next
                else 0
            )

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

    def write(self, vals):
        """What somebody has changed follows the orders no more."""
        if vals.keys() & {"month", "day", "year", "calendar", "kind"}:
            vals = vals | {"is_derived": False}
        return super().write(vals)

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

    # ------------------------------------------------------------
    # First purchase
    # ------------------------------------------------------------

    @api.model
    def _derive_first_purchases(self, company, zone):
        """Note the first confirmed order of every customer of a company, and follow the orders.

        One statement for all customers. What somebody has entered, changed or archived stays.

        :param str zone: time zone that says which day an order was on
        """
        self.env["sale.order"].flush_model(["state", "date_order", "partner_id", "company_id"])
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH bought AS (
                    SELECT partner.commercial_partner_id AS partner_id,
                           (min(sale.date_order) AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                               AS day
                      FROM sale_order sale JOIN res_partner partner ON partner.id = sale.partner_id
                     WHERE sale.state = 'sale' AND sale.company_id = %(company)s
                     GROUP BY partner.commercial_partner_id
                )
                INSERT INTO crm_partner_date (
                    partner_id, company_id, kind, calendar, month, day, year, source, is_derived,
                    active, create_uid, create_date, write_uid, write_date
                )
                SELECT bought.partner_id, %(company)s, 'first_purchase', 'gregorian',
                       extract(month FROM bought.day), extract(day FROM bought.day),
                       extract(year FROM bought.day), 'document', TRUE,
                       TRUE, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM bought
                 WHERE NOT EXISTS (
                       SELECT FROM crm_partner_date AS known
                        WHERE known.partner_id = bought.partner_id
                          AND known.company_id = %(company)s
                          AND known.kind = 'first_purchase'
                          AND (NOT known.is_derived OR NOT known.active
                               OR (known.year, known.month, known.day) = (
                                   extract(year FROM bought.day), extract(month FROM bought.day),
                                   extract(day FROM bought.day))))
                 ORDER BY bought.partner_id
                ON CONFLICT (company_id, partner_id, kind)
                      WHERE active AND kind IN ('birthday', 'first_purchase')
                DO UPDATE SET month = excluded.month, day = excluded.day, year = excluded.year,
                              date_next = NULL, date_previous = NULL,
                              write_date = excluded.write_date
                        WHERE crm_partner_date.is_derived
                """,
                zone=zone,
                company=company.id,
                uid=self.env.uid,
            )
        )
        self.invalidate_model()
