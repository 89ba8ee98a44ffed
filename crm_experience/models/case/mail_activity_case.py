from odoo import models


class MailActivityCase(models.Model):
    _inherit = "mail.activity"

    def write(self, vals):
        """A call about a case that was made has answered the customer."""
        result = super().write(vals)
        if vals.get("active") is False:
            # Whoever finishes an activity may say so; only its type is looked at.
            calls = self.sudo().filtered(
                lambda activity: (
                    activity.res_model == "crm.case" and activity.activity_category == "phonecall"
                )
            )
            for case in self.env["crm.case"].sudo().browse(calls.mapped("res_id")).exists():
                case._note_our_word()
        return result
