from odoo import fields, models


class CrmTouchpointChannel(models.Model):
    """The way a contact took: store, phone, web and so on."""

    _name = "crm.touchpoint.channel"
    _description = "Touchpoint Channel"
    _inherit = ["crm.experience.term"]

    is_personal = fields.Boolean(
        string="Personal Contact",
        help="People talk to each other here: it counts as a personal contact with the customer.",
    )
