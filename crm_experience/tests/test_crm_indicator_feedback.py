import random
from datetime import date, datetime, timedelta
from statistics import fmean

from freezegun import freeze_time
from odoo.addons.crm_experience.tools.satisfaction import SIDES
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.fields import Command
from odoo.tests import tagged

NOW = datetime(2026, 11, 18, 12)
CODES = [
    *("nps", "csat", "ces", "delivered_value", "answers", "recommendations", "promoters"),
    *("promoter_share", "contacts_per_customer", "invitations", "invitations_answered"),
    *("response_rate", "average_experience", "experience_gap"),
]
# What says how answers are, not only how many there were.
FEW = [
    *("nps", "csat", "ces", "delivered_value", "promoter_share", "average_experience"),
    "experience_gap",
]


@tagged("post_install", "-at_install")
class TestCrmIndicatorFeedback(TargetsCase):
    """Every shipped figure of answers is computed a second time, by hand over the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.draw = random.Random(12)
        cls.partners = cls.env["res.partner"].create([{"name": str(n)} for n in range(12)])
        cls.teams = cls.region | cls.store
        cls.persons = cls.seller | cls.colleague
        cls.answers = cls.env["crm.feedback"].create(
            [cls._prepare_answer() for _number in range(460)]
        )
        channel = cls.env.ref("crm_experience.crm_touchpoint_channel_phone")
        cls.touchpoints = cls.env["crm.touchpoint"].create(
            [
                {**cls._prepare_place(), "channel_id": channel.id, "event": event}
                for _number in range(150)
                for event in [cls.draw.choice([False, "order", "lead_won"])]
            ]
        )
        cls._create_invitations()
        cls.indicators.refresh(CODES, "2026-08-01", "2026-11-18")

    @classmethod
    def _prepare_place(cls):
        day = datetime(2026, 8, 1) + timedelta(minutes=cls.draw.randrange(108 * 24 * 60))
        return {
            "date": day,
            "company_id": cls.company.id,
            "partner_id": cls.draw.choice(cls.partners).id,
            "team_id": cls.draw.choice([cls.region.id, cls.store.id, cls.store.id, False]),
            "user_id": cls.draw.choice([cls.seller.id, cls.seller.id, cls.colleague.id, False]),
        }

    @classmethod
    def _prepare_answer(cls):
        metric, low, high = cls.draw.choice(
            [
                *(("nps", 0, 10), ("nps", 5, 10), ("csat", 1, 5), ("ces", 1, 7)),
                *(("value", 0, 10), ("gap", 0, 10)),
            ]
        )
        if metric in SIDES:
            sides = {name: cls.draw.randint(0, 10) for name in SIDES[metric]}
            return {**cls._prepare_place(), "metric": metric, **sides}
        return {**cls._prepare_place(), "metric": metric, "score": cls.draw.randint(low, high)}

    @classmethod
    def _create_invitations(cls):
        question = {"title": "Again?", "question_type": "scale", "measure": "nps"}
        survey = cls.env["survey.survey"].create(
            {"title": "How was it?", "question_and_page_ids": [Command.create(question)]}
        )
        rule = cls.env["crm.feedback.rule"].create(
            {"name": "Ask", "survey_id": survey.id, "company_id": cls.company.id}
        )
        cls.invitations = cls.env["crm.feedback.invitation"]
        for _number in range(120):
            place = cls._prepare_place()
            state = cls.draw.choice(["queued", "sent", "answered", "expired"])
            cls.invitations |= cls.invitations.create(
                {
                    **{name: value for name, value in place.items() if name != "date"},
                    "rule_id": rule.id,
                    "survey_id": survey.id,
                    "state": state,
                    "is_sent": state != "queued",
                    "date_sent": place["date"] if state != "queued" else False,
                }
            )
        cls.env.flush_all()

    def _get_units(self):
        yield "company", self.company
        for team in self.teams:
            yield "team", team
        for person in self.persons:
            yield "person", person

    def _pick(self, records, place, days, field="date"):
        """The records of a unit in some days, one by one."""
        (scope, unit), (first, end) = place, days
        below = unit | unit.child_ids if scope == "team" else unit
        return [
            record
            for record in records
            if record[field]
            and datetime.combine(first, datetime.min.time())
            <= record[field]
            < datetime.combine(end, datetime.min.time())
            and (
                scope == "company"
                or (scope == "team" and record.team_id in below)
                or (scope == "person" and record.user_id == unit)
            )
        ]

    def _compute_by_hand(self, scope, unit, first, end):
        place, days = (scope, unit), (first, end)
        answers = self._pick(self.answers, place, days)
        scores = {
            metric: [answer.score for answer in answers if answer.metric == metric]
            for metric in ("nps", "csat", "ces", "value", "gap")
        }
        experiences = [answer.experience for answer in answers if answer.metric == "gap"]
        contacts = [
            touchpoint
            for touchpoint in self._pick(self.touchpoints, place, days)
            if touchpoint.event != "lead_won"
        ]
        asked = self._pick(self.invitations, place, days, "date_sent")
        answered = [invitation for invitation in asked if invitation.state == "answered"]
        nps = scores["nps"]
        promoters = [score for score in nps if score in (9, 10)]
        detractors = [score for score in nps if score <= 6]
        customers = {touchpoint.partner_id for touchpoint in contacts}

        def enough(metric, figure):
            return figure(scores[metric]) if len(scores[metric]) >= 5 else None

        return {
            "nps": enough("nps", lambda all_: 100 * (len(promoters) - len(detractors)) / len(all_)),
            "csat": enough("csat", lambda all_: 100 * fmean(score in (4, 5) for score in all_)),
            "ces": enough("ces", lambda all_: 100 * fmean(score in (5, 6, 7) for score in all_)),
            "delivered_value": enough("value", fmean),
            "average_experience": fmean(experiences) if len(experiences) >= 5 else None,
            "experience_gap": enough("gap", fmean),
            "answers": len(answers),
            "recommendations": len(nps),
            "promoters": len(promoters),
            "promoter_share": enough("nps", lambda all_: 100 * len(promoters) / len(all_)),
            "contacts_per_customer": len(contacts) / len(customers) if customers else None,
            "invitations": len(asked),
            "invitations_answered": len(answered),
            "response_rate": 100 * len(answered) / len(asked) if asked else None,
        }

    def test_every_figure_equals_the_one_by_hand(self):
        indicators = self.indicators.search([("code", "in", CODES)])
        self.assertEqual(set(indicators.mapped("state")), {"measured"}, indicators.mapped("error"))
        found = {
            (
                figure.indicator_id.code,
                figure.granularity,
                figure.date_from,
                figure.scope,
                figure.team_id.id or figure.user_id.id,
            ): figure.value
            for figure in self.values.search(
                [("indicator_id", "in", indicators.ids), ("company_id", "=", self.company.id)]
            )
        }
        periods = [
            ("month", date(2026, 9, 1), date(2026, 10, 1)),
            ("month", date(2026, 10, 1), date(2026, 11, 1)),
            ("week", date(2026, 10, 5), date(2026, 10, 12)),
            ("week", date(2026, 10, 12), date(2026, 10, 19)),
            ("quarter", date(2026, 7, 1), date(2026, 10, 1)),
        ]
        compared = dict.fromkeys(CODES, 0)
        for scope, unit in self._get_units():
            for granularity, first, end in periods:
                expected = self._compute_by_hand(scope, unit, first, end)
                unit_id = unit.id if scope != "company" else False
                for code, figure in expected.items():
                    where = (code, granularity, first, scope, unit_id)
                    if figure is None or where not in found:
                        self.assertFalse(found.get(where) or figure, where)
                    else:
                        self.assertAlmostEqual(found[where], figure, msg=str(where))
                        compared[code] += 1
        self.assertGreater(min(compared.values()), 10, compared)

    def test_no_figure_of_too_few_answers(self):
        for code in FEW:
            indicator = self.indicators.search([("code", "=", code)])
            figures = self.values.search(
                [("indicator_id", "=", indicator.id), ("company_id", "=", self.company.id)]
            )
            self.assertGreaterEqual(min(figures.mapped("denominator")), 5, code)

    def test_own_indicators_need_as_many_answers(self):
        own = self.indicator(
            "own_worst",
            model_name="crm.feedback",
            domain="[('metric', '=', 'csat')]",
            aggregate="min",
            measure_field="score",
            date_field="date",
        )
        share = self.indicators.search([("code", "=", "promoter_share")]).copy({"code": "own"})
        growth = share.copy({"code": "own_growth", "denominator_period": "previous"})
        self.env["ir.config_parameter"].set_param("crm_experience.minimum_answers", "9")
        self.assertEqual((own | share).mapped(lambda one: one._get_minimum_size()), [9, 9])
        others = self.indicators.search([("code", "in", ["answers", "orders", "response_rate"])])
        for indicator in others | growth:
            self.assertEqual(indicator._get_minimum_size(), 0, indicator.code)
        self.indicators.refresh([own.code], "2026-08-01", "2026-11-18")
        figures = self.values.search([("indicator_id", "=", own.id)])
        self.assertTrue(figures)
        self.assertGreaterEqual(min(figures.mapped("denominator")), 9)

    def test_the_records_behind_a_figure(self):
        scorecard = self.env["crm.scorecard"].create(
            {
                "name": "Store",
                "scope": "team",
                "company_id": self.company.id,
                "team_id": self.region.id,
            }
        )
        for code, metric in (("nps", "nps"), ("csat", "csat"), ("ces", "ces")):
            indicator = self.indicators.search([("code", "=", code)])
            model, domain = indicator.sudo()._get_records_action_parts(
                scorecard, "month", date(2026, 10, 10)
            )
            figure = self.values.search(
                [
                    ("indicator_id", "=", indicator.id),
                    ("granularity", "=", "month"),
                    ("date_from", "=", "2026-10-01"),
                    ("team_id", "=", self.region.id),
                ]
            )
            records = model.search(domain)
            self.assertEqual(
                (len(records), set(records.mapped("metric"))), (figure.denominator, {metric})
            )

    def test_a_figure_of_answers_can_be_rewarded(self):
        """By its value, whatever its sign; who has too few answers has no figure and no reward."""
        nps = self.indicators.search([("code", "=", "nps")])
        month = [
            ("indicator_id", "=", nps.id),
            ("granularity", "=", "month"),
            ("date_from", "=", "2026-10-01"),
            ("scope", "=", "team"),
        ]
        figures = {figure.team_id: figure.value for figure in self.values.search(month)}
        self.assertIn(self.store, figures)
        few = self.env["crm.team"].create({"name": "Few", "company_id": self.company.id})
        self.env["crm.feedback"].create(
            {**self._prepare_place(), "metric": "nps", "score": 10, "date": "2026-10-05 10:00:00"}
            | {"team_id": few.id}
        )
        self.indicators.refresh(["nps"], "2026-10-01", "2026-10-31")
        rule = self.env["crm.reward.rule"].create(
            {
                "name": "Recommended",
                "company_id": self.company.id,
                "indicator_id": nps.id,
                "scope": "team",
                "standard": -100,
                "amount": 2,
                "date_from": "2026-01-01",
            }
        )
        rule.action_compute(date="2026-10-05")
        rewards = {reward.team_id: reward.amount for reward in rule.reward_ids}
        self.assertNotIn(few, rewards)
        self.assertAlmostEqual(rewards[self.store], 2 * (figures[self.store] + 100), places=2)
