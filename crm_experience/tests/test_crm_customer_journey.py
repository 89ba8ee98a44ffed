from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CrmExperienceCase

NOW = datetime(2026, 11, 29, 12)


class JourneyCase(CrmExperienceCase):
    """Contacts at so many days before now; journeys that are followed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # contacts are logged in the past, whatever the clock says
        cls.journeys = cls.env["crm.customer.journey"]
        cls.env["crm.touchpoint"].search([]).unlink()

    _number = 0

    def meet(self, days, partner=None, **changes):
        type(self)._number += 1
        moment = NOW - timedelta(days=days)
        return self.log_good(
            self.event(
                self._number,
                partner_id=(partner or self.customer).id,
                date=moment.strftime("%Y-%m-%d %H:%M:%S"),
                **{"user_id": self.service.id, **changes},
            )
        )

    def run_job(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_experience.ir_cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def buy(self, days, amount=100, partner=None, **changes):
        return self.meet(days, partner, channel="store", amount=amount, **changes)

    def follow(self, *partners):
        ids = [partner.id for partner in partners or (self.customer,)]
        self.journeys._refresh_customers(ids)
        return self.journeys.search([("partner_id", "in", ids)])

    def stage(self, code):
        return self.env.ref(f"crm_experience.crm_journey_stage_{code}")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCrmCustomerJourney(JourneyCase):
    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------

    def test_from_first_contact_to_use(self):
        self.meet(100, stage="aware")
        self.meet(90, stage="choose")
        self.buy(80)
        journey = self.follow()
        self.assertEqual(journey.stage_id, self.stage("use"))
        self.assertEqual(journey.date_since, NOW - timedelta(days=49))
        self.assertEqual(journey.stage_days, 49)
        moves = journey.move_ids.sorted("date")
        self.assertEqual(
            moves.mapped("stage_id.code"), ["aware", "choose", "buy", "first_30_days", "use"]
        )
        self.assertEqual(moves.mapped("cause"), ["contact"] * 3 + ["time"] * 2)
        self.assertEqual(moves.mapped("days"), [0, 10, 10, 1, 30])
        self.assertEqual(moves.from_stage_id, moves[:-1].stage_id)

    def test_shipped_stages_after_the_purchase(self):
        self.buy(20)
        journey = self.follow()
        self.assertEqual(journey.stage_id, self.stage("first_30_days"))
        self.assertEqual(journey.date_next, NOW + timedelta(days=11))
        self.meet(10, channel="service_center")
        self.follow()
        self.assertEqual(journey.stage_id, self.stage("after_sales"))
        self.buy(5, partner=self.contact_of_company())
        self.assertEqual(journey.stage_id, self.stage("after_sales"))

    def contact_of_company(self):
        return self.env["res.partner"].create({"name": "Zoe"})

    def test_bought_again_after_half_a_year(self):
        self.buy(300)
        self.buy(10)
        self.assertEqual(self.follow().stage_id, self.stage("renew"))

    def test_a_paid_invoice_is_no_purchase(self):
        self.buy(80)
        self.meet(5, stage="buy", channel="billing")
        self.assertEqual(self.follow().stage_id, self.stage("use"))

    def test_contacts_of_people_are_those_of_their_company(self):
        self.meet(50, partner=self.contact_person(), stage="aware")
        journey = self.follow(self.company_partner)
        self.assertEqual(journey.partner_id, self.company_partner)
        self.assertEqual(journey.stage_id, self.stage("aware"))
        self.assertFalse(self.journeys.search([("partner_id", "=", self.contact_person().id)]))

    def contact_person(self):
        return self.company_partner.child_ids

    def test_nothing_changes_where_nothing_happened(self):
        self.meet(100, stage="aware")
        self.buy(80)
        journey = self.follow()
        moves = journey.move_ids
        self.follow()
        self.assertEqual(journey.move_ids, moves)

    def test_what_is_logged_late_is_put_in_its_place(self):
        self.buy(20)
        self.follow()
        self.buy(300)
        journey = self.follow()
        self.assertEqual(journey.stage_id, self.stage("renew"))
        self.assertEqual(
            journey.move_ids.sorted("date").mapped("stage_id.code"),
            ["buy", "first_30_days", "use", "renew"],
        )

    def test_the_future_has_not_happened(self):
        self.buy(10)
        self.meet(-5, channel="service_center")
        self.assertEqual(self.follow().stage_id, self.stage("first_30_days"))

    def test_without_contacts_there_is_no_journey(self):
        touchpoint = self.buy(10)
        journey = self.follow()
        self.assertTrue(journey)
        touchpoint.unlink()
        self.follow()
        self.assertFalse(journey.exists())

    def test_stages_cannot_follow_in_a_circle(self):
        with self.assertRaises(ValidationError):
            self.stage("use").fallback_stage_id = self.stage("buy")

    def test_search_by_days(self):
        self.buy(80)
        journey = self.follow()
        for operator, days, found in ((">", 40, True), (">", 60, False), ("<=", 60, True)):
            self.assertEqual(
                bool(
                    self.journeys.search([("id", "=", journey.id), ("stage_days", operator, days)])
                ),
                found,
                (operator, days),
            )

    # ------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------

    def test_facts(self):
        self.buy(100, 50)
        self.buy(70, 60)
        self.buy(30, 70)
        self.meet(20, channel="email", purpose="care")
        self.meet(60, purpose="service", direction="out")
        self.meet(10, channel="web", purpose="sale")
        journey = self.follow()
        self.assertEqual(journey.purchase_count, 3)
        self.assertEqual(journey.purchase_amount, 180)
        self.assertEqual(journey.usual_days, 35)
        self.assertEqual(journey.date_first, NOW - timedelta(days=100))
        self.assertEqual(journey.date_last, NOW - timedelta(days=10))
        self.assertEqual(journey.date_personal, NOW - timedelta(days=30))
        self.assertEqual(journey.date_outgoing, NOW - timedelta(days=60))
        self.assertEqual(journey.date_care, NOW - timedelta(days=60))
        self.assertEqual(journey.date_purchase, NOW - timedelta(days=30))

    def test_amounts_in_other_currencies(self):
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "x"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2026-01-01", "rate": 4.0}
        )
        self.buy(10, 100, currency="XTS")
        self.assertEqual(self.follow().purchase_amount, 25)

    def test_responsible(self):
        self.meet(10)
        self.assertEqual(self.follow().user_id, self.service)
        self.customer.user_id = self.salesperson
        self.assertEqual(self.follow().user_id, self.salesperson)
        self.salesperson.active = False
        self.assertEqual(self.follow().user_id, self.service)

    def test_usual_interval_by_sql_and_by_hand(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(12)])
        days = {
            partner: [(number * 37 + step * (7 + number)) % 300 for step in range(number)]
            for number, partner in enumerate(partners)
        }
        for partner, bought in days.items():
            for day in bought:
                self.buy(day, partner=partner)
        for journey in self.follow(*partners):
            ordered = sorted(set(days[journey.partner_id]))
            gaps = [b - a for a, b in pairwise(ordered)]
            self.assertAlmostEqual(journey.usual_days, median(gaps) if len(gaps) > 1 else 0)

    def test_companies_are_kept_apart(self):
        self.buy(80)
        other = self.env["crm.touchpoint"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.other_company.id,
                "channel_id": self.channel_phone.id,
                "stage_id": self.stage("aware").id,
                "user_id": False,
                "date": NOW - timedelta(days=3),
            }
        )
        rows = {row.company_id: row.stage_id.code for row in self.follow()}
        self.assertEqual(rows, {self.env.company: "use", other.company_id: "aware"})

    def test_number_of_queries(self):
        """Ten times the customers, the same number of statements."""
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(40)])
        for partner in partners:
            self.meet(100, partner, stage="aware")
            self.buy(60, partner=partner)
        counts = []
        for some in (partners[:4], partners):
            self.env["crm.customer.journey"].search([]).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.journeys._refresh_customers(some.ids)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------

    def test_jobs(self):
        self.buy(80)
        self.meet(50, partner=self.contact_person(), stage="aware")
        self.run_job("follow_journeys")
        rows = self.journeys.search([])
        self.assertEqual(rows.partner_id, self.customer | self.company_partner)
        rows.unlink()
        self.run_job("follow_all_journeys")
        self.assertEqual(self.journeys.search([]).partner_id, self.customer | self.company_partner)

    def test_the_job_goes_on_where_it_was_stopped(self):
        cursor = self.env["crm.experience.cursor"]._get("journey")
        self.buy(80)
        self.meet(50, partner=self.company_partner)
        first, last = sorted([self.customer, self.company_partner], key=lambda row: row.id)
        cursor.write({"sweep": NOW, "number": first.id})
        self.run_job("follow_journeys")
        self.assertEqual(self.journeys.search([]).partner_id, last)
        self.assertEqual((cursor.moment, cursor.number), (NOW, 0))
        # the next round takes what was written since this one began
        cursor.moment = "2026-01-01"
        self.run_job("follow_journeys")
        self.assertEqual(self.journeys.search([]).partner_id, first | last)

    def test_a_stage_that_is_over_is_found(self):
        self.buy(20)
        journey = self.follow()
        with freeze_time(NOW + timedelta(days=12)):
            self.assertIn(
                self.customer.id, self.journeys._get_changed_customers(datetime(2030, 1, 1))
            )
            self.follow()
            self.assertEqual(journey.stage_id, self.stage("use"))

    def test_people_who_join_a_company(self):
        self.buy(20)
        journey = self.follow()
        self.customer.parent_id = self.company_partner
        self.run_job("follow_all_journeys")
        self.assertFalse(journey.exists())
        self.assertEqual(
            self.journeys.search([("partner_id", "=", self.company_partner.id)]).purchase_count, 1
        )

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    def place(self, user, journey, **values):
        wizard = self.env["crm.customer.journey.place"].with_user(user)
        return wizard.create(
            {
                "journey_ids": [Command.set(journey.ids)],
                "stage_id": self.stage("renew").id,
                "reason": "Told me that the contract ends",
                **values,
            }
        ).action_place()

    def test_placed_by_hand(self):
        self.meet(10, stage="aware")
        journey = self.follow()
        self.place(self.service, journey)
        self.assertEqual(journey.stage_id, self.stage("renew"))
        move = journey.move_ids.filtered(lambda move: move.cause == "person")
        self.assertEqual(move.from_stage_id, self.stage("aware"))
        self.assertEqual((move.author_id, move.days), (self.service, 10))
        # it is followed from there
        self.journeys._refresh_customers(self.customer.ids)
        self.assertEqual(journey.stage_id, self.stage("renew"))
        with freeze_time(NOW + timedelta(days=1)):
            self.buy(-0.5)
            self.follow()
            self.assertEqual(journey.stage_id, self.stage("buy"))

    def test_who_may_place(self):
        self.meet(10, stage="aware")
        journey = self.follow()
        stranger = new_test_user(
            self.env, "exp_stranger", "crm_experience.group_crm_experience_user"
        )
        with self.assertRaises(AccessError):
            self.place(stranger, journey)
        with self.assertRaises(AccessError):
            journey.with_user(self.service).stage_id = self.stage("renew")
        with self.assertRaises(UserError):
            self.place(self.service, journey, reason="  ")
        lead = new_test_user(self.env, "exp_lead", "crm_experience.group_crm_experience_lead")
        with self.assertRaises(AccessError):
            self.place(lead, journey)
        self.team.user_id = lead
        self.meet(5, team_id=self.team.id)
        self.follow()
        self.place(lead, journey)

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def test_merged_contacts_have_one_journey(self):
        twin = self.env["res.partner"].create({"name": "Ann", "email": "ann@customer.example"})
        for keeper, other in ((self.customer, twin), (twin, self.customer)):
            with self.subTest(keeper=keeper), self.env.cr.savepoint() as savepoint:
                self.meet(40, partner=other, stage="aware")
                self.buy(20, partner=keeper)
                rows = self.follow(keeper, other)
                self.place(self.service, rows.filtered_domain([("partner_id", "=", other.id)]))
                self.env["base.partner.merge.automatic.wizard"]._merge((keeper | other).ids, keeper)
                self.env.invalidate_all()
                row = self.journeys.search([("partner_id", "=", keeper.id)])
                self.assertEqual(len(row), 1)
                self.assertEqual(row.purchase_count, 1)
                self.assertIn("person", row.move_ids.mapped("cause"))
                self.assertEqual(row.stage_id, self.stage("renew"))
                savepoint.rollback()
                self.env.invalidate_all()


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestNeglect(JourneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["crm.neglect.rule"]
        cls.rules.search([]).active = False

    def rule(self, **values):
        return self.rules.create({"name": "Rule", "is_buyer_only": False, "days": 90, **values})

    def test_without_a_personal_contact(self):
        self.rule()
        self.meet(100)
        self.meet(2, channel="email")
        journey = self.follow()
        self.assertTrue(journey.is_neglected)
        self.assertEqual(journey.neglect_date, date(2026, 11, 19))
        self.assertEqual(journey.neglect_reason[:37], "No personal contact for 100 days; onl")
        self.meet(1)
        self.follow()
        self.assertFalse(journey.is_neglected)

    def test_first_rule_counts(self):
        patient = self.rule(
            partner_domain=f"[('id', '=', {self.customer.id})]", days=365, sequence=1
        )
        hasty = self.rule(days=30, sequence=2)
        self.meet(100)
        self.meet(100, partner=self.company_partner)
        mine, theirs = (self.follow(p) for p in (self.customer, self.company_partner))
        self.assertEqual((mine.neglect_rule_id, mine.is_neglected), (patient, False))
        self.assertEqual((theirs.neglect_rule_id, theirs.is_neglected), (hasty, True))

    def test_times_the_usual_interval(self):
        self.rule(silence="purchase", days=10, usual_factor=3, kind="loss")
        for days in (160, 130, 100):
            self.buy(days)
        journey = self.follow()
        self.assertTrue(journey.is_probably_lost)
        self.assertFalse(journey.is_neglected)
        self.assertIn("usually buys every 30", journey.neglect_reason)
        self.buy(60)
        self.follow()
        self.assertFalse(journey.is_probably_lost)

    def test_who_bought_once_has_no_usual_interval(self):
        self.rule(silence="purchase", days=90, usual_factor=3, kind="loss")
        self.buy(300)
        journey = self.follow()
        self.assertFalse(journey.is_probably_lost)
        self.rule(silence="purchase", days=200, kind="loss")
        self.follow()
        self.assertTrue(journey.is_probably_lost)

    def test_a_case_is_no_meeting(self):
        """A bad answer opens a case by itself: nobody has talked to the customer yet."""
        self.rule()
        self.meet(100)
        self.meet(2).sudo().event = "case"
        journey = self.follow()
        self.assertTrue(journey.is_neglected)
        self.assertEqual(journey.date_personal, NOW - timedelta(days=100))

    def test_never_talked_to_is_said_once(self):
        self.rule()
        self.meet(100, channel="web", amount=100)
        self.assertEqual(
            self.follow().neglect_reason, "Never a personal contact; last purchase 100 days ago"
        )

    def test_contact_that_was_not_selling(self):
        self.rule(silence="care")
        self.meet(200, purpose="service")
        self.meet(3, purpose="sale")
        self.assertTrue(self.follow().is_neglected)

    def test_nobody_turned_to_them(self):
        self.rule(silence="outgoing")
        self.meet(200, direction="out")
        self.meet(3)
        self.assertTrue(self.follow().is_neglected)

    def test_only_buyers_and_only_the_company(self):
        self.rule(is_buyer_only=True)
        self.rule(company_id=self.other_company.id)
        self.meet(200)
        self.assertFalse(self.follow().is_neglected)

    def test_the_day_comes(self):
        self.rule()
        self.meet(80)
        journey = self.follow()
        self.assertFalse(journey.is_neglected)
        with freeze_time(NOW + timedelta(days=10)):
            self.journeys._refresh_neglect()
            self.assertTrue(journey.is_neglected)

    def test_one_activity_in_a_silence(self):
        self.rule(has_activity=True)
        self.meet(100)
        self.follow()
        activities = self.env["mail.activity"].search_count
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        for _run in range(2):
            self.run_job("care")
            self.assertEqual(activities(domain), 1)
        activity = self.env["mail.activity"].search(domain)
        self.assertEqual(activity.user_id, self.service)
        # talked to, and silent again: a second activity
        self.meet(95)
        self.follow()
        self.run_job("care")
        self.assertEqual(activities(domain), 2)

    def test_plan_by_hand(self):
        self.rule()
        self.meet(100)
        journey = self.follow()
        journey.with_user(self.service).action_plan_contact()
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        self.assertEqual(self.env["mail.activity"].search(domain).user_id, self.service)
