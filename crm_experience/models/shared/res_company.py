from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_experience_fact_properties = fields.PropertiesDefinition(
        string="Own Fields of Facts", help="What a company wants to know besides."
    )
