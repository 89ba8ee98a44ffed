from odoo import api, fields, models


class CrmPlaybookRun(models.Model):
    """A playbook at work for one customer. Written by the jobs of the playbook alone."""

    _name = "crm.playbook.run"
    _inherit = ["crm.customer.record", "crm.responsible.mixin"]
    _description = "Playbook at Work"
    _rec_name = "partner_id"
    _order = "date_start desc, id desc"

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
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True, ondelete="set null")
    touchpoint_id = fields.Many2one(
        "crm.touchpoint",
        string="Set Off By",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    origin = fields.Char(
        required=True, readonly=True, help="What set it off; it does so once for a playbook."
    )
    date_start = fields.Datetime(string="Begun", required=True, readonly=True)
    date_end = fields.Datetime(string="Ended", readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    cancel_reason = fields.Selection(
        [
            ("left", "The stage was left"),
            ("lead_lost", "The opportunity was lost"),
            ("lost", "The customer was lost"),
            ("person", "Cancelled by hand"),
        ],
        readonly=True,
    )
    step_ids = fields.One2many("crm.playbook.run.step", "run_id", string="Steps", readonly=True)

    next_step = fields.Char(compute="_compute_next_step")
    date_due = fields.Date(
        string="Due", compute="_compute_next_step", help="When the next step should be done."
    )

    _origin_index = models.UniqueIndex("(playbook_id, origin)")
    _customer_index = models.Index("(partner_id, playbook_id, date_start)")

    @api.depends("step_ids.state", "step_ids.date_due", "step_ids.name")
    def _compute_next_step(self):
        for run in self:
            left = run.step_ids.filtered(lambda step: step.state in {"todo", "missed"})
            step = left.sorted(lambda step: (step.date_due, step.id))[:1]
            run.next_step = step.name
            run.date_due = step.date_due

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_cancel(self):
        """Cancel what is still to be done."""
        self._check_responsible()
        self._cancel("person")
        return True

    # ------------------------------------------------------------
    # Ending
    # ------------------------------------------------------------

    def _cancel(self, reason):
        """Cancel the runs: open steps and their activities go, what was missed stays missed."""
        # Rows of a run are written by nobody directly; each way to here checks who may.
        runs = self.sudo().filtered(lambda run: run.state == "running")
        open_steps = runs.step_ids.filtered(lambda step: step.state in {"todo", "missed"})
        open_steps.activity_id.unlink()
        open_steps.filtered(lambda step: step.state == "todo").state = "cancelled"
        runs.write(
            {"state": "cancelled", "cancel_reason": reason, "date_end": fields.Datetime.now()}
        )

    def _end_finished(self):
        """End the runs of which every step is done or cancelled."""
        finished = self.sudo().filtered(
            lambda run: (
                run.state == "running"
                and not run.step_ids.filtered(lambda step: step.state in {"todo", "missed"})
            )
        )
        finished.write({"state": "done", "date_end": fields.Datetime.now()})
