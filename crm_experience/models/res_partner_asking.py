from odoo import fields, models


class ResPartnerAsking(models.Model):
    """What has to be known about a customer before they are asked."""

    _inherit = "res.partner"

    def _get_feedback_age(self):
        """Return the age of the customer in years; ``None`` while nobody knows it.
        """
        self.ensure_one()
        # How old somebody is stays here; what leaves is whether they may be asked.
        birthday = (
            self.env["crm.partner.date"]
            .sudo()
            .search([("partner_id", "=", self.id), ("kind", "=", "birthday")], limit=1)
        )
        if not birthday.year or not birthday.date_next:
            return None
        return birthday.years_next - (birthday.date_next > fields.Date.today())
