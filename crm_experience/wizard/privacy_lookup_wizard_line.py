from odoo import models


class PrivacyLookupWizardLine(models.TransientModel):
    _inherit = "privacy.lookup.wizard.line"

    def action_unlink(self):
        """Delete one of our records for good, with its messages and attachments.

        It may be gone already, with the contact on a line above.
        """
        self.ensure_one()
        model = self.env.get(self.res_model)
        if self.is_unlinked or not hasattr(model, "_erase_records"):
            return super().action_unlink()
        # core lets administrators delete what they have looked up, whoever may read it
        model.browse(self.res_id).sudo().exists()._erase_records()
        self.execution_details = self.env._(
            "Deleted %(model)s #%(id)s", model=self.res_model_id.name, id=self.res_id
        )
        self.is_unlinked = True
        return None
