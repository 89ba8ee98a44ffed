from odoo import api, fields, models


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    cost_ids = fields.One2many(
        "utm.campaign.cost",
        "campaign_id",
        string="Costs",
        groups="crm_targets.group_crm_targets_user",
    )
    cost_account_id = fields.Many2one(
        "account.analytic.account",
        ondelete="set null",
        groups="analytic.group_analytic_accounting",
        help="Expense claims, vendor bills and other entries that are booked on this analytic "
        "account are costs of the campaign as soon as they are posted.",
    )

    @api.readonly
    def action_open_campaign_report(self):
        """What the campaigns cost and brought."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_targets.crm_campaign_report_action"
        )
        action["domain"] = [("campaign_id", "in", self.ids)]
        return action
