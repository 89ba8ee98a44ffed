from odoo import api, models
from odoo.addons.crm_targets.tools.period import get_utc_bounds
from odoo.fields import Domain
from odoo.tools import SQL

# Of each metric: what an answer counts for, on the column `score`.
_PARTS = {
    "nps": "100 * ((score >= 9)::integer - (score <= 6)::integer)",
    "csat": "(score >= 4)::integer",
    "ces": "(score >= 5)::integer",
}


class CrmIndicatorFeedback(models.Model):
    """NPS, CSAT and CES of companies, teams and persons, and how many answers a figure needs.

    A figure is measured on the answers of the unit, never an average of averages. Whatever says
    how answers are, shipped or defined by somebody, is no figure of fewer answers than the
    settings ask for, for a person as little as for a company.
    """

    _inherit = "crm.indicator"

    @api.model
    def _get_code_sources(self):
        return {
            **super()._get_code_sources(),
            "feedback_nps": self.env._("Net promoter score of answers"),
            "feedback_csat": self.env._("Share of satisfied answers (4–5 of 5)"),
            "feedback_ces": self.env._("Share of answers of low effort (5–7 of 7)"),
        }

    def _get_feedback_nps_sql(self, _granularity, _calendars):
        return self._get_feedback_sql("nps")

    def _get_feedback_csat_sql(self, _granularity, _calendars):
        return self._get_feedback_sql("csat")

    def _get_feedback_ces_sql(self, _granularity, _calendars):
        return self._get_feedback_sql("ces")

    def _get_feedback_sql(self, metric):
        parts = SQL(
            """
            SELECT company_id, team_id, user_id, firsts[width_bucket(date, moments)] AS date_from,
                   sum(%(part)s) AS part, count(*) AS size, count(*) AS filled
              FROM crm_feedback answer JOIN calendar USING (company_id)
             WHERE metric = %(metric)s
               AND date BETWEEN (SELECT min(start_at) FROM period)
                            AND (SELECT max(end_at) FROM period)
               AND firsts[width_bucket(date, moments)] IS NOT NULL
             GROUP BY 1, 2, 3, 4
            """,
            part=SQL(_PARTS[metric]),
            metric=metric,
        )
        return self._get_code_parts_sql(parts, "avg")

    def _get_minimum_size(self):
        if self._says_how_answers_are():
            return self.env["crm.feedback"]._get_minimum_answers()
        return super()._get_minimum_size()

    def _says_how_answers_are(self):
        """Whether the figure tells what customers answered, not only how many did."""
        if self.source == "code":
            return (self.method or "").removeprefix("feedback_") in _PARTS
        if self.source == "records":
            return self._counts_answers() and self.aggregate in ("avg", "min", "max")
        return (
            self.source == "ratio"
            and self.denominator_period == "same"
            and self.numerator_id._counts_answers()
            and self.denominator_id._counts_answers()
            and self.denominator_id.aggregate in ("count", "count_distinct")
        )

    def _counts_answers(self):
        return self.source == "records" and self.model_name == "crm.feedback"

    def _get_code_records(self, unit, granularity, period):
        metric = (self.method or "").removeprefix("feedback_")
        if metric == self.method or metric not in _PARTS:
            return super()._get_code_records(unit, granularity, period)
        zone = self._get_places()[unit.company_id.id][0]
        start, end = get_utc_bounds(period, zone)
        domain = Domain("metric", "=", metric) & Domain("date", ">=", start)
        domain &= Domain("date", "<", end) & self._get_unit_domain(unit)
        return self.env["crm.feedback"], domain
