from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_iso_week
from odoo.addons.crm_targets.tools.rollup import get_scores_below
from odoo.addons.crm_targets.tools.score import get_band_name
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_figure_mixin import GRANULARITIES

BANDS = [("good", "Good"), ("fair", "Fair"), ("poor", "Poor"), ("none", "No score")]
# The trigger lets changes pass in a transaction that has said so:
#     SELECT set_config('crm_targets.allow_snapshot_change', 'on', true)
# The setting ends with the transaction. It is meant for migration scripts and for the uninstall.
_GUARD = """
CREATE OR REPLACE FUNCTION crm_targets_keep_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF COALESCE(current_setting('crm_targets.allow_snapshot_change', true), '') <> 'on' THEN
        RAISE EXCEPTION 'Snapshots are history and cannot be changed'
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""
_TRIGGER = """
DROP TRIGGER IF EXISTS crm_targets_keep_snapshot ON %(table)s;
CREATE TRIGGER crm_targets_keep_snapshot BEFORE UPDATE OR DELETE ON %(table)s
   FOR EACH ROW EXECUTE FUNCTION crm_targets_keep_snapshot();
DROP TRIGGER IF EXISTS crm_targets_keep_snapshots ON %(table)s;
CREATE TRIGGER crm_targets_keep_snapshots BEFORE TRUNCATE ON %(table)s
   FOR EACH STATEMENT EXECUTE FUNCTION crm_targets_keep_snapshot()
"""
# What a snapshot consists of comes with it: later nothing is added, which would change it as well.
_PART_GUARD = """
CREATE OR REPLACE FUNCTION crm_targets_close_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF COALESCE(current_setting('crm_targets.allow_snapshot_change', true), '') <> 'on'
       AND NOT EXISTS (
           SELECT FROM crm_scorecard_snapshot kept
            WHERE kept.id = NEW.snapshot_id
              -- written by this transaction: others that are in progress cannot be seen
              AND txid_status((txid_current() >> 32 << 32) + kept.xmin::text::bigint)
                  = 'in progress'
       )
    THEN
        RAISE EXCEPTION 'Snapshots are history and cannot be added to'
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
_PART_TRIGGER = """
DROP TRIGGER IF EXISTS crm_targets_close_snapshot ON %(table)s;
CREATE TRIGGER crm_targets_close_snapshot BEFORE INSERT ON %(table)s
   FOR EACH ROW EXECUTE FUNCTION crm_targets_close_snapshot()
"""


def protect_table(model, is_part=False):
    """Let nothing change or delete rows of the table of `model`.

    :param is_part: the rows are parts of a snapshot; nothing is added to one that has been kept.
    """
    table = SQL.identifier(model._table)
    model.env.cr.execute(_GUARD)
    model.env.cr.execute(SQL(_TRIGGER, table=table))
    if is_part:
        model.env.cr.execute(_PART_GUARD)
        model.env.cr.execute(SQL(_PART_TRIGGER, table=table))


class CrmScorecardSnapshot(models.Model):
    """A scorecard as it stood at the end of an ISO week; a trigger keeps it from being changed.

    It refers to nothing that Odoo deletes or merges: names and figures are kept as they were.
    """

    _name = "crm.scorecard.snapshot"
    _description = "Scorecard Snapshot"
    _order = "date_from desc, scorecard_id, id"
    _log_access = False

    scorecard_id = fields.Many2one(
        "crm.scorecard", required=True, readonly=True, ondelete="restrict"
    )
    name = fields.Char(string="Name at That Time", required=True, readonly=True)
    unit_name = fields.Char(string="Unit", readonly=True)
    week = fields.Char(string="ISO Week", required=True, readonly=True, help="Such as 2026-W47.")
    week_label = fields.Char(string="Week", compute="_compute_week_label")
    date_from = fields.Date(string="Monday", required=True, readonly=True)
    date_to = fields.Date(string="Sunday", required=True, readonly=True)
    granularity = fields.Selection(GRANULARITIES, string="Shown By", readonly=True)
    period_from = fields.Date(string="First Day", readonly=True)
    period_to = fields.Date(string="Last Day", readonly=True)
    period_label = fields.Char(
        string="Period", compute="_compute_period_label", help="The period that was shown."
    )
    taken_at = fields.Datetime(required=True, readonly=True)
    has_score = fields.Boolean(readonly=True)
    score = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    band = fields.Selection(BANDS, readonly=True)
    has_score_below = fields.Boolean(readonly=True)
    score_below = fields.Float(
        string="Score of Those Below",
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="The average score of the scorecards that count into this one, by their weights.",
    )
    band_below = fields.Selection(BANDS, string="Band of Those Below", readonly=True)
    restated_count = fields.Integer(
        string="Restated",
        readonly=True,
        help="Figures of earlier weeks that were not any more what had been reported.",
    )
    restatement_ids = fields.One2many(
        "crm.scorecard.snapshot.restatement",
        "snapshot_id",
        string="Restated Figures",
        readonly=True,
    )
    line_ids = fields.One2many(
        "crm.scorecard.snapshot.line", "snapshot_id", string="Indicators", readonly=True
    )

    _week_unique = models.Constraint(
        "UNIQUE (scorecard_id, date_from)", "This week of the scorecard has been kept already."
    )

    def init(self):
        protect_table(self)

    @api.depends("date_from")
    @api.depends_context("lang")
    def _compute_week_label(self):
        for snapshot in self:
            snapshot.week_label = self.env["crm.figure.mixin"]._get_period_label(
                "week", snapshot.date_from
            )

    @api.depends("granularity", "period_from", "scorecard_id.company_id")
    @api.depends_context("lang")
    def _compute_period_label(self):
        for snapshot in self:
            snapshot.period_label = (
                self.env["crm.figure.mixin"]._get_period_label(
                    snapshot.granularity, snapshot.period_from, snapshot.scorecard_id.company_id
                )
                if snapshot.granularity and snapshot.period_from
                else ""
            )

    @api.depends("name", "week_label")
    def _compute_display_name(self):
        for snapshot in self:
            snapshot.display_name = f"{snapshot.name} · {snapshot.week_label}"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        raise UserError(self.env._("Snapshots are history and cannot be changed."))

    def unlink(self):
        raise UserError(self.env._("Snapshots are history and cannot be deleted."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _take(self, scorecards, week):
        """Keep `scorecards` as they stand at the end of `week` (a `Period`).

        What counts into them has been kept before, or is among them.
        """
        results = {}
        for lang, cards in scorecards.grouped(
            lambda card: card.company_id.sudo().partner_id.lang or self.env.lang
        ).items():
            # In the language of the company: names are kept as they are said there.
            results |= cards.with_context(lang=lang)._get_results(week.date_to)
        below = self._get_scores_below(results, week)
        restated = self.env["crm.scorecard.snapshot.restatement"].sudo()._find(scorecards, week)
        # Nobody creates snapshots by hand: there is no right to do so.
        return self.sudo().create(
            [
                {
                    **self._prepare_values(card, week, result, below[card.id]),
                    "restated_count": len(restated.get(card.id, ())),
                    "restatement_ids": [
                        fields.Command.create(values) for values in restated.get(card.id, ())
                    ],
                }
                for card, result in results.items()
            ]
        )

    @api.model
    def _get_scores_below(self, results, week):
        """The score of what counts into each of the scorecards, by their ids."""
        scorecards = self.env["crm.scorecard"].union(*results)
        children = scorecards.sudo().child_ids - scorecards
        kept = self.sudo().search(
            [("scorecard_id", "in", children.ids), ("date_from", "=", week.date_from)]
        )
        scores = {card.id: result["roll_up"]["score"] for card, result in results.items()}
        for snapshot in kept:
            if snapshot.has_score:
                scores[snapshot.scorecard_id.id] = snapshot.score
            elif snapshot.has_score_below:
                scores[snapshot.scorecard_id.id] = snapshot.score_below
        # links and weights of scorecards, of which only the score above comes out
        family = (scorecards | children).sudo()
        return get_scores_below(
            scores,
            {card.id: card.parent_id.id for card in family},
            {card.id: card.rollup_weight for card in family},
        )

    @api.model
    def _prepare_values(self, card, week, result, below):
        score, period = result["roll_up"]["score"], result["period"]
        return {
            "scorecard_id": card.id,
            "name": card.name,
            "unit_name": card.unit_name,
            "week": "{}-W{:02}".format(*get_iso_week(week.date_from)),
            "date_from": week.date_from,
            "date_to": week.date_to,
            "granularity": card.granularity,
            "period_from": period.date_from,
            "period_to": period.date_to,
            "taken_at": fields.Datetime.now(),
            "has_score": score is not None,
            "score": score or 0.0,
            "band": get_band_name(score),
            "has_score_below": below is not None,
            "score_below": below or 0.0,
            "band_below": get_band_name(below),
            "line_ids": [
                fields.Command.create(self._prepare_line_values(card, line, result))
                for perspective in result["lines"].perspective_id.sorted()
                for line in result["lines"]
                if line.perspective_id == perspective
            ],
        }

    @api.model
    def _prepare_line_values(self, card, line, result):
        indicator, perspective = line.indicator_id, line.perspective_id
        figure, score = result["figures"][line], result["scores"][indicator.id]
        band = line._get_band(result["targets"][line])
        return {
            "perspective_code": perspective.code,
            "perspective_name": perspective.name,
            "perspective_weight": result["roll_up"]["weights"][perspective.id],
            "indicator_code": indicator.code,
            "indicator_name": indicator.name,
            "unit": indicator._get_unit_label(card.company_id),
            "decimals": indicator.decimals,
            "weight": result["roll_up"]["shares"][line.id],
            "has_value": figure is not None,
            "value": figure or 0.0,
            "has_target": band is not None,
            "target": band.goal if band else 0.0,
            "red_flag": band.red_flag if band else 0.0,
            "has_score": score is not None,
            "score": score or 0.0,
            "band": get_band_name(score),
        }
