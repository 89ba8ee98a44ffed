from odoo import models


class CrmExperienceDimension(models.Model):
    """What an experience was about: product, service, price and so on."""

    _name = "crm.experience.dimension"
    _description = "Experience Dimension"
    _inherit = ["crm.experience.term"]
