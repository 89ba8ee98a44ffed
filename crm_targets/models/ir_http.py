from odoo import models

_GROUP = "crm_targets.group_crm_targets_user"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client who has a workbench, so that nobody's browser has to ask for it."""
        info = super().session_info()
        if self.env.user._is_internal() and "groups" in info:
            info["groups"][_GROUP] = self.env.user.has_group(_GROUP)
        return info
