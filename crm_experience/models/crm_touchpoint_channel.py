from odoo import models


class CrmTouchpointChannel(models.Model):
    """The way a contact took: store, phone, web and so on."""

    _name = "crm.touchpoint.channel"
    _description = "Touchpoint Channel"
    _inherit = ["crm.experience.term"]
