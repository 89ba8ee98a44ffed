from odoo import models
from odoo.tools import SQL


class PrivacyLookupWizard(models.TransientModel):
    """Who asks what is known about them is shown what we know, too."""

    _inherit = "privacy.lookup.wizard"

    def _get_query(self):
        """Add our records: core leaves out what the database deletes with the contact.

        So is what somebody wrote who is no contact yet. ``UNION`` names once what core has found
        by another field.
        """
        query = super()._get_query()
        email = self.email.strip().lower()
        for model in self.env["crm.customer.record"]._get_customer_models():
            conditions = [
                SQL("%s IN (SELECT id FROM indirect_references)", SQL.identifier(name))
                for name in model._get_customer_fields()
            ]
            conditions += [
                SQL("strpos(lower(%s), %s) > 0", SQL.identifier(name), email)
                for name in model._address_fields
            ]
            query = SQL(
                """%s UNION
                SELECT %s AS res_model_id, id AS res_id, %s AS is_active FROM %s WHERE %s""",
                query,
                self.env["ir.model"]._get_id(model._name),
                SQL.identifier("active") if "active" in model else SQL("TRUE"),
                SQL.identifier(model._table),
                SQL(" OR ").join(conditions),
            )
        return query
