from odoo import models


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def action_send_mail(self):
        """Tell where the page of a case is; whether it has a token is not for colleagues to see."""
        if self.res_model != "crm.case":
            return super().action_send_mail()
        self._send_public_link()
        return {"type": "ir.actions.act_window_close"}
