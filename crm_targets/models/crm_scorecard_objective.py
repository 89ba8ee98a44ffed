from odoo import fields, models


class CrmScorecardObjective(models.Model):
    _name = "crm.scorecard.objective"
    _description = "Objective of a Scorecard"
    _order = "scorecard_id, perspective_id, sequence, id"

    scorecard_id = fields.Many2one("crm.scorecard", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True, index=True)
    perspective_id = fields.Many2one(
        "crm.perspective", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(
        string="Objective",
        required=True,
        translate=True,
        help="What the unit wants to reach, in a sentence that everybody understands.",
    )
    sequence = fields.Integer(default=10)
