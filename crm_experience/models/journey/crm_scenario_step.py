from odoo import api, fields, models


class CrmScenarioStep(models.Model):
    """A step of a customer scenario: a contact of a kind, within a time after the step before."""

    _name = "crm.scenario.step"
    _inherit = ["crm.touchpoint.trigger"]
    _description = "Step of a Scenario"
    _order = "scenario_id, sequence, id"

    scenario_id = fields.Many2one("crm.scenario", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    max_days = fields.Integer(
        string="Within Days",
        default=14,
        help="Days within which the customer takes this step after the one before. Later than "
        "that, the way has broken off. It does not count for the first step.",
    )

    _max_days_positive = models.Constraint(
        "CHECK(max_days >= 1)", "There is at least a day for a step."
    )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.scenario_id.write({"is_dirty": True, "cursor": 0})
        return steps

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"name"}:
            self.scenario_id.write({"is_dirty": True, "cursor": 0})
        return result

    def unlink(self):
        self.scenario_id.write({"is_dirty": True, "cursor": 0})
        return super().unlink()
