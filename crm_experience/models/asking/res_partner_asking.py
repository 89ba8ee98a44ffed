from odoo import fields, models
from odoo.fields import Domain


class ResPartnerAsking(models.Model):
    """What has to be known about a customer before they are asked."""

    _inherit = "res.partner"

    def _get_feedback_ages(self):
        """Return the age in years of these customers by id; nobody whose age is not known."""
        # How old somebody is stays here; what leaves is whether they may be asked.
        birthdays = (
            self.env["crm.partner.date"]
            .sudo()
            .search([("partner_id", "in", self.ids), ("kind", "=", "birthday"), ("year", "!=", 0)])
        )
        today = fields.Date.today()
        return {
            birthday.partner_id.id: birthday.years_next - (birthday.date_next > today)
            for birthday in birthdays
            if birthday.date_next
        }

    def _get_alive(self):
        """Return those of these customers who have not died."""
        # What leaves is whether they may be asked.
        partners = self.sudo().with_context(active_test=False)
        found = partners.search(Domain("id", "in", self.ids) & self._get_alive_domain())
        return self & found

    def _get_mailbox(self):
        """Return what tells who is asked: the mail address, else the contact itself."""
        self.ensure_one()
        return self.email_normalized or str(self.id)

    def _get_stopped_mailboxes(self):
        """Return the addresses of these customers whose owner, under any contact, said no."""
        # What leaves is whether they may be asked.
        found = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("email_normalized", "in", list(filter(None, self.mapped("email_normalized")))),
                    ("experience_opt_out", "=", True),
                ],
                ["email_normalized"],
            )
        )
        return set(found.mapped("email_normalized"))

    def _get_open_invitations(self):
        """Return the invitations that these customers can answer now, for their own pages.

        Their addresses are in ``_get_own_url()``; both are for nobody but the customer.
        """
        invitations = self.env["crm.feedback.invitation"].sudo()
        found = invitations.search([("partner_id", "in", self.ids), ("state", "=", "sent")])
        return found.filtered(lambda invitation: invitation._is_open_page())

    def _get_customer_alerts(self):
        """Whoever meets the customer knows that they were asked and have not answered yet."""
        alerts = super()._get_customer_alerts()
        invitations = self.env["crm.feedback.invitation"]
        if not invitations.has_access("read"):
            return alerts
        for invitation in invitations.search(
            [("partner_id", "in", self.ids), ("state", "=", "sent")], order="date_sent desc"
        ):
            alerts.append(
                {
                    "kind": "invitation",
                    "title": self.env._("Was asked for feedback and has not answered yet"),
                    # the customer was asked by this name
                    "text": invitation.survey_id.sudo().title,
                    "level": "info",
                    "date": invitation.date_sent,
                    "action": {"model": invitation._name, "id": invitation.id},
                }
            )
        return alerts
