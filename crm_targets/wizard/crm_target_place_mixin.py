from odoo import fields, models


class CrmTargetPlaceMixin(models.AbstractModel):
    """A unit and period that a wizard is about to write a target for."""

    _name = "crm.target.place.mixin"
    _description = "Place of a Target"

    scope = fields.Char()
    company_id = fields.Many2one("res.company", ondelete="cascade")
    team_id = fields.Many2one("crm.team", ondelete="cascade")
    user_id = fields.Many2one("res.users", ondelete="cascade")
    granularity = fields.Char()
    date_from = fields.Date()
    part_id = fields.Many2one(
        "crm.target", string="Present Target", ondelete="set null", help="What there is already."
    )
    present_value = fields.Float(string="So Far", related="part_id.value", related_sudo=False)

    def _get_place_values(self):
        """The unit and period as values of a target."""
        self.ensure_one()
        return {
            "granularity": self.granularity,
            "date_from": self.date_from,
            "scope": self.scope,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
        }
