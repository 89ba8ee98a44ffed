from odoo import api, fields, models
from odoo.tools import SQL


class CrmTeamCase(models.Model):
    """How a team takes cases: by which hours, and who gets the next one."""

    _name = "crm.team"
    _inherit = ["crm.team", "crm.case.address", "crm.properties.mixin"]

    case_assignment = fields.Selection(
        [
            ("manual", "Whoever takes it"),
            ("rotation", "In turn"),
            ("load", "Fewest open cases"),
        ],
        string="Owner of New Cases",
        required=True,
        default="manual",
        help="In turn: the members of the team one after the other. Fewest open cases: the "
        "member with the least to do.",
    )
    case_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Hours for Cases",
        check_company=True,
        help="By which deadlines of cases are counted. Empty: the hours of the company.",
    )
    case_rotation_id = fields.Many2one(
        "ir.sequence", string="Turn", copy=False, readonly=True, ondelete="set null"
    )
    case_properties_definition = fields.PropertiesDefinition("Fields of Cases")

    def _get_own_definitions(self):
        return {"case_properties_definition"}

    def _may_define_own_fields(self):
        user = self.env.user
        if user.has_group("crm_experience.group_crm_experience_admin"):
            return True
        # Who leads which team is no secret.
        return user.has_group("crm_experience.group_crm_experience_lead") and all(
            user in team.lead_user_ids for team in self.sudo()
        )

    def _get_case_alias_defaults(self):
        return {"team_id": self.id, "company_id": self.company_id.id or self.env.company.id}

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._create_case_rotations()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if "case_assignment" in vals:
            self._create_case_rotations()
        if "company_id" in vals:
            self._update_case_aliases()
        return result

    def unlink(self):
        # whoever may delete the team may delete what it alone has
        rotations = self.sudo().case_rotation_id
        result = super().unlink()
        # as when they are made
        rotations.unlink()
        return result

    def _create_case_rotations(self):
        """Give teams that take turns something to count with.

        A sequence of the database hands out every number once, also to those who ask at the
        same moment, and nobody waits for anybody.
        """
        # Whoever may change the team decides who gets its cases; the counter is technical.
        for team in self.sudo():
            if team.case_assignment == "rotation" and not team.case_rotation_id:
                team.case_rotation_id = (
                    self.env["ir.sequence"]
                    .sudo()
                    .create({"name": f"Cases of {team.name}", "company_id": team.company_id.id})
                )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_case_members(self):
        """Return who can take cases of the team: its members who work with cases, in order."""
        members = self.crm_team_member_ids.filtered("active").sorted("id").user_id
        return members.filtered(
            lambda user: user.active and user.has_group("crm_experience.group_crm_experience_user")
        )

    def _pick_case_owners(self, count):
        """Return who gets the next ``count`` cases of the team, as the team wants it."""
        members = self._get_case_members() if self.case_assignment != "manual" else ()
        if not members:
            return [self.env["res.users"]] * count
        if self.case_assignment == "rotation" and self.case_rotation_id:
            numbers = self.env.execute_query(
                SQL(
                    "SELECT nextval(%s) FROM generate_series(1, %s)",
                    f"ir_sequence_{self.case_rotation_id.id:03d}",
                    count,
                )
            )
            return [members[(number - 1) % len(members)] for (number,) in numbers]
        load = self._get_case_load(members)
        owners = []
        for _number in range(count):
            owner = min(members, key=load.__getitem__)
            load[owner] += 1
            owners.append(owner)
        return owners

    def _get_case_load(self, members):
        """Return how many cases each of ``members`` has to work on, in any team."""
        load = dict.fromkeys(members, 0)
        groups = self.env["crm.case"]._read_group(
            [("user_id", "in", members.ids), ("state", "in", ("new", "in_progress", "waiting"))],
            ["user_id"],
            ["__count"],
        )
        return load | dict(groups)
