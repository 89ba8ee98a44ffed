import random

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestFiguresTour(HttpCase):
    """The figures and the picture of key experiences in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.feedback"].search([]).unlink()
        cls.env["crm.key.experience"].search([]).unlink()
        prefix = "crm_experience.group_crm_experience"
        cls.user = new_test_user(cls.env, "figures_user", f"{prefix}_user")
        cls.lead = new_test_user(cls.env, "figures_lead", f"{prefix}_lead")
        cls.date = fields.Datetime.subtract(fields.Datetime.now(), days=20)

    def test_figures(self):
        harbour, kiosk, market = self.env["crm.team"].create(
            [{"name": name} for name in ("Harbour", "Kiosk", "Market")]
        )
        customer = self.env["res.partner"].create({"name": "Ann"})
        scores = {harbour: [10, 10, 9, 7, 0], kiosk: [9, 9, 3], market: [9, 9, 8, 7, 2, 10, 0]}
        self.env["crm.feedback"].create(
            [
                {
                    "partner_id": customer.id,
                    "date": self.date,
                    "metric": "nps",
                    "score": score,
                    "team_id": team.id,
                }
                for team, all_scores in scores.items()
                for score in all_scores
            ]
        )
        self.start_tour("/odoo/satisfaction", "crm_experience_figures", login=self.user.login)

    def test_key_experiences(self):
        self.env["crm.key.experience"].create(
            [
                {"name": "everybody"},
                {"name": "nobody", "partner_domain": "[('name', '=', 'nobody')]", "sequence": 99},
            ]
        )
        draw = random.Random(4)
        dimensions = [
            self.env.ref(f"crm_experience.crm_experience_dimension_{code}")
            for code in ("service", "price")
        ]
        values = []
        for customer in self.env["res.partner"].create([{"name": f"C{n}"} for n in range(60)]):
            shared = {"partner_id": customer.id, "date": self.date}
            lived = [draw.randrange(11) for _dimension in dimensions]
            values += [
                shared
                | {
                    "metric": "gap",
                    "dimension_id": dimension.id,
                    "expectation": 5,
                    "experience": experience,
                }
                for dimension, experience in zip(dimensions, lived, strict=True)
            ]
            values.append(shared | {"metric": "nps", "score": lived[0]})
        self.env["crm.feedback"].create(values)
        self.start_tour(
            "/odoo/key-experiences", "crm_experience_key_experiences", login=self.lead.login
        )
