from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_period

from .crm_indicator import MEASURED_SOURCES

# Weeks that are made up for at most, and scorecards that are kept before the next commit.
_WEEKS = 53
_PORTION = 50


class CrmScorecardRhythm(models.Model):
    """What happens by itself: every day what is due is measured, every week is kept."""

    _inherit = "crm.scorecard"

    def _get_today(self):
        """Today where the company of the scorecard is."""
        zone = self.env["crm.indicator"]._get_zones(self.company_id).get(self.company_id.id)
        return fields.Date.context_today(self.with_context(tz=zone))

    @api.model
    def _cron_measure(self):
        """Refresh all indicators, then keep the last ISO week of every scorecard as it stands.

        Runs in portions: whatever is done is committed, what is left is done by the next run.
        """
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([])
        # A job has no companies of its own: it works for all of them.
        indicators = self.env["crm.indicator"].with_context(allowed_company_ids=companies.ids)
        # What has been measured today is done: so a run that was stopped goes on where it was.
        due = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        indicators = indicators.search([("source", "in", MEASURED_SOURCES)])
        plan = [
            (indicator, window)
            for indicator, window in indicators._get_refresh_plan(
                indicators._get_window(None, None)
            )
            if not indicator.refreshed_at or indicator.refreshed_at < due
        ]
        if not cron._commit_progress(remaining=len(plan) + 1):
            return
        for indicator, window in plan:
            indicator._refresh(window)
            if not cron._commit_progress(1):
                return
        scorecards = self.with_context(allowed_company_ids=companies.ids).search(
            [("company_id.crm_targets_weekly_snapshot", "=", True)]
        )
        for portion in scorecards._get_portions():
            portion._keep_weeks()
            if not cron._commit_progress():
                return
        for users in self.env["res.users"]._get_digest_portions():
            users._send_scorecard_digest()
            if not cron._commit_progress():
                return
        cron._commit_progress(1)

    def _get_portions(self):
        """The scorecards in portions, so that what counts into another comes before it."""
        levels, depth = {}, {}
        for scorecard in self:
            chain = [scorecard]
            while chain[-1].parent_id and chain[-1] not in depth:
                chain.append(chain[-1].parent_id)
            for card in reversed(chain):
                depth.setdefault(card, depth.get(card.parent_id, -1) + 1)
            levels.setdefault(depth[scorecard], self.browse())
            levels[depth[scorecard]] |= scorecard
        for level in sorted(levels, reverse=True):
            cards = levels[level]
            for start in range(0, len(cards), _PORTION):
                yield cards[start : start + _PORTION]

    def _keep_weeks(self):
        """Keep the last week of the scorecards, and those before it that were missed.

        Weeks are missed when no job ran; they are kept with the weights and bands of their days.
        """
        latest = {
            scorecard.id: week
            for scorecard, week in self.env["crm.scorecard.snapshot"]
            .sudo()
            ._read_group([("scorecard_id", "in", self.ids)], ["scorecard_id"], ["date_from:max"])
        }
        by_week, one = {}, timedelta(weeks=1)
        for cards in self.grouped("company_id").values():
            last = get_period("week", cards[0]._get_today() - one)
            earliest = last.date_from - _WEEKS * one
            for card in cards:
                first = max(latest.get(card.id, last.date_from - one) + one, earliest)
                while first <= last.date_from:
                    week = get_period("week", first)
                    by_week[week] = by_week.get(week, self.browse()) | card
                    first += one
        snapshots = self.env["crm.scorecard.snapshot"]
        for week in sorted(by_week):
            snapshots |= snapshots._take(by_week[week], week)
        self._open_activities(snapshots)

    def _take_snapshots(self, days):
        """Keep the scorecards as they stand at the end of the ISO weeks that `days` lie in.

        A week that has been kept already stays as it is.
        """
        weeks = {get_period("week", fields.Date.to_date(day)) for day in days}
        kept = {
            (snapshot.scorecard_id.id, snapshot.date_from)
            for snapshot in self.env["crm.scorecard.snapshot"]
            .sudo()
            .search([("scorecard_id", "in", self.ids)])
        }
        for week in sorted(weeks):
            due = self.filtered(lambda card, day=week.date_from: (card.id, day) not in kept)
            if due:
                self.env["crm.scorecard.snapshot"]._take(due, week)
