from odoo.addons.crm_targets.tests.access import AccessMatrixCase
from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestAccess(AccessMatrixCase):
    addon = "crm_targets"
    matrix = """
        model                       | role          | own  | team | other | foreign
        crm.perspective             | user          | r
                                    | lead          | r
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.indicator               | user          | r
                                    | lead          | r
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.indicator.value         | user          | r    | -    | -    | -
                                    | lead          | r    | cru  | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.target                  | user          | r    | -    | -    | -
                                    | lead          | r    | crud | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.scorecard               | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.scorecard.line          | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.scorecard.snapshot      | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.scorecard.snapshot.line | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.perspective = cls.env.ref("crm_targets.crm_perspective_people")
        cls.indicator = cls.env["crm.indicator"].create(cls._indicator_values("access_manual"))

    @classmethod
    def _indicator_values(cls, code):
        return {
            "name": code,
            "code": code,
            "source": "manual",
            "perspective_id": cls.perspective.id,
        }

    # ------------------------------------------------------------
    # Factories
    # ------------------------------------------------------------

    def values_crm_perspective(self, place):
        return {"name": place.key, "code": place.key}

    def values_crm_indicator(self, place):
        return self._indicator_values(place.key)

    def values_crm_indicator_value(self, place):
        return {
            "indicator_id": self.env["crm.indicator"].create(self._indicator_values(place.key)).id,
            "granularity": "month",
            "date_from": "2026-05-01",
            "scope": "person",
            "company_id": place.company.id,
            "user_id": place.user.id,
            "value": 1.0,
        }

    def values_crm_target(self, place):
        return self.values_crm_indicator_value(place)

    def values_crm_scorecard(self, place):
        return {
            "name": place.key,
            "scope": "person",
            "company_id": place.company.id,
            "user_id": place.user.id,
            "line_ids": [Command.create({"indicator_id": self.indicator.id})],
        }

    def create_record(self, model, place):
        if model not in (
            "crm.scorecard.line",
            "crm.scorecard.snapshot",
            "crm.scorecard.snapshot.line",
        ):
            return super().create_record(model, place)
        scorecard = super().create_record("crm.scorecard", place)
        if model == "crm.scorecard.line":
            return scorecard.line_ids
        scorecard._take_snapshots(["2026-05-04"])
        snapshot = scorecard.snapshot_ids
        return snapshot if model == "crm.scorecard.snapshot" else snapshot.line_ids

    # ------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------

    def test_matrix(self):
        self.assert_matrix()

    def test_every_model_has_a_row(self):
        self.assert_complete()

    def test_lead_sees_the_teams_below(self):
        lead = self.roles["lead"]
        values = self.values_crm_target(self._get_place("lead", "team"))
        create = self.env["crm.target"].create
        below, other, company = (
            create({**values, "scope": scope, "team_id": team.id, "user_id": False})
            for scope, team in (
                ("team", self.team),
                ("team", self.other_team),
                ("company", self.env["crm.team"]),
            )
        )
        targets = (below | other | company).with_user(lead)
        self.assertEqual(targets._filtered_access("read"), below)
        self.assertEqual(targets._filtered_access("write"), below)

    def test_former_leader_sees_nothing(self):
        target = self.create_record("crm.target", self._get_place("user", "own"))
        as_lead = target.with_user(self.roles["lead"])
        self.assertTrue(as_lead.has_access("read"))
        self.team.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.roles["user"]
        ).action_archive()
        self.assertFalse(as_lead.has_access("read"))
