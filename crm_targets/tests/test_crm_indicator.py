from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCrmIndicator(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.as_admin = cls.indicators.with_user(cls.admin)

    def _define(self, user=None, **values):
        return self.indicators.with_user(user or self.admin).create(
            {
                "name": "Defined",
                "code": f"defined_{self.indicators.search_count([])}",
                "perspective_id": self.env.ref("crm_targets.crm_perspective_people").id,
                "model_name": "sale.order",
                "date_field": "date_order",
                **values,
            }
        )

    def test_shipped_indicators_fill_all_perspectives(self):
        shipped = self.env["ir.model.data"].search(
            [("module", "=", "crm_targets"), ("model", "=", "crm.indicator")]
        )
        indicators = self.indicators.browse(shipped.mapped("res_id"))
        codes = set(indicators.perspective_id.mapped("code"))
        self.assertEqual(codes, {"customers", "people", "operations", "finance"})
        self.as_admin.refresh(indicators.mapped("code"))
        for indicator in indicators:
            # What an app is missing for says so; it is measured as soon as the app is there.
            self.assertIn(indicator.state, ("measured", "unavailable"), indicator.error)
            self.assertEqual(bool(indicator.error), indicator.state == "unavailable")
        always = {"orders", "win_rate", "customer_retention", "contacts_per_day"}
        self.assertLessEqual(
            always,
            set(indicators.filtered(lambda one: one.state == "measured").mapped("code")),
        )

    def test_only_the_administrator_defines(self):
        for user in (self.lead, self.seller):
            with self.assertRaises(AccessError):
                self._define(user)
        self.assertTrue(self._define())

    def test_refused_definitions(self):
        for values in (
            {"model_name": "ir.model"},
            {"model_name": "ir.config_parameter"},
            {"model_name": "mail.message"},
            {"model_name": "res.users.apikeys"},
            {"model_name": "mail.thread"},  # abstract
            {"model_name": "crm.lead.lost"},  # transient
            {"date_field": False},
            {"date_field": "name"},
            {"date_field": "order_line.create_date"},
            {"aggregate": "sum"},
            {"aggregate": "sum", "measure_field": "name"},
            {"aggregate": "sum", "measure_field": "partner_id.user_id.id"},
            {"aggregate": "sum", "measure_field": "amount_undiscounted"},  # not stored
            {"aggregate": "count_distinct", "measure_field": "access_token"},
            {"aggregate": "sum", "measure_field": "amount_total", "rate_field": "state"},
            {"team_field": "user_id"},
            {"user_field": "partner_id"},
            {"company_field": "partner_id.commercial_partner_id"},
            {"window": "period_end", "end_date_field": "name"},
            {"window": "period_end", "end_date_field": "user_id.login_date"},
            {"aggregate": "sum", "measure_field": "amount_total", "currency_field": "partner_id"},
            {
                "aggregate": "sum",
                "measure_field": "amount_total",
                "currency_field": "currency_id",
                "rate_field": "currency_rate",
            },
            {"source": "ratio"},
            {"source": "code"},
            {"domain": "[('user_id', '=', uid)]"},
            {"domain": "[('access_token', '=like', 'a%')]"},
            {"domain": "[('signature', '!=', False)]"},
            {"domain": "[('user_id.password', '!=', False)]"},
            {"domain": "[('message_ids', 'any', [('body', 'ilike', 'secret')])]"},
            {"domain": "[('user_id.api_key_ids', '!=', False)]"},
            {"domain": "[('name.state', '=', 1)]"},
            {"domain": "not a domain"},
        ):
            with (
                self.subTest(**values),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self._define(**values)

    def test_definer_must_be_able_to_read(self):
        plain = self._user("measure_plain", "crm_targets.group_crm_targets_admin")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._define(plain)  # no sales group
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._define(
                plain,
                model_name="calendar.event",
                date_field="start",
                domain="[('opportunity_id.expected_revenue', '>', 10)]",
            )
        indicator = self._define(plain, model_name="calendar.event", date_field="start")
        choices = dict(indicator._fields["model_choice"]._description_selection(indicator.env))
        self.assertIn("calendar.event", choices)
        self.assertNotIn("sale.order", choices)

    def test_what_is_not_installed_is_unavailable(self):
        missing = self._define(model_name="no.such.model")
        field = self._define(user_field="no_such_field")
        result = self.as_admin.refresh([missing.code, field.code])
        self.assertEqual(len(result["errors"]), 2)
        self.assertEqual(missing.state, "unavailable")
        self.assertEqual(missing.error, "“no.such.model” is not installed.")
        self.assertIn("no_such_field", field.error)

    def test_model_is_chosen_by_its_name(self):
        indicator = self._define()
        indicator.model_choice = "crm.lead"
        self.assertEqual(indicator.model_name, "crm.lead")
        self.assertEqual(indicator.model_choice, "crm.lead")

    def test_new_definition_forgets_what_was_measured(self):
        indicator = self.indicator("forgets")
        self.refresh(indicator)
        self.assertEqual(indicator.state, "measured")
        indicator.name = "Still the same"
        self.assertEqual(indicator.state, "measured")
        indicator.domain = "[]"
        self.assertEqual(indicator.state, "new")
        self.assertFalse(indicator.measured_from)

    def test_measure_now_button_tells_the_problems(self):
        self.assertEqual(
            self.indicator("fine").with_user(self.admin).action_refresh()["params"]["type"],
            "success",
        )
        broken = self._define(model_name="no.such.model")
        self.assertIn("no.such.model", broken.action_refresh()["params"]["message"])

    def test_new_scorecard_line_takes_over_the_bands(self):
        indicator = self.indicator(
            "banded", direction="lower", band_type="fixed", goal=4.0, red_flag=24.0
        )
        scorecard = self.env["crm.scorecard"].create(
            {"name": "S", "line_ids": [(0, 0, {"indicator_id": indicator.id})]}
        )
        line = scorecard.line_ids
        self.assertEqual((line.band_type, line.goal, line.red_flag), ("fixed", 4.0, 24.0))
        indicator.goal = 2.0
        self.assertEqual(line.goal, 4.0)
        self.assertEqual(indicator.red_flag_share, 1.2)
        with self.assertRaisesRegex(ValidationError, "lower is better"):
            indicator.red_flag = 1.0

    def test_what_adds_up(self):
        adding = self.indicator("adding", aggregate="sum", measure_field="amount_total")
        self.assertTrue(adding.is_additive)
        for values in (
            {"aggregate": "avg", "measure_field": "amount_total"},
            {"aggregate": "count_distinct", "measure_field": "partner_id"},
            {"window": "trailing"},
            {"window": "period_end"},
        ):
            with self.subTest(**values):
                self.assertFalse(self.indicator(str(values), **values).is_additive)
        shipped = {
            one.code: one.is_additive
            for one in self.indicators.search(
                [("code", "in", ["new_customers", "customer_retention", "win_rate"])]
            )
        }
        self.assertEqual(
            shipped, {"new_customers": True, "customer_retention": False, "win_rate": False}
        )

    def test_copy(self):
        indicator = self.indicator("original")
        copy = indicator.with_user(self.admin).copy()
        self.assertNotEqual(copy.code, indicator.code)
        self.assertEqual(copy.domain, indicator.domain)
        again = indicator.with_user(self.admin).copy()
        self.assertEqual(len({indicator.code, copy.code, again.code}), 3)

    def test_used_indicator_stays(self):
        indicator = self.indicator("used", source="manual")
        self.env["crm.scorecard"].create(
            {"name": "S", "line_ids": [(0, 0, {"indicator_id": indicator.id})]}
        )
        with self.assertRaises(UserError):
            indicator.with_user(self.admin).unlink()
        with self.assertRaises(UserError):
            indicator.perspective_id.with_user(self.admin).unlink()
