from odoo import api, models
from odoo.tools import SQL


class CrmFeedback(models.Model):
    """What becomes of the answers of touchpoints that are forgotten."""

    _inherit = "crm.feedback"

    @api.model
    def _get_personal_fields(self):
        """Return the columns that say, or lead to, whose answer it is."""
        names = ("partner_id", "touchpoint_id", "comment", "user_input_id", "invitation_id")
        return [name for name in names if name in self._fields and self._fields[name].store]

    @api.model
    def _forget_touchpoints(self, touchpoints):
        """Keep the answers for the figures, as those of nobody."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_feedback SET %s WHERE touchpoint_id = ANY(%s)",
                SQL(", ").join(
                    SQL("%s = NULL", SQL.identifier(name)) for name in self._get_personal_fields()
                ),
                touchpoints.ids,
            )
        )
        self.invalidate_model()
