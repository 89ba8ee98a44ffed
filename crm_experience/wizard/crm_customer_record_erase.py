from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCustomerRecordErase(models.TransientModel):
    """The last question before what we know about customers is erased."""

    _name = "crm.customer.record.erase"
    _description = "Erase What We Know"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        required=True,
        default=lambda self: self._default_partner_ids(),
    )
    summary = fields.Text(compute="_compute_summary")
    is_sure = fields.Boolean(
        string="Erase it for good", help="Nothing of it can be brought back afterwards."
    )

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get("active_model") != "res.partner":
            return False
        return self.env.context.get("active_ids")

    @api.depends("partner_ids")
    def _compute_summary(self):
        for wizard in self:
            counts = wizard.partner_ids._get_experience_counts(self.env.companies)
            wizard.summary = "\n".join(f"{name}: {count}" for name, count in counts)

    def action_erase(self):
        """Erase what is known, once somebody has said that they are sure."""
        self.ensure_one()
        if not self.is_sure:
            raise UserError(self.env._("Tick that you want to erase it for good."))
        self.partner_ids.action_erase_experience()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("What we knew about these contacts is erased."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
