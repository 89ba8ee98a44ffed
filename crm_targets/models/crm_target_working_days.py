from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz
from odoo import api, models
from odoo.addons.crm_targets.tools.pace import MONDAY_TO_FRIDAY, get_working_days


class CrmTargetWorkingDays(models.Model):
    """The days on which units work, by the working schedules of Odoo."""

    _inherit = "crm.target"

    @api.model
    def _get_working_days(self, keys, first, last):
        """The working days of many units from `first` to `last`, in a fixed number of queries.

        A person works by their own schedule, where Odoo knows one, without their time off; all
        others by that of the company. Public holidays are free for everybody.

        :param keys: unit keys, see `_get_unit_key`.
        :return: `{unit key: [day, …]}`.
        """
        # What is told are days, not whose leave it is or why.
        companies = self.env["res.company"].sudo().browse({key[1] for key in keys})
        resources = self._get_resources(keys)
        calendars = companies.resource_calendar_id
        for resource in resources.values():
            calendars |= resource.calendar_id
        hours = self._get_working_hours(calendars)
        leaves = self._get_leaves(companies, calendars, resources.values(), first, last)
        found, result = {}, {}
        for key in keys:
            _scope, company_id, _team_id, user_id = key
            company = companies.browse(company_id)
            resource = resources.get((company_id, user_id))
            calendar = (resource and resource.calendar_id) or company.resource_calendar_id
            schedule = (company_id, calendar.id, resource.id if resource else 0)
            if schedule not in found:
                zone = pytz.timezone((resource or calendar).tz or "UTC")
                found[schedule] = get_working_days(
                    hours.get(calendar.id) or [MONDAY_TO_FRIDAY],
                    [
                        tuple(
                            pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)
                            for moment in moments
                        )
                        for (leave_company, leave_calendar, leave_resource), moments in leaves
                        if leave_company in (0, company_id)
                        and leave_calendar in (0, calendar.id)
                        and leave_resource in (0, schedule[2])
                    ],
                    first,
                    last,
                )
            result[key] = found[schedule]
        return result

    @api.model
    def _get_resources(self, keys):
        """The resource of every person in a company, where there is one."""
        persons = {(key[1], key[3]) for key in keys if key[3]}
        if not persons:
            return {}
        company_ids, user_ids = zip(*persons, strict=True)
        resources = (
            self.env["resource.resource"]
            .sudo()
            .search([("user_id", "in", user_ids), ("company_id", "in", company_ids)])
        )
        return {
            (resource.company_id.id, resource.user_id.id): resource
            for resource in resources
            if (resource.company_id.id, resource.user_id.id) in persons
        }

    @api.model
    def _get_working_hours(self, calendars):
        """`{calendar id: [{weekday: (from, to)}, …]}` of one week or of two alternating ones."""
        attendances = (
            self.env["resource.calendar.attendance"]
            .sudo()
            .search_fetch(
                [
                    ("calendar_id", "in", calendars.ids),
                    ("display_type", "=", False),
                    ("day_period", "!=", "lunch"),
                ],
                ["calendar_id", "dayofweek", "week_type", "hour_from", "hour_to"],
            )
        )
        weeks = defaultdict(lambda: ({}, {}))
        for attendance in attendances:
            types = (int(attendance.week_type),) if attendance.week_type else (0, 1)
            day = int(attendance.dayofweek)
            for week in (weeks[attendance.calendar_id.id][type_] for type_ in types):
                start, end = week.get(day, (24.0, 0.0))
                week[day] = (min(start, attendance.hour_from), max(end, attendance.hour_to))
        return weeks

    @api.model
    def _get_leaves(self, companies, calendars, resources, first, last):
        """Time off as `((company, calendar, resource), (from, to))` in UTC, ids 0 for all."""
        day = timedelta(days=1)
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search_fetch(
                [
                    ("time_type", "=", "leave"),
                    ("company_id", "in", [False, *companies.ids]),
                    ("calendar_id", "in", [False, *calendars.ids]),
                    ("resource_id", "in", [False, *(resource.id for resource in resources)]),
                    ("date_from", "<", datetime.combine(last + 2 * day, time.min)),
                    ("date_to", ">", datetime.combine(first - day, time.min)),
                ],
                ["company_id", "calendar_id", "resource_id", "date_from", "date_to"],
            )
        )
        return [
            (
                (leave.company_id.id or 0, leave.calendar_id.id or 0, leave.resource_id.id or 0),
                (leave.date_from, leave.date_to),
            )
            for leave in leaves
        ]
