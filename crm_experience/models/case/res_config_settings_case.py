from odoo import fields, models


class ResConfigSettingsCase(models.TransientModel):
    _inherit = "res.config.settings"

    case_team_id = fields.Many2one(related="company_id.case_team_id", readonly=False)
    case_alias_name = fields.Char(related="company_id.case_alias_name", readonly=False)
    case_response_hours_low = fields.Float(
        related="company_id.case_response_hours_low", readonly=False
    )
    case_response_hours_normal = fields.Float(
        related="company_id.case_response_hours_normal", readonly=False
    )
    case_response_hours_high = fields.Float(
        related="company_id.case_response_hours_high", readonly=False
    )
    case_response_hours_urgent = fields.Float(
        related="company_id.case_response_hours_urgent", readonly=False
    )
    case_solution_hours_low = fields.Float(
        related="company_id.case_solution_hours_low", readonly=False
    )
    case_solution_hours_normal = fields.Float(
        related="company_id.case_solution_hours_normal", readonly=False
    )
    case_solution_hours_high = fields.Float(
        related="company_id.case_solution_hours_high", readonly=False
    )
    case_solution_hours_urgent = fields.Float(
        related="company_id.case_solution_hours_urgent", readonly=False
    )
    case_escalation_hours = fields.Float(related="company_id.case_escalation_hours", readonly=False)
    is_case_confirmation_asked = fields.Boolean(
        related="company_id.is_case_confirmation_asked", readonly=False
    )
    case_close_days = fields.Integer(related="company_id.case_close_days", readonly=False)
    case_reopen_days = fields.Integer(related="company_id.case_reopen_days", readonly=False)
    case_repeat_count = fields.Integer(related="company_id.case_repeat_count", readonly=False)
    case_repeat_days = fields.Integer(related="company_id.case_repeat_days", readonly=False)
    case_improvement_user_id = fields.Many2one(
        related="company_id.case_improvement_user_id", readonly=False
    )
