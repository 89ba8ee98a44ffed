from odoo.addons.crm_loyalty.tools.ledger import OPENING
from odoo.addons.crm_targets.tests.access import AccessMatrixCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestAccess(AccessMatrixCase):
    """Nobody writes the ledger or the history; tiers are the administrator's."""

    addon = "crm_loyalty"
    matrix = """
        model             | role          | own  | team | other | foreign
        loyalty.entry     | user          | r    | r    | r     | -
                          | lead          | r    | r    | r     | -
                          | admin         | r    | r    | r     | -
                          | foreign_admin | r    | r    | r     | -
        loyalty.tier      | user          | r    | r    | r     | -
                          | lead          | r    | r    | r     | -
                          | admin         | crud | crud | crud  | -
                          | foreign_admin | crud | crud | crud  | -
        loyalty.tier.move | user          | r    | r    | r     | -
                          | lead          | r    | r    | r     | -
                          | admin         | r    | r    | r     | -
                          | foreign_admin | r    | r    | r     | -
    """

    def _create_program(self, place):
        return self.env["loyalty.program"].create(
            {"name": place.key, "program_type": "loyalty", "company_id": place.company.id}
        )

    def create_record(self, model, place):
        if model != "loyalty.entry":
            return super().create_record(model, place)
        program = self._create_program(place)
        card = self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": place.partner.id, "points": 5}
        )
        entry = self.env["loyalty.entry"].search([("card_id", "=", card.id)])
        self.assertEqual((entry.kind, entry.company_id), (OPENING, place.company))
        return entry

    def values_loyalty_tier(self, place):
        return {"name": place.key, "program_id": self._create_program(place).id, "min_points": 1}

    def values_loyalty_tier_move(self, place):
        program = self._create_program(place)
        card = self.env["loyalty.card"].create({"program_id": program.id})
        return {
            "card_id": card.id,
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "program_id": program.id,
            "direction": "up",
            "reason": "points",
            "date": "2026-01-01",
        }

    def test_matrix(self):
        self.assert_matrix()

    def test_every_model_has_a_row(self):
        self.assert_complete()
