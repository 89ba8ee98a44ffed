from markupsafe import Markup
from odoo import fields, models
from odoo.tools import format_date

# worst to best, dark enough for white figures on them
COLORS = ("#c0392b", "#c9661a", "#8a7a0f", "#2f8f46", "#117a4b")


class CrmFeedbackInvitationMail(models.Model):
    """What the mail of an invitation says, in the language of the customer."""

    _inherit = "crm.feedback.invitation"

    def _get_mail_subject(self):
        self.ensure_one()
        name = self.company_id.name
        if self.env.context.get("is_reminder"):
            return self.env._("A reminder: how was it with %(company)s?", company=name)
        return self.env._("How was it with %(company)s?", company=name)

    def _get_mail_intro(self):
        self.ensure_one()
        if self.env.context.get("is_reminder"):
            return self.env._(
                "we asked you a few days ago how it was. Your answer still helps us, and takes "
                "only a moment."
            )
        date = self._get_contact_date()
        if date:
            return self.env._(
                "how was it with us on %(date)s? It takes you a moment, and helps us to do better.",
                date=date,
            )
        return self.env._("how was it? It takes you a moment, and helps us to do better.")

    def _get_contact_date(self):
        """Return the day of the contact that is asked about, in words; empty if it is none."""
        self.ensure_one()
        # Whoever gets the mail was there.
        contact = self.sudo().touchpoint_id
        if not contact:
            return ""
        zone = self.partner_id.tz or self.company_id.partner_id.tz
        day = fields.Datetime.context_timestamp(self.with_context(tz=zone), contact.date)
        return format_date(self.env, day.date(), date_format="long")

    def _get_mail_question(self):
        """Return the question that is answered by a tap in the mail, else what it is about."""
        self.ensure_one()
        # Whoever gets the mail may read the question; the sender need not be allowed to.
        survey = self.survey_id.sudo()
        return survey._get_tap_question().title or survey.title

    def _get_mail_scale(self):
        """Return the choices as links; a link opens a page, and only what is sent there counts."""
        self.ensure_one()
        invitation = self.sudo()  # as above
        question = invitation.survey_id._get_tap_question()
        options = invitation._get_scale(question)
        return Markup(
            self.env["ir.qweb"]._render(
                "crm_experience.feedback_mail_scale",
                {
                    "options": options,
                    "question": question,
                    "style": invitation._get_tap_style(options),
                    "colors": COLORS,
                    "url": self._get_url(),
                },
            )
        )
