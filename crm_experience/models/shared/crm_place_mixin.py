from odoo import models


class CrmPlaceMixin(models.AbstractModel):
    """Nobody moves a record to where they may not read it, such as another company.

    Core looks at the rules before it writes, at what the record was, and a company may be entered
    by its id.
    """

    _name = "crm.place.mixin"
    _description = "Stays Where It Can Be Read"
    # what decides where it belongs
    _places = ("company_id", "partner_id")

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and any(name in vals for name in self._places):
            self.check_access("read")
        return result
