from odoo import fields, models
from odoo.exceptions import UserError


class CrmLeadNotebook(models.Model):
    """The notebook of the customer, and the roles on the deal."""

    _inherit = "crm.lead"

    deal_role_ids = fields.One2many(
        "crm.deal.role",
        "lead_id",
        string="Roles on the Deal",
        groups="crm_experience.group_crm_experience_user",
    )

    def action_open_notebook(self):
        """Open the notebook of the customer, with the roles on this deal."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Set the customer first: the notebook belongs to one."))
        return self.partner_id._get_notebook_action(self)
