from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize, html2plaintext

from .crm_case import WORK_STATES
from .crm_case_intake import TEXT_LIMIT, TITLE_LIMIT

# Nobody's absence note answers what we send by ourselves.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


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
            "description": self._get_mail_text(msg_dict.get("body")),
            "channel_id": self.env["crm.touchpoint"]._get_shipped("touchpoint_channel", "email"),
            "source": "email",
            **(custom_values or {}),
        }
        company_id = values.get("company_id") or self.env.company.id
        partner = self.env["res.partner"].browse(msg_dict.get("author_id") or ())
        if partner.company_id.id in (False, company_id) and not self._is_colleague(partner):
            values.setdefault("partner_id", partner.id)
        # The gateway has no team of its own: the address says whose it is.
        cases = self.with_company(company_id).with_context(default_user_id=False)
        case = super(CrmCaseMail, cases).message_new(msg_dict, custom_values=values)
        if not self.env.context.get("crm_experience_is_automatic_mail"):
            case._make_customer()
            # Two machines would thank each other for ever.
            case._send_template("received")
        return case

    def _make_customer(self):
        """Make a contact of whoever wrote for the first time: every screen then shows the case."""
        if self.partner_id:
            return
        found = self._partner_find_from_emails_single([self.email_from])
        if found.company_id.id in (False, self.company_id.id) and not self._is_colleague(found):
            self.partner_id = found

    @api.model
    def _get_mail_text(self, body):
        """Return the words of a mail for reading at a glance; the whole is in the conversation."""
        text = html2plaintext(body or "").replace("\x00", "").strip()
        return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"

    @api.model
    def _is_colleague(self, partner):
        """Tell whether a partner works here: whoever forwards a mail is not the customer."""
        users = partner.sudo().with_context(active_test=False).user_ids
        return any(not user.share for user in users)

    def _message_post_after_hook(self, message, msg_values):
        """A word of ours is the first response, a word of the customer ends waiting."""
        result = super()._message_post_after_hook(message, msg_values)
        self._find_customer_in(message)
        self._note_message(message)
        return result

    def _find_customer_in(self, message):
        """Take over the contact that was made from the customer's address to answer them."""
        address = email_normalize(self.email_from)
        if self.partner_id or not address:
            return
        found = message.partner_ids.filtered(
            lambda partner: (
                partner.email_normalized == address
                and partner.company_id.id in (False, self.company_id.id)
            )
        )
        if found and not self._is_colleague(found[0]):
            # Whoever may write to the customer has said who it is.
            self.sudo().partner_id = found[0]

    def _note_message(self, message):
        if message.message_type not in ("comment", "email", "email_outgoing"):
            return
        author = message.author_id
        if self._is_colleague(author) and author != self.partner_id:
            if self._reaches_customer(message):
                # Whoever may write to the customer has answered them.
                self.sudo()._note_our_word()
        elif not self.env.context.get("crm_experience_is_automatic_mail"):
            # The customer has the last word about whose turn it is.
            self.sudo()._note_customer_word()

    def _reaches_customer(self, message):
        """Tell whether a message goes to the customer, or somebody of theirs."""
        if message.is_internal or message.subtype_id != self.env.ref("mail.mt_comment"):
            return False
        recipients = (message.partner_ids | self.message_partner_ids).sudo()
        customer = self.partner_id.sudo().commercial_partner_id
        return customer in recipients.commercial_partner_id or bool(message.outgoing_email_to)

    def _note_our_word(self):
        """The customer was answered."""
        if not self.date_first_response:
            self.date_first_response = fields.Datetime.now()
        if self.state == "new":
            self.state = "in_progress"

    def _note_customer_word(self):
        """The customer wrote: a case that waited goes on, a solved one is not settled yet.

        Nor is one that we closed because they said nothing. What they or we closed for good stays
        closed, and whoever answers for it is asked to have a look.
        """
        responsible = self._get_responsible()
        is_silence = self.confirmed_by == "time" and self._can_reopen()
        if self.state == "waiting":
            self.state = "in_progress"
        elif self.state in WORK_STATES:
            return
        elif self.state == "solved" or is_silence or not responsible:
            self.state = "in_progress"
            self._tell_reopened()
        else:
            # in the language of whoever gets it, not of the customer or the job
            case = self.with_context(lang=responsible.lang)
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=case.env._("The customer wrote again"),
                user_id=responsible.id,
            )

    def _tell_reopened(self):
        """Ask whoever answers for the case to go on with it."""
        if responsible := self._get_responsible():
            self.with_context(lang=responsible.lang).activity_schedule(
                "crm_experience.mail_activity_type_case_reopened", user_id=responsible.id
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
        # What is sent is the company's template; not everybody who moves a case may write mails,
        # such as the customer on the portal, who is not the sender either: Odoo is.
        cases = self.with_user(SUPERUSER_ID) if self.env.user.share else self.sudo()
        for case in cases:
            if case.partner_id.email or case.email_from:
                case.with_context(lang=case.partner_id.lang).message_post_with_source(
                    template,
                    message_type="auto_comment",
                    subtype_xmlid="mail.mt_comment",
                    email_layout_xmlid="mail.mail_notification_light",
                )

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        """Say in what we send by ourselves that nobody did, so that no machine answers it."""
        if message.message_type == "auto_comment":
            additional_values = {**(additional_values or {}), "headers": dict(AUTOMATIC)}
        return super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )
