from odoo import api, fields, models
from odoo.addons.crm_experience.tools.yearly_date import (
    GREGORIAN,
    LUNAR,
    YearlyDate,
    get_next,
    get_previous,
    is_day,
)
from odoo.exceptions import ValidationError
from odoo.tools import SQL

_PORTION = 1000


class CrmYearlyDate(models.AbstractModel):
    """A day that comes back every year, in the Gregorian or the Chinese lunar calendar.

    Its next and its last occurrence are stored, so that they can be searched; the nightly job moves
    those that are over. Formulas and rules: ``tools/yearly_date.py``.
    """

    _name = "crm.yearly.date"
    _description = "Day of the Year"

    calendar = fields.Selection(
        [(GREGORIAN, "Gregorian"), (LUNAR, "Chinese lunar")],
        required=True,
        default=GREGORIAN,
    )
    month = fields.Integer(required=True, aggregator=None, help="1 to 12.")
    day = fields.Integer(
        required=True,
        aggregator=None,
        help="29 February is kept on 28 February in years without it, lunar day 30 on the last "
        "day of a shorter month.",
    )
    is_leap_month = fields.Boolean(
        string="In the Leap Month",
        help="Kept in the ordinary month of the same number in years without this leap month.",
    )
    date_next = fields.Date(
        string="Next On", compute="_compute_date_next", store=True, readonly=True, index=True
    )
    date_previous = fields.Date(
        string="Last On", compute="_compute_date_next", store=True, readonly=True
    )

    @api.depends("calendar", "month", "day", "is_leap_month")
    def _compute_date_next(self):
        today = fields.Date.context_today(self)
        for record in self:
            yearly = record._get_yearly_date()
            # a day that there is not is refused by _check_day, once it is saved
            fits = is_day(yearly)
            record.date_next = get_next(yearly, today) if fits else False
            record.date_previous = get_previous(yearly, today) if fits else False

    @api.constrains("calendar", "month", "day", "is_leap_month")
    def _check_day(self):
        for record in self:
            if not is_day(record._get_yearly_date()):
                raise ValidationError(
                    self.env._(
                        "There is no day %(day)s in month %(month)s of this calendar.",
                        day=record.day,
                        month=record.month,
                    )
                )

    def _get_yearly_date(self):
        self.ensure_one()
        return YearlyDate(self.calendar, self.month, self.day, self.is_leap_month)

    @api.model
    def _refresh_dates(self, today):
        """Move what is over to its next occurrence, in portions; what is due today is not over.

        :return: whether there is nothing left to move; otherwise call it again
        """
        table = SQL.identifier(self._table)
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id, calendar, month, day, COALESCE(is_leap_month, FALSE) FROM %s
                    WHERE date_next < %s OR date_next IS NULL ORDER BY id LIMIT %s""",
                table,
                today,
                _PORTION,
            )
        )
        moved = []
        for row_id, *day in rows:
            yearly = YearlyDate(*day)
            moved.append((row_id, get_previous(yearly, today), get_next(yearly, today)))
        if moved:
            ids, previous, following = (list(column) for column in zip(*moved, strict=True))
            self.env.cr.execute(
                SQL(
                    """UPDATE %s AS yearly
                          SET date_previous = moved.previous, date_next = moved.next
                         FROM unnest(%s::int[], %s::date[], %s::date[])
                           AS moved (id, previous, next)
                        WHERE yearly.id = moved.id""",
                    table,
                    ids,
                    previous,
                    following,
                )
            )
            self.invalidate_model(["date_next", "date_previous"])
        return len(rows) < _PORTION
