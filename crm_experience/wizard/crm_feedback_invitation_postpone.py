from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class CrmFeedbackInvitationPostpone(models.TransientModel):
    """When the customer wants to be called instead."""

    _name = "crm.feedback.invitation.postpone"
    _description = "Call Later"

    invitation_id = fields.Many2one("crm.feedback.invitation", required=True, readonly=True)
    date_call = fields.Datetime(
        string="Call From",
        required=True,
        default=lambda self: fields.Datetime.now() + timedelta(days=1),
    )
    customer_time = fields.Char(related="invitation_id.customer_time")
    note = fields.Char(help="What the customer said.")

    def action_postpone(self):
        """Call the customer at the time that they have named."""
        self.ensure_one()
        call = self.invitation_id._check_calls()
        if not fields.Datetime.now() < self.date_call < call.date_expiry:
            raise UserError(
                self.env._(
                    "Choose a time after now and before the interview expires on %(date)s.",
                    date=call.date_expiry,
                )
            )
        call._postpone(self.date_call, self.note or self.env._("It did not suit the customer."))
        return {"type": "ir.actions.act_window_close"}
