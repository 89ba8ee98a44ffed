from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError


@tagged("post_install", "-at_install")
class TestCrmTargetPrivacy(TargetsCase):
    """What a form or a wizard tells about records that are only named in what is entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", pipeline="count")
        cls.elsewhere = cls.env["crm.team"].create(
            {
                "name": "Elsewhere",
                "company_id": cls.company.id,
                "member_ids": [Command.set(cls.admin.ids)],
            }
        )
        cls.secret = cls.env["crm.target"].create(
            {
                "indicator_id": cls.orders.id,
                "granularity": "year",
                "date_from": "2026-01-01",
                "scope": "team",
                "team_id": cls.elsewhere.id,
                "value": 987.0,
            }
        )

    def test_plan_line_tells_nothing_of_other_targets(self):
        plans = self.env["crm.target.customer"].with_user(self.seller)
        spec = {"target_rest": {}, "target_state": {}, "unit": {}}
        self.env.invalidate_all()
        answer = plans.onchange({"target_id": self.secret.id}, ["target_id"], spec)["value"]
        self.assertFalse(any(answer.values()), answer)

    def test_wizard_lines_tell_nothing_of_other_targets(self):
        for model in ("crm.target.split.line", "crm.target.proposal.line"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env.invalidate_all()
                self.env[model].with_user(self.lead).onchange(
                    {"part_id": self.secret.id}, ["part_id"], {"present_value": {}}
                )

    def test_split_tells_nothing_of_the_parts_of_others(self):
        own = self.env["crm.target"].create(
            {
                "indicator_id": self.orders.id,
                "granularity": "year",
                "date_from": "2026-01-01",
                "scope": "team",
                "team_id": self.region.id,
                "value": 100.0,
            }
        )
        wizard = self.env["crm.target.split"].with_user(self.lead).create({"target_ids": own.ids})
        wizard.line_ids = [
            Command.clear(),
            Command.create({"target_id": own.id, "key": "a", "part_id": self.secret.id}),
            Command.create({"target_id": own.id, "key": "b", "parent_key": "a", "weight": 1}),
        ]
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizard.line_ids.mapped("value")

    def test_form_tells_nothing_of_the_pipeline_of_others(self):
        self.env["crm.lead"].create(
            {
                "name": "Secret",
                "type": "opportunity",
                "team_id": self.elsewhere.id,
                "user_id": self.admin.id,
                "probability": 50,
                "date_deadline": "2999-06-01",
            }
        )
        values = {
            "indicator_id": self.orders.id,
            "granularity": "year",
            "date_from": "2999-01-01",
            "scope": "team",
            "company_id": self.company.id,
            "team_id": self.elsewhere.id,
            "user_id": False,
            "value": 1.0,
        }
        spec = {"forecast": {}, "has_forecast": {}, "shortage": {}}
        targets = self.env["crm.target"].with_user(self.lead)
        answer = targets.onchange(values, list(values), spec)["value"]
        self.assertFalse(answer.get("forecast"))
        own = self.env["crm.target"].create({**values, "team_id": self.region.id})
        own = own.with_user(self.lead)
        self.assertTrue(own.has_forecast)
        answer = own.onchange({"team_id": self.elsewhere.id}, ["team_id"], spec)["value"]
        self.assertFalse(answer.get("forecast"))

    def test_proposal_tells_nothing_of_other_companies(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        shared = self.env["crm.team"].create(
            {"name": "Shared", "company_id": False, "user_id": self.lead.id}
        )
        with self.assertRaisesRegex(UserError, "working in"):
            self.env["crm.target.proposal"].with_user(self.lead).create(
                {
                    "indicator_id": self.orders.id,
                    "company_id": other.id,
                    "team_ids": [Command.set(shared.ids)],
                    "method": "pipeline",
                }
            ).line_ids.mapped("value")

    def test_a_unit_has_one_identity(self):
        values = {
            "indicator_id": self.orders.id,
            "granularity": "month",
            "date_from": "2026-01-01",
            "value": 1.0,
        }
        targets = self.env["crm.target"].with_user(self.lead)
        with self.assertRaisesRegex(ValidationError, "company, a sales team or a person"):
            targets.create({**values, "team_id": self.store.id, "user_id": self.seller.id})
        target = targets.create({**values, "user_id": self.seller.id})
        with self.assertRaisesRegex(ValidationError, "company, a sales team or a person"):
            target.team_id = self.store

    def test_costs_do_not_move_to_where_one_may_not_write(self):
        campaigns = self.env["utm.campaign"].create(
            [
                {"name": "Ours", "user_id": self.seller.id},
                {"name": "Theirs", "user_id": self.admin.id},
            ]
        )
        costs = self.env["utm.campaign.cost"].with_user(self.lead)
        cost = costs.create({"campaign_id": campaigns[0].id, "amount": 10.0})
        with self.assertRaises(AccessError):
            cost.campaign_id = campaigns[1]
        other = self.env["res.company"].create({"name": "Other Company"})
        with self.assertRaises(AccessError):
            cost.company_id = other

    def test_parts_hang_only_below_what_one_may_see(self):
        part = self.env["crm.target"].create(
            {
                "indicator_id": self.orders.id,
                "granularity": "year",
                "date_from": "2026-01-01",
                "scope": "person",
                "user_id": self.seller.id,
                "value": 5.0,
            }
        )
        with self.assertRaises(AccessError):
            part.with_user(self.lead).parent_id = self.secret
        self.assertFalse(self.secret.unit_part_count)

    def test_ability_is_not_for_colleagues(self):
        member = self.store.crm_team_member_ids[0]
        self.assertEqual(member.with_user(self.lead).read(["target_weight"])[0]["target_weight"], 1)
        with self.assertRaises(AccessError):
            member.with_user(self.seller).read(["target_weight"])

    def test_targets_outlive_their_unit_and_indicator(self):
        self.env.flush_all()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.elsewhere.unlink()
        self.env.invalidate_all()
        self.secret.action_approve()
        with self.assertRaisesRegex(UserError, "archive it"):
            self.orders.unlink()
        self.assertTrue(self.secret.exists())
