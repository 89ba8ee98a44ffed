from odoo import api, fields, models
from odoo.tools import SQL

PROMOTER, DETRACTOR = 9, 6
SHOWN = 12


class CrmCustomerTrend(models.Model):
    """How the answers of every customer went, and who turned from promoter to detractor."""

    _name = "crm.customer.trend"
    _inherit = ["crm.customer.record"]
    _description = "Trend of a Customer"
    _auto = False
    # Who turned from promoter to detractor stands out.
    _order = "is_turned desc, last_date desc, id desc"
    _rec_name = "partner_id"
    _rec_names_search = ("partner_id",)

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", readonly=True, help="That the last answer was about."
    )
    user_id = fields.Many2one(
        "res.users", string="Person", readonly=True, help="Whom the last answer was about."
    )
    first_date = fields.Datetime(string="First Answer", readonly=True)
    last_date = fields.Datetime(string="Last Answer", readonly=True)
    answer_count = fields.Integer(string="Answers", readonly=True)
    has_recommendation = fields.Boolean(readonly=True)
    nps_last = fields.Float(
        string="Recommendation",
        readonly=True,
        aggregator=None,
        help="The last answer to how likely they are to recommend us, 0 to 10.",
    )
    nps_best = fields.Float(
        string="Best Recommendation",
        readonly=True,
        aggregator=None,
        help="Their best answer ever.",
    )
    nps_feedback_id = fields.Many2one("crm.feedback", string="Last Recommendation", readonly=True)
    score_last = fields.Float(
        string="Last Score",
        readonly=True,
        aggregator=None,
        help="The last answer of any metric, on the scale 0 to 10.",
    )
    score_before = fields.Float(
        readonly=True,
        aggregator=None,
        help="The mean of all answers before the last one, on the scale 0 to 10.",
    )
    score_change = fields.Float(
        string="Change",
        readonly=True,
        aggregator=None,
        help="The last score less the mean of those before.",
    )
    is_turned = fields.Boolean(
        string="Turned",
        readonly=True,
        help="Was a promoter (9 or 10) once, and the last answer is a detractor's (0 to 6).",
    )
    turned_date = fields.Datetime(
        string="Turned on",
        readonly=True,
        help="The first answer of a detractor after the last one of a promoter.",
    )
    course = fields.Char(readonly=True, help="The last answers on the scale 0 to 10, oldest first.")

    _depends = {
        "crm.feedback": [
            *("company_id", "date", "metric", "partner_id", "score", "score_normalised"),
            *("team_id", "user_id"),
        ]
    }

    @property
    def _table_query(self):
        # Conditions on the customer or the company reach the innermost query, because all of it
        # is divided by both: one customer's trend reads one customer's answers.
        return SQL(
            """
            SELECT min(id) AS id, partner_id, company_id,
                   (array_agg(team_id ORDER BY date DESC, id DESC))[1] AS team_id,
                   (array_agg(user_id ORDER BY date DESC, id DESC))[1] AS user_id,
                   min(date) AS first_date, max(date) AS last_date, count(*) AS answer_count,
                   bool_or(metric = 'nps') AS has_recommendation,
                   (array_agg(score ORDER BY date DESC, id DESC)
                       FILTER (WHERE metric = 'nps'))[1] AS nps_last,
                   (array_agg(id ORDER BY date DESC, id DESC)
                       FILTER (WHERE metric = 'nps'))[1] AS nps_feedback_id,
                   max(score) FILTER (WHERE metric = 'nps') AS nps_best,
                   max(score_last) AS score_last,
                   avg(score_normalised) FILTER (WHERE place > 1) AS score_before,
                   max(score_last) - avg(score_normalised) FILTER (WHERE place > 1)
                       AS score_change,
                   min(date) FILTER (WHERE is_turn) IS NOT NULL
                       AND (array_agg(score ORDER BY date DESC, id DESC)
                           FILTER (WHERE metric = 'nps'))[1] <= %(detractor)s AS is_turned,
                   CASE WHEN (array_agg(score ORDER BY date DESC, id DESC)
                             FILTER (WHERE metric = 'nps'))[1] <= %(detractor)s
                        THEN min(date) FILTER (WHERE is_turn) END AS turned_date,
                   string_agg(round(score_normalised::numeric, 1)::text, ' ' ORDER BY date, id)
                       FILTER (WHERE place <= %(shown)s) AS course
              FROM (
                  SELECT *, first_value(score_normalised) OVER latest AS score_last,
                         row_number() OVER latest AS place,
                         metric = 'nps' AND score <= %(detractor)s AND date >= max(date) FILTER (
                             WHERE metric = 'nps' AND score >= %(promoter)s
                         ) OVER (PARTITION BY partner_id, company_id) AS is_turn
                    FROM crm_feedback
                   WHERE partner_id IS NOT NULL
                  WINDOW latest AS (
                      PARTITION BY partner_id, company_id ORDER BY date DESC, id DESC)
              ) answer
             GROUP BY partner_id, company_id
            """,
            promoter=PROMOTER,
            detractor=DETRACTOR,
            shown=SHOWN,
        )

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.readonly
    def action_view_answers(self):
        """The answers of the customer, newest first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_feedback_action")
        action["domain"] = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        action["context"] = {"default_partner_id": self.partner_id.id}
        action.pop("path", None)
        return action
