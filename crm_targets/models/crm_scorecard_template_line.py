from odoo import fields, models


class CrmScorecardTemplateLine(models.Model):
    _name = "crm.scorecard.template.line"
    _inherit = ["crm.scorecard.line.mixin"]
    _description = "Indicator of a Scorecard Template"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "crm.scorecard.template", required=True, index=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(ondelete="cascade")

    _indicator_unique = models.Constraint(
        "UNIQUE (template_id, indicator_id)", "The indicator is on the template already."
    )
