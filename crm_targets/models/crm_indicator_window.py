from odoo import fields, models


class CrmIndicatorWindow(models.Model):
    """Over which time the figure of a period is measured."""

    _inherit = "crm.indicator"

    window = fields.Selection(
        [
            ("period", "The period itself"),
            ("trailing", "A time up to its end"),
            ("year_to_date", "The fiscal year up to its end"),
            ("period_end", "The state at its end"),
        ],
        string="Measured Over",
        required=True,
        default="period",
        help="The figure of a period counts the records of the period itself, of a longer time "
        "that ends with it, or those that exist at its end.",
    )
    window_count = fields.Integer(
        string="Length", default=12, help="How many periods, weeks or months, 1 to 120."
    )
    window_unit = fields.Selection(
        [
            ("period", "Periods of the same type"),
            ("week", "Weeks"),
            ("month", "Months"),
        ],
        required=True,
        default="month",
        help="Twelve months up to the end of a week are a year; twelve periods of the same type "
        "are twelve weeks then.",
    )
    end_date_field = fields.Char(
        help="The date that ends the life of a record: it counts while it has begun and not ended. "
        "Without it, what exists now counts for the running period, and the figures of earlier "
        "periods stay as they were measured."
    )

    _check_window_count = models.Constraint(
        "CHECK (window_count BETWEEN 1 AND 120)",
        "The time that is measured is 1 to 120 periods, weeks or months long.",
    )
