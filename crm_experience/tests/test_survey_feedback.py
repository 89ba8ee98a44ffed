from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_asking import AskingCase


@tagged("post_install", "-at_install")
class TestSurveyFeedback(AskingCase):
    """Answers to surveys become answers of customers."""

    def test_a_finished_response_is_read(self):
        response = self.respond({"nps": "9", "ces": "1", "comment": " Quick and kind "})
        self.assertRecordValues(
            self.feedback_of(response),
            [
                {
                    "metric": "nps",
                    "score": 9,
                    "score_normalised": 9,
                    "comment": "Quick and kind",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                },
                # 1 is very easy here
                {
                    "metric": "ces",
                    "score": 7,
                    "score_normalised": 10,
                    "comment": False,
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                },
            ],
        )

    def test_zero_is_an_answer_and_skipped_is_none(self):
        zero = self.respond({"nps": "0"})
        self.assertEqual(self.feedback_of(zero).mapped("score"), [0])
        skipped = self.respond({"nps": "", "ces": "4"})
        self.assertEqual(self.feedback_of(skipped).mapped("metric"), ["ces"])

    def test_tests_never_count(self):
        response = self.survey._create_answer(user=self.env.user, test_entry=True)
        response._save_lines(self.questions["nps"], "3")
        response._mark_done()
        self.assertFalse(self.feedback_of(response))
        self.survey.action_read_answers()
        self.assertFalse(self.feedback_of(response))

    def test_unfinished_responses_do_not_count(self):
        response = self.respond({"nps": "3"}, done=False)
        response._read_feedback()
        self.assertFalse(self.feedback_of(response))

    def test_an_answer_is_counted_once(self):
        response = self.respond({"nps": "9"})
        feedback = self.feedback_of(response)
        response._read_feedback()
        self.survey.action_read_answers()
        self.assertEqual(self.feedback_of(response), feedback)

    def test_later_mapping_is_read_again(self):
        question = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "Satisfied?",
                "question_type": "simple_choice",
                "suggested_answer_ids": self.choices("Bad", "Fair", "Good"),
            }
        )
        bad, fair, good = question.suggested_answer_ids
        responses = [
            self.respond({question: str(answer.id), "nps": "10"}) for answer in (bad, fair, good)
        ]
        scores = lambda: [  # noqa: E731
            self.feedback_of(response).filtered(lambda row: row.metric == "csat").mapped("score")
            for response in responses
        ]
        self.assertEqual(scores(), [[], [], []])
        question.measure = "csat"
        self.assertEqual(question.suggested_answer_ids.mapped("measure_value"), [1, 3, 5])
        self.survey.with_user(self.env.ref("base.user_admin")).action_read_answers()
        self.assertEqual(scores(), [[1], [3], [5]])
        question.measure_is_inverted = True
        self.survey.action_read_answers()
        self.assertEqual(scores(), [[5], [3], [1]])
        fair.measure_is_none = True
        question.measure_is_inverted = False
        self.survey.action_read_answers()
        self.assertEqual(scores(), [[1], [], [5]])
        question.measure = False
        self.survey.action_read_answers()
        self.assertEqual(scores(), [[], [], []])

    def test_reading_again_is_for_administrators_of_both(self):
        officer = self.salesperson
        officer.group_ids += self.env.ref("survey.group_survey_user")
        for user in (self.admin, officer, self.service):
            with self.assertRaises(AccessError):
                self.survey.with_user(user).action_read_answers()

    def test_matrices_give_gaps_by_dimension(self):
        product, service = (
            self.env.ref(f"crm_experience.crm_experience_dimension_{code}")
            for code in ("product", "service")
        )
        survey = self.new_survey(
            *(
                {
                    "key": measure,
                    "question_type": "matrix",
                    "measure": measure,
                    "suggested_answer_ids": [
                        *self.choices("1", "2", "3", "4", "5"),
                        Command.create({"value": "n/a", "measure_is_none": True}),
                    ],
                    "matrix_row_ids": [
                        Command.create({"value": row.name, "measure_dimension_id": row.id})
                        for row in (product, service)
                    ],
                }
                for measure in ("expectation", "experience")
            )
        )
        picks = {"expectation": (5, 1), "experience": (3, 6)}
        answers = {}
        for measure, (first, second) in picks.items():
            question = self.questions[measure]
            columns = question.suggested_answer_ids.ids
            rows = question.matrix_row_ids.ids
            answers[measure] = {
                rows[0]: [columns[first - 1]],
                rows[1]: [columns[second - 1]],
            }
        response = self.respond(answers, survey=survey)
        self.assertRecordValues(
            self.feedback_of(response),
            [
                {
                    "metric": "gap",
                    "dimension_id": product.id,
                    "expectation": 10,
                    "experience": 5,
                    "score": -5,
                }
            ],
        )

    def test_value_and_costs_are_one_row(self):
        scale = {"question_type": "scale"}
        survey = self.new_survey(
            {"key": "v", "measure": "value"} | scale,
            {"key": "money", "measure": "cost", "measure_cost": "money"} | scale,
            {"key": "time", "measure": "cost", "measure_cost": "time"} | scale,
        )
        response = self.respond({"v": "8", "money": "5", "time": "0"}, survey=survey)
        self.assertRecordValues(
            self.feedback_of(response),
            [{"metric": "value", "total_value": 8, "total_cost": 2.5, "score": 5.5}],
        )
        self.assertAlmostEqual(self.feedback_of(response).score_normalised, 7.75)

    def test_numbers_are_mapped_from_what_is_allowed(self):
        number = {"question_type": "numerical_box", "measure": "csat"}
        with self.assertRaises(ValidationError):
            self.new_survey({"key": "n"} | number)
        limits = {
            "validation_required": True,
            "validation_min_float_value": 0,
            "validation_max_float_value": 100,
        }
        survey = self.new_survey({"key": "n"} | number | limits)
        self.assertEqual(
            [
                self.feedback_of(self.respond({"n": answer}, survey=survey)).mapped("score")
                for answer in ("0", "50", "100", "")
            ],
            [[1], [3], [5], []],
        )

    def test_what_cannot_measure(self):
        for wrong in (
            {"question_type": "multiple_choice", "measure": "nps"},
            {"question_type": "date", "measure": "nps"},
            {"question_type": "text_box", "measure": "nps"},
            {"question_type": "scale", "measure": "comment"},
            {"question_type": "matrix", "measure": "csat", "matrix_subtype": "multiple"},
        ):
            with self.assertRaises(ValidationError, msg=wrong):
                self.new_survey({"key": "wrong"} | wrong)
        question = self.new_survey(
            {
                "key": "choice",
                "question_type": "simple_choice",
                "measure": "csat",
                "suggested_answer_ids": self.choices("A", "B"),
            }
        ).question_ids
        with self.assertRaises(ValidationError):
            question.suggested_answer_ids[0].measure_value = 6

    def test_comments_beside_a_choice(self):
        survey = self.new_survey(
            {"key": "n", "question_type": "scale", "measure": "nps"},
            {
                "key": "c",
                "question_type": "simple_choice",
                "measure": "csat",
                "comments_allowed": True,
                "suggested_answer_ids": self.choices("A", "B"),
            },
        )
        response = survey._create_answer(partner=self.customer)
        question = self.questions["c"]
        response._save_lines(question, str(question.suggested_answer_ids[0].id), "Because")
        response._save_lines(self.questions["n"], "7")
        response._mark_done()
        self.assertEqual(
            {row.metric: row.comment for row in self.feedback_of(response)},
            {"nps": False, "csat": "Because"},
        )

    def test_what_a_response_hands_down(self):
        """Answers to an invitation are about the contact that it was sent for."""
        touchpoint = self.new_touchpoint()
        invitation = self.ask()
        response = invitation._get_response()
        response._save_lines(self.questions["nps"], "2")
        response._mark_done()
        self.assertRecordValues(
            self.feedback_of(response),
            [
                {
                    "invitation_id": invitation.id,
                    "touchpoint_id": touchpoint.id,
                    "channel_id": self.channel_store.id,
                    "stage_id": self.stage_buy.id,
                    "team_id": self.team.id,
                    "user_id": self.service.id,
                    "partner_id": self.customer.id,
                    "score": 2,
                }
            ],
        )
        self.assertEqual(invitation.state, "answered")

    def test_queries_do_not_depend_on_the_responses(self):
        def read(count):
            responses = self.env["survey.user_input"]
            for partner in self.new_partners(count):
                responses += self.respond({"nps": "5", "ces": "3"}, partner=partner)
            self.env["crm.feedback"].search([]).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            responses._read_feedback()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        read(1)
        self.assertEqual(read(3), read(40))

    def test_a_copy_of_a_survey_measures_the_same(self):
        self.assertTrue(self.survey.has_measures)
        officer = self.salesperson
        officer.group_ids += self.env.ref("survey.group_survey_user")
        copy = self.survey.with_user(officer).copy()
        self.assertEqual(copy.question_ids.mapped("measure"), ["nps", "ces", "comment"])
        self.assertTrue(copy.has_measures)

    def test_who_reads_surveys(self):
        """Our users see what asks customers and no other survey; everything else is core's."""
        other = self.env["survey.survey"].create({"title": "How do you like your boss?"})
        mine = self.survey.with_user(self.service)
        self.assertTrue(mine.has_access("read"))
        self.assertFalse(mine.has_access("write"))
        self.assertFalse(other.with_user(self.service).has_access("read"))
        self.assertFalse(self.env["survey.user_input"].with_user(self.service).has_access("read"))
        self.assertFalse(self.env["survey.question"].with_user(self.service).has_access("read"))
        self.assertFalse(self.survey.with_user(self.salesperson).has_access("read"))
        restricted = self.survey.copy({"restrict_user_ids": [Command.set(self.env.user.ids)]})
        self.assertFalse(restricted.with_user(self.service).has_access("read"))

    def test_the_ready_questionnaires(self):
        for code, metrics in {
            "relationship": {"nps", "gap", "value"},
            "core_needs": {"csat", "gap", "value"},
            "purchase": {"csat", "ces", "gap"},
            "service": {"csat", "ces"},
            "first_30_days": {"csat", "ces", "gap", "nps"},
        }.items():
            survey = self.env.ref(f"crm_experience.survey_survey_{code}")
            self.assertEqual(survey.survey_type, "survey")
            response = survey._create_answer(partner=self.customer)
            for question in survey.question_ids:
                if question.question_type == "scale":
                    answer = str(question.scale_max)
                elif question.question_type == "matrix":
                    column = question.suggested_answer_ids[0].id
                    answer = {row.id: [column] for row in question.matrix_row_ids}
                elif question.question_type == "simple_choice":
                    answer = str(question.suggested_answer_ids[0].id)
                else:
                    answer = "" if question.question_type != "text_box" else "A word"
                response._save_lines(question, answer)
            response._mark_done()
            rows = self.feedback_of(response)
            self.assertEqual(set(rows.mapped("metric")), metrics, code)
            self.assertEqual(len(rows.filtered("comment")), 1, code)
