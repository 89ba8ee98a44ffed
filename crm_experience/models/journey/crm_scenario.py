from odoo import api, fields, models


class CrmScenario(models.Model):
    """The customer's own steps to a goal, such as buying online and picking up in the store."""

    _name = "crm.scenario"
    _inherit = ["crm.customer.condition"]
    _description = "Customer Scenario"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100)
    description = fields.Text(
        string="Goal", translate=True, help="What the customer wants to get done, in their words."
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: for all companies."
    )
    date_from = fields.Date(
        string="Since",
        help="Only what customers began on this day or later. Empty: all of their history.",
    )
    step_ids = fields.One2many("crm.scenario.step", "scenario_id", string="Steps", copy=True)
    run_ids = fields.One2many("crm.scenario.run", "scenario_id", string="Ways")
    is_dirty = fields.Boolean(
        string="To Be Followed Again",
        readonly=True,
        default=True,
        copy=False,
        help="It was changed since the ways of customers were followed.",
    )

    @api.model
    def _get_following_fields(self):
        """Fields that decide which ways there are."""
        return {"partner_domain", "company_id", "date_from", "step_ids", "active"}

    def write(self, vals):
        """Follow all customers again once what decides about their ways has changed."""
        if not self._get_following_fields().isdisjoint(vals):
            vals = vals | {"is_dirty": True, "cursor": 0}
        return super().write(vals)

    def action_view_runs(self):
        """Show the ways of customers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_scenario_run_action"
        )
        return action | {"domain": [("scenario_id", "=", self.id)]}

    def action_view_funnel(self):
        """Show where customers break off."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_experience.crm_scenario_action_funnel"
        )
        return action | {"context": {"active_scenario_id": self.id}}
