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
        self.registered_product_count = 0
        groups = self.env["crm.registered.product"]._read_group(
            [("partner_id.commercial_partner_id", "in", self.commercial_partner_id.ids)],
            ["partner_id"],
            ["__count"],
        )
        records = {partner.id: partner for partner in self}
        for partner, count in groups:
            for owner in {partner.id, partner.commercial_partner_id.id} & records.keys():
                records[owner].registered_product_count += count

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
