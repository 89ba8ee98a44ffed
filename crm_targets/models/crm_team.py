from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmTeam(models.Model):
    _inherit = "crm.team"
    _parent_name = "parent_id"
    _parent_store = True

    parent_id = fields.Many2one(
        "crm.team",
        string="Parent Team",
        index="btree_not_null",
        # `restrict`: a parent set to null by the database would leave a wrong `parent_path`.
        ondelete="restrict",
        check_company=True,
        domain="[('id', '!=', id), '|', ('company_id', '=', False), "
        "('company_id', '=', company_id)]",
        help="The team this one belongs to, such as the region of a store. Figures of a parent "
        "team include those of all the teams below it.",
    )
    child_ids = fields.One2many("crm.team", "parent_id", string="Sub-Teams")
    parent_path = fields.Char(index=True)
    lead_user_ids = fields.Many2many(
        "res.users",
        relation="crm_team_lead_user_rel",
        column1="team_id",
        column2="user_id",
        string="Team Leads",
        compute="_compute_lead_user_ids",
        store=True,
        recursive=True,
        help="The leaders of this team and of all the teams above it. They see and manage what "
        "belongs to the team.",
    )

    @api.depends("user_id", "parent_id.lead_user_ids")
    def _compute_lead_user_ids(self):
        for team in self:
            team.lead_user_ids = team.user_id | team.parent_id.lead_user_ids

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A team cannot be placed below itself or below one of its sub-teams.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_sub_teams(self):
        parents = (self.child_ids - self).parent_id
        if parents:
            raise UserError(
                self.env._(
                    "%(teams)s still has sub-teams: move them to another team first.",
                    teams=", ".join(parents.mapped("name")),
                )
            )

    def _get_line(self):
        """The team and the teams above it, from the bottom to the top."""
        self.ensure_one()
        ids = [int(team_id) for team_id in (self.parent_path or "").split("/") if team_id]
        return self.browse(reversed(ids)) or self

    def _leads(self, user, person):
        """Whether `user` leads `person` in this team: one of them is its leader, or that of a team
        above it, and `user` is so from higher up.
        """
        leaders = [team.user_id for team in self._get_line()]
        above = [place for place, leader in enumerate(leaders) if leader == user]
        own = [place for place, leader in enumerate(leaders) if leader == person]
        return bool(above) and user != person and above[-1] > max(own, default=-1)
