from odoo import api, fields, models
from odoo.addons.crm_targets.models.crm_scorecard_snapshot import BANDS
from odoo.addons.crm_targets.tools.score import FAIR, GOOD
from odoo.tools import SQL

_SCORE = "sum(line.score * line.weight) / sum(line.weight)"


class CrmScorecardReport(models.Model):
    """Scores and figures of all snapshots, week after week: in total, by perspective, by indicator.

    A figure that was restated stands here twice: as it was reported then, and as it is now.
    """

    _name = "crm.scorecard.report"
    _description = "Scorecard Trend"
    _auto = False
    _order = "date_from desc, scorecard_id, level, id"
    _rec_name = "label"
    _depends = {
        "crm.scorecard.snapshot": ["scorecard_id", "week", "date_from", "name", "score", "band"],
        "crm.scorecard.snapshot.line": ["snapshot_id", "score", "weight", "band", "value"],
        "crm.scorecard.snapshot.restatement": ["scorecard_id", "date_from", "value"],
    }

    scorecard_id = fields.Many2one("crm.scorecard", readonly=True)
    week = fields.Char(string="ISO Week", readonly=True, help="Such as 2026-W47.")
    week_label = fields.Char(string="Week", compute="_compute_week_label")
    date_from = fields.Date(string="Monday", readonly=True)
    level = fields.Selection(
        [("total", "Total"), ("perspective", "Perspective"), ("indicator", "Indicator")],
        readonly=True,
    )
    label = fields.Char(string="Line", readonly=True, help="What the score is of.")
    code = fields.Char(readonly=True)
    score = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    band = fields.Selection(BANDS, readonly=True)
    value = fields.Float(string="As Reported", digits=0, readonly=True, aggregator="avg")
    value_now = fields.Float(string="As It Is Now", digits=0, readonly=True, aggregator="avg")
    unit = fields.Char(string="Unit of Measure", readonly=True)
    is_restated = fields.Boolean(string="Restated", readonly=True)

    @api.depends("date_from")
    @api.depends_context("lang")
    def _compute_week_label(self):
        for row in self:
            row.week_label = self.env["crm.figure.mixin"]._get_period_label("week", row.date_from)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 4 * kept.id::bigint AS id, kept.scorecard_id, kept.week, kept.date_from,
                   'total'::varchar AS level, kept.name AS label, NULL::varchar AS code,
                   kept.score, kept.band, NULL::float AS value, NULL::float AS value_now,
                   NULL::varchar AS unit, FALSE AS is_restated
              FROM crm_scorecard_snapshot kept
             WHERE kept.has_score
            UNION ALL
            SELECT 4 * min(line.id)::bigint + 1, kept.scorecard_id, kept.week, kept.date_from,
                   'perspective', max(line.perspective_name), line.perspective_code,
                   %(score)s, %(band)s, NULL, NULL, NULL, FALSE
              FROM crm_scorecard_snapshot_line line
              JOIN crm_scorecard_snapshot kept ON kept.id = line.snapshot_id
             WHERE line.has_score AND line.weight > 0
             GROUP BY kept.id, line.perspective_code
            UNION ALL
            SELECT 4 * line.id::bigint + 2, kept.scorecard_id, kept.week, kept.date_from,
                   'indicator', line.indicator_name, line.indicator_code,
                   CASE WHEN line.has_score THEN line.score END, line.band,
                   CASE WHEN line.has_value THEN line.value END,
                   CASE WHEN COALESCE(later.has_value, line.has_value)
                        THEN COALESCE(later.value, line.value) END,
                   line.unit, later.id IS NOT NULL
              FROM crm_scorecard_snapshot_line line
              JOIN crm_scorecard_snapshot kept ON kept.id = line.snapshot_id
              LEFT JOIN LATERAL (
                   SELECT id, has_value, value
                     FROM crm_scorecard_snapshot_restatement again
                    WHERE again.scorecard_id = kept.scorecard_id
                      AND again.date_from = kept.date_from
                      AND again.indicator_code = line.indicator_code
                    ORDER BY again.id DESC
                    LIMIT 1
                   ) later ON TRUE
            """,
            score=SQL(_SCORE),
            band=SQL(
                f"CASE WHEN {_SCORE} >= %s - 1e-9 THEN 'good'"
                f" WHEN {_SCORE} >= %s - 1e-9 THEN 'fair' ELSE 'poor' END",
                GOOD,
                FAIR,
            ),
        )
