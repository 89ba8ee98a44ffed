import random

from freezegun import freeze_time
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import CrmExperienceCase

NOW = "2026-11-18 12:00:00"
CODES = ("product", "service", "price")


@tagged("post_install", "-at_install")
class TestCrmKeyExperience(CrmExperienceCase):
    """Customers of whom it is known what makes them loyal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.env["crm.feedback"].search([]).unlink()
        cls.lead = new_test_user(cls.env, "exp_lead", "crm_experience.group_crm_experience_lead")
        cls.dimensions = [
            cls.env.ref(f"crm_experience.crm_experience_dimension_{code}") for code in CODES
        ]
        cls.analyses = cls.env["crm.key.experience"].with_user(cls.lead)
        cls.analysis = cls.analyses.create({"name": "everybody"})

    @classmethod
    def create_customers(cls, size, date="2026-06-01 10:00:00", city="Here", seed=4):
        """Service drives recommendation; product and price do nothing. Who had good service buys
        again in most cases."""
        draw = random.Random(seed)
        customers = cls.env["res.partner"].create(
            [{"name": f"C{number}", "city": city} for number in range(size)]
        )
        values = []
        repeats = cls.env["res.partner"]
        for customer in customers:
            shared = {"partner_id": customer.id, "date": date}
            lived = [draw.randrange(11) for _dimension in cls.dimensions]
            values += [
                shared
                | {
                    "metric": "gap",
                    "dimension_id": dimension.id,
                    "expectation": 6,
                    "experience": experience,
                }
                for dimension, experience in zip(cls.dimensions, lived, strict=True)
            ]
            liked = min(10, max(0, round(2 + 0.9 * lived[1] + draw.uniform(-2, 2))))
            values.append(shared | {"metric": "nps", "score": liked})
            if draw.random() < lived[1] / 10:
                repeats |= customer
        cls.env["crm.feedback"].create(values)
        cls.env.flush_all()
        return customers, repeats

    def effects(self, run):
        return {effect.dimension_id.code: effect for effect in run.effect_ids}

    # ------------------------------------------------------------
    # What is found
    # ------------------------------------------------------------

    def test_what_drives_recommendation(self):
        self.create_customers(120)
        self.analysis.action_run()
        run = self.analysis.last_run_id
        self.assertRecordValues(
            run,
            [
                {
                    "outcome": "found",
                    "customer_count": 120,
                    "user_id": self.lead.id,
                    "segment": "everybody",
                    "has_centre": True,
                }
            ],
        )
        self.assertIn("120 customers", run.message)
        effects = self.effects(run)
        service, product = effects["service"], effects["product"]
        self.assertEqual((service.state, service.rank), ("1_ranked", 1))
        self.assertTrue(0 < service.effect_low < service.effect < service.effect_high)
        self.assertLess(service.p_adjusted, 0.001)
        self.assertIn(service.quadrant, ("keep", "improve"))
        self.assertEqual(product.state, "3_not_significant")
        self.assertFalse(product.quadrant or product.rank)
        self.assertRegex(
            service.sentence,
            r"^Service, one point better: \+\d+ points of recommendation "
            r"\(95 %: \d+(\.\d)? to \d+\) in everybody\.$",
        )
        self.assertIn("no effect shown", product.sentence)
        # what was not shown is not told like what was, for low and high experiences as well
        self.assertTrue(product.penalty_p >= 0.05 > service.penalty_p)
        self.assertIn("When it is bad: no effect shown, ", product.kind_sentence)
        self.assertRegex(service.kind_sentence, r"^When it is bad: −")  # noqa: RUF001

    def test_what_is_shown_by_itself_alone_is_perhaps(self):
        """“No effect” beside an interval that leaves out zero would contradict itself."""
        self.create_customers(60)
        self.analysis.action_run()
        effect = self.effects(self.analysis.last_run_id)["product"].sudo()
        effect.write(
            {
                "state": "3_not_significant",
                **{"effect": 3, "effect_low": 1, "effect_high": 5},
                **{"has_penalty": True, "penalty": -30, "penalty_low": -50, "penalty_high": -8},
                **{"penalty_p": 0.2, "has_reward": True, "reward": 3},
                **{"reward_low": -2, "reward_high": 8, "reward_p": 0.6},
            }
        )
        self.assertIn("one point better: perhaps +3.0 points", effect.sentence)
        self.assertIn("When it is bad: perhaps −30 points", effect.kind_sentence)  # noqa: RUF001
        self.assertIn("When it is good: no effect shown, +3.0", effect.kind_sentence)

    def test_the_figures_are_those_of_the_answers(self):
        self.create_customers(60)
        self.analysis.action_run()
        service = self.effects(self.analysis.last_run_id)["service"]
        answers = self.env["crm.feedback"].search(
            [("metric", "=", "gap"), ("dimension_id", "=", service.dimension_id.id)]
        )
        self.assertAlmostEqual(
            service.performance, sum(answers.mapped("experience")) / len(answers)
        )
        high = len(answers.filtered(lambda answer: answer.experience >= 8))
        self.assertAlmostEqual(service.top_share, 100 * high / len(answers))
        action = service.with_user(self.service).action_view_answers()
        found = self.env["crm.feedback"].with_user(self.service).search(action["domain"])
        self.assertEqual(found, answers)

    def test_who_buys_again(self):
        customers, repeats = self.create_customers(120, date="2026-03-01 10:00:00")
        self.env["sale.order"].create(
            [
                {"partner_id": customer.id, "state": "sale", "date_order": "2026-06-01 10:00:00"}
                for customer in repeats[::2]
            ]
            # too late, before, and no order
            + [
                {"partner_id": customer.id, "state": state, "date_order": day}
                for customer in customers - repeats
                for state, day in (
                    ("sale", "2026-10-01 10:00:00"),
                    ("sale", "2026-02-01 10:00:00"),
                    ("draft", "2026-06-01 10:00:00"),
                )
            ]
        )
        self.touchpoints.log(
            [
                self.event(
                    number,
                    partner_id=customer.id,
                    date="2026-05-05 10:00:00",
                    amount=20,
                )
                for number, customer in enumerate(repeats[1::2])
            ]
        )
        self.analysis.target = "repeat"
        self.analysis.action_run()
        run = self.analysis.last_run_id
        self.assertEqual(run.outcome, "found", run.message)
        self.assertAlmostEqual(run.target_mean, 100 * len(repeats) / len(customers))
        service = self.effects(run)["service"]
        self.assertEqual(service.state, "1_ranked")
        self.assertIn("percentage points who buy again", service.sentence)

    def test_segments_and_time(self):
        self.create_customers(60, city="Here")
        self.create_customers(50, city="There")
        self.create_customers(40, city="There", date="2025-05-01 10:00:00")
        self.analysis.partner_domain = "[('city', '=', 'There')]"
        self.analysis.action_run()
        self.assertEqual(self.analysis.last_run_id.customer_count, 50)
        self.analysis.history_months = 24
        self.analysis.action_run()
        self.assertEqual(self.analysis.run_ids.mapped("customer_count"), [90, 50])

    def test_dimensions_that_few_were_asked_about_are_left_out(self):
        customers, _repeats = self.create_customers(60)
        few = self.env.ref("crm_experience.crm_experience_dimension_brand")
        self.env["crm.feedback"].create(
            [
                {
                    "partner_id": customer.id,
                    "date": "2026-06-01 10:00:00",
                    "metric": "gap",
                    "dimension_id": few.id,
                    "expectation": 5,
                    "experience": number,
                }
                for number, customer in enumerate(customers[:4])
            ]
        )
        self.analysis.action_run()
        effects = self.effects(self.analysis.last_run_id)
        self.assertEqual(effects["brand"].state, "4_few")
        self.assertEqual(effects["brand"].customer_count, 0, "fewer than a figure needs")
        self.assertEqual(effects["service"].state, "1_ranked")

    def test_nothing_to_learn_from_is_said(self):
        self.analysis.action_run()
        self.assertEqual(self.analysis.last_run_id.outcome, "nothing")
        self.create_customers(12)
        self.analysis.action_run()
        run = self.analysis.last_run_id
        self.assertEqual(run.outcome, "few")
        self.assertIn("12 customers", run.message)
        self.assertIn("30 are needed", run.message)
        self.assertEqual(set(run.effect_ids.mapped("state")), {"6_untold"})

    def test_dimensions_that_go_together_are_named(self):
        self.create_customers(60)
        service, price = self.dimensions[1:]
        self.env.cr.execute(
            "UPDATE crm_feedback f SET experience = s.experience FROM crm_feedback s"
            " WHERE f.dimension_id = %s AND s.dimension_id = %s AND f.partner_id = s.partner_id",
            [price.id, service.id],
        )
        self.analysis.action_run()
        run = self.analysis.last_run_id
        self.assertEqual(run.outcome, "together")
        self.assertIn(f"{service.name}, {price.name}", run.message)

    def test_queries_do_not_grow_with_customers(self):
        def count(size):
            self.create_customers(size, seed=size)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.analysis.sudo()._get_sample(*self.analysis._get_window())
            return self.env.cr.sql_log_count - before

        count(5)
        self.assertEqual(count(10), count(60))

    # ------------------------------------------------------------
    # Picture
    # ------------------------------------------------------------

    def test_picture(self):
        pictures = self.env["crm.key.experience"].with_user(self.service)
        self.assertFalse(pictures.get_picture()["has_run"])
        self.create_customers(60)
        self.analysis.action_run()
        self.analysis.action_run()
        picture = pictures.get_picture()
        self.assertEqual(picture["analysis_id"], self.analysis.id)
        self.assertEqual(len(picture["runs"]), 2)
        self.assertFalse(picture["can_run"] or picture["can_create"])
        self.assertEqual(picture["run"]["effects"][0]["name"], "Service")
        earlier = picture["runs"][1]["id"]
        self.assertEqual(pictures.get_picture(run_id=earlier)["run"]["id"], earlier)
        other = self.analyses.create({"name": "nobody", "sequence": 99})
        self.assertFalse(pictures.get_picture(analysis_id=other.id)["has_run"])

    def test_bad_questions(self):
        pictures = self.env["crm.key.experience"].with_user(self.service)
        foreign = self.env["crm.key.experience"].create(
            {"name": "Abroad", "company_id": self.other_company.id}
        )
        for wrong in ("1", 0, -1, 2**40, [], True, 1.5, foreign.id):
            with self.assertRaises(AccessError, msg=str(wrong)):
                pictures.get_picture(analysis_id=wrong)
            with self.assertRaises(AccessError, msg=str(wrong)):
                pictures.get_picture(run_id=wrong)

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def test_who_may_run(self):
        with self.assertRaises(AccessError):
            self.analysis.with_user(self.service).action_run()
        self.create_customers(60)
        self.analysis.action_run()
        run = self.analysis.last_run_id
        for record in (run, run.effect_ids[:1]):
            for call in (lambda record=record: record.unlink(), lambda r=record: r.write({})):
                with self.assertRaises(AccessError):
                    call()

    @mute_logger("odoo.sql_db")
    def test_bad_analyses(self):
        for wrong in (
            {"partner_domain": "[('signup_type', '=', 'x')]"},
            {"partner_domain": "nonsense("},
            {"minimum_customers": 5},
        ):
            with self.assertRaises(ValidationError, msg=str(wrong)):
                self.analyses.create({"name": "wrong", **wrong})
        # a call from outside is told in the sentence of the constraint
        for wrong in (
            {"history_months": 0},
            {"repeat_months": 1000},
            {"low_experience": 9},
            {"high_experience": 11},
        ):
            with self.assertRaises(CheckViolation, msg=str(wrong)), self.env.cr.savepoint():
                self.analyses.create({"name": "wrong", **wrong})

    # ------------------------------------------------------------
    # Job
    # ------------------------------------------------------------

    def test_monthly(self):
        self.create_customers(60)
        self.analysis.is_monthly = True
        cron = self.env.ref("crm_experience.ir_cron_run_key_experiences")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
            self.assertEqual(len(self.analysis.run_ids), 1)
            with freeze_time("2026-12-20 12:00:00"):
                cron.method_direct_trigger()
        self.assertEqual(len(self.analysis.run_ids), 2)
