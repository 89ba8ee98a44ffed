from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import freeze_time, new_test_user

from .common import CrmExperienceCase

NOW = "2026-11-25 12:00:00"


class AskingCase(CrmExperienceCase):
    """A questionnaire that measures everything, a rule that asks after orders, and customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.now = Datetime.now()
        cls.admin = new_test_user(cls.env, "exp_admin", "crm_experience.group_crm_experience_admin")
        cls.leader = new_test_user(cls.env, "exp_lead", "crm_experience.group_crm_experience_lead")
        cls.team.user_id = cls.leader
        cls.company = cls.env.company
        cls.company.write(
            {
                "feedback_gap_days": 30,
                "feedback_limit_count": 0,
                "feedback_quiet_from": 0,
                "feedback_quiet_to": 0,
                "feedback_expiry_days": 21,
                "feedback_hold_days": 60,
            }
        )
        dimension = cls.env.ref("crm_experience.crm_experience_dimension_product")
        cls.dimension = dimension
        cls.survey = cls.new_survey(
            {"key": "nps", "question_type": "scale", "measure": "nps"},
            {
                "key": "ces",
                "question_type": "scale",
                "measure": "ces",
                "scale_min": 1,
                "scale_max": 7,
                "measure_is_inverted": True,
            },
            {"key": "comment", "question_type": "text_box", "measure": "comment"},
        )
        cls.rule = cls.new_rule("After an order", trigger_event="order")
        cls.customer.write({"email": "ann@customer.example", "phone": "+1 555 0100", "tz": "UTC"})

    @classmethod
    def new_survey(cls, *questions, **values):
        """A survey of questions; each is kept as an attribute by its key."""
        survey = cls.env["survey.survey"].create(
            {"title": "How was it?", "access_mode": "token", "users_can_go_back": True} | values
        )
        cls.questions = getattr(cls, "questions", {})
        for sequence, question in enumerate(questions):
            key = question.pop("key")
            cls.questions[key] = cls.env["survey.question"].create(
                {"survey_id": survey.id, "title": key.upper(), "sequence": sequence} | question
            )
        return survey

    @classmethod
    def new_rule(cls, name, **values):
        return cls.env["crm.feedback.rule"].create(
            {
                "name": name,
                "survey_id": cls.survey.id,
                "company_id": cls.company.id,
                "date_start": cls.now - timedelta(days=20),
                "delay_number": 1,
                "delay_unit": "days",
            }
            | values
        )

    @classmethod
    def new_touchpoint(cls, partner=None, days=2, **values):
        """A captured order of a customer, so many days ago."""
        return cls.env["crm.touchpoint"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "channel_id": cls.channel_store.id,
                "stage_id": cls.stage_buy.id,
                "team_id": cls.team.id,
                "user_id": cls.service.id,
                "event": "order",
                "date": cls.now - timedelta(days=days),
            }
            | values
        )

    @classmethod
    def new_partners(cls, count, **values):
        return cls.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"c{number}@customer.example"} | values
                for number in range(count)
            ]
        )

    def ask(self, *work):
        """Do what the job does, without its commits; return all invitations of the rule."""
        invitations = self.env["crm.feedback.invitation"].with_company(self.company)
        for name in work or ("queue", "send", "remind", "expire"):
            while getattr(invitations, f"_{name}_portion")():
                pass
        self.env.invalidate_all()
        return self.env["crm.feedback.invitation"].search([], order="id")

    def respond(self, answers, survey=None, partner=None, done=True, **values):
        """A response to a survey, answered as its own pages do."""
        survey = survey or self.survey
        response = survey._create_answer(partner=partner or self.customer, **values)
        for question, answer in answers.items():
            response._save_lines(self.questions.get(question, question), answer)
        if done:
            response._mark_done()
        return response

    def feedback_of(self, response):
        return self.env["crm.feedback"].search(
            [("user_input_id", "=", response.id)], order="metric desc, id"
        )

    @staticmethod
    def choices(*names):
        return [Command.create({"value": name}) for name in names]
