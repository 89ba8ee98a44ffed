from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmPerspective(models.Model):
    _name = "crm.perspective"
    _inherit = ["crm.code.mixin"]
    _description = "Perspective"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Stable name for programs, such as “finance”. It does not change when the perspective "
        "is renamed or translated.",
    )
    description = fields.Text(
        string="Objective",
        translate=True,
        help="What the company wants to reach here, in a sentence that everybody understands.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    indicator_ids = fields.One2many("crm.indicator", "perspective_id", string="Indicators")
    indicator_count = fields.Integer(compute="_compute_indicator_count")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is already a perspective with this code."
    )

    @api.depends("indicator_ids")
    def _compute_indicator_count(self):
        groups = self.env["crm.indicator"]._read_group(
            [("perspective_id", "in", self.ids)], ["perspective_id"], ["__count"]
        )
        counts = {perspective.id: count for perspective, count in groups}
        for perspective in self:
            perspective.indicator_count = counts.get(perspective.id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.with_context(active_test=False).indicator_ids:
            raise UserError(
                self.env._("A perspective with indicators cannot be deleted; archive it instead.")
            )

    def action_open_indicators(self):
        """Open the indicators of the perspective."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_targets.crm_indicator_action")
        return {
            **action,
            "domain": [("perspective_id", "=", self.id)],
            "context": {"default_perspective_id": self.id},
        }
