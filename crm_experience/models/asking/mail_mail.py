from odoo import models

# The address is wrong; other failures may go away, and the mail is then sent by Odoo.
_FINAL = ("mail_email_invalid", "mail_email_missing")


class MailMail(models.Model):
    """An invitation that nobody can have got is none."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
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
