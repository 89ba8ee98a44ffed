from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    timeline_purpose = fields.Selection(
        [("sale", "Sale"), ("service", "Service"), ("care", "Care")],
        string="Purpose on the Timeline",
        help="Which contacts the timeline shows to this person. Empty: all.",
    )
