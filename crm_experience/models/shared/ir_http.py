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

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """The scripts of our public pages speak the language of the page."""
        return [*super()._get_translation_frontend_modules_name(), "crm_experience"]
