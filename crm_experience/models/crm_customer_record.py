from odoo import api, models
from odoo.fields import Domain


class CrmCustomerRecord(models.AbstractModel):
    """Something known about a customer: for those who may read the customer, and theirs to have.

    A model that inherits it has a ``partner_id``. What is added to its record rules, so that a
    rule on contacts holds for what is known about them, is in ``models/ir_rule.py``.
    """

    _name = "crm.customer.record"
    _description = "Record of a Customer"

    @api.model
    def _get_customer_rule_domain(self, partner_domain):
        """Return the domain of the records that follow from which customers may be read.

        :param Domain partner_domain: core's rules on contacts
        """
        if self._fields["partner_id"].required:
            return Domain("partner_id", "any", partner_domain)
        return Domain("partner_id", "=", False) | Domain("partner_id", "any", partner_domain)
