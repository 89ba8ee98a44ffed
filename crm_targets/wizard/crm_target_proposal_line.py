from odoo import fields, models


class CrmTargetProposalLine(models.TransientModel):
    _name = "crm.target.proposal.line"
    _inherit = ["crm.target.place.mixin"]
    _description = "Proposed Target"
    _order = "id"

    proposal_id = fields.Many2one("crm.target.proposal", required=True, ondelete="cascade")
    is_chosen = fields.Boolean(string="Create")
    name = fields.Char(string="Unit")
    period = fields.Char()
    value = fields.Float(string="Target", digits=0)
    reason = fields.Char(string="Because")

    def _get_place_values(self):
        """Indicator, unit and period of the proposal."""
        values = super()._get_place_values()
        return values | {"indicator_id": self.proposal_id.indicator_id.id}
