from odoo import api, fields, models
from odoo.addons.crm_targets.models.crm_indicator_definition import DefinitionError
from odoo.addons.crm_targets.tools.domain_literal import parse_domain
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmCustomerCondition(models.AbstractModel):
    """A rule that holds for some customers: those who fit a filter on contacts.

    Higher addons add fields to contacts, and with them to what can be filtered by. The filter is
    a literal and never run as a program; whoever writes it must be allowed to read its fields.
    """

    _name = "crm.customer.condition"
    _inherit = ["crm.place.mixin"]
    _description = "Condition on Customers"

    partner_domain = fields.Char(
        string="Customers", default="[]", help="Which customers it holds for. Empty: all of them."
    )

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for condition in self:
            try:
                # Constraints run with all rights; what counts are those of the writer.
                self.env["crm.indicator"].sudo(False)._verify_filter(
                    self.env["res.partner"].sudo(False), condition.partner_domain, own=True
                )
            except DefinitionError as problem:
                raise ValidationError(str(problem)) from problem

    def _get_partner_domain(self):
        """Return the domain of the customers that the rule holds for.

        What depends on a company, such as a tier or the stage of a journey, is that of the rule's
        company, whoever runs the rule; of all companies where the rule holds for all.
        """
        self.ensure_one()
        domain = Domain(parse_domain(self.partner_domain))
        if domain.is_true():
            return domain
        # the writer was allowed to read these fields; whoever runs the rule need not be
        partners = self.env["res.partner"].sudo()
        companies = self.company_id or partners.env["res.company"].search([])
        partners = partners.with_context(allowed_company_ids=companies.ids)
        return domain.optimize_full(partners)
