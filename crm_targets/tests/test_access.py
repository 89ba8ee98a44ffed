from datetime import date

from odoo.addons.crm_targets.tests.access import AccessMatrixCase
from odoo.addons.crm_targets.tests.access_money import MoneyPlaces
from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestAccess(MoneyPlaces, AccessMatrixCase):
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
                                    | admin         | r    | crud | crud | -
                                    | foreign_admin | r    | crud | crud | -
        crm.target.customer         | user          | crud | -    | -    | -
                                    | lead          | crud | crud | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.target.copy             | lead          | crud
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.target.proposal         | lead          | crud
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.target.proposal.line    | lead          | crud
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.target.split            | lead          | crud
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.target.split.line       | lead          | crud
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.reward.return           | lead          | crud
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.target.return           | lead          | crud
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.scorecard               | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.scorecard.line          | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.scorecard.template | user | r
                                    | lead          | r
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.scorecard.template.line | user | r
                                    | lead          | r
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.scorecard.template.objective | user | r
                                    | lead          | r
                                    | admin         | crud
                                    | foreign_admin | crud
        crm.scorecard.objective     | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.scorecard.comment       | user          | cru  | -    | -    | -
                                    | lead          | cru  | r    | -    | -
                                    | admin         | cru  | r    | r    | -
                                    | foreign_admin | cru  | r    | r    | -
        crm.scorecard.baseline      | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.scorecard.snapshot      | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.scorecard.snapshot.line | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.scorecard.snapshot.restatement | user | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.scorecard.report        | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.collection.report       | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.collection.plan.report  | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.sales.report            | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.sales.summary.report    | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.hot.lead.report         | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.funnel.report           | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.campaign.report         | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | r    | r    | r    | -
                                    | foreign_admin | r    | r    | r    | -
        crm.reward.rule             | user          | r    | r    | r    | -
                                    | lead          | r    | r    | r    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.reward.rule.step        | user          | r    | r    | r    | -
                                    | lead          | r    | r    | r    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
        crm.reward                  | user          | r    | -    | -    | -
                                    | lead          | r    | r    | -    | -
                                    | admin         | rd   | rd   | rd   | -
                                    | foreign_admin | rd   | rd   | rd   | -
        utm.campaign.cost           | user          | r    | -    | -    | -
                                    | lead          | crud | crud | -    | -
                                    | admin         | crud | crud | crud | -
                                    | foreign_admin | crud | crud | crud | -
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

    def values_crm_reward_rule(self, place):
        return {
            "name": place.key,
            "indicator_id": self.indicator.id,
            "company_id": place.company.id,
            "amount": 5,
        }

    def values_crm_reward_rule_step(self, place):
        return {"rule_id": self.create_record("crm.reward.rule", place).id, "amount": 5}

    def values_crm_reward(self, place):
        rule = self.create_record("crm.reward.rule", place)
        return {
            "rule_id": rule.id,
            "indicator_id": self.indicator.id,
            "granularity": "month",
            "date_from": "2026-05-01",
            "scope": "person",
            "company_id": place.company.id,
            "user_id": place.user.id,
            "value": 1.0,
            "currency_id": rule.currency_id.id,
        }

    def values_crm_target_return(self, place):
        return {"reason": place.key, "target_ids": []}

    def values_crm_reward_return(self, place):
        return {"reason": place.key, "reward_ids": []}

    def values_crm_target_customer(self, place):
        return {
            "target_id": self.create_record("crm.target", place).id,
            "partner_id": place.partner.id,
        }

    def values_crm_target_copy(self, place):
        return {"target_ids": []}

    values_crm_target_split = values_crm_target_copy

    def values_crm_target_split_line(self, place):
        return {"split_id": self.create_record("crm.target.split", place).id}

    def values_crm_target_proposal(self, place):
        return {"indicator_id": self.indicator.id, "company_id": place.company.id}

    def values_crm_target_proposal_line(self, place):
        return {"proposal_id": self.create_record("crm.target.proposal", place).id}

    def values_crm_scorecard(self, place):
        return {
            "name": place.key,
            "scope": "person",
            "company_id": place.company.id,
            "user_id": place.user.id,
            "line_ids": [Command.create({"indicator_id": self.indicator.id})],
            "objective_ids": [
                Command.create({"perspective_id": self.perspective.id, "name": place.key})
            ],
        }

    def values_crm_scorecard_template(self, place):
        return {"name": place.key}

    def values_crm_scorecard_template_line(self, place):
        template = self.env["crm.scorecard.template"].create({"name": place.key})
        return {"template_id": template.id, "indicator_id": self.indicator.id}

    def values_crm_scorecard_template_objective(self, place):
        template = self.env["crm.scorecard.template"].create({"name": place.key})
        return {
            "template_id": template.id,
            "perspective_id": self.perspective.id,
            "name": place.key,
        }

    def create_record(self, model, place):
        report = getattr(self, "_report_" + model.replace(".", "_"), None)
        if report:
            return report(place)
        make = getattr(self, "_make_" + model.replace(".", "_"), None)
        if make is None:
            return super().create_record(model, place)
        return make(super().create_record("crm.scorecard", place), place)

    def _make_crm_scorecard_line(self, scorecard, _place):
        return scorecard.line_ids

    def _make_crm_scorecard_objective(self, scorecard, _place):
        return scorecard.objective_ids

    def _make_crm_scorecard_comment(self, scorecard, place):
        comments = self.env(user=place.user.id, su=True)["crm.scorecard.comment"]
        values = {"indicator_id": self.indicator.id, "text": place.key}
        return comments.create({**values, "scorecard_id": scorecard.id}).with_env(self.env)

    def _make_crm_scorecard_snapshot(self, scorecard, _place):
        scorecard._take_snapshots(["2026-05-04"])
        return scorecard.snapshot_ids

    def _make_crm_scorecard_snapshot_line(self, scorecard, place):
        return self._make_crm_scorecard_snapshot(scorecard, place).line_ids

    def _make_crm_scorecard_snapshot_restatement(self, scorecard, place):
        return self.env["crm.scorecard.snapshot.restatement"].create(
            {
                "snapshot_id": self._make_crm_scorecard_snapshot(scorecard, place).id,
                "scorecard_id": scorecard.id,
                "indicator_code": self.indicator.code,
                "date_from": "2026-04-27",
            }
        )

    def _make_crm_scorecard_report(self, scorecard, place):
        self._make_crm_scorecard_snapshot(scorecard, place)
        rows = self.env["crm.scorecard.report"]
        return rows.search([("scorecard_id", "=", scorecard.id)])

    def _make_crm_scorecard_baseline(self, scorecard, _place):
        indicator = self.env["crm.indicator"].create(self._indicator_values(scorecard.name))
        scorecard.line_ids.indicator_id = indicator
        self.env["crm.indicator.value"].create(
            {
                "indicator_id": indicator.id,
                "granularity": "week",
                "date_from": "2026-05-04",
                "scope": "person",
                "company_id": scorecard.company_id.id,
                "user_id": scorecard.user_id.id,
                "value": 1.0,
            }
        )
        return self.env["crm.scorecard.baseline"]._freeze(scorecard, date(2026, 5, 4))

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
