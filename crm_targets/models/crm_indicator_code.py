from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmIndicatorCode(models.Model):
    """Indicators that an app computes in a way of its own.

    An app registers a key in `_get_code_sources` and adds the method `_get_<key>_sql`. Users
    choose among the registered keys; nothing that they type is ever run.
    """

    _inherit = "crm.indicator"

    method = fields.Selection(
        selection="_selection_method",
        help="How the figure is computed, among the ways that the installed apps know.",
    )

    @api.model
    def _selection_method(self):
        return sorted(self._get_code_sources().items(), key=lambda choice: choice[1])

    @api.model
    def _get_code_sources(self):
        """The ways of computing that apps provide: `{key: label}`.

        To be extended. Every key has a method `_get_<key>_sql(granularity, window)`.
        """
        return {}

    @api.model
    def _get_additive_code_sources(self):
        """Keys of `_get_code_sources` whose figures add up over units and periods.

        Where such a source has no row, the figure is zero.
        """
        return set()

    @api.constrains("source", "method")
    def _check_method(self):
        for indicator in self.filtered(lambda indicator: indicator.source == "code"):
            if not indicator.method:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the way the figure is computed.", name=indicator.name
                    )
                )
