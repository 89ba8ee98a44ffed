from odoo import api, fields, models


class CrmPlaybookRunStep(models.Model):
    """A step for one customer: due, done, missed."""

    _name = "crm.playbook.run.step"
    _inherit = ["crm.customer.record", "crm.responsible.mixin"]
    _description = "Step for a Customer"
    _order = "date_due, id"

    run_id = fields.Many2one(
        "crm.playbook.run", required=True, readonly=True, ondelete="cascade", index=True
    )
    step_id = fields.Many2one("crm.playbook.step", readonly=True, ondelete="set null")
    name = fields.Char(string="What", required=True, readonly=True)
    playbook_id = fields.Many2one(
        "crm.playbook", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")
    user_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, ondelete="set null", index=True
    )
    date_due = fields.Date(string="Due", required=True, readonly=True)
    date_done = fields.Date(string="Done", readonly=True)
    state = fields.Selection(
        [
            ("todo", "To Do"),
            ("missed", "Missed"),
            ("done", "Done in Time"),
            ("late", "Done Late"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="todo",
    )
    is_counted = fields.Boolean(
        string="Counts", compute="_compute_is_counted", store=True, help="Counts for compliance."
    )
    missed_days = fields.Integer(
        string="Days Late",
        compute="_compute_missed_days",
        help="Days since it was due, or that it was done late.",
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null", index="btree_not_null"
    )
    touchpoint_id = fields.Many2one(
        "crm.touchpoint",
        string="Done With",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    chase_level = fields.Integer(
        string="Level of Chasing",
        readonly=True,
        default=0,
        aggregator=None,
        help="1: whoever has the step was reminded. 2: the team lead was told.",
    )

    chased = fields.Selection(
        [("owner", "Reminded"), ("lead", "Lead told")],
        compute="_compute_chased",
        help="Whoever has the step was reminded; later the team lead was told.",
    )

    _partner_index = models.Index("(partner_id)")
    _open_index = models.Index("(date_due) WHERE state IN ('todo', 'missed')")
    _missed_index = models.Index("(company_id, user_id) WHERE state = 'missed'")

    @api.depends("state")
    def _compute_is_counted(self):
        for step in self:
            step.is_counted = step.state in {"missed", "done", "late"}

    @api.depends("state", "date_due", "date_done")
    def _compute_missed_days(self):
        today = fields.Date.context_today(self)
        for step in self:
            is_late = step.state in {"missed", "late"}
            end = step.date_done or today
            step.missed_days = max(0, (end - step.date_due).days) if is_late else 0

    @api.depends("chase_level")
    def _compute_chased(self):
        for step in self:
            step.chased = (False, "owner", "lead")[min(step.chase_level, 2)]

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_customer(self):
        """Open the opportunity or the customer that the step is about."""
        self.ensure_one()
        lead = self.lead_id
        if lead and lead.has_access("read"):
            return lead._get_records_action()
        return self.partner_id._get_records_action()

    def action_done(self):
        """Mark the steps as done today, with their activities."""
        self._check_responsible()
        steps = self.filtered(lambda step: step.state in {"todo", "missed"})
        # The button says who may press it; the activity belongs to the step.
        activities = steps.sudo().activity_id
        steps._close(fields.Date.context_today(self))
        activities.with_user(self.env.user).sudo().action_done()
        return True

    # ------------------------------------------------------------
    # Ending
    # ------------------------------------------------------------

    def _close(self, day, touchpoints=None):
        """Close open steps; what is done on the day it is due is in time.

        :param day: the day on which they were done, or `{id of the step: day}`
        :param dict touchpoints: id of the contact with which it was done, by id of the step
        """
        # Rows of a run are written by nobody directly; each way to here checks who may.
        for step in self.sudo():
            done = day[step.id] if isinstance(day, dict) else day
            step.write(
                {
                    "state": "done" if done <= step.date_due else "late",
                    "date_done": done,
                    "touchpoint_id": (touchpoints or {}).get(step.id),
                }
            )
        self.run_id._end_finished()
        # only wakes up screens that show the customer; each asks with its own rights
        self.sudo().partner_id._send_customer_pulse("playbook")
