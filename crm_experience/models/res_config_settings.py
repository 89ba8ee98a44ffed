from odoo import api, fields, models

from .crm_touchpoint_capture import PARAMETER

CAPTURES = ("lead", "meeting", "order", "invoice")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    touchpoint_capture_lead = fields.Boolean(
        string="Opportunities",
        help="An opportunity that is created, moved to another stage, won or lost.",
    )
    touchpoint_capture_meeting = fields.Boolean(
        string="Meetings", help="A meeting with a customer or about an opportunity."
    )
    touchpoint_capture_order = fields.Boolean(
        string="Orders", help="A confirmed order, with its amount."
    )
    touchpoint_capture_invoice = fields.Boolean(string="Payments", help="An invoice that is paid.")

    @api.model
    def get_values(self):
        touchpoints = self.env["crm.touchpoint"]
        return super().get_values() | {
            f"touchpoint_capture_{kind}": touchpoints._is_captured(kind) for kind in CAPTURES
        }

    def set_values(self):
        """Keep a switch that is off as a text: an empty parameter would be deleted, and one
        that is made anew would outlive the addon."""
        result = super().set_values()
        parameters = self.env["ir.config_parameter"].sudo()
        for kind in CAPTURES:
            parameters.set_param(PARAMETER % kind, str(self[f"touchpoint_capture_{kind}"]))
        return result
