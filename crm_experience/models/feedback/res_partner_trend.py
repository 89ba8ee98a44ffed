from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Who turned from promoter to detractor."""

    _inherit = "res.partner"

    is_turned_detractor = fields.Boolean(
        string="Turned From Promoter to Detractor",
        compute="_compute_is_turned_detractor",
        search="_search_is_turned_detractor",
        groups="crm_experience.group_crm_experience_user",
        help="Recommended us once (9 or 10) and does not any more (0 to 6 at last).",
    )

    def _compute_is_turned_detractor(self):
        turned = self.env["crm.customer.trend"].search_fetch(
            [("partner_id", "in", self.ids), ("is_turned", "=", True)], ["partner_id"]
        )
        turned_ids = set(turned.partner_id.ids)
        for partner in self:
            partner.is_turned_detractor = partner._origin.id in turned_ids

    def _get_customer_alerts(self):
        """Say who of these customers turned from promoter to detractor."""
        alerts = super()._get_customer_alerts()
        trends = self.env["crm.customer.trend"]
        if not trends.has_access("read"):
            return alerts
        for trend in trends.search([("partner_id", "in", self.ids), ("is_turned", "=", True)]):
            alerts.append(
                {
                    "kind": "turned",
                    "title": self.env._("Promoter turned detractor"),
                    "text": self.env._(
                        "Recommended us with %(best)s of 10 once, with %(last)s at last.",
                        best=int(trend.nps_best),
                        last=int(trend.nps_last),
                    ),
                    "level": "danger",
                    "date": trend.turned_date,
                    "action": {"model": "crm.feedback", "id": trend.nps_feedback_id.id},
                }
            )
        return alerts

    def _search_is_turned_detractor(self, operator, value):
        if operator != "in":
            return NotImplemented
        # What is asked for is either of the two, or both.
        turned = Domain(
            "id",
            "in",
            self.env["crm.customer.trend"]
            ._search([("is_turned", "=", True)])
            .subselect("partner_id"),
        )
        parts = [turned if wanted else ~turned for wanted in value]
        return Domain.OR(parts)
