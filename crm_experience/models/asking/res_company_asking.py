from odoo import api, fields, models
from odoo.addons.crm_experience.tools.asking import Limit
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """How often and when the customers of a company may be asked."""

    _inherit = "res.company"

    feedback_gap_days = fields.Integer(
        string="Days Between Invitations",
        default=30,
        help="How long a customer who was asked anything is left in peace. 0: no limit.",
    )
    feedback_limit_count = fields.Integer(
        string="Invitations at Most",
        default=6,
        help="How often a customer is asked anything within the days beside it. 0: no limit.",
    )
    feedback_limit_days = fields.Integer(string="Invitations Counted Over Days", default=365)
    feedback_quiet_from = fields.Float(
        string="Quiet From", default=20.0, help="In the time zone of the customer."
    )
    feedback_quiet_to = fields.Float(
        string="Quiet Until",
        default=8.0,
        help="In the time zone of the customer. The same as its beginning: no quiet hours.",
    )
    feedback_expiry_days = fields.Integer(
        string="Days to Answer", default=21, help="How long an invitation can be answered."
    )
    feedback_hold_days = fields.Integer(
        string="Days on Hold",
        default=30,
        help="How long an invitation that is held back waits before it is given up.",
    )
    feedback_minimum_age = fields.Integer(
        string="Minimum Age",
        default=16,
        help="Customers who are known to be younger are not asked. 0: everybody is.",
    )

    @api.constrains(
        *("feedback_gap_days", "feedback_limit_count", "feedback_limit_days"),
        *("feedback_quiet_from", "feedback_quiet_to", "feedback_expiry_days"),
        *("feedback_hold_days", "feedback_minimum_age"),
    )
    def _check_feedback(self):
        limits = {
            "feedback_gap_days": (0, 3650),
            "feedback_limit_count": (0, 1000),
            "feedback_limit_days": (1, 3650),
            "feedback_quiet_from": (0, 24),
            "feedback_quiet_to": (0, 24),
            "feedback_expiry_days": (1, 365),
            "feedback_hold_days": (1, 365),
            "feedback_minimum_age": (0, 99),
        }
        for company in self:
            for name, (low, high) in limits.items():
                if not low <= company[name] <= high:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” is between %(low)s and %(high)s.",
                            field=self._fields[name]._description_string(self.env),
                            low=low,
                            high=high,
                        )
                    )

    def _get_feedback_limit(self):
        """Return how often customers of the company are asked anything."""
        self.ensure_one()
        return Limit(self.feedback_gap_days, self.feedback_limit_count, self.feedback_limit_days)
