from odoo import api, models


class CrmReportMixin(models.AbstractModel):
    """Rows about documents that whoever reads the rows may perhaps not read."""

    _name = "crm.report.mixin"
    _description = "Report on Documents"

    @api.model
    def _get_document_action(self, *documents):
        """Open the first of the records that is there and may be read."""
        for document in documents:
            if document and document.has_access("read"):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": document._name,
                    "res_id": document.id,
                    "views": [(False, "form")],
                }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("You may not see the documents behind this row."),
            },
        }
