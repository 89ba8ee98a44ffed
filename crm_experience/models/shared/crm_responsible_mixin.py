from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class CrmResponsibleMixin(models.AbstractModel):
    """Rows that follow from others, where somebody is responsible for each: with buttons.

    Nobody has the right to write them, so that every change goes through a button that says who
    may press it. A model that inherits it has ``user_id`` and ``team_id``.
    """

    _name = "crm.responsible.mixin"
    _description = "Has Somebody Responsible"

    def _check_responsible(self):
        """Let pass whoever is responsible, those who lead them, and administrators."""
        self.check_access("read")
        user = self.env.user
        if user.has_group("crm_experience.group_crm_experience_admin"):
            return
        allowed = Domain("user_id", "=", user.id)
        if user.has_group("crm_experience.group_crm_experience_lead"):
            allowed |= Domain("team_id.lead_user_ids", "in", user.ids)
            allowed |= Domain("user_id", "=", False)
        # only compared: a lead may not read the teams of others
        if self.sudo().filtered_domain(allowed) != self:
            raise AccessError(self.env._("Only whoever is responsible or leads them may do this."))
