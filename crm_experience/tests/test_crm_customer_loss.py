from datetime import date, timedelta

from odoo.addons.crm_experience.models.journey.crm_customer_loss_reasons import SHIPPED_REFERENCE
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .test_crm_customer_journey import NOW, JourneyCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCrmCustomerLoss(JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.losses = cls.env["crm.customer.loss"].with_user(cls.service)
        cls.price, cls.death = (
            cls.env.ref(f"crm_experience.crm_loss_reason_{code}") for code in ("price", "death")
        )

    def lose(self, partner=None, **values):
        return self.losses.create(
            {
                "partner_id": (partner or self.customer).id,
                "reason_id": self.price.id,
                "date": "2026-11-01",
                **values,
            }
        )

    def test_what_they_were_worth(self):
        self.buy(450, 1000)
        self.buy(100, 70)
        self.buy(60, 50)
        journey = self.follow()
        loss = self.lose()
        self.assertEqual((loss.value, loss.state, loss.can_win_back), (120, "lost", True))
        self.assertEqual(journey.loss_id, loss)
        self.assertEqual(loss.user_id, self.service)
        loss.sudo().unlink()
        self.assertFalse(journey.loss_id)

    def test_lost_before_the_journey_was_followed(self):
        loss = self.lose()
        self.buy(60)
        self.assertEqual(self.follow().loss_id, loss)

    def test_lost_once(self):
        loss = self.lose()
        with self.assertRaises(ValidationError):
            self.lose()
        loss.action_won_back()
        self.lose()

    def test_back_with_a_purchase(self):
        self.buy(60)
        journey = self.follow()
        loss = self.lose()
        loss.action_plan_win_back()
        self.run_job("care")
        self.assertEqual(loss.state, "lost")
        self.meet(5)
        purchase = self.buy(3)
        self.run_job("care")
        self.assertEqual((loss.state, loss.date_won_back), ("won_back", date(2026, 11, 26)))
        self.assertEqual(loss.touchpoint_id, purchase)
        self.assertFalse(journey.loss_id)
        self.assertFalse(loss.activity_id)

    def test_back_on_the_day_of_the_loss(self):
        """What was bought that day before it was noted down is the last purchase, no return."""

        def enter(moment, **values):
            loss = self.lose(**values)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_customer_loss SET create_date = %s WHERE id = %s", [moment, loss.id]
            )
            self.run_job("care")
            return loss

        self.service.tz = "Asia/Shanghai"
        self.buy(2 / 24)
        loss = enter(NOW - timedelta(hours=1), date=NOW.date())
        self.assertEqual(loss.state, "lost")
        purchase = self.buy(0.5 / 24)
        self.run_job("care")
        self.assertEqual((loss.state, loss.touchpoint_id), ("won_back", purchase))
        self.assertEqual(loss.date_won_back, NOW.date())
        # entered afterwards: whether it was before or after that is not known
        later = enter(NOW, partner=self.company_partner, date=NOW.date() - timedelta(days=1))
        self.buy(1.2, partner=self.company_partner)
        self.run_job("care")
        self.assertEqual(later.state, "lost")
        self.buy(0.3, partner=self.company_partner)
        self.run_job("care")
        self.assertEqual(later.state, "won_back")

    def test_back_with_a_purchase_of_its_people(self):
        loss = self.lose(self.company_partner)
        self.buy(3, partner=self.company_partner.child_ids)
        self.run_job("care")
        self.assertEqual(loss.state, "won_back")

    def test_plan_to_win_back(self):
        dead = self.lose(self.company_partner, reason_id=self.death.id)
        loss = self.lose()
        (dead | loss).action_plan_win_back()
        activity = loss.sudo().activity_id
        self.assertEqual((activity.res_model, activity.res_id), ("res.partner", self.customer.id))
        self.assertEqual(activity.user_id, self.service)
        self.assertIn("Price or competitor", activity.summary)
        self.assertFalse(dead.activity_id)
        loss.action_plan_win_back()
        self.assertEqual(loss.sudo().activity_id, activity)

    def test_nobody_is_won_back_who_has_died(self):
        loss = self.lose()
        loss.action_plan_win_back()
        activity = loss.sudo().activity_id
        loss.reason_id = self.death
        self.assertFalse(activity.exists())

    def test_mark_several(self):
        wizard = self.env["crm.customer.loss.mark"].with_user(self.service)
        values = {"reason_id": self.price.id, "competitor": "Other Mobile"}
        partners = self.customer | self.company_partner.child_ids
        action = wizard.create(values | {"partner_ids": [Command.set(partners.ids)]}).action_mark()
        losses = self.losses.search(action["domain"])
        self.assertEqual(losses.partner_id, self.customer | self.company_partner)
        self.assertEqual(set(losses.mapped("competitor")), {"Other Mobile"})
        with self.assertRaises(UserError):
            wizard.create(values | {"partner_ids": [Command.set(self.customer.ids)]}).action_mark()

    def test_merged_contacts_are_lost_once(self):
        twin = self.env["res.partner"].create({"name": "Ann", "email": "ann@customer.example"})
        for keeper, other in ((self.customer, twin), (twin, self.customer)):
            with self.subTest(keeper=keeper), self.env.cr.savepoint() as savepoint:
                first = self.lose(keeper, date="2026-10-01")
                self.lose(other, date="2026-10-05")
                self.env["base.partner.merge.automatic.wizard"]._merge((keeper | other).ids, keeper)
                self.env.invalidate_all()
                rows = self.losses.search([("partner_id", "=", keeper.id)])
                self.assertEqual(rows, first)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_reasons_are_a_tree(self):
        detail = self.env["crm.loss.reason"].create({"name": "Roaming", "parent_id": self.price.id})
        self.assertEqual(detail.display_name, "Price or competitor / Roaming")
        with self.assertRaises(UserError):
            self.price.parent_id = detail
        reference = self.env["crm.loss.reason"].search([("reference_percent", ">", 0)])
        self.assertEqual(sum(reference.mapped("reference_percent")), 100)

    def test_own_beside_reference(self):
        quality = self.env.ref("crm_experience.crm_loss_reason_quality_defect")
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(4)])
        self.losses.search([]).sudo().unlink()
        reasons = (self.price, self.price, quality, self.death)
        for partner, reason in zip(partners, reasons, strict=True):
            self.lose(partner, reason_id=reason.id)
        answer = self.losses.get_reasons()
        rows = {row["code"]: row for row in answer["reasons"]}
        self.assertEqual(list(rows), ["price", "death", "quality", "moved", "friends", "neglect"])
        self.assertEqual((answer["count"], answer["won_back"]), (4, 0))
        self.assertEqual((rows["price"]["count"], rows["price"]["percent"]), (2, 50))
        self.assertEqual(rows["price"]["details"], [])
        self.assertEqual(
            rows["quality"]["details"], [{"id": quality.id, "name": "Defects", "count": 1}]
        )
        self.assertEqual((rows["neglect"]["percent"], rows["neglect"]["reference"]), (0, 68))
        # Wilson's interval of 0 and of 2 out of 4
        self.assertEqual((rows["neglect"]["low"], rows["neglect"]["high"]), (0, 49))
        self.assertEqual((rows["price"]["low"], rows["price"]["high"]), (15, 85))
        self.assertIn("whose study nobody can show", answer["reference_note"])
        # of so few nothing is said …
        self.assertFalse(any(row["differs"] for row in answer["reasons"]))
        more = self.env["res.partner"].create([{"name": f"M{n}"} for n in range(26)])
        for partner in more:
            self.lose(partner)
        # … of thirty it is: 28 of them because of the price
        rows = {row["code"]: row["differs"] for row in self.losses.get_reasons()["reasons"]}
        self.assertEqual((rows["price"], rows["neglect"], rows["moved"]), ("more", "fewer", ""))

    def test_reasons_of_a_time_and_a_team(self):
        region = self.env["crm.team"].create({"name": "Region"})
        self.team.parent_id = region
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(3)])
        days = ("2026-06-30", "2026-07-01", "2026-09-30")
        for partner, day in zip(partners, days, strict=True):
            self.lose(partner, date=day, value=100)
        self.lose(team_id=self.team.id).action_won_back()

        def ask(**arguments):
            answer = self.losses.get_reasons(**arguments)
            return answer["count"], answer["won_back"], answer.get("value")

        self.assertEqual(ask(date_from="2026-07-01", date_to="2026-09-30"), (2, 0, 200))
        self.assertEqual(ask(team_id=region.id), (1, 1, 0))
        self.assertEqual(ask(date_to="2025-12-31"), (0, 0, 0))

    def test_the_reference_that_is_shown_says_where_it_is_from(self):
        shipped = self.env["crm.loss.reason"].search([("reference_percent", ">", 0)])
        self.assertEqual(
            dict(zip(shipped.mapped("code"), shipped.mapped("reference_percent"), strict=True)),
            SHIPPED_REFERENCE,
        )
        self.price.reference_percent = 40
        self.assertIn("your company has entered", self.losses.get_reasons()["reference_note"])
        shipped.reference_percent = 0
        answer = self.losses.get_reasons()
        self.assertEqual((answer["has_reference"], answer["reference_note"]), (False, ""))

    def test_an_archived_reason_is_counted_as_long_as_somebody_was_lost_for_it(self):
        self.lose(reason_id=self.death.id)
        (self.price | self.death).active = False
        codes = [row["code"] for row in self.losses.get_reasons()["reasons"]]
        self.assertIn("death", codes)
        self.assertNotIn("price", codes)

    def test_reasons_are_for_those_with_our_groups(self):
        with self.assertRaises(AccessError):
            self.losses.with_user(self.salesperson).get_reasons()

    def test_a_lost_customer_is_not_neglected_any_more(self):
        self.meet(200)
        self.env["crm.neglect.rule"].create(
            {"name": "Rule", "sequence": 1, "is_buyer_only": False, "has_activity": True}
        )
        self.follow()
        self.lose()
        self.run_job("care")
        self.assertFalse(
            self.env["mail.activity"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
            )
        )

    def test_who_may_change_it(self):
        loss = self.lose()
        other = new_test_user(self.env, "exp_other", "crm_experience.group_crm_experience_user")
        self.assertFalse(loss.with_user(other).has_access("write"))
        self.assertTrue(loss.with_user(other).has_access("read"))
        with freeze_time(NOW + timedelta(days=1)):
            loss.note = "Called again"
