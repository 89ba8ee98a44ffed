import openpyxl
from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import TargetsCase

NOW = "2026-11-18 12:00:00"


@tagged("post_install", "-at_install")
class TestCrmReward(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visits = cls.env["crm.indicator"].create(
            {
                "name": "Visits",
                "code": "test_visits",
                "source": "manual",
                "unit": "visits",
                "perspective_id": cls.env.ref("crm_targets.crm_perspective_people").id,
            }
        )
        cls.month = {
            "indicator_id": cls.visits.id,
            "granularity": "month",
            "date_from": "2026-10-01",
            "company_id": cls.company.id,
        }
        cls.rule = (
            cls.env["crm.reward.rule"]
            .with_user(cls.admin)
            .create(
                {
                    "name": "Visit bonus",
                    "indicator_id": cls.visits.id,
                    "standard": 10,
                    "amount": 2.5,
                    "date_from": "2026-01-01",
                }
            )
        )
        cls.startClassPatcher(freeze_time(NOW))

    def _figure(self, user, value, **values):
        figure = {**self.month, "scope": "person", "user_id": user.id, "value": value, **values}
        return self.values.create(figure)

    def _compute(self, **kwargs):
        self.rule.action_compute(**kwargs)
        return self.env["crm.reward"].search([("rule_id", "=", self.rule.id)], order="amount desc")

    # ------------------------------------------------------------
    # Working out
    # ------------------------------------------------------------

    def test_per_unit_beyond_the_standard(self):
        self._figure(self.seller, 16)
        self._figure(self.colleague, 9)
        [reward] = self._compute()
        self.assertRecordValues(
            reward,
            [
                {
                    "user_id": self.seller.id,
                    "value": 16,
                    "standard": 10,
                    "surplus": 6,
                    "amount": 15,
                    "state": "draft",
                    "difference": 0,
                }
            ],
        )
        self.assertEqual(reward.explanation, "16 visits, standard 10, 6 beyond")
        self.assertEqual(str(reward.date_to), "2026-10-31")

    def test_again_changes_nothing_and_drafts_follow_the_figures(self):
        figure = self._figure(self.seller, 16)
        reward = self._compute()
        self.assertEqual(self._compute(), reward)
        figure.value = 20
        self.assertEqual(self._compute(), reward)
        self.assertEqual((reward.amount, reward.difference), (25, 0))
        figure.value = 5
        self._compute()
        self.assertEqual(reward.amount, 0)

    def test_what_is_approved_is_frozen_and_says_what_is_different(self):
        figure = self._figure(self.seller, 16)
        reward = self._compute()
        reward.with_user(self.lead).action_approve()
        figure.value = 20
        self._compute()
        self.assertEqual((reward.amount, reward.current_amount, reward.difference), (15, 25, 10))
        reward.with_user(self.lead).action_draft("Counted anew")
        self.assertEqual((reward.state, reward.amount, reward.difference), ("draft", 25, 0))
        reward.with_user(self.admin).action_approve()
        reward.with_user(self.admin).action_pay()
        figure.unlink()
        self._compute()
        self.assertEqual((reward.state, reward.amount, reward.difference), ("paid", 25, -25))
        for call in (reward.action_draft, reward.unlink):
            with self.assertRaises(UserError):
                call()

    def test_taken_back_for_a_reason(self):
        self._figure(self.seller, 16)
        reward = self._compute().with_context(tracking_disable=False)
        self.assertTrue(reward.with_user(self.lead).action_draft(), "a draft needs none")
        reward.with_user(self.lead).action_approve()
        for reason in (None, "", "   ", 7, ["x"]):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                reward.with_user(self.lead).action_draft(reason)
        self.assertEqual(reward.state, "approved")
        wizard = self.env["crm.reward.return"].with_context(
            active_ids=reward.ids, tracking_disable=False
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.seller).create({"reason": "Mine"})
        wizard.with_user(self.lead).create({"reason": "One was counted twice"}).action_return()
        self.assertEqual((reward.state, reward.return_reason), ("draft", "One was counted twice"))
        self.env.flush_all()
        self.env.cr.precommit.run()
        kept = reward.sudo().message_ids.tracking_value_ids
        self.assertIn("One was counted twice", kept.mapped("new_value_char"))

    def test_only_approved_figures_count(self):
        self.visits.needs_approval = True
        figure = self.values.with_user(self.lead).create(
            {**self.month, "scope": "person", "user_id": self.seller.id, "value": 16}
        )
        self.assertFalse(self._compute())
        figure.with_user(self.admin).action_approve()
        self.assertEqual(self._compute().amount, 15)

    def test_only_periods_that_are_over(self):
        self._figure(self.seller, 16, date_from="2026-11-01")
        self.assertFalse(self._compute())
        with self.assertRaises(UserError):
            self._compute(date="2026-11-05")
        with freeze_time("2026-12-01 06:00:00"):
            self.assertEqual(self._compute().amount, 15)

    def test_a_period_of_long_ago(self):
        self._figure(self.seller, 16, date_from="2026-02-01")
        self.assertFalse(self._compute(), "the last three only")
        self.assertEqual(self._compute(date="2026-02-14").amount, 15)
        with self.assertRaises(UserError):
            self._compute(date="2025-02-14")
        for wrong in ("yesterday", 5, []):
            with self.assertRaises(UserError):
                self.rule.action_compute(date=wrong)

    def test_the_standard_is_the_approved_target(self):
        self.rule.write({"standard_type": "target", "standard_share": 90})
        for user in self.seller | self.colleague:
            self._figure(user, 16)
        target = self.env["crm.target"].create(
            {**self.month, "scope": "person", "user_id": self.seller.id, "value": 15}
        )
        self.assertFalse(self._compute(), "a draft counts for nothing")
        target.with_user(self.lead).action_approve()
        reward = self._compute()
        self.assertEqual(reward.user_id, self.seller)
        self.assertEqual((reward.standard, reward.amount), (13.5, 6.25))

    def test_teams_steps_and_cap(self):
        self.rule.write(
            {
                "scope": "team",
                "formula": "steps",
                "step_ids": [
                    Command.create({"value": 100, "amount": 80}),
                    Command.create({"value": 200, "amount": 300}),
                ],
                "has_cap": True,
                "cap": 250,
            }
        )
        for team, value in ((self.store, 150), (self.region, 220)):
            self.values.create({**self.month, "scope": "team", "team_id": team.id, "value": value})
        rewards = self._compute()
        self.assertEqual(rewards.team_id.mapped("name"), ["Region", "Store"])
        self.assertEqual(rewards.mapped("amount"), [250, 80])
        self.rule.team_ids = self.store
        self._compute()
        self.assertEqual(rewards.mapped("amount"), [0, 80], "the region does not earn any more")

    def test_nothing_counted_is_the_best_where_less_is_better(self):
        complaints = self.indicator(
            "cancelled", direction="lower", domain="[('state','=','cancel')]"
        )
        self.order("2026-10-05 10:00:00", user_id=self.colleague.id, state="cancel")
        self.refresh_of(complaints)
        rule = self.rule.copy({"indicator_id": complaints.id, "formula": "fixed", "standard": 0})
        rule.team_ids = self.store
        rule.date_from = "2026-10-01"
        rule.with_user(self.admin).action_compute(date="2026-10-10")
        rewards = self.env["crm.reward"].search([("rule_id", "=", rule.id)])
        self.assertEqual(rewards.user_id, self.seller)

    def test_a_changed_formula_is_explained_by_the_lines(self):
        self._figure(self.seller, 16)
        reward = self._compute()
        self.rule.formula = "fixed"
        self._compute()
        self.assertEqual((reward.formula, reward.amount), ("fixed", 2.5))
        self.assertEqual(reward.explanation, "16 visits, standard 10")

    def test_a_rule_that_counts_something_else_forgets_its_drafts(self):
        """Lines of months are no lines of quarters, and those of persons none of teams."""
        self._figure(self.seller, 16)
        self._figure(self.colleague, 14)
        self.values.create(
            {
                **self.month,
                "granularity": "quarter",
                "date_from": "2026-07-01",
                "scope": "person",
                "user_id": self.seller.id,
                "value": 30,
            }
        )
        first = self._compute()
        self.rule.write({"name": "Bonus", "granularity": "month", "indicator_id": self.visits.id})
        self.assertEqual(self._compute(), first, "nothing has changed")
        self.rule.granularity = "quarter"
        self.assertFalse(first.exists())
        reward = self._compute()
        self.assertEqual((reward.granularity, reward.amount), ("quarter", 50))
        reward.with_user(self.admin).action_approve()
        other = self.env["res.company"].create({"name": "Other"})
        self.admin.company_ids += other
        for values in (
            *({"granularity": "month"}, {"scope": "team"}, {"indicator_id": self.visits.copy().id}),
            {"company_id": other.id},
        ):
            with self.assertRaises(UserError, msg=str(values)):
                self.rule.with_user(self.admin).write(values)
        self.rule.amount = 7
        self._compute()
        self.assertEqual((reward.amount, reward.current_amount), (50, 140))

    def refresh_of(self, indicator):
        self.indicators.refresh([indicator.code], "2026-10-01", "2026-11-18")

    def test_queries_do_not_grow_with_people(self):
        def count(people):
            for user in people:
                self._figure(user, 16)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rule.sudo()._compute_period(self.rule._get_over_periods(None)[-1])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.env["crm.reward"].search([]).unlink()
        group = "crm_targets.group_crm_targets_user"
        users = [self._user(f"reward_{number}", group) for number in range(9)]
        count(users[:1])
        few = count(users[1:2])
        self.assertEqual(count(users[2:]), few)

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def test_nobody_decides_about_their_own(self):
        self._figure(self.seller, 16)
        self._figure(self.lead, 20)
        self._figure(self.admin, 20)
        own, leads, admins = (
            self._compute().filtered(lambda reward, user=user: reward.user_id == user)
            for user in (self.seller, self.lead, self.admin)
        )
        for user, reward in ((self.seller, own), (self.lead, leads), (self.admin, admins)):
            with self.assertRaises(AccessError):
                reward.with_user(user).action_approve()
        own.with_user(self.lead).action_approve()
        leads.with_user(self.admin).action_approve()
        self.assertEqual(own.approved_by_id, self.lead)
        with self.assertRaises(AccessError):
            own.with_user(self.lead).action_pay()
        own.with_user(self.admin).action_pay()
        self.assertEqual(own.state, "paid")

    def test_nobody_writes_lines_or_starts_rules_without_the_right(self):
        self._figure(self.seller, 16)
        reward = self._compute()
        for user in (self.seller, self.lead, self.admin):
            with self.assertRaises(AccessError):
                reward.with_user(user).write({"amount": 1000})
            with self.assertRaises(AccessError):
                reward.with_user(user).copy()
        for user in (self.seller, self.lead):
            with self.assertRaises(AccessError):
                self.rule.with_user(user).action_compute()
        with self.assertRaises(AccessError):
            reward.with_user(self.colleague).action_approve()

    def test_a_team_does_not_decide_about_its_own(self):
        self.rule.scope = "team"
        self.values.create({**self.month, "scope": "team", "team_id": self.store.id, "value": 16})
        reward = self._compute()
        self.store.user_id = self.seller
        self.assertTrue(reward.with_user(self.lead).may_approve)
        self.store.member_ids |= self.admin
        self.assertFalse(reward.with_user(self.admin).may_approve)

    def test_the_trail(self):
        self._figure(self.seller, 16)
        env = self.env(context={**self.env.context, "tracking_disable": False})
        self.rule.with_env(env).action_compute()
        reward = env["crm.reward"].search([("rule_id", "=", self.rule.id)])
        self.flush_tracking()
        reward.with_user(self.lead).with_context(tracking_disable=False).action_approve()
        self.flush_tracking()
        changes = reward.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertIn("state", changes)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()

    # ------------------------------------------------------------
    # Import
    # ------------------------------------------------------------

    def _load_template(self):
        rules = self.env["crm.reward.rule"].with_user(self.admin)
        [template] = rules.get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as file:
            rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
        names = {}
        for records, prefix in ((rules, ""), (rules.step_ids, "step_ids/")):
            above = "Steps/" if prefix else ""
            for name, field in records.fields_get().items():
                names[above + field["string"]] = prefix + name
        columns = [names[label] for label in rows[0]]
        return columns, [["" if cell is None else str(cell) for cell in row] for row in rows[1:]]

    def test_the_import_template_can_be_imported_as_it_is(self):
        columns, rows = self._load_template()
        answer = self.env["crm.reward.rule"].with_user(self.admin).load(columns, rows)
        self.assertFalse(answer["messages"])
        rules = self.env["crm.reward.rule"].browse(answer["ids"])
        self.assertEqual(rules.mapped("formula"), ["per_unit", "steps", "fixed"])
        self.assertEqual(rules.mapped("scope"), ["person", "team", "person"])
        self.assertEqual(rules[1].step_ids.mapped("amount"), [500, 1000])
        self.assertEqual(rules.company_id, self.env.company)

    def test_an_import_says_what_is_wrong(self):
        columns, rows = self._load_template()
        for column, value in (
            ("name", ""),
            ("indicator_id", "Nothing of this name"),
            ("granularity", "Century"),
            ("scope", "Everybody"),
            ("formula", "By feeling"),
            ("amount", "-5"),
            ("amount", "much"),
            ("date_from", "yesterday"),
        ):
            row = list(rows[0])
            row[columns.index(column)] = value
            with self.subTest(column=column, value=value), mute_logger("odoo.sql_db"):
                rules = self.env["crm.reward.rule"].with_user(self.admin)
                self.assertTrue(rules.load(columns, [row])["messages"])
        lead = self.env["crm.reward.rule"].with_user(self.lead)
        with self.assertRaises(AccessError):
            lead.create({"name": "Mine", "indicator_id": self.visits.id})

    # ------------------------------------------------------------
    # Bad rules
    # ------------------------------------------------------------

    def test_bad_rules(self):
        within = self.visits.copy({"direction": "range"})
        weekly = self.visits.copy({"measure_month": False})
        for wrong in (
            {"indicator_id": within.id},
            {"indicator_id": weekly.id},
            {"formula": "steps"},
            {"amount": 1e15},
            {"standard": 1e300},
        ):
            with self.assertRaises(ValidationError, msg=str(wrong)):
                self.rule.copy(wrong)

    def test_cron(self):
        self._figure(self.seller, 16)
        with self.enter_registry_test_mode():
            self.env.ref("crm_targets.ir_cron_compute_rewards").method_direct_trigger()
        self.assertEqual(self.rule.reward_count, 1)
