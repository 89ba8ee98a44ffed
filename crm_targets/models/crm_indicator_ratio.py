from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmIndicatorRatio(models.Model):
    """Indicators that are the ratio of two others, measured from their figures."""

    _inherit = "crm.indicator"

    numerator_id = fields.Many2one(
        "crm.indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="What is divided: its figure of the unit and period, as it was measured there.",
    )
    denominator_id = fields.Many2one(
        "crm.indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="What it is divided by. Where that is zero or missing there is no figure.",
    )
    ratio_type = fields.Selection(
        [
            ("share", "Share: numerator ÷ denominator"),
            ("change", "Change: numerator ÷ denominator, less one"),
        ],
        string="Ratio",
        required=True,
        default="share",
        help="A change is the share less one: growth against the denominator.",
    )
    denominator_period = fields.Selection(
        [
            ("same", "The same period"),
            ("previous", "The period before"),
            ("year_before", "The same period of the year before"),
        ],
        required=True,
        default="same",
    )

    @api.constrains("source", "numerator_id", "denominator_id")
    def _check_ratio(self):
        for indicator in self.filtered(lambda indicator: indicator.source == "ratio"):
            if not indicator.numerator_id or not indicator.denominator_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s: choose the two indicators of the ratio.", name=indicator.name
                    )
                )
            if indicator in indicator._get_components():
                raise ValidationError(
                    self.env._(
                        "%(name)s would be computed from itself: choose other indicators.",
                        name=indicator.name,
                    )
                )

    def _get_own_components(self):
        """The indicators whose figures or definition these are computed from directly."""
        users = self.filtered(lambda indicator: indicator.source in ("ratio", "code"))
        ratios = users.filtered(lambda indicator: indicator.source == "ratio")
        return users.numerator_id | ratios.denominator_id

    def _get_components(self):
        """All indicators that these are computed from, however far below."""
        found = self.browse()
        following = self._get_own_components()
        while following:
            found |= following
            following = following._get_own_components() - found
        return found
