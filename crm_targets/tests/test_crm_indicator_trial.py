from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
@freeze_time("2026-03-18 12:00:00")
class TestCrmIndicatorTrial(TargetsCase):
    """A definition tried out, said in words, and the records behind its figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order("2026-03-17 10:00:00", 300)
        cls.order("2026-03-11 10:00:00", 100)
        cls.orders = cls.indicator("orders", decimals=0, unit="orders")

    def _new(self, user=None, **values):
        return self.indicators.with_user(user or self.admin).new(
            {"source": "records", "is_tried": True, "window_count": 12, **values}
        )

    # ------------------------------------------------------------
    # Trial
    # ------------------------------------------------------------

    def test_trial_of_what_is_not_saved(self):
        form = Form(self.indicators.with_user(self.admin))
        form.name = "Signed"
        form.source = "records"
        form.model_choice = "sale.order"
        form.date_field = "date_order"
        self.assertFalse(form.trial)
        form.is_tried = True
        for text in ("Week 11, 2026", "Week 12, 2026", "Measured", "Store", "measure_seller"):
            self.assertIn(text, form.trial)
        form.aggregate = "sum"
        self.assertIn("Choose the field to measure.", form.trial)
        form.measure_field = "amount_total"
        self.assertIn("300", form.trial)
        form.domain = "[('amount_total', '<', 200)]"
        self.assertNotIn("300", form.trial)

    def test_nothing_is_kept(self):
        ratio = self.indicator(
            "mean", source="ratio", numerator_id=self.orders.id, denominator_id=self.orders.id
        )
        ratio.with_user(self.admin).is_tried = True
        self.assertIn("Measured", ratio.trial)
        self.assertFalse(self.values.search([("indicator_id", "in", (ratio | self.orders).ids)]))
        self.assertEqual((ratio.state, self.orders.state), ("new", "new"))
        self.assertFalse(self.orders.measured_from)

    def test_trial_of_a_ratio_that_is_not_saved(self):
        ratio = self._new(
            source="ratio",
            numerator_id=self.orders.id,
            denominator_id=self.orders.id,
            ratio_type="share",
            denominator_period="same",
            is_percentage=True,
        )
        self.assertIn("100 %", ratio.trial)

    def test_trial_tells_what_is_wrong(self):
        for values, sentence in (
            ({}, "Choose the records to measure."),
            ({"model_name": "no.such.model"}, "“no.such.model” is not installed."),
            ({"model_name": "sale.order"}, "Choose the date"),
            ({"model_name": "ir.cron"}, "cannot be measured"),
            ({"source": "ratio"}, "Choose the two indicators"),
            ({"source": "code"}, "Choose the way"),
            (
                {"source": "code", "method": "retention", "numerator_id": self.orders.id},
                "counts different values",
            ),
            ({"source": "manual"}, "Figures are entered or sent."),
            (
                {"model_name": "sale.order", "date_field": "date_order", "domain": "nonsense"},
                "The filter cannot be read",
            ),
        ):
            with self.subTest(**values):
                self.assertIn(sentence, self._new(**values).trial)

    @mute_logger("odoo.sql_db")
    def test_trial_survives_what_the_database_refuses(self):
        broken = self._new(
            model_name="sale.order",
            date_field="date_order",
            aggregate="count",
            domain="[('partner_id', '>', 'x')]",
        )
        self.assertIn("Measuring failed", broken.trial)
        self.assertTrue(self.orders.name)  # the transaction goes on

    def test_trial_is_for_those_who_define(self):
        self.orders.invalidate_recordset()
        self.assertFalse(self._new(self.lead, model_name="sale.order").trial)

    def test_trial_shows_what_the_definer_may_see_only(self):
        plain = self._user("measure_plain", "crm_targets.group_crm_targets_admin")
        trial = self._new(plain, model_name="sale.order", date_field="date_order").trial
        self.assertIn("You may not read", trial)
        base = self.indicator("base", aggregate="count_distinct", measure_field="partner_id")
        trial = self._new(plain, source="code", method="retention", numerator_id=base.id).trial
        self.assertIn("You may not read", trial)

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def test_every_shipped_indicator_says_how_it_is_computed(self):
        for indicator in self.indicators.search([("model_name", "!=", False)]):
            if indicator.model_name in self.env:
                self.assertRegex(indicator.how_computed, r"^[A-Z].*\.$", indicator.code)

    def test_words(self):
        self.assertEqual(
            self.orders.how_computed,
            "Counts the records of “Sales Order”. Only records that match the filter count. "
            "A record counts in the period of “Order Date”.",
        )
        rate = self.indicators.search([("code", "=", "win_rate")])
        self.assertEqual(
            rate.how_computed,
            "“Won opportunities” ÷ “Closed opportunities”. In percent. "
            "Where that is zero or missing there is no figure.",
        )
        retention = self.indicators.search([("code", "=", "customer_retention")])
        self.assertIn("Measured on “Active customers, 12 months”.", retention.how_computed)

    # ------------------------------------------------------------
    # Records
    # ------------------------------------------------------------

    def _get_records(self, indicator, day="2026-03-17", granularity="month", **unit):
        unit = self.env["crm.scorecard"].new(
            {"scope": "company", "company_id": self.company.id, **unit}
        )
        parts = indicator.sudo()._get_records_action_parts(
            unit, granularity, self.env["crm.indicator"]._parse_day(day, "day")
        )
        return parts and parts[0].search(parts[1])

    def test_records_behind_a_window(self):
        january = self.order("2026-01-05 10:00:00")
        trailing = self.indicator("trailing", window="trailing", window_count=3)
        self.assertEqual(len(self._get_records(trailing)), 3)
        self.assertEqual(self._get_records(trailing, "2026-01-31"), january)
        self.assertEqual(len(self._get_records(self.orders, granularity="week")), 1)
        to_date = self.indicator("to_date", window="year_to_date")
        self.assertEqual(len(self._get_records(to_date)), 3)

    def test_records_behind_a_state(self):
        lead = self.env["crm.lead"].create(
            {"name": "Open", "type": "opportunity", "company_id": self.company.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-01-01', date_closed = '2026-03-01'"
            " WHERE id = %s",
            [lead.id],
        )
        self.env.invalidate_all()
        common = {
            "model_name": "crm.lead",
            "domain": f"[('id', '=', {lead.id})]",
            "date_field": "create_date",
            "window": "period_end",
        }
        state = self.indicator("state", end_date_field="date_closed", **common)
        self.assertEqual(self._get_records(state, "2026-02-10"), lead)
        self.assertFalse(self._get_records(state, "2026-03-10"))
        now = self.indicator("now", **common)
        self.assertEqual(self._get_records(now, "2026-03-10"), lead)
        self.assertIsNone(self._get_records(now, "2026-02-10"))

    def test_records_behind_ratios_and_new_customers(self):
        ratio = self.indicator(
            "ratio", source="ratio", numerator_id=self.orders.id, denominator_id=self.orders.id
        )
        self.assertEqual(len(self._get_records(ratio)), 2)
        base = self.indicator("base", aggregate="count_distinct", measure_field="partner_id")
        new = self.indicator("new", source="code", method="first_time", numerator_id=base.id)
        first = self.env["sale.order"].search([("date_order", "=", "2026-03-11 10:00:00")])
        self.assertEqual(self._get_records(new), first)
        self.assertFalse(self._get_records(new, granularity="week"))
        self.assertEqual(self._get_records(new, scope="person", user_id=self.seller.id), first)
        self.assertFalse(self._get_records(new, scope="person", user_id=self.colleague.id))
        manual = self.indicator("manual", source="manual")
        self.assertIsNone(self._get_records(manual))

    # ------------------------------------------------------------
    # Money
    # ------------------------------------------------------------

    def test_money_converts_as_odoo_does(self):
        """Every conversion of the statement against the method of Odoo's currencies."""
        foreign = self.env["res.currency"].create(
            [
                {"name": "XTA", "symbol": "a"},
                {"name": "XTB", "symbol": "b"},
                {"name": "XTC", "symbol": "c"},
            ]
        )
        shared, own, _without_rates = foreign
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        create = self.env["res.currency.rate"].create
        for currency, company, day, rate in (
            (shared, False, "2025-06-01", 2.0),
            (shared, False, "2026-02-01", 4.0),
            (own, self.company.id, "2026-01-10", 5.0),
            (own, self.company.id, "2026-02-20", 8.0),
            (own, False, "2025-01-01", 100.0),
        ):
            create({"currency_id": currency.id, "company_id": company, "name": day, "rate": rate})
        days = ("2025-01-01", "2026-01-05", "2026-01-10", "2026-02-20", "2026-03-05")
        pricelists = {
            currency: self.env["product.pricelist"].create(
                {"name": currency.name, "currency_id": currency.id, "company_id": False}
            )
            for currency in foreign
        }
        indicator = self.indicator(
            "converted",
            aggregate="max",
            measure_field="amount_total",
            currency_field="currency_id",
            domain="[('state', '=', 'sale'), ('name', '=like', 'Rate %')]",
        )
        number = 0
        for company in self.company | branch:
            for currency, pricelist in pricelists.items():
                for day in days:
                    number += 1
                    order = self.order(
                        f"{day} 10:00:00",
                        1000,
                        name=f"Rate {number}",
                        company_id=company.id,
                        pricelist_id=pricelist.id,
                        team_id=False,
                        user_id=False,
                    )
                    self.refresh(indicator, date_from=day, date_to=day)
                    expected = currency._convert(
                        1000.0, company.currency_id, company, order.date_order.date(), round=False
                    )
                    row = self.values.search(
                        [
                            ("indicator_id", "=", indicator.id),
                            ("company_id", "=", company.id),
                            ("granularity", "=", "week"),
                            ("date_from", "<=", day),
                            ("date_to", ">=", day),
                        ]
                    )
                    self.assertAlmostEqual(row.value, expected, places=6, msg=(day, currency.name))
                    order.state = "cancel"
