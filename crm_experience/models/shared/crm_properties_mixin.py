from odoo import models


class CrmPropertiesMixin(models.AbstractModel):
    """What holds the definition of own fields of our records, such as a team those of its cases.

    Own fields are defined by who answers for the records. They may change nothing else of a team
    or a company, which are of Odoo's Sales and Settings.
    """

    _name = "crm.properties.mixin"
    _description = "Defines Own Fields"

    def _get_own_definitions(self):
        """Return the names of the definitions of own fields that the model holds."""
        return set()

    def _may_define_own_fields(self):
        """Return whether the user answers for the records that get own fields of these."""
        return False

    def has_access(self, operation):
        """The web client asks this before it lets somebody change a definition.

        Nothing is allowed by it: writing checks for itself.
        """
        if super().has_access(operation):
            return True
        return operation == "write" and bool(self) and self._may_define_own_fields()

    def write(self, vals):
        if (
            vals
            and vals.keys() <= self._get_own_definitions()
            and self.has_access("read")
            and self._may_define_own_fields()
        ):
            # These fields alone, of what the user answers for.
            return super(CrmPropertiesMixin, self.sudo()).write(vals)
        return super().write(vals)
