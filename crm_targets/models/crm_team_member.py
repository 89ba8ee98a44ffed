from odoo import fields, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    target_weight = fields.Float(
        string="Ability Weight",
        default=1.0,
        digits=(16, 2),
        help="How much of the team's target this person can carry, compared with the others: 1 as "
        "a rule, 0.5 for somebody new, 1.5 for the best. Used when a target is split by weights.",
    )

    _check_target_weight = models.Constraint(
        "CHECK (target_weight >= 0)", "An ability weight cannot be negative."
    )
