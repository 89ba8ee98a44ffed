from odoo import fields, models


class CrmRewardReturn(models.TransientModel):
    _name = "crm.reward.return"
    _description = "Take Back the Approval of Rewards"

    reward_ids = fields.Many2many(
        "crm.reward",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Text(
        required=True, help="Kept on the rewards and in their history, for whoever asks."
    )

    def action_return(self):
        """Take back the approval of the rewards for the given reason."""
        self.ensure_one()
        self.reward_ids.action_draft(self.reason)
        return {"type": "ir.actions.act_window_close"}
