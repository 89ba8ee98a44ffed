from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


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

    def _merge_dependences(self, opportunities):
        """Keep the roles of all merged opportunities on the one that stays, each once."""
        result = super()._merge_dependences(opportunities)
        roles = self.env["crm.deal.role"]
        roles.flush_model()
        lead_ids = (self | opportunities).ids
        # By SQL: the roles stay whole, whoever merges and whatever company they are from.
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_deal_role WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                                   PARTITION BY company_id, role, partner_id
                                   ORDER BY active DESC, id
                               ) AS number
                          FROM crm_deal_role WHERE lead_id = ANY(%s)
                    ) AS numbered
                     WHERE number > 1
                )
                """,
                lead_ids,
            )
        )
        self.env.cr.execute(
            SQL("UPDATE crm_deal_role SET lead_id = %s WHERE lead_id = ANY(%s)", self.id, lead_ids)
        )
        roles.invalidate_model()
        return result
