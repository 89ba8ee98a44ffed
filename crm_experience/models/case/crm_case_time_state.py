from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.sla import PRESSING, time_state
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_case import WORK_STATES

TIME_STATES = [
    ("fine", "In time"),
    ("pressing", "Pressing"),
    ("late", "Late"),
    ("paused", "Paused"),
    ("done", "Done"),
]


class CrmCaseTimeState(models.Model):
    """How pressing a case is right now: never stored, because it changes by itself.

    The board groups and counts by it, so the rule is there a second time in SQL; a test shows
    that both agree.
    """

    _inherit = "crm.case"

    time_state = fields.Selection(
        TIME_STATES,
        string="Time Left",
        compute="_compute_time_state",
        search="_search_time_state",
    )

    @api.depends("state", "date_deadline", "date_clock")
    def _compute_time_state(self):
        now = fields.Datetime.now()
        for case in self:
            if case.state not in WORK_STATES:
                case.time_state = "done"
            elif case.state == "waiting" or not case.date_deadline:
                case.time_state = "paused"
            else:
                begun = case.date_clock or case.date_open
                left, whole = case.date_deadline - now, case.date_deadline - begun
                hour = timedelta(hours=1)
                case.time_state = time_state(left / hour, whole / hour)

    @api.model
    def _search_time_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [state for state in value if state]
        self.flush_model(["state", "date_deadline", "date_clock", "date_open"])
        found = SQL(
            "(SELECT id FROM crm_case WHERE %s = ANY(%s))",
            self._get_time_state_sql("crm_case"),
            states,
        )
        return Domain("id", "in", found)

    def _read_group_groupby(self, alias, groupby_spec, query):
        if groupby_spec != "time_state":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self.flush_model(["state", "date_deadline", "date_clock", "date_open"])
        return self._get_time_state_sql(alias)

    @api.model
    def _get_time_state_sql(self, alias):
        """Return the state as an expression over the rows called ``alias``."""
        state, deadline, clock, opened = (
            SQL.identifier(alias, name)
            for name in ("state", "date_deadline", "date_clock", "date_open")
        )
        now = SQL("%s::timestamp", fields.Datetime.now())
        return SQL(
            """CASE WHEN %(state)s NOT IN %(work)s THEN 'done'
                    WHEN %(state)s = 'waiting' OR %(deadline)s IS NULL THEN 'paused'
                    WHEN %(deadline)s <= %(now)s THEN 'late'
                    WHEN %(deadline)s - %(now)s
                         <= (%(deadline)s - COALESCE(%(clock)s, %(opened)s)) * %(pressing)s
                    THEN 'pressing'
                    ELSE 'fine' END""",
            state=state,
            work=WORK_STATES,
            deadline=deadline,
            now=now,
            clock=clock,
            opened=opened,
            pressing=PRESSING,
        )
