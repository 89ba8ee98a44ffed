from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_touchpoint_retention import PARAMETER

MAX_MONTHS = 1200


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    touchpoint_retention = fields.Integer(
        string="Months Until Touchpoints Are Forgotten",
        help="Every night, touchpoints that are older are deleted with their attachments. Answers "
        "given with them stay in the figures, without customer and words. Purchases stay without "
        "words, because what a customer is worth is counted from them. What was handed out stays "
        "handed out, and what an open case refers to stays until the case is settled. "
        "0: touchpoints are kept as long as the contact.",
    )

    @api.model
    def get_values(self):
        # settings are open to administrators alone
        value = self.env["ir.config_parameter"].sudo().get_param(PARAMETER, "0")
        months = int(value) if value.isdecimal() else 0
        return super().get_values() | {"touchpoint_retention": months}

    def set_values(self):
        """Keep a 0 as a text: an empty parameter would be deleted, and made anew outlive us."""
        if not 0 <= self.touchpoint_retention <= MAX_MONTHS:
            raise UserError(
                self.env._("Months until touchpoints are forgotten: 0 to %(max)s.", max=MAX_MONTHS)
            )
        result = super().set_values()
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER, str(self.touchpoint_retention))
        return result
