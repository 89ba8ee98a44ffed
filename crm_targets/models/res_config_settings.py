from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_targets_granularity = fields.Selection(
        related="company_id.crm_targets_granularity", readonly=False
    )
    crm_targets_weekly_snapshot = fields.Boolean(
        related="company_id.crm_targets_weekly_snapshot", readonly=False
    )
