from odoo import fields, models


class CrmScorecardTemplateObjective(models.Model):
    _name = "crm.scorecard.template.objective"
    _description = "Objective of a Scorecard Template"
    _order = "template_id, perspective_id, sequence, id"

    template_id = fields.Many2one(
        "crm.scorecard.template", required=True, index=True, ondelete="cascade"
    )
    perspective_id = fields.Many2one(
        "crm.perspective", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Objective", required=True, translate=True)
    sequence = fields.Integer(default=10)
