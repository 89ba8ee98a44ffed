from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    loyalty_tier_id = fields.Many2one(
        related="partner_id.loyalty_tier_id", groups="crm_loyalty.group_crm_loyalty_user"
    )
    loyalty_tier_color = fields.Integer(
        related="loyalty_tier_id.color",
        string="Loyalty Tier Color",
        groups="crm_loyalty.group_crm_loyalty_user",
    )
