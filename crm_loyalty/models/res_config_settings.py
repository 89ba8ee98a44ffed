from odoo import api, fields, models
from odoo.exceptions import ValidationError

WINDOW_PARAMETER = "crm_loyalty.tier_window_months"
DEFAULT_WINDOW = 12


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    loyalty_tier_window_months = fields.Integer(
        string="Rolling Window of New Programs",
        default=DEFAULT_WINDOW,
        config_parameter=WINDOW_PARAMETER,
        help="Months in which points count towards a tier. 0 counts all points ever earned.",
    )
    loyalty_evaluate_tiers = fields.Boolean(
        string="Evaluate Tiers by Night",
        compute="_compute_loyalty_evaluate_tiers",
        inverse="_inverse_loyalty_evaluate_tiers",
        help="Members that no longer have the points of their tier in the rolling window lose it.",
    )

    def _compute_loyalty_evaluate_tiers(self):
        self.loyalty_evaluate_tiers = self._get_tier_cron().active

    def _inverse_loyalty_evaluate_tiers(self):
        cron = self._get_tier_cron()
        for settings in self:
            if cron.active != settings.loyalty_evaluate_tiers:
                cron.active = settings.loyalty_evaluate_tiers

    @api.constrains("loyalty_tier_window_months")
    def _check_loyalty_tier_window_months(self):
        if any(not 0 <= settings.loyalty_tier_window_months <= 1200 for settings in self):
            raise ValidationError(self.env._("The rolling window has 0 (all time) to 1200 months."))

    def set_values(self):
        super().set_values()
        # Zero has a meaning, but `config_parameter` forgets it.
        months = str(self.loyalty_tier_window_months)
        self.env["ir.config_parameter"].sudo().set_param(WINDOW_PARAMETER, months)

    @api.model
    def _get_tier_cron(self):
        # Whoever may change settings may switch this one job, not jobs in general.
        return self.env.ref("crm_loyalty.ir_cron_evaluate_tiers").sudo()

    @api.model
    def _get_tier_window_months(self):
        value = self.env["ir.config_parameter"].sudo().get_param(WINDOW_PARAMETER)
        return int(value) if value and value.isdecimal() else DEFAULT_WINDOW
