from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged


@tagged("post_install", "-at_install")
class TestCrmIndicatorRatio(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders")
        cls.signed = cls.indicator("signed", aggregate="sum", measure_field="amount_total")

    def _ratio(self, code="ratio", **values):
        return self.indicators.with_user(self.admin).create(
            {
                "name": code,
                "code": f"test_{code}",
                "perspective_id": self.env.ref("crm_targets.crm_perspective_finance").id,
                "source": "ratio",
                "numerator_id": self.signed.id,
                "denominator_id": self.orders.id,
                **values,
            }
        )

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    def test_ratio_of_a_team_is_measured_on_its_own_components(self):
        other = self.env["crm.team"].create(
            {"name": "Busy", "company_id": self.company.id, "parent_id": self.region.id}
        )
        self.order("2026-03-04 10:00:00", 1000)
        for _number in range(3):
            self.order("2026-03-04 10:00:00", 200, team_id=other.id, user_id=self.colleague.id)
        ratio = self._ratio()
        self.refresh(ratio)
        teams = {
            unit: value for (_day, unit), value in self.figures(ratio, "month", "team").items()
        }
        self.assertEqual(teams, {self.store: 1000.0, other: 200.0, self.region: 400.0})
        self.assertEqual(self.figures(ratio), {("2026-03-01", self.company): 400.0})
        row = self.values.search(
            [
                ("indicator_id", "=", ratio.id),
                ("granularity", "=", "month"),
                ("scope", "=", "company"),
            ]
        )
        self.assertEqual((row.numerator, row.denominator), (1600.0, 4.0))

    def test_division_by_zero_is_no_figure(self):
        self.order("2026-03-04 10:00:00", 0)
        ratio = self._ratio(numerator_id=self.orders.id, denominator_id=self.signed.id)
        self.refresh(ratio)
        self.assertEqual(self.figures(ratio), {})

    def test_counting_nothing_is_zero(self):
        """No order lost its customer in March: the share is zero, not unknown."""
        self.order("2026-03-04 10:00:00")
        cancelled = self.indicator("cancelled", domain="[('state', '=', 'cancel')]")
        share = self._ratio(
            numerator_id=cancelled.id, denominator_id=self.orders.id, is_percentage=True
        )
        self.refresh(share)
        self.assertEqual(self.figures(share), {("2026-03-01", self.company): 0.0})
        self.order("2026-03-05 10:00:00", state="cancel")
        self.refresh(share)
        self.assertEqual(self.figures(share), {("2026-03-01", self.company): 100.0})
        self.assertEqual(share._get_unit_label(self.company), "%")

    def test_average_of_nothing_is_no_figure(self):
        self.order("2026-03-04 10:00:00")
        average = self.indicator(
            "average",
            aggregate="avg",
            measure_field="amount_total",
            domain="[('state', '=', 'cancel')]",
        )
        ratio = self._ratio(numerator_id=average.id)
        self.refresh(ratio)
        self.assertEqual(self.figures(ratio), {})

    def test_change_against_other_periods(self):
        for day, amount in (("2025-03-10", 100), ("2026-02-10", 400), ("2026-03-10", 300)):
            self.order(f"{day} 10:00:00", amount)
        for base, expected in (("previous", -25.0), ("year_before", 200.0)):
            change = self._ratio(
                base,
                denominator_id=self.signed.id,
                ratio_type="change",
                denominator_period=base,
                is_percentage=True,
            )
            # The year before is measured along, though it was not asked for.
            self.refresh(change, date_from="2026-03-01", date_to="2026-03-31")
            self.assertEqual(
                self.figures(change)["2026-03-01", self.company], expected, change.code
            )

    def test_week_53_compares_with_the_last_week(self):
        self.order("2026-12-30 10:00:00", 300)  # week 53
        self.order("2025-12-24 10:00:00", 100)  # week 52
        change = self._ratio(denominator_id=self.signed.id, denominator_period="year_before")
        self.refresh(change, date_from="2026-12-28", date_to="2026-12-31")
        self.assertEqual(self.figures(change, "week"), {("2026-12-28", self.company): 3.0})

    def test_fiscal_years_of_several_companies(self):
        other = self.env["res.company"].create(
            {"name": "April", "fiscalyear_last_month": "3", "fiscalyear_last_day": 31}
        )
        for company in self.company | other:
            values = {"company_id": company.id, "team_id": False, "user_id": False}
            self.order("2025-02-10 10:00:00", 100, **values)
            self.order("2026-02-10 10:00:00", 300, **values)
        change = self._ratio(denominator_id=self.signed.id, denominator_period="year_before")
        self.refresh(change, date_from="2026-01-01", date_to="2026-01-31")
        self.env.user.company_ids |= other
        figures = self.figures(change, "year")
        self.assertEqual(figures, {("2026-01-01", self.company): 3.0, ("2025-04-01", other): 3.0})

    def test_ratio_of_ratios(self):
        self.order("2026-02-10 10:00:00", 100)
        self.order("2026-03-10 10:00:00", 150)
        average = self._ratio("mean")
        growth = self._ratio(
            "growth",
            numerator_id=average.id,
            denominator_id=average.id,
            ratio_type="change",
            denominator_period="previous",
        )
        self.refresh(growth)
        self.assertEqual(self.figures(growth), {("2026-03-01", self.company): 0.5})

    def test_entered_figures_count_once_they_are_approved(self):
        hours = self.indicator("hours", source="manual", needs_approval=True)
        self.order("2026-03-04 10:00:00", 1000)
        ratio = self._ratio(denominator_id=hours.id)
        [answer] = self.indicators.with_user(self.admin).record(
            [{"code": hours.code, "granularity": "month", "date": "2026-03-01", "value": 8}]
        )
        self.refresh(ratio)
        self.assertEqual(self.figures(ratio), {})
        self.values.browse(answer["id"]).action_approve()
        self.refresh(ratio)
        self.assertEqual(self.figures(ratio), {("2026-03-01", self.company): 125.0})

    # ------------------------------------------------------------
    # Definition
    # ------------------------------------------------------------

    def test_circular_ratios_are_refused(self):
        one = self._ratio("one")
        two = self._ratio("two", numerator_id=one.id)
        with self.assertRaisesRegex(ValidationError, "computed from itself"):
            one.numerator_id = two
        with self.assertRaisesRegex(ValidationError, "computed from itself"):
            one.denominator_id = one

    def test_incomplete_ratios_are_refused(self):
        for values in (
            {"numerator_id": False},
            {"denominator_id": False},
            {"numerator_id": False, "denominator_id": False},
        ):
            with (
                self.subTest(**values),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self._ratio(**values)

    def test_problem_of_a_component_is_told(self):
        self.order("2026-03-04 10:00:00")
        ratio = self._ratio()
        self.refresh(ratio)
        self.env.cr.execute(
            "UPDATE crm_indicator SET model_name = 'no.such.model' WHERE id = %s", [self.orders.id]
        )
        self.env.invalidate_all()
        result = self.indicators.with_user(self.admin).refresh(
            [ratio.code], "2026-01-01", "2026-12-31"
        )
        self.assertEqual(result["measured"], [])
        self.assertEqual(ratio.state, "unavailable")
        self.assertEqual(
            ratio.error, "“Orders” cannot be measured: “no.such.model” is not installed."
        )
        self.assertEqual(len(self.figures(ratio)), 1)  # what was known stays

    def test_component_stays(self):
        self._ratio()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.orders.with_user(self.admin).unlink()

    def test_archived_component_is_measured_for_its_ratio(self):
        self.order("2026-03-04 10:00:00", 70)
        ratio = self._ratio()
        self.orders.active = False
        self.refresh(ratio)
        self.assertEqual(self.figures(ratio), {("2026-03-01", self.company): 70.0})

    @freeze_time("2026-11-22 12:00:00")
    def test_number_of_queries_does_not_grow_with_people(self):
        ratio = self._ratio()

        def count():
            self.refresh(ratio)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.refresh(ratio)
            return self.env.cr.sql_log_count - before

        self.order("2026-03-04 10:00:00")
        few = count()
        for number in range(8):
            person = self._user(f"measure_{number}", "crm_targets.group_crm_targets_user")
            self.store.member_ids = [Command.link(person.id)]
            self.order("2026-03-04 10:00:00", user_id=person.id)
        self.env.flush_all()
        self.assertEqual(count(), few)
