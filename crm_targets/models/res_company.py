from odoo import fields, models

from .crm_figure_mixin import GRANULARITIES


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_targets_granularity = fields.Selection(
        GRANULARITIES,
        string="Scorecards Shown By",
        required=True,
        default="week",
        help="Period that new scorecards show.",
    )
    crm_targets_weekly_snapshot = fields.Boolean(
        string="Weekly Snapshots",
        default=True,
        help="Keep every scorecard as it stands at the end of each ISO week.",
    )
    crm_targets_red_activities = fields.Boolean(
        string="Activities for Red Indicators",
        default=True,
        help="An indicator that turns red in a snapshot opens an activity for its owner, else for "
        "the person or the lead of the unit: once, not every week.",
    )
    crm_targets_responsible_id = fields.Many2one(
        "res.users",
        string="Asked About the Company",
        domain="[('share', '=', False)]",
        help="Gets the activities about red indicators that have neither an owner nor a person or "
        "lead of the unit. Where it is empty, nobody is asked about those.",
    )
    crm_targets_leaderboard = fields.Boolean(
        string="Leaderboard",
        help="Members of a team see on their workbench how far everybody in the team has come with "
        "their own targets, as a percentage. Nobody sees the amounts of others.",
    )

    def _get_fiscal_first_month(self):
        """The month in which the fiscal year of the company begins: 1 is January."""
        # Whoever sees a figure may know which year it is of. Branches share that of their root.
        last = self.sudo().fiscalyear_last_month
        return int(last) % 12 + 1 if last else 1
