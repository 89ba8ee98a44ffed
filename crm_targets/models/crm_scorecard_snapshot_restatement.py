from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.restatement import is_restated
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_scorecard_snapshot import protect_table

_WEEKS = 53


class CrmScorecardSnapshotRestatement(models.Model):
    """A figure of an earlier week that is not any more what was reported of it.

    It stands in the first snapshot after the change; the snapshot of the week itself never changes.
    """

    _name = "crm.scorecard.snapshot.restatement"
    _description = "Restated Figure"
    _order = "snapshot_id desc, date_from desc, id"
    _log_access = False

    snapshot_id = fields.Many2one(
        "crm.scorecard.snapshot",
        string="Reported In",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    scorecard_id = fields.Many2one(
        "crm.scorecard", required=True, readonly=True, ondelete="restrict"
    )
    indicator_code = fields.Char(required=True, readonly=True)
    indicator_name = fields.Char(string="Indicator", readonly=True)
    unit = fields.Char(string="Unit of Measure", readonly=True)
    date_from = fields.Date(
        string="Monday", required=True, readonly=True, help="Of the week that is restated."
    )
    week_label = fields.Char(string="Week", compute="_compute_week_label")
    had_value = fields.Boolean(readonly=True)
    value_before = fields.Float(string="As Reported", digits=0, readonly=True, aggregator=None)
    has_value = fields.Boolean(readonly=True)
    value = fields.Float(string="As It Is Now", digits=0, readonly=True, aggregator=None)

    _week_index = models.Index("(scorecard_id, date_from, indicator_code)")

    def init(self):
        protect_table(self, is_part=True)

    @api.depends("date_from")
    @api.depends_context("lang")
    def _compute_week_label(self):
        for line in self:
            line.week_label = self.env["crm.figure.mixin"]._get_period_label("week", line.date_from)

    @api.depends("indicator_name", "week_label")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.indicator_name} · {line.week_label}"

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
    def _find(self, scorecards, week):
        """What the snapshots of `week` have to say about earlier ones.

        A figure is compared once its period is over: that of a month grows until then, which is
        nothing to restate. What cannot be measured at this time restates nothing.

        :return: `{scorecard id: [values of a restatement, …]}`
        """
        reported = self._get_reported(scorecards, week)
        codes = {row["indicator_code"] for row in reported}
        indicators = {
            indicator.code: indicator
            for indicator in self.env["crm.indicator"].search([("code", "in", sorted(codes))])
            if indicator.source == "manual" or indicator.state == "measured"
        }
        figures = self._get_current(scorecards, indicators, reported)
        keys = {card.id: card._get_unit_key() for card in scorecards}
        found = {}
        for row in reported:
            indicator = indicators.get(row["indicator_code"])
            if not indicator:
                continue
            day, granularity = row.pop("period_from"), row.pop("granularity")
            value = figures.get((granularity, keys[row["scorecard_id"]], indicator.id, day))
            before = row["value_before"] if row["had_value"] else None
            # Of what is counted, nothing is zero; no figure at all is time that was not measured.
            unknown = indicator._counts_absence() and value is None
            if not unknown and is_restated(before, value):
                row |= {"has_value": value is not None, "value": value or 0.0}
                found.setdefault(row["scorecard_id"], []).append(row)
        return found

    @api.model
    def _get_reported(self, scorecards, week):
        """The figures of the last year as they were last reported, of periods that were over."""
        models_ = ("crm.scorecard.snapshot", "crm.scorecard.snapshot.line", self._name)
        for model in models_:
            self.env[model].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT kept.scorecard_id, kept.granularity, kept.period_from, kept.date_from,
                       line.indicator_code, line.indicator_name, line.unit,
                       COALESCE(later.has_value, line.has_value, FALSE) AS had_value,
                       COALESCE(later.value, line.value, 0) AS value_before
                  FROM crm_scorecard_snapshot kept
                  JOIN crm_scorecard_snapshot_line line ON line.snapshot_id = kept.id
                  LEFT JOIN LATERAL (
                       SELECT has_value, value
                         FROM crm_scorecard_snapshot_restatement again
                        WHERE again.scorecard_id = kept.scorecard_id
                          AND again.date_from = kept.date_from
                          AND again.indicator_code = line.indicator_code
                        ORDER BY again.id DESC
                        LIMIT 1
                       ) later ON TRUE
                 WHERE kept.scorecard_id IN %(scorecards)s
                   AND kept.date_from < %(week)s AND kept.date_from >= %(first)s
                   AND kept.period_to <= kept.date_to
                 ORDER BY kept.scorecard_id, kept.date_from, line.id
                """,
                scorecards=tuple(scorecards.ids or [0]),
                week=week.date_from,
                first=week.date_from - timedelta(weeks=_WEEKS),
            )
        )

    @api.model
    def _get_current(self, scorecards, indicators, reported):
        """The figures as they are: `{(granularity, unit key, indicator id, first day): figure}`."""
        days = {}
        for row in reported:
            days.setdefault(row["granularity"], set()).add(row["period_from"])
        found = self.env["crm.indicator"].union(*indicators.values())
        return {
            (granularity, *key): figure
            for granularity, firsts in days.items()
            for key, figure in self.env["crm.indicator.value"]
            ._get_unit_figures(found, scorecards, granularity, sorted(firsts))
            .items()
        }
