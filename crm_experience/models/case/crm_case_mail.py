from odoo import api, fields, models
from odoo.tools import html2plaintext

from .crm_case import WORK_STATES
from .crm_case_intake import TITLE_LIMIT


class CrmCaseMail(models.Model):
    """Mail to and from the customer about a case."""

    _inherit = "crm.case"

    # ------------------------------------------------------------
    # Incoming
    # ------------------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Open a case about a mail that came in by an address for cases."""
        values = {
            "title": (msg_dict.get("subject") or "").strip()[:TITLE_LIMIT]
            or self.env._("No subject"),
            "description": html2plaintext(msg_dict.get("body") or ""),
            "channel_id": self.env["crm.touchpoint"]._get_shipped("touchpoint_channel", "email"),
            "source": "email",
            **(custom_values or {}),
        }
        company_id = values.get("company_id") or self.env.company.id
        partner = self.env["res.partner"].browse(msg_dict.get("author_id") or ())
        if partner.company_id.id in (False, company_id):
            values.setdefault("partner_id", partner.id)
        # The gateway has no team of its own: the address says whose it is.
        cases = self.with_company(company_id).with_context(default_user_id=False)
        case = super(CrmCaseMail, cases).message_new(msg_dict, custom_values=values)
        case._send_template("received")
        return case

    def _message_post_after_hook(self, message, msg_values):
        """A word of ours is the first response, a word of the customer ends waiting."""
        result = super()._message_post_after_hook(message, msg_values)
        self._note_message(message)
        return result

    def _note_message(self, message):
        author = message.author_id
        users = author.sudo().with_context(active_test=False).user_ids
        is_staff = any(not user.share for user in users)
        is_public = not message.is_internal and message.subtype_id == self.env.ref(
            "mail.mt_comment"
        )
        if is_staff and is_public and message.message_type in ("comment", "email_outgoing"):
            if not self.date_first_response:
                # Whoever may write to the customer has answered them.
                self.sudo().date_first_response = fields.Datetime.now()
        elif not is_staff and message.message_type in ("comment", "email"):
            # The customer has the last word about whose turn it is.
            self.sudo()._note_customer_word()

    def _note_customer_word(self):
        """The customer wrote: a case that waited goes on, a solved one is not settled yet.

        A case that is closed for good stays closed; its owner is asked to have a look.
        """
        if self.state in ("waiting", "solved"):
            self.state = "in_progress"
        elif self.state not in WORK_STATES and self.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The customer wrote again"),
                user_id=self.user_id.id,
            )

    def _creation_subtype(self):
        return self.env.ref("crm_experience.mail_message_subtype_case_opened")

    # ------------------------------------------------------------
    # Outgoing
    # ------------------------------------------------------------

    def _after_move(self, before):
        super()._after_move(before)
        self.filtered(
            lambda case: (
                case.state == "solved" and case.company_id.sudo().is_case_confirmation_asked
            )
        )._ask_confirmation()

    def _ask_confirmation(self):
        """Ask the customers by mail whether it is settled."""
        self._renew_confirm_token()
        self._send_template("solved")

    def _send_template(self, name):
        """Send a mail to the customers of these cases who have an address, in their language.

        :param str name: ``received``, ``solved`` or ``reopened``
        """
        template = self.env.ref(
            f"crm_experience.mail_template_case_{name}", raise_if_not_found=False
        )
        if not template:
            # A company may delete a template: it does not want this mail.
            return
        for case in self:
            if case.partner_id.email or case.email_from:
                # What is sent is the company's template; not everybody who moves a case may
                # write mails, such as the customer on the portal.
                case.sudo().with_context(lang=case.partner_id.lang).message_post_with_source(
                    template,
                    message_type="auto_comment",
                    subtype_xmlid="mail.mt_comment",
                    email_layout_xmlid="mail.mail_notification_light",
                )
