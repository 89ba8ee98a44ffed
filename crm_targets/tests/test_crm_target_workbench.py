import json
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TargetsCase

MOST_QUERIES = 14


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 10:00:00")  # a Monday; ten of the month's twenty-one working days are over
class TestCrmTargetWorkbench(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amount = cls.indicator(
            "amount",
            aggregate="sum",
            measure_field="amount_total",
            is_monetary=True,
            pipeline="amount",
        )
        cls.orders = cls.indicator("orders", aggregate="count", unit="orders")
        cls.targets = cls.env["crm.target"]
        cls.boss = cls._user(
            "measure_boss",
            "crm_targets.group_crm_targets_lead,sales_team.group_sale_salesman_all_leads",
        )
        cls.store.user_id = cls.boss
        cls.stranger = cls._user("measure_stranger", "crm_targets.group_crm_targets_user")

    @classmethod
    def target(cls, indicator, value, user=None, **values):
        return cls.targets.create(
            {
                "indicator_id": indicator.id,
                "granularity": "month",
                "date_from": "2026-11-01",
                "company_id": cls.company.id,
                "scope": "person",
                "user_id": (user or cls.seller).id,
                "value": value,
                "state": "approved",
                **values,
            }
        )

    @classmethod
    def activity(cls, record, user, days, summary="Call back"):
        return cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "user_id": user.id,
                "summary": summary,
                "date_deadline": fields.Date.today() - timedelta(days=days),
            }
        )

    @classmethod
    def opportunity(cls, user=None, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Ten phones",
                "type": "opportunity",
                "company_id": cls.company.id,
                "team_id": cls.store.id,
                "user_id": (user or cls.seller).id,
                **values,
            }
        )

    def workbench(self, user=None, *arguments):
        return self.targets.with_user(user or self.seller).get_workbench(*arguments)

    def period(self, workbench, granularity="month"):
        return next(
            period for period in workbench["periods"] if period["granularity"] == granularity
        )

    def item(self, workbench, indicator, granularity="month"):
        items = self.period(workbench, granularity)["indicators"]
        return next(item for item in items if item["code"] == indicator.code)

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    def test_target_of_the_month(self):
        self.target(self.amount, 2100.0)
        for day in (2, 5, 9):
            self.order(f"2026-11-{day:02} 10:00:00", 250.0)
        self.order("2026-10-05 10:00:00", 1000.0)
        self.opportunity(expected_revenue=1000.0, probability=50, date_deadline="2026-11-30")
        self.refresh(self.amount)
        workbench = self.workbench()
        period = self.period(workbench)
        self.assertEqual((period["working_days"], period["working_days_over"]), (21, 10))
        self.assertEqual((period["date_from"], period["date_to"]), ("2026-11-01", "2026-11-30"))
        item = self.item(workbench, self.amount)
        self.assertEqual(
            {name: item[name] for name in ("target", "value", "pace", "shortage", "due_today")},
            {"target": 2100, "value": 750, "pace": 1000, "shortage": 850, "due_today": 350},
        )
        self.assertEqual((item["status"], item["pipeline"]), ("at_risk", 500))
        # a thousand in October, of which ten in twenty-one days had passed by then
        self.assertAlmostEqual(item["trend"], 750 / (1000 * 10 / 21) - 1)
        self.assertEqual([entry["value"] for entry in item["history"]][-2:], [1000, 750])
        week = self.item(workbench, self.amount, "week")
        self.assertFalse(week["has_target"] or week["has_pace"] or week["status"])
        self.assertNotIn("target", week)

    def test_key_figures_stand_there_without_a_target(self):
        period = self.period(self.workbench())
        codes = [item["code"] for item in period["indicators"]]
        self.assertIn("new_opportunities", codes)
        self.assertFalse(any(item["has_target"] for item in period["indicators"]))
        self.assertEqual(period["collections"]["planned"], 0.0)

    def test_targets_that_wait_do_not_count(self):
        self.target(self.amount, 2100.0, state="draft")
        period = self.period(self.workbench())
        self.assertEqual(period["waiting_count"], 1)
        self.assertFalse(any(item["has_target"] for item in period["indicators"]))

    def test_another_period(self):
        self.target(self.orders, 2, date_from="2026-10-01")
        self.order("2026-10-05 10:00:00")
        self.refresh(self.orders)
        workbench = self.workbench(self.seller, None, "2026-10-20")
        self.assertFalse(self.period(workbench)["is_running"])
        item = self.item(workbench, self.orders)
        self.assertEqual((item["value"], item["pace"], item["status"]), (1, 2, "at_risk"))
        self.assertFalse(item["has_due_today"])

    def test_answer_goes_through_every_protocol(self):
        self.target(self.amount, 2100.0)
        self.refresh(self.amount)
        self.activity(self.opportunity(), self.seller, 3)

        def check(value):
            self.assertIsNotNone(value)
            if isinstance(value, dict):
                self.assertTrue(all(isinstance(key, str) for key in value))
                value = list(value.values())
            if isinstance(value, list):
                for part in value:
                    check(part)

        workbench = self.workbench()
        check(workbench)
        json.dumps(workbench, allow_nan=False)

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_lead_opens_those_of_the_people_below(self):
        self.target(self.orders, 2)
        workbench = self.workbench(self.lead, self.seller.id)
        self.assertEqual(workbench["user"], {"id": self.seller.id, "name": self.seller.name})
        self.assertFalse(workbench["is_own"])
        people = {person["id"] for person in workbench["people"]}
        self.assertEqual(people, {self.lead.id, self.seller.id, self.colleague.id})
        self.assertTrue(self.item(workbench, self.orders)["has_target"])

    def test_nobody_opens_that_of_a_stranger(self):
        for user, person in (
            (self.seller, self.colleague),
            (self.seller, self.lead),
            (self.lead, self.stranger),
            (self.lead, self.admin),
        ):
            with self.assertRaisesRegex(AccessError, "people in your teams"):
                self.workbench(user, person.id)
        own = [{"id": self.seller.id, "name": self.seller.name}]
        self.assertEqual(self.workbench()["people"], own)

    def test_former_lead(self):
        self.region.user_id = self.admin
        with self.assertRaises(AccessError):
            self.workbench(self.lead, self.seller.id)

    def test_administrator_opens_all_of_the_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._user("measure_foreign", "crm_targets.group_crm_targets_user", other)
        self.assertEqual(
            self.workbench(self.admin, self.stranger.id)["user"]["id"], self.stranger.id
        )
        with self.assertRaises(AccessError):
            self.workbench(self.admin, foreign.id)

    def test_without_the_role(self):
        outsider = self._user("measure_outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.workbench(outsider)

    def test_bad_arguments(self):
        for arguments in (("x",), (0,), (-1,), (True,), (2**40,), (1.5,), ([1],)):
            with self.assertRaisesRegex(UserError, "id of a person"):
                self.workbench(self.admin, *arguments)
        for day in ("junk", "2026-02-30", 5, 0, [], {}, ["2026-01-01"], "0001-01-01", True):
            with self.assertRaisesRegex(UserError, "day"):
                self.workbench(self.seller, None, day)

    # ------------------------------------------------------------
    # Next things to do
    # ------------------------------------------------------------

    def test_next_activities_say_why(self):
        late, today, later, foreign = (
            self.opportunity(name=name) for name in ("Late", "Today", "Later", "Foreign")
        )
        for lead, user, days in (
            (today, self.seller, 0),
            (late, self.seller, 4),
            (later, self.seller, -1),
            (foreign, self.colleague, 9),
        ):
            self.activity(lead, user, days)
        things = self.workbench()["next_things"]
        self.assertEqual(
            [(thing["name"], thing["reason"]) for thing in things],
            [("Late", "Call back, overdue for 4 days"), ("Today", "Call back, due today")],
        )
        self.assertEqual(things[0]["action"]["res_id"], late.id)
        self.assertTrue(things[0]["can_plan"])

    def hot(self, **values):
        """An opportunity that nobody has looked after for long and that should close tomorrow."""
        lead = self.opportunity(expected_revenue=900, date_deadline="2026-11-17", **values)
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-06-01', date_last_stage_update = '2026-06-01' "
            "WHERE id = %s",
            [lead.id],
        )
        return lead

    def test_hot_customers(self):
        hot = self.hot(partner_id=self.customer.id)
        (thing,) = self.workbench()["next_things"]
        self.assertEqual((thing["kind"], thing["name"]), ("hot", "Customer"))
        self.assertIn("Should close tomorrow", thing["reason"])
        self.assertEqual((thing["res_id"], thing["amount"]), (hot.id, 900.0))

    def test_no_document_twice_and_three_at_most(self):
        for _number in range(2):
            self.activity(self.opportunity(), self.seller, 2)
        twice = self.opportunity(name="Twice")
        for _number in range(2):
            self.activity(twice, self.seller, 9)
        things = self.workbench()["next_things"]
        names = [thing["name"] for thing in things]
        self.assertEqual(len(names), 3 if names.count("Twice") == 1 else 0)

    def test_due_payments(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        self.product.taxes_id = False  # the chart of accounts has given it one
        order = self.order("2026-10-05 10:00:00", 300.0, state="draft")
        order.action_confirm()
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-10-06"
        invoice.invoice_date_due = "2026-11-06"
        invoice.action_post()
        things = self.workbench()["next_things"]
        self.assertEqual([thing["kind"] for thing in things], ["collection"])
        self.assertEqual(things[0]["amount"], 300.0)
        self.assertIn("overdue for 10 days", things[0]["reason"])
        self.assertEqual((things[0]["res_model"], things[0]["res_id"]), ("sale.order", order.id))
        self.assertEqual(self.period(self.workbench())["collections"]["planned"], 300.0)

    # ------------------------------------------------------------
    # Leaderboard
    # ------------------------------------------------------------

    def test_leaderboard_is_off_until_switched_on(self):
        self.target(self.orders, 2)
        self.target(self.orders, 4, self.colleague)
        for user in (self.seller, self.colleague):
            self.order("2026-11-05 10:00:00", user_id=user.id)
        self.refresh(self.orders)
        off = self.workbench()
        self.assertFalse(off["has_leaderboard"])
        self.assertEqual(self.period(off)["leaderboard"]["rows"], [])
        self.company.crm_targets_leaderboard = True
        leaderboard = self.period(self.workbench(self.colleague))["leaderboard"]
        self.assertEqual(leaderboard["team"], "Store")
        self.assertEqual(leaderboard["rank"], 2)
        self.assertEqual(
            leaderboard["rows"],
            [
                {
                    "user_id": user.id,
                    "name": user.name,
                    "completion": completion,
                    "rank": rank,
                    "is_self": user == self.colleague,
                }
                for rank, user, completion in ((1, self.seller, 0.5), (2, self.colleague, 0.25))
            ],
        )

    def test_leaderboard_without_a_team(self):
        self.company.crm_targets_leaderboard = True
        leaderboard = self.period(self.workbench(self.stranger))["leaderboard"]
        self.assertEqual(leaderboard, {"team": "", "has_rank": False, "rows": []})

    # ------------------------------------------------------------
    # Queries
    # ------------------------------------------------------------

    def count_queries(self, user, *arguments):
        """Queries of a call, as of a new request."""
        self.workbench(user, *arguments)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.workbench(user, *arguments)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_depend_on_the_size(self):
        self.company.crm_targets_leaderboard = True
        self.target(self.amount, 2100.0)
        self.activity(self.opportunity(), self.seller, 2)
        self.hot(partner_id=self.customer.id)
        self.refresh(self.amount)
        few = self.count_queries(self.seller), self.count_queries(self.boss, self.seller.id)
        members = self.store.member_ids
        for number in range(8):
            members |= self._user(f"bench_{number}", "crm_targets.group_crm_targets_user")
        self.store.member_ids = [Command.set(members.ids)]
        indicators = self.indicators.browse(
            self.indicator(f"many_{number}", aggregate="count").id for number in range(8)
        )
        for indicator in indicators:
            for size in ("week", "month", "quarter", "year"):
                for user in members:
                    self.target(indicator, 5, user, granularity=size)
        for number in range(20):
            self.activity(self.opportunity(), self.seller, number)
            self.opportunity(expected_revenue=10, probability=10, date_deadline="2026-11-20")
            self.hot(partner_id=self.customer.id)
        self.refresh(*indicators)
        many = self.count_queries(self.seller), self.count_queries(self.boss, self.seller.id)
        self.assertEqual(few, many)
        self.assertLessEqual(max(many), MOST_QUERIES)
