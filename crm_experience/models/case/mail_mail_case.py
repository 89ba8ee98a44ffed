from odoo import models
from odoo.tools import email_normalize_all


class MailMailCase(models.Model):
    _inherit = "mail.mail"

    def _get_customer_links(self):
        """The link by which the customer says whether a case is settled."""
        links = super()._get_customer_links()
        if self.model != "crm.case":
            return links
        # The mail knows what it is about, whoever sends it.
        case = self.env[self.model].sudo().browse(self.res_id).exists()
        kept, right = case._get_confirm_paths() if case else ("", "")
        if not right:
            return links
        addresses = (case.partner_id.email, case.email_from)
        own = {address for text in addresses for address in email_normalize_all(text)}
        return [*links, (own, kept, right)]
