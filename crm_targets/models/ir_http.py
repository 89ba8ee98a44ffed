from odoo import api, models
from odoo.tools.json import scriptsafe

_GROUP = "crm_targets.group_crm_targets_user"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client who has a workbench, so that nobody's browser has to ask for it."""
        info = super().session_info()
        if self.env.user._is_internal() and "groups" in info:
            info["groups"][_GROUP] = self.env.user.has_group(_GROUP)
        return info

    @api.model
    def _choose_page_lang(self, *codes):
        """The first of the languages that is installed, else English, else any that is."""
        installed = {lang for lang, _name in self.env["res.lang"].get_installed()}
        return next((code for code in (*codes, "en_US") if code in installed), min(installed))

    @api.model
    def _get_page_data(self, addon):
        """What a page without a web client needs to speak the language of the environment."""
        language = self.env["res.lang"]._get_data(code=self.env.lang)
        translations, _hash = self._get_translations_for_webclient([addon], language.code)
        return {
            "terms": {term["id"]: term["string"] for term in translations[addon]["messages"]},
            "localization": {
                "code": language.code,
                "direction": language.direction,
                "grouping": scriptsafe.loads(language.grouping),
                "decimalPoint": language.decimal_point,
                "thousandsSep": language.thousands_sep or "",
            },
        }
