from odoo import api, fields, models
from odoo.fields import Command


class CrmScorecardTemplate(models.Model):
    """What a scorecard starts from: indicators with weights and bands, objectives in words.

    A scorecard takes it over once; later changes of the template leave it alone.
    """

    _name = "crm.scorecard.template"
    _description = "Scorecard Template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="For which kind of unit it is.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    line_ids = fields.One2many(
        "crm.scorecard.template.line", "template_id", string="Indicators", copy=True
    )
    objective_ids = fields.One2many(
        "crm.scorecard.template.objective", "template_id", string="Objectives", copy=True
    )
    indicator_count = fields.Integer(compute="_compute_indicator_count")
    has_unavailable = fields.Boolean(compute="_compute_has_unavailable")

    @api.depends("line_ids")
    def _compute_indicator_count(self):
        for template in self:
            template.indicator_count = len(template.line_ids)

    @api.depends("line_ids.indicator_id.state")
    def _compute_has_unavailable(self):
        for template in self:
            states = template.line_ids.indicator_id.mapped("state")
            template.has_unavailable = "unavailable" in states or "error" in states

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=template.name)}
            for template, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def action_create_scorecard(self):
        """Open a new scorecard that starts from the template."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_targets.crm_scorecard_action")
        return {
            **action,
            "views": [[False, "form"]],
            "context": {"default_template_id": self.id},
        }

    def _prepare_scorecard_values(self):
        """Indicators and objectives for a scorecard that starts from the template.

        Indicators that are not available at this time are there too: the wheel says why, and they
        have figures as soon as they are.
        """
        self.ensure_one()
        lines = self.line_ids.filtered("indicator_id.active")
        return {
            "line_ids": [Command.create(line._prepare_copy_values()) for line in lines],
            "objective_ids": [
                Command.create(
                    {
                        "perspective_id": objective.perspective_id.id,
                        "name": objective.name,
                        "sequence": objective.sequence,
                    }
                )
                for objective in self.objective_ids
            ],
        }
