from datetime import timedelta

from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged


@tagged("post_install", "-at_install")
class TestCrmTargetProposal(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team"].search([("company_id", "=", False)]).action_archive()
        cls.amount = cls.indicator(
            "amount",
            aggregate="sum",
            measure_field="amount_untaxed",
            is_monetary=True,
            pipeline="amount",
        )

    def _proposal(self, user=None, **values):
        return (
            self.env["crm.target.proposal"]
            .with_user(user or self.admin)
            .create(
                {
                    "indicator_id": self.amount.id,
                    "company_id": self.company.id,
                    "granularity": "quarter",
                    "date_from": "2026-01-01",
                    **values,
                }
            )
        )

    def _lines(self, proposal):
        return {(line.name, line.period): (line.value, line.reason) for line in proposal.line_ids}

    # ------------------------------------------------------------
    # Methods
    # ------------------------------------------------------------

    def test_last_year_and_growth(self):
        self.order("2025-02-01", 200.0)
        self.order("2025-05-01", 100.01, user_id=self.colleague.id)
        self.refresh(self.amount, date_from="2025-01-01")
        lines = self._lines(self._proposal(growth=5, period_count=2, for_persons=True))
        self.assertEqual(len(lines), (1 + 2 + 2) * 2)
        value, reason = lines["Store", "Q2 2026"]
        self.assertEqual(value, 105.01)
        self.assertEqual(reason.replace("\xa0", " "), "$ 100.01 in Q2 2025; growth of 5.00 %")
        self.assertEqual(lines[self.seller.name, "Q1 2026"][0], 210.0)
        self.assertEqual(lines[self.seller.name, "Q2 2026"][0], 0.0, "Nothing sold is a figure")

    def test_nothing_to_go_by(self):
        proposal = self._proposal(for_company=False, for_teams=True)
        self.assertEqual(self._lines(proposal)["Store", "Q1 2026"], (0.0, "No figure in Q1 2025"))
        self.assertFalse(any(proposal.line_ids.mapped("is_chosen")))
        with self.assertRaisesRegex(UserError, "at least one"):
            proposal.action_create_targets()

    @freeze_time("2026-05-20")
    def test_trailing_average(self):
        for month, amount in ((1, 30.0), (2, 60.0), (4, 90.0)):
            self.order(f"2026-{month:02}-10", amount)
        self.refresh(self.amount, date_to="2026-05-20")
        proposal = self._proposal(
            granularity="month", date_from="2026-07-01", method="average", average_count=4
        )
        value, reason = self._lines(proposal)["Store", "July 2026"]
        self.assertEqual(value, 45.0)
        self.assertIn("on average of 4 periods, January 2026 to April 2026", reason)

    @freeze_time("2026-05-20")
    def test_weighted_pipeline(self):
        for day, amount, probability in (
            ("2026-06-10", 1000.0, 50),
            ("2026-07-10", 400.0, 25),
            ("2026-08-10", 1.0, 50),
        ):
            self.env["crm.lead"].create(
                {
                    "name": "Deal",
                    "type": "opportunity",
                    "company_id": self.company.id,
                    "team_id": self.store.id,
                    "user_id": self.seller.id,
                    "date_deadline": day,
                    "expected_revenue": amount,
                    "probability": probability,
                }
            )
        self.order("2026-04-10", 70.0)
        self.refresh(self.amount, date_to="2026-05-20")
        lines = self._lines(
            self._proposal(date_from="2026-04-01", period_count=2, method="pipeline")
        )
        self.assertEqual(lines["Store", "Q2 2026"][0], 570.0)
        self.assertIn("reached", lines["Store", "Q2 2026"][1])
        self.assertEqual(lines["Store", "Q3 2026"][0], 100.5)
        self.amount.pipeline = False
        proposal = self._proposal(method="pipeline")
        self.assertEqual(
            self._lines(proposal)["Store", "Q1 2026"], (0.0, "No pipeline feeds this indicator")
        )

    def test_money_in_whole_cents_and_counts_in_whole(self):
        orders = self.indicator("orders")
        self.order("2025-02-01", 200.0)
        self.refresh(orders, date_from="2025-01-01")
        lines = self._lines(self._proposal(indicator_id=orders.id, growth=70))
        self.assertEqual(lines["Store", "Q1 2026"][0], 2.0)

    # ------------------------------------------------------------
    # For whom
    # ------------------------------------------------------------

    def test_lead_proposes_for_their_own(self):
        elsewhere = self.env["crm.team"].create(
            {"name": "Elsewhere", "company_id": self.company.id}
        )
        proposal = self._proposal(self.lead, for_company=True, for_persons=True)
        self.assertEqual(
            set(proposal.line_ids.mapped("name")),
            {"Region", "Store", self.seller.name, self.colleague.name},
        )
        only = self._proposal(self.lead, team_ids=[Command.set(elsewhere.ids)])
        self.assertFalse(only.line_ids)

    def test_only_some_teams(self):
        proposal = self._proposal(for_company=False, team_ids=[Command.set(self.store.ids)])
        self.assertEqual(proposal.line_ids.mapped("name"), ["Store"])

    def test_users_do_not_propose(self):
        with self.assertRaises(AccessError):
            self._proposal(self.seller)

    # ------------------------------------------------------------
    # Creating
    # ------------------------------------------------------------

    def test_edited_in_the_form(self):
        self.order("2025-02-01", 200.0)
        self.refresh(self.amount, date_from="2025-01-01")
        with Form(self.env["crm.target.proposal"].with_user(self.lead)) as form:
            form.indicator_id = self.amount
            form.granularity = "quarter"
            form.date_from = "2026-02-15"
            with form.line_ids.edit(0) as line:
                line.value = 333.0
            with form.line_ids.edit(1) as line:
                line.is_chosen = False
        action = form.record.action_create_targets()
        target = self.env["crm.target"].search(action["domain"])
        self.assertEqual((target.value, target.state), (333.0, "draft"))
        self.assertIn("200.00", target.note)
        self.assertEqual(target.period_label, "Q1 2026")

    def test_what_is_there_stays_unless_chosen(self):
        self.order("2025-02-01", 200.0)
        self.refresh(self.amount, date_from="2025-01-01")
        self._proposal(for_company=False).action_create_targets()
        targets = self.env["crm.target"].search([("indicator_id", "=", self.amount.id)])
        region = targets.filtered(lambda target: target.team_id == self.region)
        store = targets - region
        store.with_user(self.lead).action_approve()
        again = self._proposal(for_company=False, growth=10)
        self.assertFalse(any(again.line_ids.mapped("is_chosen")))
        again.replace = True
        again.action_create_targets()
        self.assertEqual((region.value, store.value), (220.0, 200.0))
        again.line_ids.is_chosen = True
        with self.assertRaisesRegex(UserError, "no draft"):
            again.action_create_targets()

    # ------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------

    def test_bad_numbers(self):
        for values in (
            {"period_count": 0},
            {"period_count": -1},
            {"period_count": 10**9},
            {"average_count": 0},
            {"average_count": 10**9},
            {"growth": -101.0},
            {"growth": 1e9},
            {"growth": float("nan")},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._proposal(**values).line_ids  # noqa: B018

    def test_too_many(self):
        self.env["crm.team"].create(
            [{"name": f"T{number}", "company_id": self.company.id} for number in range(20)]
        )
        with self.assertRaisesRegex(UserError, "more than"):
            self._proposal(granularity="week", period_count=120).line_ids  # noqa: B018

    def test_out_of_the_calendar(self):
        for day in ("9999-12-31", "2999-06-01", "0001-01-01"):
            with self.subTest(day=day), self.assertRaises(ValidationError):
                self._proposal(date_from=day, granularity="year", period_count=2).line_ids  # noqa: B018

    def test_queries_do_not_grow_with_periods(self):
        counts = []
        for period_count in (1, 2, 12):
            proposal = self._proposal(period_count=period_count, for_persons=True)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            proposal._prepare_lines()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1], counts)


@tagged("post_install", "-at_install")
class TestCrmTargetCopy(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amount = cls.indicator(
            "amount", aggregate="sum", measure_field="amount_untaxed", is_monetary=True
        )

    def _target(self, **values):
        return (
            self.env["crm.target"]
            .with_user(self.lead)
            .create(
                {
                    "indicator_id": self.amount.id,
                    "granularity": "year",
                    "date_from": "2026-01-01",
                    "scope": "team",
                    "company_id": self.company.id,
                    "team_id": self.store.id,
                    "value": 100.0,
                    **values,
                }
            )
        )

    def _copy(self, targets, **values):
        wizard = self.env["crm.target.copy"].with_user(self.lead)
        action = wizard.create({"target_ids": targets.ids, **values}).action_copy()
        return self.env["crm.target"].search(action["domain"])

    def _split(self, target, **values):
        self.env["crm.target.split"].with_user(self.lead).create(
            {"target_ids": target.ids, "method": "equal", **values}
        ).action_split()

    def test_next_year_with_parts(self):
        target = self._target()
        self._split(target, dimension="period")
        self._split(target)
        copies = self._copy(target, factor=1.07)
        self.assertEqual(len(copies), 3 * 13)
        whole = copies.filtered(lambda copy: not copy.parent_id and not copy.period_parent_id)
        self.assertEqual((whole.value, str(whole.date_from)), (107.0, "2027-01-01"))
        self.assertEqual(len(whole.child_ids), 2)
        self.assertEqual(len(whole.period_child_ids), 12)
        self.assertFalse(whole.unit_mismatch)
        self.assertFalse(whole.period_mismatch)
        self.assertEqual(set(copies.mapped("state")), {"draft"})

    def test_mismatch_is_copied(self):
        target = self._target()
        self._split(target)
        target.child_ids[0].value = 60.0
        copy = self._copy(target).filtered("child_ids")
        self.assertEqual(copy.unit_mismatch, -10.0)

    def test_periods_of_their_own(self):
        month = self._target(granularity="month", date_from="2026-01-10")
        self.assertEqual(
            str(self._copy(month, shift=2, shift_unit="period").date_from), "2026-03-01"
        )
        self.assertEqual(str(self._copy(month, shift=-1).date_from), "2025-01-01")

    def test_weeks_by_number(self):
        weeks = self._target(granularity="week", date_from="2026-12-28")
        weeks |= self._target(granularity="week", date_from="2026-12-21", value=7.0)
        copy = self._copy(weeks)
        self.assertEqual(str(copy.date_from), "2027-12-27", "2027 has 52 weeks")

    def test_weeks_add_up_in_years_of_another_length(self):
        target = self._target()
        self._split(target, dimension="period", granularity="week")
        copies = self._copy(target)
        whole = copies.filtered("period_child_ids")
        self.assertEqual((len(whole.period_child_ids), whole.value), (52, 100.0))
        self.assertFalse(whole.period_mismatch)

    def test_weeks_find_the_month_of_their_thursday(self):
        target = self._target()
        self._split(target, dimension="period", granularity="month")
        self._split(target.period_child_ids, dimension="period", granularity="week")
        copies = self._copy(target)
        months = copies.filtered(lambda copy: copy.granularity == "month")
        weeks = copies.filtered(lambda copy: copy.granularity == "week")
        self.assertEqual((len(months), len(weeks)), (12, 52))
        for week in weeks:
            self.assertEqual(
                week.period_parent_id.date_from, (week.date_from + timedelta(days=3)).replace(day=1)
            )
        self.assertAlmostEqual(sum(months.mapped("value")), 100.0)

    def test_what_is_there_stays(self):
        target = self._target()
        present = self._target(date_from="2027-01-01", value=5.0)
        with self.assertRaisesRegex(UserError, "nothing was copied"):
            self._copy(target)
        self._copy(target, replace=True)
        self.assertEqual(present.value, 100.0)
        present.sudo().action_approve()
        with self.assertRaisesRegex(UserError, "nothing was copied"):
            self._copy(target, replace=True)

    def test_duplicate_is_for_the_next_period(self):
        target = self._target(granularity="month", date_from="2026-12-01")
        self.assertEqual(str(target.copy().date_from), "2027-01-01")

    def test_bad_numbers(self):
        target = self._target()
        for values in (
            {"shift": 0},
            {"shift": 10**9},
            {"factor": -1.0},
            {"factor": 1e9},
            {"factor": float("nan")},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._copy(target, **values)

    def test_out_of_the_calendar(self):
        with self.assertRaises(ValidationError):
            self._copy(self._target(date_from="2990-01-01"), shift=50)


@tagged("post_install", "-at_install")
class TestCrmTargetImport(TargetsCase):
    def test_template_is_there(self):
        [template] = self.env["crm.target"].get_import_templates()
        self.assertTrue(template["template"].startswith("/crm_targets/"))

    def test_load(self):
        self.indicator("orders")
        columns = ["indicator_id", "granularity", "date_from", "scope", "team_id", "value"]
        good = ["Orders", "Month", "2026-05-17", "Sales Team", "Store", "12"]
        targets = self.env["crm.target"].with_user(self.lead)
        result = targets.load(columns, [good])
        self.assertFalse(result["messages"])
        self.assertEqual(str(targets.browse(result["ids"]).date_from), "2026-05-01")
        for place, value, sentence in (
            (0, "No such", "No matching record"),
            (1, "Decade", "not found in selection"),
            (2, "yesterday", "valid date"),
            (4, "No such", "No matching record"),
            (4, "", "Choose the sales team"),
            (5, "many", "number"),
            (2, "2026-05-01", "already a target"),
        ):
            row = list(good)
            row[place] = value
            with self.subTest(value=value):
                messages = targets.load(columns, [row])["messages"]
                self.assertTrue(messages)
                self.assertIn(sentence, messages[0]["message"])
