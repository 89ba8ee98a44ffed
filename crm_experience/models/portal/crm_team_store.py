from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.distance import Address, position, sort_by_nearness
from odoo.addons.crm_experience.tools.opening_hours import group_days


class CrmTeamStore(models.Model):
    """A team with an address is a store that customers can find."""

    _inherit = "crm.team"

    store_partner_id = fields.Many2one(
        "res.partner",
        string="Store Address",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Where customers find the store, with its phone. A team with an address is shown "
        "on the page of the customers.",
    )
    store_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Opening Hours",
        ondelete="set null",
        help="When the store is open; holidays of the calendar are closed days.",
    )
    store_note = fields.Text(
        string="For Visitors",
        translate=True,
        help="Where to park, which entrance, what is different before holidays.",
    )

    @api.model
    def _get_stores(self, company):
        """Return the stores that customers of a company can go to."""
        return self.search(
            [
                ("store_partner_id.active", "=", True),
                ("company_id", "in", (False, company.id)),
                ("store_partner_id.company_id", "in", (False, company.id)),
            ],
            order="sequence, id",
        )

    def _sort_stores(self, partner, here=None):
        """Order stores from near to far.

        :param partner: whose address counts where no position is known
        :param here: position of the customer, if they told it; otherwise that of their address
        :return: list of store and distance in kilometres, none where it is unknown
        """
        here = here or position(partner.partner_latitude, partner.partner_longitude)
        addresses = [team.store_partner_id for team in self]
        places = [
            (
                position(address.partner_latitude, address.partner_longitude),
                self._get_address(address),
            )
            for address in addresses
        ]
        found = sort_by_nearness(here, self._get_address(partner), places)
        return [(self[index], distance) for index, distance in found]

    @api.model
    def _get_address(self, partner):
        return Address(
            partner.zip or "", partner.city or "", partner.state_id.id, partner.country_id.id
        )

    def _get_opening_days(self):
        """Return the opening hours of an ordinary week, see ``tools/opening_hours.py``.

        :return: none where nobody said when it is open
        """
        self.ensure_one()
        calendar = self.store_calendar_id
        lines = calendar.attendance_ids.filtered(
            lambda line: not line.display_type and line.day_period != "lunch"
        )
        if calendar.two_weeks_calendar:
            # of the two weeks, the one that it is now
            this_week = str(lines.get_week_type(fields.Date.today()))
            lines = lines.filtered(lambda line: line.week_type == this_week)
        week = {}
        for line in lines:
            week.setdefault(int(line.dayofweek), []).append((line.hour_from, line.hour_to))
        return group_days(week) if week else []

    def _is_store_open(self, moment):
        """Tell whether the store is open, holidays included.

        :param datetime moment: naive, UTC
        """
        self.ensure_one()
        start = moment.replace(tzinfo=timezone.utc)
        calendar = self.store_calendar_id
        return bool(
            calendar and calendar._work_intervals_batch(start, start + timedelta(minutes=1))[False]
        )
