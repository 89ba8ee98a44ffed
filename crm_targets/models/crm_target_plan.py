from odoo import api, fields, models
from odoo.addons.crm_targets.tools.split import round_to


class CrmTargetPlan(models.Model):
    """The customers who are to bring a target about, and what nobody covers yet."""

    _inherit = "crm.target"

    customer_ids = fields.One2many("crm.target.customer", "target_id", string="Customer Plan")
    customer_count = fields.Integer(string="Customers", compute="_compute_plan", store=True)
    plan_amount = fields.Float(
        string="Planned with Customers",
        compute="_compute_plan",
        store=True,
        digits=0,
        aggregator=None,
        help="What the customers of the plan are to bring.",
    )
    plan_rest = fields.Float(
        string="Not Covered",
        compute="_compute_plan",
        store=True,
        digits=0,
        aggregator=None,
        help="The part of the target that no customer of the plan covers yet; below zero when more "
        "is planned than aimed at.",
    )

    @api.depends("value", "customer_ids.amount")
    def _compute_plan(self):
        groups = self.env["crm.target.customer"]._read_group(
            [("target_id", "in", self._origin.ids)], ["target_id"], ["__count", "amount:sum"]
        )
        sums = {target.id: (count, total) for target, count, total in groups}
        for target in self:
            target.customer_count, total = sums.get(target._origin.id, (0, 0.0))
            step = target._get_step() if target.indicator_id else 0.01
            target.plan_amount = round_to(total, step)
            target.plan_rest = round_to(target.value - total, step)

    def action_open_customers(self):
        """Open the customer plan of the target."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_targets.crm_target_customer_action"
        )
        return {
            **action,
            "name": self.display_name,
            "domain": [("target_id", "=", self.id)],
            "context": {"default_target_id": self.id},
        }
