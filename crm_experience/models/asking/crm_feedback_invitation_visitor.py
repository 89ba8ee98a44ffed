from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize


class CrmFeedbackInvitationVisitor(models.Model):
    """Somebody who answered through a link for everybody, and wrote how to be reached.

    What they wrote is no proof: their answers are nobody's until one of us, who has talked to
    them, says whose they are. Nothing of them shows with a customer before.
    """

    _inherit = "crm.feedback.invitation"
    _address_fields = ("visitor",)

    visitor_partner_id = fields.Many2one(
        "res.partner",
        string="Could Be",
        compute="_compute_visitor_partner_id",
        help="The one customer with the address or number that was written. Not confirmed: "
        "anybody can write that of somebody else.",
    )

    @api.depends("visitor", "partner_id")
    @api.depends_context("uid")
    def _compute_visitor_partner_id(self):
        for invitation in self:
            unknown = invitation.visitor and not invitation.partner_id
            invitation.visitor_partner_id = unknown and invitation._find_visitor()

    def _find_visitor(self):
        """Return the one customer with what was written; nobody where that is not clear."""
        self.ensure_one()
        partners = self.env["res.partner"]
        email = email_normalize(self.visitor)
        number = not email and partners._phone_format(
            number=self.visitor, country=self.company_id.country_id
        )
        if not (email or number):
            return partners
        found = partners.search(
            Domain("email_normalized" if email else "phone_sanitized", "=", email or number)
            & Domain("company_id", "in", [False, self.company_id.id]),
            limit=2,
        )
        return found if len(found) == 1 else partners

    def action_confirm_visitor(self):
        """Say that it was the customer with that address or number: the answers are theirs."""
        for invitation in self:
            partner = invitation.visitor_partner_id
            if not partner:
                raise UserError(
                    self.env._("There is no one customer with what was written. Choose one.")
                )
            invitation.partner_id = partner
            invitation.message_post(
                body=self.env._(
                    "It was %(customer)s, who wrote %(visitor)s.",
                    customer=partner.display_name,
                    visitor=invitation.visitor,
                )
            )
        return True
