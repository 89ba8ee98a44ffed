from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_targets_granularity = fields.Selection(
        related="company_id.crm_targets_granularity", readonly=False
    )
    crm_targets_weekly_snapshot = fields.Boolean(
        related="company_id.crm_targets_weekly_snapshot", readonly=False
    )
    crm_targets_red_activities = fields.Boolean(
        related="company_id.crm_targets_red_activities", readonly=False
    )
    crm_targets_responsible_id = fields.Many2one(
        related="company_id.crm_targets_responsible_id", readonly=False
    )
    crm_targets_leaderboard = fields.Boolean(
        related="company_id.crm_targets_leaderboard", readonly=False
    )
