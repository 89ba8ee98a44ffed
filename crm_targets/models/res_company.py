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
