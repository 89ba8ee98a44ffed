from odoo import fields, models


class CrmTargetReturn(models.TransientModel):
    _name = "crm.target.return"
    _description = "Set Targets Back to Draft"

    target_ids = fields.Many2many(
        "crm.target",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Text(
        required=True, help="Kept on the targets and in their history, for whoever changes them."
    )

    def action_return(self):
        """Set the targets back to draft for the given reason."""
        self.ensure_one()
        self.target_ids.action_draft(self.reason)
        return {"type": "ir.actions.act_window_close"}
