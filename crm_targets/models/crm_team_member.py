from math import inf

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    target_weight = fields.Float(
        string="Ability Weight",
        default=1.0,
        digits=0,
        # What a lead thinks of somebody is not for the colleagues.
        groups="crm_targets.group_crm_targets_lead",
        help="How much of the team's target this person can carry, compared with the others: 1 as "
        "a rule, 0.5 for somebody new, 1.5 for the best. Used when a target is split by weights.",
    )

    @api.constrains("target_weight")
    def _check_target_weight(self):
        if not all(0 <= member.target_weight < inf for member in self):
            raise ValidationError(self.env._("An ability weight is a number of 0 or more."))
