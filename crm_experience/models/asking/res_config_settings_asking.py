from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How often and when customers are asked, see ``res_company.py``."""

    _inherit = "res.config.settings"

    feedback_gap_days = fields.Integer(related="company_id.feedback_gap_days", readonly=False)
    feedback_limit_count = fields.Integer(related="company_id.feedback_limit_count", readonly=False)
    feedback_limit_days = fields.Integer(related="company_id.feedback_limit_days", readonly=False)
    feedback_quiet_from = fields.Float(related="company_id.feedback_quiet_from", readonly=False)
    feedback_quiet_to = fields.Float(related="company_id.feedback_quiet_to", readonly=False)
    feedback_expiry_days = fields.Integer(related="company_id.feedback_expiry_days", readonly=False)
    feedback_hold_days = fields.Integer(related="company_id.feedback_hold_days", readonly=False)
    feedback_minimum_age = fields.Integer(related="company_id.feedback_minimum_age", readonly=False)
