from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCrmIndicatorRecord(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hours = cls.indicator("hours", source="manual")
        cls.orders = cls.indicator("orders")

    def _item(self, **values):
        return {
            "code": self.hours.code,
            "granularity": "month",
            "date": "2026-05-17",
            "value": 12,
            **values,
        }

    def _record(self, items, user=None):
        return self.indicators.with_user(user or self.admin).record(items)

    def test_units(self):
        answers = self._record(
            [
                self._item(),
                self._item(team_id=self.store.id, value=3.5),
                self._item(user_id=self.seller.id, company_id=self.company.id),
            ]
        )
        self.assertEqual([answer["status"] for answer in answers], ["created"] * 3)
        values = self.values.browse(answer["id"] for answer in answers)
        self.assertEqual(values.mapped("scope"), ["company", "team", "person"])
        self.assertEqual(values.mapped("value"), [12.0, 3.5, 12.0])
        self.assertEqual(set(map(str, values.mapped("date_from"))), {"2026-05-01"})
        self.assertEqual(set(map(str, values.mapped("date_to"))), {"2026-05-31"})
        self.assertEqual(values.company_id, self.company)

    def test_same_period_again_replaces(self):
        [first] = self._record([self._item()])
        [second] = self._record([self._item(date="2026-05-30", value=20)])
        self.assertEqual(second, {"status": "updated", "id": first["id"], "error": ""})
        self.assertEqual(self.values.browse(first["id"]).value, 20.0)

    def test_same_figure_twice_in_one_batch(self):
        first, second = self._record([self._item(value=1), self._item(value=2)])
        self.assertEqual((first["status"], second["status"]), ("created", "updated"))
        self.assertEqual(first["id"], second["id"])
        self.assertEqual(self.values.browse(first["id"]).value, 2.0)

    def test_bad_items_are_answered_one_by_one(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign_team = self.env["crm.team"].create({"name": "F", "company_id": other.id})
        bad = [
            None,
            7,
            "text",
            {},
            self._item(code="no_such_code"),
            self._item(code=5),
            self._item(code=self.orders.code),
            self._item(granularity="day"),
            self._item(granularity=["week"]),
            self._item(date="17 May"),
            self._item(date=20260517),
            self._item(date=None),
            self._item(value="12"),
            self._item(value=True),
            self._item(value=float("nan")),
            self._item(value=float("inf")),
            self._item(value=None),
            self._item(team_id=2**40),
            self._item(team_id="1"),
            self._item(team_id=True),
            self._item(team_id=foreign_team.id),
            self._item(company_id=other.id),
            self._item(user_id=-1),
            self._item(user_id=self.seller.id, team_id=self.store.id),
            self._item(surprise=1),
            {5: 5},
        ]
        answers = self._record([*bad, self._item()])
        for item, answer in zip(bad, answers[:-1], strict=True):
            with self.subTest(item=item):
                self.assertEqual((answer["status"], answer["id"]), ("error", False))
                self.assertTrue(answer["error"])
        self.assertEqual(answers[-1]["status"], "created")

    def test_bad_batches(self):
        for batch in (None, {}, "x", 5, [{}] * 1001):
            with self.subTest(batch=str(batch)[:20]), self.assertRaises(UserError):
                self._record(batch)

    def test_lead_enters_for_the_team_only(self):
        answers = self._record(
            [
                self._item(team_id=self.store.id),
                self._item(user_id=self.seller.id),
                self._item(user_id=self.lead.id),
                self._item(),
            ],
            self.lead,
        )
        self.assertEqual(
            [answer["status"] for answer in answers], ["created", "created", "error", "error"]
        )
        left = self.values.search([("indicator_id", "=", self.hours.id)])
        self.assertEqual(set(left.mapped("scope")), {"team", "person"})

    def test_lead_does_not_change_what_is_not_theirs(self):
        [answer] = self._record([self._item()])
        [refused] = self._record([self._item(value=99)], self.lead)
        self.assertEqual((refused["status"], refused["id"]), ("error", False))
        self.assertEqual(self.values.browse(answer["id"]).value, 12.0)

    def test_salesperson_enters_nothing(self):
        with self.assertRaises(AccessError):
            self._record([self._item(user_id=self.seller.id)], self.seller)

    def test_measured_figures_cannot_be_entered_by_hand(self):
        with self.assertRaises(UserError):
            self.values.with_user(self.admin).create(
                {
                    "indicator_id": self.orders.id,
                    "granularity": "week",
                    "date_from": "2026-05-17",
                    "company_id": self.company.id,
                    "value": 5,
                }
            )

    def test_number_of_queries_does_not_grow_with_items(self):
        def count(first, number):
            years = range(first, first + number)
            items = [self._item(date=f"20{year:02}-05-17") for year in years]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._record(items)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(10, 2)
        few = count(20, 3)
        self.assertEqual(count(30, 40), few)
        self.assertEqual(count(30, 40), count(20, 3))

    # ------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------

    def test_entered_figures_count_once_somebody_else_approved_them(self):
        self.hours.needs_approval = True
        [answer] = self._record([self._item(user_id=self.seller.id)], self.lead)
        figure = self.values.browse(answer["id"])
        self.assertEqual((figure.state, figure.entered_by_id), ("to_approve", self.lead))

        def get_figures():
            return self.values._get_figures(self.hours, figure, "month", [figure.date_from])

        self.assertEqual(get_figures(), {})
        with self.assertRaisesRegex(UserError, "entered yourself"):
            figure.with_user(self.lead).action_approve()
        with self.assertRaises(AccessError):
            figure.with_user(self.seller).action_approve()
        figure.with_user(self.admin).action_approve()
        self.assertEqual(list(get_figures().values()), [12.0])
        # Sent again it stays approved; changed, it waits again.
        self._record([self._item(user_id=self.seller.id)], self.lead)
        self.assertEqual(figure.state, "approved")
        self._record([self._item(user_id=self.seller.id, value=13)], self.lead)
        self.assertEqual(figure.state, "to_approve")

    def test_nobody_approves_what_is_about_them(self):
        self.hours.needs_approval = True
        self.store.member_ids |= self.admin
        [answer] = self._record([self._item(user_id=self.admin.id)], self.lead)
        with self.assertRaises(UserError):
            self.values.browse(answer["id"]).with_user(self.admin).action_approve()

    def test_entering_does_not_approve(self):
        self.hours.needs_approval = True
        [answer] = self._record([self._item()])
        figure = self.values.browse(answer["id"]).with_user(self.admin)
        for vals in ({"state": "approved"}, {"entered_by_id": self.lead.id}):
            with self.assertRaises(UserError):
                figure.write(vals)
        with self.assertRaises(UserError):
            figure.create(
                {
                    "indicator_id": self.hours.id,
                    "granularity": "month",
                    "value": 1,
                    "state": "approved",
                }
            )

    def test_without_approval_figures_count_at_once(self):
        [answer] = self._record([self._item()])
        self.assertEqual(self.values.browse(answer["id"]).state, "approved")
