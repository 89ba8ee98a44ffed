import secrets

from odoo import api, fields, models

PORTAL_STATES = {
    "new": "received",
    "in_progress": "working",
    "waiting": "your_turn",
    "solved": "confirm",
    "confirmed": "done",
    "cancelled": "closed",
}


class CrmCasePortal(models.Model):
    """What customers do with their cases themselves."""

    _inherit = "crm.case"

    # Whoever has it answers for the customer: it is in their mails and nowhere else.
    access_token = fields.Char(readonly=True, groups="base.group_system")
    registered_product_id = fields.Many2one(
        "crm.registered.product",
        string="Customer's Product",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id)]",
        help="The very one that it is about, with its serial number.",
    )

    # ------------------------------------------------------------
    # The link of the portal
    # ------------------------------------------------------------

    def _portal_ensure_token(self):
        # For our own code and Odoo's, which put it into the customer's mail or page.
        return super(CrmCasePortal, self.sudo())._portal_ensure_token()

    def _sign_token(self, pid):
        # as above
        return super(CrmCasePortal, self.sudo())._sign_token(pid)

    @api.private
    def get_portal_url(self, *args, **kwargs):
        """Public in Odoo's mixin; the address holds the token."""
        return super().get_portal_url(*args, **kwargs)

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        """Colleagues who share a case share its page, which the customer opens signed in."""
        if not self.env.su:
            return self.access_url
        return super()._get_share_url(redirect, signup_partner, pid, share_token)

    # ------------------------------------------------------------
    # What customers do
    # ------------------------------------------------------------

    @api.model
    def _get_portal_key(self):
        """Return what makes a form that is sent twice one case."""
        return secrets.token_urlsafe(16)

    @api.model
    def _open_portal_case(self, values, files=()):
        """Open a case that a customer wrote on their page.

        :param dict values: of the case, checked by the caller
        :param files: (name, content) of what came with it, checked by the caller
        :return: the case, with all rights: customers have none on the table
        """
        case = self._open_case(values).sudo()
        # What is answered there comes by mail as well.
        case.message_subscribe(partner_ids=case.partner_id.ids)
        if files:
            case._post_by_customer("", files)
        case._send_template("received")
        return case

    def _reopen_by_customer(self, reason, files=()):
        """The customer said that it is not settled, and why; the caller has checked whose it is."""
        self.ensure_one()
        self._portal_reopen("")
        self._post_by_customer(reason, files)

    def _post_by_customer(self, text, files=()):
        """Add words and files of the customer to the conversation."""
        user = self.env.user
        # Who comes by the link is not signed in: it was sent to the customer.
        author = self.partner_id if user._is_public() else user.partner_id
        self.message_post(
            body=text,
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _get_portal_title(self):
        """Return the title for the customer; that of a case we opened ourselves is for staff."""
        self.ensure_one()
        return self.env._("Your feedback") if self.feedback_id else self.title

    def _get_portal_state(self):
        """Return where the case stands for the customer: a key, for words and colours."""
        self.ensure_one()
        return PORTAL_STATES[self.state]
