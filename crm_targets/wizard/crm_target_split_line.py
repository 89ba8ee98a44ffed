from odoo import api, fields, models


class CrmTargetSplitLine(models.TransientModel):
    _name = "crm.target.split.line"
    _inherit = ["crm.target.place.mixin"]
    _description = "Part of a Split Target"
    _order = "id"

    split_id = fields.Many2one("crm.target.split", required=True, ondelete="cascade")
    target_id = fields.Many2one("crm.target", string="Whole", ondelete="cascade")
    key = fields.Char(help="Path of the part in the tree.")
    parent_key = fields.Char(help="Path of the whole that it is a part of.")
    level = fields.Integer()
    name = fields.Char(string="Part")
    is_kept = fields.Boolean(
        string="Kept",
        help="It is no draft any more, so that it stays as it is; the others share the rest.",
    )
    weight = fields.Float(digits=0)
    value = fields.Float(string="Target", compute="_compute_value", digits=0)
    unit = fields.Char(string="Unit of Measure", related="target_id.unit", related_sudo=False)

    @api.depends("split_id.line_ids.weight", "split_id.target_ids.value")
    def _compute_value(self):
        for split in self.split_id:
            values, _problem = split._share_out()
            for line in split.line_ids:
                line.value = values.get(line.key, 0.0)

    def _has_part(self):
        """Whether a target comes of the line: units without weight have no part in the whole."""
        self.ensure_one()
        return bool(self.weight or self.part_id or self.split_id.dimension == "period")

    def _get_place_values(self):
        """Indicator, unit and period of the part."""
        values = super()._get_place_values()
        return values | {"indicator_id": self.target_id.indicator_id.id}
