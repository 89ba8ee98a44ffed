from collections import defaultdict

from odoo import api, models

DEPTHS = [
    ("next", "One level down"),
    ("team", "All teams below"),
    ("person", "All teams and persons below"),
]


class CrmTargetTree(models.Model):
    """The units below a unit: branches and teams of a company, sub-teams and members of a team."""

    _inherit = "crm.target"

    @api.model
    def _get_units_below(self, keys, depth):
        """The units below others, as far as the user may set targets for them.

        A person of several teams belongs to the first one. Nobody gets a target for themselves.

        :param keys: unit keys, see `_get_unit_key`.
        :param depth: one of `DEPTHS`.
        :return: `{unit key: [key of a unit right below, …]}`, in the order of the tree.
        """
        tree = self._get_tree({key[1] for key in keys})
        seen, below, level = set(keys), {}, list(keys)
        while level:
            for key in level:
                units = [unit for unit in tree[key] if unit not in seen]
                if depth == "team":
                    units = [unit for unit in units if unit[0] != "person"]
                seen.update(units)
                below[key] = units
            level = [unit for key in level for unit in below[key]] if depth != "next" else []
        return {key: units for key, units in below.items() if units}

    @api.model
    def _get_tree(self, company_ids):
        """`{unit key: [unit key, …]}` of whole companies, in four queries."""
        tree = defaultdict(list)
        companies = self.env.companies.filtered(lambda company: company.id in company_ids)
        for branch in self.env.companies - companies:
            if branch.parent_id in companies:
                companies |= branch
        for branch in companies.filtered("parent_id"):
            tree["company", branch.parent_id.id, 0, 0].append(("company", branch.id, 0, 0))
        # Who is in which team is no secret, and whether a target may be set is checked on it.
        teams = self.env["crm.team"].sudo().search([("company_id", "in", [False, *companies.ids])])
        for team in teams:
            for company in team.company_id or companies:
                above = ("team", company.id, team.parent_id.id, 0)
                if team.parent_id not in teams:
                    above = ("company", company.id, 0, 0)
                tree[above].append(("team", company.id, team.id, 0))
        members = self.env["crm.team.member"].sudo().search([("crm_team_id", "in", teams.ids)])
        for member in members.sorted(lambda member: member.user_id.name or ""):
            team, user = member.crm_team_id, member.user_id
            if user.active and not user.share and self._may_set_target(team, user):
                for company in (team.company_id or companies) & user.company_ids:
                    tree["team", company.id, team.id, 0].append(("person", company.id, 0, user.id))
        return tree

    @api.model
    def _may_set_target(self, team, person):
        user = self.env.user
        if self.env.su:
            return True
        if user.has_group("crm_targets.group_crm_targets_admin"):
            return user != person
        return team._leads(user, person)

    @api.model
    def _get_abilities(self, keys):
        """What units can carry: the ability weights of persons, the sum of them for teams."""
        tree = self.sudo()._get_tree({key[1] for key in keys})
        members = self.env["crm.team.member"].sudo().search([])
        weights = {}
        for member in members:
            weights.setdefault((member.crm_team_id.id, member.user_id.id), member.target_weight)
        own = {user_id: weight for (_team_id, user_id), weight in reversed(weights.items())}

        def weigh(key):
            if key[0] == "person":
                return own.get(key[3], 1.0)
            return sum(
                weights.get((key[2], unit[3]), 0.0) if unit[0] == "person" else weigh(unit)
                for unit in tree[key]
            )

        return {key: weigh(key) for key in keys}

    @api.model
    def _get_unit_names(self, keys):
        """`{unit key: name}`, in a query per model."""
        # Everybody who may see a target sees the name of its unit.
        records = {
            "company": (self.env["res.company"].sudo(), 1),
            "team": (self.env["crm.team"].sudo(), 2),
            "person": (self.env["res.users"].sudo(), 3),
        }
        names = {}
        for scope, (model, place) in records.items():
            found = [key for key in keys if key[0] == scope]
            units = model.browse({key[place] for key in found})
            by_id = {unit.id: unit.name for unit in units}
            names |= {key: by_id[key[place]] for key in found}
        return names

    @api.model
    def _get_key_values(self, key):
        """The fields of a unit with this key."""
        scope, company_id, team_id, user_id = key
        return {
            "scope": scope,
            "company_id": company_id,
            "team_id": team_id or False,
            "user_id": user_id or False,
        }

    @api.model
    def _find_targets(self, wanted):
        """Targets that there are, of any units, indicators and periods, in one query.

        :param wanted: tuples of indicator id, unit key, granularity and first day.
        :return: `{tuple: target}`, as far as the user may read them.
        """
        wanted = set(wanted)
        if not wanted:
            return {}
        indicator_ids, keys, granularities, days = map(set, zip(*wanted, strict=True))
        targets = self.search(
            [
                ("indicator_id", "in", sorted(indicator_ids)),
                ("granularity", "in", sorted(granularities)),
                ("date_from", "in", sorted(days)),
                *self._get_units_domain(keys),
            ]
        )
        found = {target._get_place(): target for target in targets}
        return {place: target for place, target in found.items() if place in wanted}

    def _get_place(self):
        """What a target is of: indicator, unit and period; there is one target of each."""
        self.ensure_one()
        return (self.indicator_id.id, self._get_unit_key(), self.granularity, self.date_from)
