from odoo import api, models
from odoo.fields import Domain


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name: str, mode: str = "read") -> Domain:
        """Add the rules of the customer to those of everything known about the customer.

        Core does the same along ``_inherits``: a rule on contacts, today's or one that a
        company adds tomorrow, holds for the history of the contacts too.
        """
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        if not hasattr(model, "_get_customer_rule_domain") or model._abstract:
            return domain
        return domain & model._get_customer_rule_domain(
            super()._compute_domain("res.partner", "read")
        )

    @api.model
    def _get_core_domain(self, model_name, mode="read"):
        """Return core's rules on a model alone, if the user has any right on it."""
        if not self.env["ir.model.access"].check(model_name, mode, raise_exception=False):
            return Domain.FALSE
        # pylint: disable-next=super-method-mismatch
        return super()._compute_domain(model_name, mode)
