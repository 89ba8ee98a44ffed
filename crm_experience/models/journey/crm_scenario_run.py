from odoo import fields, models


class CrmScenarioRun(models.Model):
    """One customer on the way to a goal: how far, how long. Written by the refresh alone."""

    _name = "crm.scenario.run"
    _inherit = ["crm.customer.record"]
    _description = "Way of a Customer"
    _rec_name = "partner_id"
    _order = "date_start desc, id desc"

    scenario_id = fields.Many2one(
        "crm.scenario", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True, ondelete="set null")
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")
    date_start = fields.Datetime(string="Begun", required=True, readonly=True)
    date_last = fields.Datetime(string="Last Step On", required=True, readonly=True)
    state = fields.Selection(
        [("running", "On the Way"), ("done", "At the Goal"), ("broken", "Broken Off")],
        required=True,
        readonly=True,
    )
    step_count = fields.Integer(string="Steps Taken", readonly=True, aggregator="avg")
    step_id = fields.Many2one(
        "crm.scenario.step", string="Last Step", readonly=True, ondelete="cascade", index=True
    )
    hours = fields.Float(
        readonly=True, aggregator="avg", help="From the first to the last step taken."
    )
    moment_ids = fields.One2many("crm.scenario.run.step", "run_id", string="Steps")

    _partner_index = models.Index("(partner_id)")
