from odoo import fields, models


class CrmScenarioRunStep(models.Model):
    """A step that a customer took on the way to a goal."""

    _name = "crm.scenario.run.step"
    _inherit = ["crm.customer.record"]
    _description = "Step Taken by a Customer"
    _rec_name = "step_id"
    _order = "run_id, date, id"

    run_id = fields.Many2one(
        "crm.scenario.run", required=True, readonly=True, ondelete="cascade", index=True
    )
    scenario_id = fields.Many2one(
        "crm.scenario", required=True, readonly=True, ondelete="cascade", index=True
    )
    step_id = fields.Many2one(
        "crm.scenario.step", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    touchpoint_id = fields.Many2one("crm.touchpoint", readonly=True, ondelete="set null")
    date = fields.Datetime(required=True, readonly=True)
    hours = fields.Float(
        string="Hours Since Step Before",
        readonly=True,
        aggregator="avg",
        help="Time between the step before and this one; 0 for the first.",
    )

    _partner_index = models.Index("(partner_id)")
    _touchpoint_index = models.Index("(touchpoint_id) WHERE touchpoint_id IS NOT NULL")
