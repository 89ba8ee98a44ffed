from odoo import fields, models


class CrmRewardRuleStep(models.Model):
    """From a figure on, an amount."""

    _name = "crm.reward.rule.step"
    _description = "Step of a Reward"
    _order = "value, id"
    _rec_name = "value"

    rule_id = fields.Many2one("crm.reward.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="rule_id.currency_id")
    value = fields.Float(
        string="From", digits=0, help="From this figure on; down to it, where lower is better."
    )
    amount = fields.Monetary()

    _value_unique = models.Constraint(
        "UNIQUE (rule_id, value)", "There is already a step from this figure on."
    )
    _check_amount = models.Constraint("CHECK (amount >= 0)", "Amounts are not negative.")
