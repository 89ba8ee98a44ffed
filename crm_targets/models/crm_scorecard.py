from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_period
from odoo.exceptions import UserError

from .crm_figure_mixin import GRANULARITIES


class CrmScorecard(models.Model):
    _name = "crm.scorecard"
    _inherit = ["crm.unit.mixin"]
    _description = "Scorecard"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # The unit may go; the scorecard and its history stay for the administrator.
    team_id = fields.Many2one(ondelete="set null")
    user_id = fields.Many2one(ondelete="set null")
    granularity = fields.Selection(
        GRANULARITIES,
        string="Shown By",
        required=True,
        default=lambda self: self.env.company.crm_targets_granularity,
        help="The period that the wheel shows: its figures, targets and trend.",
    )
    line_ids = fields.One2many("crm.scorecard.line", "scorecard_id", string="Indicators", copy=True)
    snapshot_ids = fields.One2many("crm.scorecard.snapshot", "scorecard_id", string="Snapshots")
    snapshot_count = fields.Integer(compute="_compute_snapshot_count")

    @api.depends("snapshot_ids")
    def _compute_snapshot_count(self):
        groups = self.env["crm.scorecard.snapshot"]._read_group(
            [("scorecard_id", "in", self.ids)], ["scorecard_id"], ["__count"]
        )
        counts = {scorecard.id: count for scorecard, count in groups}
        for scorecard in self:
            scorecard.snapshot_count = counts.get(scorecard.id, 0)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=scorecard.name)}
            for scorecard, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_snapshots(self):
        # With all rights: history counts whether or not the user may see it.
        if self.sudo().snapshot_ids:
            raise UserError(
                self.env._("A scorecard with snapshots cannot be deleted; archive it instead.")
            )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_open_wheel(self):
        """Open the steering wheel of the scorecard."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_targets.wheel",
            "name": self.name,
            "params": {"scorecard_id": self.id},
        }

    def action_open_snapshots(self):
        """Open the snapshots of the scorecard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_targets.crm_scorecard_snapshot_action"
        )
        return {**action, "domain": [("scorecard_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------
    # Weekly rhythm
    # ------------------------------------------------------------

    def _get_today(self):
        """Today where the company of the scorecard is."""
        zone = self.env["crm.indicator"]._get_zones().get(self.company_id.id)
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
        indicators = indicators.search(
            [
                ("source", "=", "records"),
                "|",
                ("refreshed_at", "=", False),
                ("refreshed_at", "<", due),
            ]
        )
        window = indicators._get_window(None, None)
        if not cron._commit_progress(remaining=len(indicators) + 1):
            return
        for indicator in indicators:
            indicator._refresh(window)
            if not cron._commit_progress(1):
                return
        for company in companies.filtered("crm_targets_weekly_snapshot"):
            scorecards = self.with_context(allowed_company_ids=company.ids).search(
                [("company_id", "=", company.id)]
            )
            for scorecard in scorecards:
                last_week = scorecard._get_today() - timedelta(days=7)
                scorecard._take_snapshots([last_week])
                cron._commit_progress()
        cron._commit_progress(1)

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
            for scorecard in self:
                if (scorecard.id, week.date_from) not in kept:
                    self.env["crm.scorecard.snapshot"]._take(scorecard, week)
