import runpy
from pathlib import Path

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackRating(CrmExperienceCase):
    """Ratings of Odoo become answers about satisfaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.precommit.run()
        cls.env["crm.case.rule"].search([]).active = False
        cls.env["crm.case.rule"].create({"name": "Bad answer", "score_below": 4, "severity": "2"})
        cls.team.member_ids = [Command.link(cls.salesperson.id)]
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Phones", "partner_id": cls.customer.id, "team_id": cls.team.id}
        )

    def rate(self, score, **values):
        """As an app does: the customer is asked, and gives a rating later."""
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": self.lead.id,
                "partner_id": self.customer.id,
                "rated_partner_id": self.salesperson.partner_id.id,
                **values,
            }
        )
        rating.write({"rating": score, "consumed": True})
        self.capture()
        return rating

    def find(self, *ratings):
        external_ids = [f"rating.rating:{rating.id}" for rating in ratings]
        return self.env["crm.feedback"].search([("external_id", "in", external_ids)], order="id")

    def backfill(self):
        self.env["crm.touchpoint.backfill"]._start(["rating"], self.env["crm.touchpoint.source"])
        self.env["crm.touchpoint.backfill"]._write_all()
        self.capture()

    def test_an_answer_with_its_touchpoint(self):
        rating = self.rate(4)
        answer = self.find(rating)
        touchpoint = self.env["crm.touchpoint"].search([("event", "=", "rating")])
        self.assertEqual(touchpoint.team_id, self.team)
        self.assertRecordValues(
            answer,
            [
                {
                    "metric": "csat",
                    "score": 4,
                    "score_normalised": 7.5,
                    "partner_id": self.customer.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "touchpoint_id": touchpoint.id,
                    "channel_id": touchpoint.channel_id.id,
                    "date": touchpoint.date,
                    "company_id": self.env.company.id,
                    "source": "odoo",
                    "comment": False,
                    "case_id": False,
                    "is_case_checked": True,
                }
            ],
        )
        items = self.touchpoints.get_timeline("res.partner", self.customer.id)["items"]
        (said,) = next(item["answers"] for item in items if item["id"] == touchpoint.id)
        self.assertEqual((said["label"], said["score"], said["normalised"]), ("CSAT", 4, 7.5))

    def test_a_bad_rating_opens_a_case(self):
        rating = self.rate(1, feedback=" Never\nagain ")
        answer = self.find(rating)
        self.assertEqual((answer.score, answer.comment), (1, "Never\nagain"))
        self.assertEqual(answer.case_id.title, "Never again")
        self.assertEqual(answer.case_id.partner_id, self.customer)
        self.assertEqual(answer.case_id.touchpoint_id, answer.touchpoint_id)

    def test_the_answer_follows_the_rating(self):
        rating = self.rate(5)
        answer = self.find(rating)
        rating.write({"rating": 1})
        self.capture()
        self.assertEqual(self.find(rating), answer)
        self.assertEqual((answer.score, answer.score_normalised), (1, 0))
        self.assertTrue(answer.case_id)
        rating.write({"feedback": "It broke"})
        self.capture()
        self.assertEqual((answer.comment, answer.case_id.description), ("It broke",) * 2)
        rating.reset()
        self.capture()
        self.assertEqual(answer.score, 1, "asked again, and not yet answered")
        rating.write({"rating": 3, "consumed": True})
        self.capture()
        self.assertEqual((self.find(rating), answer.score), (answer, 3))

    def test_in_one_transaction_with_answers(self):
        """However the answers come in one after the other, all of them are looked at."""
        self.env["crm.feedback"].create(
            {"partner_id": self.customer.id, "metric": "csat", "score": 1}
        )
        self.assertTrue(self.find(self.rate(1)).case_id)

    def test_halves_are_whole_answers(self):
        scores = [self.find(self.rate(score)).score for score in (0.3, 1, 2.5, 4.4, 4.5, 5)]
        self.assertEqual(scores, [1, 1, 3, 4, 5, 5])
        rating = self.rate(1)
        rating.rating = 2.5
        self.assertEqual(self.find(rating).score, 3)

    def test_what_is_no_answer_of_a_customer(self):
        archived = self.env["res.company"].create({"name": "Gone"})
        archived.active = False
        message = self.lead.message_post(body="x", subtype_xmlid="mail.mt_note")
        stranger = new_test_user(
            self.env,
            "rating_stranger",
            "sales_team.group_sale_salesman",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        here = self.env["res.partner"].create({"name": "Here", "company_id": self.env.company.id})
        gone = self.env["res.partner"].create({"name": "Gone", "company_id": archived.id})
        ratings = [
            self.rate(1, partner_id=False),
            self.rate(1, partner_id=self.service.partner_id.id),
            self.rate(1, message_id=message.id, is_internal=True),
            self.rate(1, partner_id=here.id, rated_partner_id=stranger.partner_id.id),
            self.rate(1, partner_id=gone.id, rated_partner_id=False),
            self.rate(0),
        ]
        self.assertTrue(ratings[2].is_internal)
        self.backfill()
        self.assertFalse(self.find(*ratings))
        self.assertFalse(self.env["crm.touchpoint"].search([("event", "=", "rating")]))
        foreign = self.rate(5, partner_id=self.foreign_partner.id, rated_partner_id=False)
        self.assertEqual(self.find(foreign).company_id, self.other_company)

    def test_switched_off(self):
        self.env["ir.config_parameter"].set_param("crm_experience.capture_rating", "False")
        rating = self.rate(1)
        self.assertFalse(self.find(rating))
        self.backfill()
        self.assertEqual(self.find(rating).score, 1)

    def test_history_is_one_with_what_was_captured(self):
        rating = self.rate(2)
        before = self.find(rating)
        self.backfill()
        self.assertEqual(self.find(rating), before)
        # captured before scores were
        before.unlink()
        self.backfill()
        self.assertEqual(self.find(rating).score, 2)
        self.assertTrue(self.find(rating).touchpoint_id)
        # so does the upgrade of what was captured before, without opening cases
        self.find(rating).unlink()
        path = Path(__file__).parents[1] / "migrations" / "19.0.1.4.0" / "post-ratings.py"
        runpy.run_path(str(path))["migrate"](self.env.cr, "19.0.1.3.0")
        self.capture()
        self.assertRecordValues(
            self.find(rating), [{"score": 2, "case_id": False, "is_case_checked": True}]
        )
        # the customer belongs to another company since
        self.customer.company_id = self.env.company
        again = self.find(rating)
        rating.write({"rating": 4})
        self.backfill()
        self.assertEqual((self.find(rating), again.score), (again, 4))

    def test_erased_and_forgotten(self):
        rating = self.rate(2)
        self.customer._erase_experience(self.env.company)
        # in the last moment of the second in which it was erased
        self.env.cr.execute(
            """UPDATE rating_rating AS rating
                  SET write_date = experience_erased_date + interval '0.999 seconds'
                 FROM res_partner AS partner
                WHERE partner.id = rating.partner_id AND rating.id = %s""",
            [rating.id],
        )
        self.backfill()
        self.assertFalse(self.find(rating))
        other = self.rate(2, partner_id=self.contact.id, feedback="Slow")
        answer = self.find(other)
        answer.touchpoint_id._forget()
        self.assertRecordValues(
            answer, [{"partner_id": False, "comment": False, "touchpoint_id": False, "score": 2}]
        )
        other.write({"rating": 5})
        self.capture()
        self.assertEqual((answer.exists().score, answer.partner_id.id), (2, False))

    def test_merged_customers(self):
        twin = self.env["res.partner"].create({"name": "Ann", "email": "ann@customer.example"})
        rating = self.rate(3, partner_id=twin.id)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(self.find(rating).partner_id, self.customer)
        rating.rating = 4
        self.capture()
        self.assertEqual(self.find(rating).score, 4)

    def test_queries_do_not_grow(self):
        ratings = self.env["rating.rating"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": self.lead.id,
                    "partner_id": self.customer.id,
                    "rating": 5,
                    "consumed": True,
                }
                for _number in range(20)
            ]
        )
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        self.capture()
        self.assertLess(self.env.cr.sql_log_count - before, 20)
        self.assertEqual(len(self.find(*ratings)), 20)
