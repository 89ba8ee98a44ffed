from odoo import models


class CalendarAttendee(models.Model):
    """A customer who declines an invitation does not come."""

    _inherit = "calendar.attendee"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # Customers answer by a link; the meeting is looked at, not shown.
            self.sudo().event_id._remember_touchpoints("changed")
        return result
