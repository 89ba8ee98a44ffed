from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmIndicatorCare(models.Model):
    """How many customers are neglected: a state that is known for today only."""

    _inherit = "crm.indicator"

    @api.model
    def _get_code_sources(self):
        return {
            **super()._get_code_sources(),
            "neglected_customers": self.env._("Neglected customers"),
            "neglected_share": self.env._("Part of the customers who are neglected"),
        }

    @api.model
    def _get_additive_code_sources(self):
        return super()._get_additive_code_sources() | {"neglected_customers"}

    @api.model
    def _get_present_code_sources(self):
        return super()._get_present_code_sources() | {"neglected_customers", "neglected_share"}

    def _get_neglected_customers_sql(self, _granularity, _calendars):
        """Customers who are neglected today and not lost, by who is responsible."""
        return self._get_code_parts_sql(self._get_neglect_parts_sql(), "sum")

    def _get_neglected_share_sql(self, _granularity, _calendars):
        """Neglected customers ÷ all customers who are not lost."""
        return self._get_code_parts_sql(self._get_neglect_parts_sql(), "avg")

    def _get_neglect_parts_sql(self):
        return SQL(
            """
            SELECT journey.company_id, journey.team_id, journey.user_id, period.date_from,
                   count(*) FILTER (WHERE is_neglected) AS part, count(*) AS size,
                   count(*) AS filled
              FROM crm_customer_journey journey
              JOIN period ON period.company_id = journey.company_id
             WHERE journey.loss_id IS NULL
             GROUP BY 1, 2, 3, 4
            """
        )

    def _get_code_records(self, unit, granularity, period):
        """Behind both stand the neglected customers, as long as the period is running."""
        if self.method not in {"neglected_customers", "neglected_share"}:
            return super()._get_code_records(unit, granularity, period)
        if not period.date_from <= fields.Date.today() <= period.date_to:
            return None
        domain = Domain("is_neglected", "=", True) & Domain("loss_id", "=", False)
        domain &= Domain("company_id", "child_of", unit.company_id.id)
        if unit.team_id:
            domain &= Domain("team_id", "child_of", unit.team_id.id)
        if unit.user_id:
            domain &= Domain("user_id", "=", unit.user_id.id)
        return "crm.customer.journey", domain
