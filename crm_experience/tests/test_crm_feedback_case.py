from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackCase(CrmCaseCase):
    """Bad answers open cases, once, whichever way they come in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.case.rule"].search([]).active = False
        cls.env["crm.feedback"].search([]).is_case_checked = True
        cls.rule = cls.env["crm.case.rule"].create(
            {
                "name": "Unhappy",
                "score_below": 4,
                "age_days": 0,
                "severity": "2",
                "cause_id": cls.cause.id,
            }
        )
        cls.feedback = cls.env["crm.feedback"].with_user(cls.service)

    def answer(self, number, **changes):
        return {
            "source": "survey",
            "external_id": f"answer {number}",
            "date": "2026-01-31T10:00:00Z",
            "partner_id": self.customer.id,
            "metric": "nps",
            "score": 2,
            "team_id": self.team.id,
        } | changes

    def commit(self):
        """Do what the commit does."""
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def find(self):
        return self.env["crm.case"].search([("feedback_id", "!=", False)], order="id")

    def test_an_answer_by_hand(self):
        answer = self.feedback.create(
            {
                "partner_id": self.customer.id,
                "metric": "csat",
                "score": 1,
                "comment": "Never\nagain",
            }
        )
        good = self.feedback.create({"partner_id": self.customer.id, "metric": "csat", "score": 5})
        self.commit()
        case = self.find()
        self.assertRecordValues(
            case,
            [
                {
                    "title": "Never again",
                    "description": "Never\nagain",
                    "partner_id": self.customer.id,
                    "severity": "2",
                    "kind": "complaint",
                    "state": "new",
                    "is_open": True,
                    "cause_id": self.cause.id,
                    "feedback_id": answer.id,
                    "source": "odoo",
                }
            ],
        )
        self.assertRegex(case.name, r"^CASE/\d+$")
        self.assertTrue(case.date_solution_deadline)
        self.assertEqual((answer.case_id, good.case_id), (case, self.env["crm.case"]))
        self.assertTrue(answer.is_case_checked and good.is_case_checked)
        answer.sudo().is_case_checked = False
        self.env["crm.feedback"]._open_cases(10)
        self.assertEqual(self.find(), case)

    def test_the_title_is_in_the_language_of_whoever_is_to_act(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("zh_CN")
        self.rule.with_context(lang="zh_CN").name = "不满意"
        self.rule.with_context(lang="fr_FR").name = "Mécontent"
        self.rule.user_id = self.service
        self.service.lang = "zh_CN"
        self.feedback.with_context(lang="fr_FR").submit([self.answer(1)])
        self.commit()
        self.assertTrue(self.find().title.startswith("不满意: "))

    def test_answers_over_the_api(self):
        self.feedback.submit([self.answer(1), self.answer(1), self.answer(2, score=9)])
        self.commit()
        self.feedback.submit([self.answer(1)])
        self.commit()
        case = self.find()
        self.assertEqual(case.title, "Unhappy: Recommendation (NPS) 2")
        self.assertEqual(case.team_id, self.team)

    def test_a_face_in_the_quick_log(self):
        self.log_good(self.event(1, expectation=9, experience=0))
        self.commit()
        self.assertEqual(self.find().touchpoint_id.source, "test")

    def test_answers_of_long_ago_open_none(self):
        """A year of answers that another system sends is history, not 400 cases for tomorrow."""
        self.rule.update(self.rule.default_get(["age_days"]))
        now = fields.Datetime.now()
        old, recent = (str(now - timedelta(days=days)) for days in (31, 29))
        self.feedback.submit([self.answer(1, date=old), self.answer(2, date=recent)])
        self.commit()
        self.assertEqual(self.find().feedback_id.external_id, "answer 2")
        self.rule.age_days = 0
        self.feedback.submit([self.answer(3, date=old)])
        self.commit()
        self.assertEqual(len(self.find()), 2)
        with self.assertRaisesRegex(ValidationError, "days back"):
            self.rule.age_days = -1

    def test_many_answers_are_left_to_the_job(self):
        self.team.case_assignment = "rotation"
        self.feedback.submit([self.answer(n) for n in range(250)])
        self.commit()
        self.assertFalse(self.find())
        self.run_job("open_cases")
        cases = self.find()
        self.assertEqual(len(cases), 250)
        self.assertEqual(len(set(cases.mapped("name"))), 250)
        owners = cases.grouped("user_id")
        self.assertEqual([len(owners[u]) for u in (self.service, self.service_two)], [125, 125])
        self.run_job("open_cases")
        self.assertEqual(self.find(), cases)

    def test_queries_do_not_depend_on_the_number_of_answers(self):
        def count(start, number):
            self.feedback.submit([self.answer(n) for n in range(start, start + number)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.feedback"].sudo()._open_cases(1000)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(0, 2)
        self.assertLessEqual(count(100, 60), count(200, 2) + 6)

    def test_conditions_of_rules(self):
        dimension = self.env.ref("crm_experience.crm_experience_dimension_price")
        self.rule.write(
            {
                "metric": "nps",
                "dimension_ids": dimension.ids,
                "channel_ids": self.channel_phone.ids,
                "is_comment_needed": True,
                "partner_domain": f"[('id', '=', {self.customer.id})]",
            }
        )
        good = {"dimension": "price", "channel": "phone", "comment": "Too much"}
        self.feedback.submit(
            [
                self.answer(1, **good),
                self.answer(2, **{**good, "channel": "store"}),
                self.answer(3, **{**good, "dimension": "service"}),
                self.answer(4, **{**good, "comment": ""}),
                self.answer(5, **good, metric="csat", score=1),
                self.answer(6, **good, score=4),
                self.answer(7, **good, partner_id=self.contact.id),
            ]
        )
        self.commit()
        self.assertEqual(self.find().feedback_id.external_id, "answer 1")

    def test_the_first_rule_opens_the_case(self):
        self.rule.copy({"name": "Worst", "score_below": 1, "sequence": 1, "severity": "3"})
        self.feedback.submit([self.answer(1, score=0), self.answer(2, score=2)])
        self.commit()
        self.assertEqual(self.find().mapped("severity"), ["3", "2"])

    def test_bad_rules(self):
        for wrong in (
            {"score_below": 0},
            {"score_below": 11},
            {"partner_domain": "[('x', '=', 1)]"},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.rule.write(wrong)

    def test_another_company_is_left_alone(self):
        self.rule.company_id = self.other_company
        self.feedback.submit([self.answer(1)])
        self.commit()
        self.assertFalse(self.find())
        self.assertFalse(self.env["crm.feedback"].search([("is_case_checked", "=", False)]))

    def test_a_changed_answer_is_looked_at_again(self):
        self.rule.is_comment_needed = True
        self.feedback.submit([self.answer(1, score=8)])
        self.commit()
        answer = self.env["crm.feedback"].search([("external_id", "=", "answer 1")])
        answer.write({"score": 1})
        self.commit()
        self.assertFalse(self.find())
        answer.write({"comment": "Nobody called"})
        self.commit()
        self.assertEqual(self.find().title, "Nobody called")

    def test_a_changed_answer_that_no_rule_fits(self):
        self.feedback.submit([self.answer(1, score=8)])
        self.commit()
        answer = self.env["crm.feedback"].search([("external_id", "=", "answer 1")])
        with self.assertNoLogs("odoo.addons.crm_experience.models.case", "ERROR"):
            answer.write({"score": 9})
            self.commit()
        self.assertTrue(answer.is_case_checked)
        self.assertFalse(self.find())

    def test_words_that_come_later(self):
        self.feedback.submit([self.answer(1)])
        self.commit()
        case = self.find()
        self.assertEqual(case.title, "Unhappy: Recommendation (NPS) 2")
        case.feedback_id.comment = "Still waiting"
        self.commit()
        self.assertRecordValues(case, [{"title": "Still waiting", "description": "Still waiting"}])
        self.assertEqual(self.find(), case)

    def test_a_questionnaire_opens_one_case(self):
        survey = self.env["survey.survey"].create({"title": "How was it?"})
        response = survey._create_answer(partner=self.customer)
        values = {"partner_id": self.customer.id, "user_input_id": response.id, "metric": "nps"}
        answers = self.env["crm.feedback"].create(
            [{**values, "score": score} for score in (3, 0, 2, 10)]
        )
        self.commit()
        case = self.find()
        self.assertEqual(case.feedback_id, answers[1])
        self.assertEqual(case.feedback_ids, answers[:3])
        late = self.env["crm.feedback"].create({**values, "score": 1, "comment": "Why?"})
        self.commit()
        self.assertEqual(self.find(), case)
        self.assertEqual((late.case_id, case.description), (case, "Why?"))

    def test_what_customers_told_us_is_not_cancelled_away(self):
        self.feedback.create({"partner_id": self.customer.id, "metric": "csat", "score": 1})
        self.commit()
        case = self.find()
        case.user_id = self.service
        with self.assertRaises(UserError), self.env.cr.savepoint():
            case.with_user(self.service).action_cancel()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            case.with_user(self.service).state = "cancelled"
        # joining is no cancelling
        main = self.open(user_id=self.service.id)
        case.with_user(self.service)._join(main)
        self.assertEqual(case.state, "cancelled")
        by_hand = self.open(user_id=self.service.id)
        by_hand.action_cancel()
        self.assertFalse(by_hand.is_open)

    def test_an_owner_who_does_not_work_there_gets_nothing(self):
        self.rule.user_id = self.service
        self.team.write({"company_id": False})
        self.env["crm.feedback"].create(
            {
                "partner_id": self.customer.id,
                "metric": "csat",
                "score": 1,
                "company_id": self.other_company.id,
            }
        )
        self.commit()
        self.assertEqual(self.find().company_id, self.other_company)
        self.assertFalse(self.find().user_id)
