from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_experience_fact_properties = fields.PropertiesDefinition(
        string="Own Fields of Facts", help="What a company wants to know besides."
    )
    crm_experience_product_properties = fields.PropertiesDefinition(
        string="Own Fields of Registered Products",
        help="What a company wants to know besides about what its customers own.",
    )
