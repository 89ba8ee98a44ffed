from odoo import api, fields, models
from odoo.exceptions import ValidationError

SCOPES = [("company", "Company"), ("team", "Sales Team"), ("person", "Person")]


class CrmUnitMixin(models.AbstractModel):
    """Something that belongs to a unit: a company, a sales team or a person in a company."""

    _name = "crm.unit.mixin"
    _description = "Belongs to a Company, a Team or a Person"
    _check_company_auto = True

    scope = fields.Selection(
        SCOPES,
        string="Applies To",
        required=True,
        default="company",
        help="A company includes its branches, a team all the teams below it.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    unit_name = fields.Char(string="Unit", compute="_compute_unit_name")

    @api.depends("scope", "company_id.name", "team_id.name", "user_id.name")
    def _compute_unit_name(self):
        for record in self:
            unit = {"team": record.team_id, "person": record.user_id}.get(
                record.scope, record.company_id
            )
            # the name of a unit goes with every figure of it
            record.unit_name = unit.sudo().name or ""

    @api.constrains("scope", "team_id", "user_id")
    def _check_unit(self):
        for record in self:
            # The unit would have two identities, and be found by neither.
            if (record.team_id and record.scope != "team") or (
                record.user_id and record.scope != "person"
            ):
                raise ValidationError(
                    self.env._("Say whether this applies to a company, a sales team or a person.")
                )
            if record.scope == "team" and not record.team_id:
                raise ValidationError(self.env._("Choose the sales team that this applies to."))
            if record.scope == "person" and not record.user_id:
                raise ValidationError(self.env._("Choose the person that this applies to."))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_unit_values(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._prepare_unit_values(vals))
        if not vals.keys().isdisjoint(("scope", "company_id", "team_id", "user_id")):
            # Rules are checked before the change; it must not lead to where one may not write.
            self.check_access("write")
        return result

    @api.model
    def _prepare_unit_values(self, vals):
        """A unit has one identity: the field that its scope does not use is emptied."""
        unused = {
            "company": {"team_id": False, "user_id": False},
            "team": {"user_id": False},
            "person": {"team_id": False},
        }
        scope = vals.get("scope")
        return {**vals, **unused[scope]} if scope in unused else vals

    def _get_unit_key(self):
        """The unit as a tuple: scope, company, team and person; 0 where it does not apply."""
        self.ensure_one()
        return (self.scope, self.company_id.id, self.team_id.id or 0, self.user_id.id or 0)

    @api.model
    def _get_units_domain(self, keys):
        """Conditions that hold for all units with these keys, and for few others."""
        scopes, company_ids, team_ids, user_ids = map(set, zip(*keys, strict=True))
        return [
            ("scope", "in", sorted(scopes)),
            ("company_id", "in", sorted(company_ids)),
            ("team_id", "in", [team_id or False for team_id in sorted(team_ids)]),
            ("user_id", "in", [user_id or False for user_id in sorted(user_ids)]),
        ]

    @api.model
    def _get_row_unit_key(self, row):
        """The unit key of what `search_read` answers with `load=None`."""
        return (row["scope"], row["company_id"], row["team_id"] or 0, row["user_id"] or 0)
