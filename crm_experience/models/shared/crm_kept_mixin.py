from odoo import api, models


class CrmKeptMixin(models.AbstractModel):
    """Fields that tell what happened are written by what happens, also for who calls the API.

    ``readonly`` alone is a matter of views. Here nobody enters such a field, neither by ``create``
    nor by ``write``: when a case was answered, what became of it, which questionnaire an answer
    was read from. Our own code writes them with all rights, once it has checked those of the
    user. ``company_id`` may be entered, by whoever may read what comes of it.
    """

    _name = "crm.kept.mixin"
    _inherit = ["crm.place.mixin"]
    _description = "Keeps What Happened"

    @api.model
    def _is_kept(self, field):
        """Return whether a field is written by what happens alone."""
        return field.readonly and field.store and field.name != "company_id"

    @api.model
    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and self._is_kept(field):
            return False
        return super()._has_field_access(field, operation)

    def copy_data(self, default=None):
        """A copy begins anew: what happened, happened to the original."""
        vals_list = super().copy_data(default)
        if self.env.su:
            return vals_list
        kept = {name for name, field in self._fields.items() if self._is_kept(field)}
        kept -= set(default or ())
        return [
            {name: value for name, value in values.items() if name not in kept}
            for values in vals_list
        ]
