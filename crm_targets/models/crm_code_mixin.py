import itertools

from odoo import api, models


class CrmCodeMixin(models.AbstractModel):
    """Something with a name and a code: a copy gets a name and a free code of its own."""

    _name = "crm.code.mixin"
    _description = "Has a Code"

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        # All of them, whoever may see them: the code is unique over all.
        taken = set(self.sudo().with_context(active_test=False).search([]).mapped("code"))
        return [
            {
                **vals,
                "code": (default or {}).get("code") or self._get_free_code(record.code, taken),
                "name": self.env._("%(name)s (copy)", name=record.name),
            }
            for record, vals in zip(self, vals_list, strict=True)
        ]

    @api.model
    def _get_free_code(self, code, taken):
        """A code for a copy; it is added to those that are `taken`."""
        codes = (f"{code}_copy{number or ''}" for number in itertools.count())
        free = next(free for free in codes if free not in taken)
        taken.add(free)
        return free
