from odoo import api, fields, models

from .crm_touchpoint_capture import CAPTURES, PARAMETER


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
    touchpoint_capture_invoice = fields.Boolean(
        string="Invoices", help="An invoice that is posted, and that it is paid."
    )
    touchpoint_capture_call = fields.Boolean(
        string="Calls", help="A call that was planned or logged as an activity and is done."
    )
    touchpoint_capture_activity = fields.Boolean(
        string="Activities", help="Any other activity about a customer that is done."
    )
    touchpoint_capture_mail = fields.Boolean(
        string="Emails",
        help="An email or a comment from a customer or to one, on the contact, an opportunity, an "
        "order or an invoice. Nothing of the text is copied.",
    )
    touchpoint_capture_quotation = fields.Boolean(
        string="Quotations", help="A quotation that is sent."
    )
    touchpoint_capture_survey = fields.Boolean(
        string="Surveys", help="A survey that a customer answered to the end."
    )
    touchpoint_capture_rating = fields.Boolean(
        string="Ratings",
        help="A rating that a customer gave; it counts as an answer about satisfaction, too.",
    )

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

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_backfill_touchpoints(self):
        """Keep the switches, then back-fill the history of what is captured."""
        self.execute()
        return self.env["crm.touchpoint.backfill"].action_start_all()
