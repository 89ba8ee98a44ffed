from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmFeedback(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feedback = cls.env["crm.feedback"].with_user(cls.service)

    def answer(self, number, **changes):
        values = {
            "source": "survey",
            "external_id": f"answer {number}",
            "date": "2026-01-31T10:00:00Z",
            "partner_id": self.customer.id,
            "metric": "nps",
            "score": 9,
        } | changes
        return {key: value for key, value in values.items() if value is not ...}

    def test_answers_of_every_metric(self):
        answers = self.feedback.submit(
            [
                self.answer(1, score=0, comment=" Never again ", channel="email"),
                self.answer(2, metric="csat", score=5, dimension="price"),
                self.answer(3, metric="ces", score=4, team_id=self.team.id),
                self.answer(4, metric="gap", score=..., expectation=8, experience=6.5),
            ]
        )
        self.assertEqual({answer["status"] for answer in answers}, {"created"})
        self.assertRecordValues(
            self.env["crm.feedback"].browse(answer["id"] for answer in answers),
            [
                {"metric": "nps", "score": 0, "score_normalised": 0, "comment": "Never again"},
                {"metric": "csat", "score": 5, "score_normalised": 10, "comment": False},
                {"metric": "ces", "score": 4, "score_normalised": 5, "comment": False},
                {"metric": "gap", "score": -1.5, "score_normalised": 4.25, "comment": False},
            ],
        )

    def test_bad_answers(self):
        bad = [
            {"metric": "stars"},
            {"metric": ...},
            {"score": ...},
            {"score": 11},
            {"score": 7.5},
            {"score": True},
            {"metric": "csat", "score": 0},
            {"metric": "ces", "score": 8},
            {"metric": "gap", "score": ..., "expectation": 5},
            {"metric": "gap", "score": ...},
            {"metric": "gap", "expectation": 5, "experience": 5},
            {"expectation": 5, "experience": 5},
            {"comment": "x" * 1_000_000},
            {"channel": "pigeon"},
            {"source": "odoo"},
        ]
        answers = self.feedback.submit(
            [self.answer("good"), *(self.answer(n, **changes) for n, changes in enumerate(bad))]
        )
        self.assertEqual(answers[0]["status"], "created")
        for answer, changes in zip(answers[1:], bad, strict=True):
            self.assertEqual((answer["status"], answer["id"]), ("error", False), changes)
            self.assertRegex(answer["error"], r"^.{10,300}\.$", changes)

    def test_the_same_answer_is_one_answer(self):
        first, second = self.feedback.submit([self.answer(1), self.answer(1)])
        (again,) = self.feedback.submit([self.answer(1)])
        self.assertEqual([first["status"], second["status"]], ["created", "existing"])
        self.assertEqual([again["status"], again["id"]], ["existing", first["id"]])

    def test_by_hand(self):
        values = {"partner_id": self.customer.id}
        nps, rating = self.feedback.create(
            [
                # a form sends a zero for fields that it hides
                values | {"metric": "nps", "score": 10, "expectation": 0, "experience": 0},
                values | {"metric": "gap", "expectation": 4, "experience": 8},
            ]
        )
        self.assertEqual((nps.score_normalised, rating.score, rating.score_normalised), (10, 4, 7))
        ((average,),) = self.feedback._read_group(
            [("id", "in", (nps | rating).ids)], aggregates=["experience:avg"]
        )
        self.assertEqual(average, 8)
        for wrong in ({"metric": "csat", "score": 0}, {"metric": "gap", "experience": 11}):
            with self.assertRaises(ValidationError):
                self.feedback.create(values | wrong)
        with self.assertRaises(UserError):
            nps.metric = "ces"
        rating.experience = 2
        self.assertEqual(rating.score, -2)
