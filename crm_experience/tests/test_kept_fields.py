from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestKeptFields(CrmCaseCase):
    """Whoever calls the API enters what a form lets them enter, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "exp_admin", "crm_experience.group_crm_experience_admin")

    def answer(self, **values):
        """An answer about the work of the service person, from another system."""
        (row,) = (
            self.env["crm.feedback"]
            .with_user(self.admin)
            .submit(
                [
                    {
                        "source": "web",
                        "external_id": "1",
                        "date": "2026-01-31 10:00:00",
                        "partner_id": self.customer.id,
                        "metric": "nps",
                        "score": 2,
                        "user_id": self.service.id,
                    }
                    | values
                ]
            )
        )
        self.assertFalse(row["error"])
        return self.env["crm.feedback"].browse(row["id"])

    @mute_logger("odoo.models")
    def assert_kept(self, record, **values):
        """None of these can be entered, neither later nor from the beginning."""
        for name, value in values.items():
            with self.subTest(field=name), self.assertRaises(AccessError):
                record.write({name: value})
            with self.subTest(default=name), self.assertRaises(AccessError):
                record.with_context(**{f"default_{name}": value}).create({})
            description = record.fields_get([name], ["readonly"])[name]
            self.assertTrue(description["readonly"], name)

    def test_when_a_case_was_answered_cannot_be_entered(self):
        case = self.open(user_id=self.service.id)
        self.assert_kept(
            case,
            name="CASE/00001",
            is_open=False,
            date_first_response="2020-01-01",
            date_solved="2020-01-01",
            date_confirmed="2020-01-01",
            date_deadline="2099-01-01",
            date_solution_deadline="2099-01-01",
            waited_hours=1000,
            reopen_count=0,
            escalation_level=9,
            is_in_time=True,
            hours_to_solve=0,
            confirmed_by="customer",
            duplicate_of_id=case.id,
            feedback_id=self.answer().id,
        )

    def test_buttons_still_write_it(self):
        case = self.open(user_id=self.service.id)
        case.action_note_response()
        self.assertTrue(case.date_first_response)
        self.solve(case)
        self.assertTrue(case.date_solved)
        case.action_confirm()
        self.assertEqual(case.confirmed_by, "staff")
        copied = case.copy()
        self.assertNotEqual(copied.name, case.name)
        self.assertFalse(copied.date_first_response)

    def test_an_improvement_ends_when_it_ends(self):
        improvement = (
            self.env["crm.case.improvement"]
            .with_user(self.leader)
            .create({"name": "Spare parts", "cause_id": self.cause.id, "team_id": self.team.id})
        )
        self.assert_kept(improvement, date_done="2020-01-01", case_count_before=99)
        improvement.write({"effect": "Half as many", "state": "done"})
        self.assertTrue(improvement.date_done)

    def test_a_loss_is_won_back_by_the_button(self):
        loss = (
            self.env["crm.customer.loss"]
            .with_user(self.service)
            .create(
                {
                    "partner_id": self.customer.id,
                    "reason_id": self.env["crm.loss.reason"].search([], limit=1).id,
                }
            )
        )
        self.assert_kept(loss, state="won_back", date_won_back="2020-01-01")
        loss.action_won_back()
        self.assertEqual(loss.state, "won_back")

    def test_the_customer_is_not_quoted_wrongly(self):
        answer = self.answer()
        own = answer.with_user(self.service)
        self.assert_kept(own, score_normalised=10, case_id=self.open().id)
        answer.team_id = self.team
        for user in (self.service, self.leader):
            for values in ({"score": 10}, {"comment": "Great!"}, {"user_id": False}):
                with self.subTest(user.login, **values), self.assertRaises(UserError):
                    answer.with_user(user).write(values)
        own.write({"stage_id": self.stage_buy.id})
        answer.with_user(self.admin).write({"score": 3})
        self.assertEqual(answer.score, 3)

    def test_who_typed_an_answer_corrects_it(self):
        typed = (
            self.env["crm.feedback"]
            .with_user(self.service)
            .create({"partner_id": self.customer.id, "metric": "nps", "score": 2})
        )
        typed.score = 3
        with self.assertRaises(UserError):
            typed.with_user(self.leader).score = 10

    def test_nothing_is_moved_to_a_company_that_one_may_not_read(self):
        foreign = self.other_company.id
        product = (
            self.env["crm.registered.product"]
            .with_user(self.service)
            .create({"partner_id": self.customer.id, "name": "Phone"})
        )
        gifts = self.env["crm.gift.item"].create(
            [{"name": "Umbrella", "company_id": company} for company in (self.company.id, foreign)]
        )
        move = (
            self.env["crm.gift.move"]
            .with_user(self.leader)
            .create({"item_id": gifts[0].id, "team_id": self.team.id, "quantity": 5})
        )
        rules = (
            self.env["crm.neglect.rule"]
            .with_user(self.admin)
            .create({"name": "Silent", "days": 30})
        )
        secret = self.env["crm.case"].create(
            {
                "title": "Secret",
                "company_id": foreign,
                "partner_id": self.foreign_partner.id,
            }
        )
        draft = (
            self.env["crm.answer"]
            .with_user(self.service)
            .create({"name": "How?", "body": "<p>So.</p>"})
        )
        for record, values in (
            (product, {"company_id": foreign}),
            (product, {"partner_id": self.foreign_partner.id}),
            (draft, {"company_id": foreign}),
            (draft.with_user(self.leader), {"company_id": foreign, "is_published": True}),
            (draft, {"case_id": secret.id}),
            (move, {"item_id": gifts[1].id}),
            (rules, {"company_id": foreign}),
        ):
            with self.subTest(model=record._name, **values), self.assertRaises(UserError):
                record.write(values)
                self.env.flush_all()
