from odoo import api, fields, models
from odoo.addons.crm_targets.tools.score import get_band_name
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_unit_mixin import SCOPES

_MOST = 500


class CrmScorecardHeatMap(models.Model):
    """Many scorecards beside each other: how they stand now, and the outliers among them."""

    _inherit = "crm.scorecard"

    has_current_score = fields.Boolean(compute="_compute_current_score")
    current_score = fields.Float(
        string="Score",
        compute="_compute_current_score",
        digits=(16, 4),
        help="Score of the current period, 0 to 10.",
    )
    current_band = fields.Selection(
        [("good", "Good"), ("fair", "Fair"), ("poor", "Poor"), ("none", "No score")],
        string="Standing",
        compute="_compute_current_score",
    )
    score_change = fields.Float(
        string="Change",
        compute="_compute_current_score",
        digits=(16, 4),
        help="Score of the current period less that of the period before.",
    )
    worst_indicator = fields.Char(
        compute="_compute_current_score",
        string="Weakest Indicator",
        help="The indicator with the lowest score in the current period.",
    )

    @api.depends("granularity", "scope", "company_id", "team_id", "user_id", "line_ids")
    @api.depends_context("lang")
    def _compute_current_score(self):
        saved = self._origin  # what is being entered has no figures yet
        standings = saved._get_standings(saved._get_days())
        for scorecard in self:
            standing = standings.get(scorecard._origin.id, {})
            score, before = standing.get("score"), standing.get("score_before")
            scorecard.has_current_score = score is not None
            scorecard.current_score = score or 0.0
            scorecard.current_band = get_band_name(score)
            scorecard.score_change = score - before if None not in (score, before) else 0.0
            worst = min(
                (cell for cell in standing.get("cells", []) if cell["has_score"]),
                key=lambda cell: cell["score"],
                default=None,
            )
            scorecard.worst_indicator = worst["name"] if worst else ""

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_heat_map(self, date=None, scope=None, team_id=None):
        """All scorecards that the user may read beside all their indicators.

        Every scorecard is shown by its own period type, for the period that the day lies in. Scores
        go from 0 to 10; what there is no figure for is an absent key beside a `has_…` that is
        false. `score_change` is the score less that of the period before.

        :param str date: a day of the periods to show, ISO 8601; today by default.
        :param str scope: only scorecards of companies (`"company"`), of teams (`"team"`) or of
            persons (`"person"`); all by default.
        :param int team_id: only scorecards of this team, of the teams below it and of their
            members; all by default.
        :return: `{"date", "perspectives": [{"id", "code", "name", "indicators": […]}],
            "scorecards": [{…, "perspectives": […], "cells": […]}], "teams": [{"id", "name"}],
            "total_count"}`; at most 500 scorecards.
        """
        domain = self._get_heat_map_domain(scope, team_id)
        day = self._parse_date(date) if date else None
        scorecards = self.search(domain, limit=_MOST)
        total = self.search_count(domain) if len(scorecards) == _MOST else len(scorecards)
        days = dict.fromkeys(scorecards.ids, day) if day else scorecards._get_days()
        standings = scorecards._get_standings(days)
        shown = max(days.values()) if days else day or fields.Date.context_today(self)
        return {
            "date": shown.isoformat(),
            "perspectives": self._get_heat_map_columns(standings),
            "scorecards": [
                scorecard._get_heat_map_row(standings[scorecard.id]) for scorecard in scorecards
            ],
            "teams": self._get_heat_map_teams(),
            "total_count": total,
        }

    def _get_heat_map_domain(self, scope, team_id):
        domain = Domain.TRUE
        if scope:
            if not isinstance(scope, str) or scope not in dict(SCOPES):
                raise UserError(
                    self.env._("“scope” is one of %(scopes)s.", scopes=", ".join(dict(SCOPES)))
                )
            domain &= Domain("scope", "=", scope)
        if team_id:
            if type(team_id) is not int or not 0 < team_id < 2**31:
                raise UserError(self.env._("“team_id” is the id of a sales team."))
            # Which teams lie below is no secret; which scorecards are shown is up to the rules.
            teams = self.env["crm.team"].sudo().with_context(active_test=False)
            teams = teams.search([("id", "child_of", team_id)])
            members = teams.crm_team_member_ids.user_id
            domain &= Domain("team_id", "in", teams.ids) | Domain("user_id", "in", members.ids)
        return domain

    # ------------------------------------------------------------
    # Standings
    # ------------------------------------------------------------

    def _get_days(self):
        """Today where the company of each scorecard is: `{scorecard id: day}`."""
        zones = self.env["crm.indicator"]._get_zones(self.company_id)
        today = {
            zone: fields.Date.context_today(self.with_context(tz=zone))
            for zone in set(zones.values())
        }
        return {scorecard.id: today[zones[scorecard.company_id.id]] for scorecard in self}

    def _get_standings(self, days):
        """How the scorecards stand: `{scorecard id: standing}`; few queries, however many.

        :param dict days: `{scorecard id: day of the period}`.
        """
        groups = self.filtered("granularity").grouped(
            lambda card: (card.granularity, card._get_period(days[card.id]))
        )
        standings = {}
        for (granularity, period), scorecards in groups.items():
            standings |= scorecards._get_group_standings(granularity, period)
        return standings

    def _get_group_standings(self, granularity, period):
        """Standings of scorecards that show the same period."""
        periods = [self[0]._get_period(period.date_from, -1), period]
        lines = self._get_lines_in_force(
            [(card, then.date_to) for card in self for then in periods]
        )
        indicators = self.env["crm.indicator"].union(*(own.indicator_id for own in lines.values()))
        query = (indicators, self, granularity, [then.date_from for then in periods])
        figures = self.env["crm.indicator.value"]._get_unit_figures(*query)
        targets = self.env["crm.target"]._get_unit_targets(*query)
        standings = {}
        for card in self:
            before, now = (
                card._get_period_standing(
                    lines[card, then.date_to], then.date_from, figures, targets
                )
                for then in periods
            )
            label = card._get_label(period.date_from)
            standings[card.id] = {**now, "score_before": before["score"], "period_label": label}
        return standings

    def _get_period_standing(self, lines, day, figures, targets):
        """Scores of one scorecard in the period that begins on `day`, and a cell per line."""
        unit, cells, scores = self._get_unit_key(), [], {}
        for line in lines:
            indicator = line.indicator_id
            value = figures.get((unit, indicator.id, day))
            target = targets.get((unit, indicator.id, day))
            band = line._get_band(target)
            scores[indicator.id] = line._get_score(value, target)
            cell = {
                "line_id": line.id,
                "indicator_id": indicator.id,
                "name": indicator.name,
                "has_value": value is not None,
                "has_target": band is not None,
                "unit": indicator._get_unit_label(self.company_id),
                **self._get_score_keys(scores[indicator.id]),
            }
            if value is not None:
                cell["value"] = value
            if band is not None:
                cell["target"] = band.goal
            if indicator.is_monetary:
                cell["currency_id"] = self.company_id.currency_id.id
            cells.append(cell)
        roll_up = self._roll_up(lines, scores)
        return {
            "lines": lines,
            "cells": cells,
            "score": roll_up["score"],
            "perspectives": roll_up["perspectives"],
        }

    # ------------------------------------------------------------
    # Heat map
    # ------------------------------------------------------------

    @api.model
    def _get_heat_map_columns(self, standings):
        """The perspectives and indicators of all these scorecards."""
        indicators = self.env["crm.indicator"].union(
            *(standing["lines"].indicator_id for standing in standings.values())
        )
        return [
            {
                "id": perspective.id,
                "code": perspective.code,
                "name": perspective.name,
                "indicators": [
                    {
                        "indicator_id": indicator.id,
                        "code": indicator.code,
                        "name": indicator.name,
                        "description": indicator.description or "",
                        "decimals": indicator.decimals,
                        "direction": indicator.direction,
                    }
                    for indicator in indicators.sorted()
                    if indicator.perspective_id == perspective
                ],
            }
            for perspective in indicators.perspective_id.sorted()
        ]

    def _get_heat_map_row(self, standing):
        self.ensure_one()
        score, before = standing["score"], standing["score_before"]
        row = {
            "id": self.id,
            "name": self.name,
            "unit_name": self.unit_name,
            "scope": self.scope,
            "period_label": standing["period_label"],
            **self._get_score_keys(score),
            "has_score_change": None not in (score, before),
            "perspectives": [
                {"id": perspective_id, **self._get_score_keys(value)}
                for perspective_id, value in standing["perspectives"].items()
            ],
            "cells": standing["cells"],
        }
        if row["has_score_change"]:
            row["score_change"] = round(score - before, 4)
        return row

    @api.model
    def _get_heat_map_teams(self):
        """Teams that others stand below, as far as the user may read them, to filter by."""
        teams = self.env["crm.team"].search([("child_ids", "!=", False)])
        return [{"id": team.id, "name": team.name} for team in teams]
