from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """A parameter named ``self`` reaches no page: it would be a second first argument.

        Anybody can put one into an address, and every page would answer with a crash.
        """
        request.params.pop("self", None)
        return super()._dispatch(endpoint)
