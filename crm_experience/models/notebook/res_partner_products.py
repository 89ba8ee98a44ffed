from odoo import fields, models


class ResPartnerProducts(models.Model):
    _inherit = "res.partner"

    registered_product_ids = fields.One2many(
        "crm.registered.product",
        "partner_id",
        string="Registered Products",
        groups="crm_experience.group_crm_experience_user",
    )
    registered_product_count = fields.Integer(
        string="Products Owned",
        compute="_compute_registered_product_count",
        groups="crm_experience.group_crm_experience_user",
        help="Registered products; those of a company include its people's.",
    )

    def _compute_registered_product_count(self):
        self._count_with_people("crm.registered.product", "registered_product_count")

    def action_view_registered_products(self):
        """Open the products of the customer, with those of its people if it is a company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_registered_product_action"
        )
        # the same customers whose touchpoints are shown
        action["domain"] = list(self._get_touchpoint_domain())
        action["context"] = {"default_partner_id": self.id}
        return action
