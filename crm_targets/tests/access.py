"""Access matrix: who may do what with whose records, as a table that a test proves.

A test module of an addon writes one table and one factory per model::

    from odoo.tests import tagged
    from odoo.addons.crm_targets.tests.access import AccessMatrixCase

    @tagged("post_install", "-at_install")
    class TestAccess(AccessMatrixCase):
        addon = "crm_targets"
        matrix = '''
            model          | role        | own  | team | other | foreign
            crm.target     | user        | r    | -    | -     | -
                           | lead        | crud | crud | -     | -
            crm.indicator  | user        | r
        '''

        def values_crm_target(self, place):
            return {"user_id": place.user.id, "team_id": place.team.id, ...}

        def test_matrix(self):
            self.assert_matrix()

        def test_every_model_has_a_row(self):
            self.assert_complete()

Letters are c(reate), r(ead), u(pdate) and d(elete); `-` is nothing. A row with one cell is for
models whose records belong to nobody. A role without a row may do nothing.
"""

from typing import NamedTuple

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

OPERATIONS = {"c": "create", "r": "read", "u": "write", "d": "unlink"}
PLACES = ("own", "team", "other", "foreign")


class Place(NamedTuple):
    """Where a sample record belongs; factories take their values from it.

    :ivar name: one of `PLACES`, seen from the role.
    :ivar user: internal user who owns the record.
    :ivar team: sales team of that user.
    :ivar company: company of that team.
    :ivar partner: customer in that company; for role portal at `own`, the portal user's partner.
    :ivar key: text that is different for every record, for unique fields.
    """

    name: str
    user: object
    team: object
    company: object
    partner: object
    key: str


class AccessMatrixCase(TransactionCase):
    """Users of every role, in nested teams of two companies, and the proof of the table.

    Roles: `user`, `lead` (leader of the region above the user's team) and `admin` have the
    addon's groups; `salesperson` has only `sales_team.group_sale_salesman`; `internal` only
    `base.group_user`; `portal` and `public`; `foreign_admin` has the admin group in another
    company. For `foreign_admin`, "foreign" means the first company.
    """

    addon = ""
    matrix = ""
    #: role → xml ids of groups that the role has besides those of the addon.
    extra_groups: dict[str, tuple[str, ...]] = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_a = cls.env["res.company"].create({"name": "Access A"})
        cls.company_b = cls.env["res.company"].create({"name": "Access B"})
        prefix = f"{cls.addon}.group_{cls.addon}"
        cls.roles = {
            "user": cls._new_user("user", cls.company_a, f"{prefix}_user"),
            "lead": cls._new_user("lead", cls.company_a, f"{prefix}_lead"),
            "admin": cls._new_user("admin", cls.company_a, f"{prefix}_admin"),
            "salesperson": cls._new_user(
                "salesperson", cls.company_a, "sales_team.group_sale_salesman"
            ),
            "internal": cls._new_user("internal", cls.company_a, "base.group_user"),
            "portal": cls._new_user("portal", cls.company_a, "base.group_portal"),
            "public": cls._new_user("public", cls.company_a, "base.group_public"),
            "foreign_admin": cls._new_user("foreign_admin", cls.company_b, f"{prefix}_admin"),
        }
        cls.colleague = cls._new_user("colleague", cls.company_a, "base.group_user")
        cls.stranger = cls._new_user("stranger", cls.company_a, "base.group_user")
        cls.colleague_b = cls._new_user("colleague_b", cls.company_b, "base.group_user")
        cls.stranger_b = cls._new_user("stranger_b", cls.company_b, "base.group_user")
        cls._create_teams()
        cls.customers = {
            company: cls.env["res.partner"].create(
                {"name": f"Customer of {company.name}", "company_id": company.id}
            )
            for company in cls.company_a | cls.company_b
        }
        cls._key = 0

    @classmethod
    def _new_user(cls, role, company, group):
        groups = ",".join((group, *cls.extra_groups.get(role, ())))
        return new_test_user(
            cls.env,
            login=f"access_{role}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            context={"no_reset_password": True, "allowed_company_ids": company.ids},
        )

    @classmethod
    def _create_teams(cls):
        roles = cls.roles
        create = cls.env["crm.team"].create
        cls.region = create(
            {"name": "Region", "company_id": cls.company_a.id, "user_id": roles["lead"].id}
        )
        members = roles["user"] | roles["lead"] | roles["admin"] | roles["salesperson"]
        members |= roles["internal"] | cls.colleague
        cls.team = create(
            {
                "name": "Store",
                "company_id": cls.company_a.id,
                "parent_id": cls.region.id,
                "member_ids": [Command.set(members.ids)],
            }
        )
        cls.other_team = create(
            {
                "name": "Other store",
                "company_id": cls.company_a.id,
                "member_ids": [Command.set(cls.stranger.ids)],
            }
        )
        cls.team_b = create(
            {
                "name": "Store of B",
                "company_id": cls.company_b.id,
                "member_ids": [Command.set((roles["foreign_admin"] | cls.colleague_b).ids)],
            }
        )
        cls.other_team_b = create(
            {
                "name": "Other store of B",
                "company_id": cls.company_b.id,
                "member_ids": [Command.set(cls.stranger_b.ids)],
            }
        )

    # ------------------------------------------------------------
    # Places and records
    # ------------------------------------------------------------

    def _get_place(self, role, name):
        """The `Place` that `name` means for `role`, with a fresh key."""
        user = self.roles[role]
        at_home = {
            "own": (user if not user.share else self.colleague, self.team),
            "team": (self.colleague, self.team),
            "other": (self.stranger, self.other_team),
            "foreign": (self.colleague_b, self.team_b),
        }
        abroad = {
            "own": (user, self.team_b),
            "team": (self.colleague_b, self.team_b),
            "other": (self.stranger_b, self.other_team_b),
            "foreign": (self.colleague, self.team),
        }
        owner, team = (abroad if role == "foreign_admin" else at_home)[name]
        partner = self.customers[team.company_id]
        if role == "portal" and name == "own":
            partner = user.partner_id
        type(self)._key += 1
        return Place(name, owner, team, team.company_id, partner, f"access_{self._key}")

    def create_record(self, model, place):
        """A record of `model` at `place`, created by its owner with all rights.

        Override it for models that are filled by something else than `create`.
        """
        values = getattr(self, "values_" + model.replace(".", "_"))(place)
        owner = self.env(user=place.user.id, su=True)
        return owner[model].with_company(place.company).create(values).with_env(self.env)

    # ------------------------------------------------------------
    # Table
    # ------------------------------------------------------------

    def _get_rows(self):
        """`{model: {role: (cell, …)}}` of the table."""
        rows, model = {}, None
        for line in self.matrix.strip().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if not any(cells) or cells[0] == "model":
                continue
            model = cells[0] or model
            self.assertIn(len(cells), (3, 2 + len(PLACES)), f"Cells of {line!r}")
            self.assertIn(cells[1], self.roles, f"Role of {line!r}")
            roles = rows.setdefault(model, {})
            self.assertNotIn(cells[1], roles, f"{model} has two rows for {cells[1]}")
            roles[cells[1]] = tuple(cell.replace("-", "") for cell in cells[2:])
        return rows

    def _get_rights(self, role, record):
        """The letters of what `role` may do with `record`; reading must agree with searching."""
        record = record.with_user(self.roles[role])
        letters = "".join(
            letter for letter, operation in OPERATIONS.items() if record.has_access(operation)
        )
        model = record.browse()
        if model.has_access("read"):
            found = model.with_context(active_test=False).search_count([("id", "=", record.id)])
            self.assertEqual(bool(found), "r" in letters, f"{role} searches {record}")
        return letters

    def assert_matrix(self):
        """Every cell of the table says exactly what the role may do; all others are nothing."""
        differences = []
        for model, roles in self._get_rows().items():
            count = max(len(cells) for cells in roles.values())
            for role in self.roles:
                expected = roles.get(role, ("",) * count)
                self.assertEqual(len(expected), count, f"Cells of {model}, {role}")
                for name, letters in zip(PLACES, expected, strict=False):
                    record = self.create_record(model, self._get_place(role, name))
                    rights = self._get_rights(role, record)
                    if rights != letters:
                        differences.append(
                            f"{model}: {role} at {name} may {rights or '-'}, "
                            f"the table says {letters or '-'}"
                        )
        self.assertFalse(differences, "\n" + "\n".join(differences))

    def assert_complete(self):
        """Every model that the addon defines has a row, and no row is left of one that is gone."""
        models = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == self.addon and not model._abstract
        }
        self.assertEqual(models, set(self._get_rows()))
