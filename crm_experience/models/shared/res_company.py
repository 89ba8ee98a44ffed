from odoo import fields, models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "crm.properties.mixin"]

    crm_experience_fact_properties = fields.PropertiesDefinition(
        string="Own Fields of Facts", help="What a company wants to know besides."
    )
    crm_experience_product_properties = fields.PropertiesDefinition(
        string="Own Fields of Registered Products",
        help="What a company wants to know besides about what its customers own.",
    )

    def _get_own_definitions(self):
        return {"crm_experience_fact_properties", "crm_experience_product_properties"}

    def _may_define_own_fields(self):
        user = self.env.user
        is_admin = user.has_group("crm_experience.group_crm_experience_admin")
        return is_admin and self <= user.company_ids
