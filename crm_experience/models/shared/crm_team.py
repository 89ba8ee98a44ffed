from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    touchpoint_channel_id = fields.Many2one(
        "crm.touchpoint.channel",
        string="Channel of its Contacts",
        help="The way customers reach this team: a store, the phone, the web shop. Orders and "
        "opportunities of the team count as contacts through it. Empty: the sales desk.",
    )

    def _get_touchpoint_channel(self):
        """Return the id of the channel through which this team, or no team, meets customers."""
        return self.touchpoint_channel_id.id or self.env["crm.touchpoint"]._get_shipped(
            "touchpoint_channel", "sales"
        )
