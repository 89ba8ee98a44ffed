from odoo import api, models
from odoo.fields import Domain

# What is known about a customer is for those who may read the customer.
CUSTOMER_MODELS = ("crm.touchpoint", "crm.feedback")


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name: str, mode: str = "read") -> Domain:
        """Add the rules of the customer to those of touchpoints and answers.

        Core does the same along ``_inherits``: a rule on contacts, today's or one that a
        company adds tomorrow, holds for the history of the contacts too.
        """
        domain = super()._compute_domain(model_name, mode)
        if model_name not in CUSTOMER_MODELS:
            return domain
        partner_domain = super()._compute_domain("res.partner", "read")
        customer_domain = Domain("partner_id", "any", partner_domain)
        if model_name == "crm.touchpoint":
            customer_domain |= self._get_lead_touchpoint_domain()
        return domain & customer_domain

    @api.model
    def _get_lead_touchpoint_domain(self):
        """Contacts with somebody who is no contact yet: who may read the opportunity."""
        if not self.env["ir.model.access"].check("crm.lead", "read", raise_exception=False):
            return Domain.FALSE
        # Core's domain alone: what this addon adds belongs to its own models.
        # pylint: disable-next=super-method-mismatch
        lead_domain = super()._compute_domain("crm.lead", "read")
        return Domain("partner_id", "=", False) & Domain("lead_id", "any", lead_domain)
