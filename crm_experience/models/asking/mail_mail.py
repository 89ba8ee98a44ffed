from odoo import models
from odoo.tools import email_normalize_all

from .crm_customer_link_mixin import MAIL_TOKEN

# The address is wrong; other failures may go away, and the mail is then sent by Odoo.
_FINAL = ("mail_email_invalid", "mail_email_missing")


class MailMail(models.Model):
    """Mails to customers: their links work for the customer alone, and an invitation that nobody
    can have got is none."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Put the token into what leaves for the customer, and into nothing else.

        The same mail that somebody sends to themselves has links that open nothing.
        """
        mails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        for own, kept, right in self._get_customer_links():
            for mail in mails:
                if mail["email_to_normalized"] and own.issuperset(mail["email_to_normalized"]):
                    for part in ("body", "body_alternative"):
                        mail[part] = mail[part].replace(kept, right)
        return mails

    def _get_customer_links(self):
        """Return the addresses of the customer, what stands for a link of theirs, and the link."""
        body = self.body_html or ""
        if MAIL_TOKEN not in body:
            return []
        links = []
        for record in self.env["crm.customer.link.mixin"]._find_in_mail(body):
            record._ensure_token()
            kept, right = map(record._get_path, (MAIL_TOKEN, record.access_token))
            links.append((set(email_normalize_all(record.partner_id.email)), kept, right))
        return links

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # whoever sends the queue learns nothing: only the state follows the delivery
        invitations = self.env["crm.feedback.invitation"].sudo()
        if failure_type in _FINAL:
            mails = self.filtered(lambda mail: mail.model == invitations._name)
            # The mail knows what it was about, whoever sends it.
            invitations = invitations.browse(mails.mapped("res_id")).exists()
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
        invitations._mark_undelivered()
        return result
