from datetime import timedelta

import pytz
from odoo import api, fields, models
from odoo.addons.crm_experience.tools.sla import WorkingTime
from odoo.tools import SQL

# How far ahead working time is laid out first, and how far at most.
_DAYS = 60
_MOST_DAYS = 4 * 366
# What an average leaves out: the hours to what has not happened yet are stored as 0.
_HAPPENED = {"hours_to_response:avg": "date_first_response", "hours_to_solve:avg": "date_solved"}


class CrmCaseSla(models.Model):
    """By when a case must be answered and solved, in working hours of its team.

    The clock starts when the case is opened, or opened again, and rests while the customer has
    the turn: the time for which it rested is added to the hours there are for a solution, and to
    those for an answer as long as there was none.
    """

    _inherit = "crm.case"

    date_clock = fields.Datetime(
        string="Clock Started", readonly=True, copy=False, default=fields.Datetime.now
    )
    date_waiting = fields.Datetime(string="Waiting Since", readonly=True, copy=False)
    waited_hours = fields.Float(
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Working hours for which the customer had the turn; they do not count.",
    )
    date_response_deadline = fields.Datetime(
        string="Respond By", compute="_compute_deadlines", store=True
    )
    date_solution_deadline = fields.Datetime(
        string="Solve By", compute="_compute_deadlines", store=True
    )
    date_deadline = fields.Datetime(compute="_compute_deadlines", store=True, readonly=True)
    hours_to_response = fields.Float(
        string="Hours to First Response",
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="Working hours until we first answered.",
    )
    hours_to_solve = fields.Float(
        string="Hours to Solve",
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="Working hours until it was solved, since it was last opened, without those for "
        "which the customer had the turn.",
    )
    is_in_time = fields.Boolean(string="Solved in Time", compute="_compute_is_in_time", store=True)

    # ------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------

    @api.depends(
        *("severity", "team_id", "company_id", "date_open", "date_clock", "waited_hours"),
        *("state", "date_first_response"),
    )
    def _compute_deadlines(self):
        tasks = []
        for case in self:
            response, solution = case.company_id._get_case_hours(case.severity)
            opened = case.date_open or fields.Datetime.now()
            clock = case.date_clock or opened
            tasks += [
                (case, opened, response + case.waited_hours),
                (case, clock, solution + case.waited_hours),
            ]
        moments = iter(self._plan_working_hours(tasks))
        for case in self:
            respond_by = next(moments)
            # by when it was to be answered stays as it was at the answer, however long it waits
            if not (case.date_first_response and case.date_response_deadline):
                case.date_response_deadline = respond_by
            case.date_solution_deadline = next(moments)
            case.date_deadline = case._get_next_deadline()

    def _get_next_deadline(self):
        if self.state not in ("new", "in_progress"):
            return False
        if self.date_first_response:
            return self.date_solution_deadline
        return min(self.date_response_deadline, self.date_solution_deadline)

    @api.model
    def _plan_working_hours(self, tasks):
        """Return by when so many working hours have passed, one look at each calendar.

        :param tasks: (case, start, hours)
        """
        if not tasks:
            return []
        last = max(start for _case, start, _hours in tasks)
        days, moments = _DAYS, {}
        open_tasks = dict(enumerate(tasks))
        while open_tasks:
            first = min(start for _case, start, _hours in open_tasks.values())
            cases = self.browse().union(*(case for case, *_rest in open_tasks.values()))
            times = cases._get_working_times(first, last + timedelta(days=days))
            for number, (case, start, hours) in list(open_tasks.items()):
                moment = times[case._get_calendar()].add(start, hours)
                if moment is None and days >= _MOST_DAYS:
                    # nobody works for years to come: hours of the clock must do
                    moment = start + timedelta(hours=hours)
                if moment is not None:
                    moments[number] = moment.replace(microsecond=0)
                    del open_tasks[number]
            days = min(days * 4, _MOST_DAYS)
        return [moments[number] for number in range(len(tasks))]

    def _get_calendar(self):
        """Return the calendar of who handles the case; without one with hours, always open."""
        calendar = self.team_id.case_calendar_id or self.company_id.resource_calendar_id
        # By which hours a deadline was set is no secret, see ``_get_case_spans``.
        return calendar if calendar.sudo().attendance_ids else calendar.browse()

    def _get_working_times(self, start, end):
        """Return the working time of these cases by calendar, from ``start`` to ``end``."""
        times = {}
        calendars = self.env["resource.calendar"].union(*(case._get_calendar() for case in self))
        for calendar in (*calendars, self.env["resource.calendar"]):
            if not calendar:
                times[calendar] = WorkingTime([(start, end)])
                continue
            # There may be none at all: nobody works over the weekend.
            times[calendar] = WorkingTime(
                tuple(moment.astimezone(pytz.utc).replace(tzinfo=None) for moment in span)
                for span in calendar._get_case_spans(start, end)
            )
        return times

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    @api.depends(
        "date_open", "date_clock", "date_first_response", "date_solved", "waited_hours", "team_id"
    )
    def _compute_hours(self):
        self.hours_to_response = self.hours_to_solve = 0
        cases = self.filtered(lambda case: case.date_first_response or case.date_solved)
        if not cases:
            return
        starts = [case.date_open for case in cases]
        ends = [case.date_solved or case.date_first_response for case in cases]
        ends += [case.date_first_response or case.date_solved for case in cases]
        times = cases._get_working_times(min(starts), max(ends) + timedelta(days=1))
        for case in cases:
            time = times[case._get_calendar()]
            if case.date_first_response:
                case.hours_to_response = time.hours_between(
                    case.date_open, case.date_first_response
                )
            if case.date_solved:
                worked = time.hours_between(case.date_clock or case.date_open, case.date_solved)
                case.hours_to_solve = max(worked - case.waited_hours, 0)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Average over the cases that were answered, or solved: the others have no hours."""
        aggregate = super()._read_group_select(aggregate_spec, query)
        if date := _HAPPENED.get(aggregate_spec):
            happened = self._field_to_sql(self._table, date, query)
            return SQL("%s FILTER (WHERE %s IS NOT NULL)", aggregate, happened)
        return aggregate

    @api.depends("date_solved", "date_solution_deadline")
    def _compute_is_in_time(self):
        for case in self:
            solved, deadline = case.date_solved, case.date_solution_deadline
            case.is_in_time = bool(solved and deadline and solved <= deadline)

    def _get_waited_hours(self, now):
        """Return for how many working hours each of these cases has been waiting."""
        waiting = self.filtered("date_waiting")
        if not waiting:
            return {}
        times = waiting._get_working_times(min(waiting.mapped("date_waiting")), now)
        return {
            case: times[case._get_calendar()].hours_between(case.date_waiting, now)
            for case in waiting
        }
