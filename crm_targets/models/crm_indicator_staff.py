from odoo import api, models
from odoo.tools import SQL

from .crm_indicator_definition import DefinitionError


class CrmIndicatorStaff(models.Model):
    """Who stays and who leaves, where employees are kept in Odoo; without needing that app."""

    _inherit = "crm.indicator"

    @api.model
    def _get_code_sources(self):
        return {
            **super()._get_code_sources(),
            "staff_turnover": self.env._("Staff turnover of twelve months"),
            "staff_retention": self.env._("Staff retention of twelve months"),
        }

    def _get_staff_sql(self):
        """`staff`: every employee with the first and the last day at work.

        They begin with their first contract, or else with their first record in Odoo. Who was
        archived without a day of departure or an end of contract does not count: nobody knows
        when they left.
        """
        employees = self.env.get("hr.employee")
        if employees is None or "departure_date" not in employees._fields:
            raise DefinitionError(
                "unavailable", self.env._("“%(model)s” is not installed.", model="hr.employee")
            )
        return SQL(
            """
            staff AS (
                SELECT employee.company_id, began, ended
                  FROM hr_employee employee
                  JOIN (
                      SELECT employee_id,
                             COALESCE(min(contract_date_start), min(date_version)) AS began,
                             max(contract_date_end) AS contract_end
                        FROM hr_version WHERE employee_id IS NOT NULL GROUP BY employee_id
                  ) history ON history.employee_id = employee.id
                  LEFT JOIN hr_version version ON version.id = employee.current_version_id
                 CROSS JOIN LATERAL (
                      SELECT COALESCE(
                          version.departure_date,
                          CASE WHEN NOT employee.active THEN contract_end END
                      ) AS ended
                 ) departure
                 WHERE employee.active OR ended IS NOT NULL
            )
            """
        )

    def _get_staff_turnover_sql(self, _granularity, _calendars):
        """Those who left in the twelve months up to the end of the period ÷ the average number of
        employees at their beginning and end.
        """
        parts = SQL(
            """
            WITH %(staff)s, counted AS (
                SELECT period.company_id, period.date_from,
                       count(*) FILTER (WHERE ended >= year_ago AND ended <= date_to) AS gone,
                       count(*) FILTER (
                           WHERE began < year_ago AND (ended IS NULL OR ended >= year_ago)
                       ) AS first,
                       count(*) FILTER (WHERE ended IS NULL OR ended > date_to) AS last
                  FROM period
                 CROSS JOIN LATERAL (SELECT (date_to + 1 - interval '1 year')::date) y (year_ago)
                  JOIN staff ON staff.company_id = period.company_id AND began <= date_to
                 GROUP BY 1, 2
            )
            SELECT company_id, NULL::integer AS team_id, NULL::integer AS user_id, date_from,
                   gone AS part, gone AS size, (first + last) / 2.0 AS filled
              FROM counted
            """,
            staff=self._get_staff_sql(),
        )
        return self._get_code_parts_sql(parts, "avg")

    def _get_staff_retention_sql(self, _granularity, _calendars):
        """Those employed twelve months before the end of the period who still are ÷ all of them."""
        parts = SQL(
            """
            WITH %(staff)s, counted AS (
                SELECT period.company_id, period.date_from, count(*) AS first,
                       count(*) FILTER (WHERE ended IS NULL OR ended > date_to) AS kept
                  FROM period
                 CROSS JOIN LATERAL (SELECT (date_to + 1 - interval '1 year')::date) y (year_ago)
                  JOIN staff ON staff.company_id = period.company_id
                   AND began < year_ago AND (ended IS NULL OR ended >= year_ago)
                 GROUP BY 1, 2
            )
            SELECT company_id, NULL::integer AS team_id, NULL::integer AS user_id, date_from,
                   kept AS part, kept AS size, first AS filled
              FROM counted
            """,
            staff=self._get_staff_sql(),
        )
        return self._get_code_parts_sql(parts, "avg")
