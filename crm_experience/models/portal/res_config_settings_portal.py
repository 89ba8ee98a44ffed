from odoo import fields, models


class ResConfigSettingsPortal(models.TransientModel):
    _inherit = "res.config.settings"

    experience_portal = fields.Boolean(related="company_id.experience_portal", readonly=False)
    experience_portal_cases = fields.Boolean(
        related="company_id.experience_portal_cases", readonly=False
    )
    experience_portal_orders = fields.Boolean(
        related="company_id.experience_portal_orders", readonly=False
    )
    experience_portal_returns = fields.Boolean(
        related="company_id.experience_portal_returns", readonly=False
    )
    experience_portal_products = fields.Boolean(
        related="company_id.experience_portal_products", readonly=False
    )
    experience_portal_answers = fields.Boolean(
        related="company_id.experience_portal_answers", readonly=False
    )
    experience_portal_stores = fields.Boolean(
        related="company_id.experience_portal_stores", readonly=False
    )
    experience_portal_preferences = fields.Boolean(
        related="company_id.experience_portal_preferences", readonly=False
    )
