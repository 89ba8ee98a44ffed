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
                    self.env["res.partner"].sudo(False), condition.partner_domain
                )
            except DefinitionError as problem:
                raise ValidationError(str(problem)) from problem

    def _get_partner_domain(self):
        """Return the domain of the customers that the rule holds for."""
        self.ensure_one()
        return Domain(parse_domain(self.partner_domain))
