from odoo import models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class CrmCaseAnswer(models.Model):
    _inherit = "crm.case"

    def action_draft_answer(self):
        """Open a draft of an answer for all customers, from the solution of this case."""
        self.ensure_one()
        if not self.solution:
            raise UserError(self.env._("Say first in “Solution” what was done."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Answer for Customers"),
            "res_model": "crm.answer",
            "view_mode": "form",
            "target": "current",
            "context": {
                "default_name": self.title,
                "default_body": plaintext2html(self.solution),
                "default_product_ids": self.product_id.ids,
                "default_cause_id": self.cause_id.id,
                "default_case_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }
