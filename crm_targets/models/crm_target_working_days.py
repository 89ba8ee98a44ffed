from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz
from odoo import api, models
from odoo.addons.crm_targets.tools.pace import MONDAY_TO_FRIDAY, get_working_days
from odoo.tools import SQL


class Schedule(NamedTuple):
    """By which hours a unit works.

    :ivar zone: name of its time zone.
    :ivar weeks: `{weekday: (from, to)}` of two alternating weeks.
    :ivar leaves: from and to of public holidays and time off, naive UTC.
    """

    zone: str
    weeks: tuple[dict, dict]
    leaves: list[tuple[datetime, datetime]]


class CrmTargetWorkingDays(models.Model):
    """The days on which units work, by the working schedules of Odoo."""

    _inherit = "crm.target"

    @api.model
    def _get_working_days(self, keys, first, last):
        """The working days of many units from `first` to `last`, in one query.

        A person works by their own schedule, where Odoo knows one, without their time off; all
        others by that of the company. Public holidays are free for everybody.

        :param keys: unit keys, see `_get_unit_key`.
        :return: `{unit key: [day, …]}`.
        """
        days = {
            unit: get_working_days(
                schedule.weeks if any(schedule.weeks) else [MONDAY_TO_FRIDAY],
                self._get_local_leaves(schedule),
                first,
                last,
            )
            for unit, schedule in self._get_schedules(keys, first, last).items()
        }
        return {key: days[key[1], key[3]] for key in keys}

    @api.model
    def _get_local_leaves(self, schedule):
        zone = pytz.timezone(schedule.zone)
        return [
            tuple(
                pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None) for moment in leave
            )
            for leave in schedule.leaves
        ]

    @api.model
    def _get_schedules(self, keys, first, last):
        """`{(company id, user id or 0): Schedule}`; what is told are days, not whose leave it is
        or why.
        """
        schedules = {}
        for row in self._get_schedule_rows(keys, first, last):
            company_id, user_id, zone, week_type, weekday, *bounds, start, end = row
            unit = schedules.setdefault((company_id, user_id), Schedule(zone, ({}, {}), []))
            if start:
                unit.leaves.append((start, end))
            elif weekday is not None:
                for week in (unit.weeks[int(week_type)],) if week_type else unit.weeks:
                    week[int(weekday)] = tuple(bounds)
        return schedules

    @api.model
    def _get_schedule_rows(self, keys, first, last):
        """Working hours by weekday, and leaves, of every company and person."""
        resource = "resource.resource", "resource.calendar.leaves"
        for model in (
            "res.company",
            "resource.calendar",
            "resource.calendar.attendance",
            *resource,
        ):
            self.env[model].flush_model()
        day = timedelta(days=1)
        return self.env.execute_query(
            SQL(
                """
                WITH schedule AS (
                    SELECT DISTINCT ON (company.id, person.id)
                           company.id AS company_id, person.id AS user_id,
                           calendar.id AS calendar_id, resource.id AS resource_id,
                           COALESCE(resource.tz, calendar.tz, 'UTC') AS zone
                      FROM res_company company
                CROSS JOIN unnest(%(users)s) AS person (id)
                 LEFT JOIN resource_resource resource
                        ON resource.company_id = company.id AND resource.user_id = person.id
                           AND resource.active
                 LEFT JOIN resource_calendar calendar
                        ON calendar.id = COALESCE(
                               resource.calendar_id, company.resource_calendar_id
                           )
                     WHERE company.id = ANY(%(companies)s)
                  ORDER BY company.id, person.id, resource.id
                )
                SELECT schedule.company_id, schedule.user_id, schedule.zone, hours.week_type,
                       hours.dayofweek, min(hours.hour_from), max(hours.hour_to),
                       NULL::timestamp, NULL::timestamp
                  FROM schedule
             LEFT JOIN resource_calendar_attendance hours
                    ON hours.calendar_id = schedule.calendar_id AND hours.display_type IS NULL
                       AND hours.day_period != 'lunch'
              GROUP BY 1, 2, 3, 4, 5
             UNION ALL
                SELECT schedule.company_id, schedule.user_id, schedule.zone, NULL, NULL, NULL, NULL,
                       leave.date_from, leave.date_to
                  FROM schedule
                  JOIN resource_calendar_leaves leave
                    ON (leave.company_id IS NULL OR leave.company_id = schedule.company_id)
                       AND (leave.calendar_id IS NULL OR leave.calendar_id = schedule.calendar_id)
                       AND (leave.resource_id IS NULL OR leave.resource_id = schedule.resource_id)
                 WHERE leave.time_type = 'leave'
                   AND leave.date_from < %(last)s AND leave.date_to > %(first)s
                """,
                users=sorted({0, *(key[3] for key in keys)}),
                companies=sorted({key[1] for key in keys}),
                first=datetime.combine(first - day, time.min),
                last=datetime.combine(last + 2 * day, time.min),
            )
        )
