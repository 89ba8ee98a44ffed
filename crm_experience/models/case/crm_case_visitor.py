from odoo import models


class CrmCaseVisitor(models.Model):
    """A case about what somebody answered who only wrote how to be reached.

    That is no proof of who it is, see :class:`CrmFeedbackInvitationVisitor`: whoever has found
    out says so here, and the answers follow.
    """

    _inherit = "crm.case"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("partner_id"):
            # Whoever may say whose the case is says whose the answers in it are.
            answers = self.sudo().feedback_ids.filtered(lambda answer: not answer.partner_id)
            invitations = answers.invitation_id.filtered(lambda row: not row.partner_id)
            invitations.write({"partner_id": vals["partner_id"]})
            answers.filtered(lambda answer: not answer.partner_id).write(
                {"partner_id": vals["partner_id"]}
            )
        return result

    def _find_customer_in(self, message):
        """An answer to the address says nothing of who it is."""
        if not self.visitor:
            super()._find_customer_in(message)
