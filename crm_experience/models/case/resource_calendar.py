import pytz
from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _get_case_spans(self, start, end):
        """Return the stretches of working time between two naive moments in UTC.

        Whoever sees a deadline may know by which hours it was set, not whose they are.
        """
        intervals = self.sudo()._work_intervals_batch(
            pytz.utc.localize(start), pytz.utc.localize(end)
        )
        return [(begin, finish) for begin, finish, _meta in intervals[False]]
