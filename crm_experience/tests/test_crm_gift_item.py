from pathlib import Path

import openpyxl
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmGiftItem(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_user = new_test_user(
            cls.env, "exp_gift_lead", "crm_experience.group_crm_experience_lead"
        )
        cls.umbrella, cls.voucher = cls.env["crm.gift.item"].create(
            [
                {"name": "Umbrella", "quantity_minimum": 3, "move_ids": cls.receive(10)},
                {"name": "Voucher", "shortage": "refuse", "move_ids": cls.receive(2)},
            ]
        )

    @classmethod
    def receive(cls, quantity, **values):
        return [Command.create({"quantity": quantity, **values})]

    def give(self, item, quantity=1, **values):
        return self.touchpoints.create(
            {
                "partner_id": self.customer.id,
                "channel_id": self.channel_store.id,
                "gift_item_id": item.id,
                "gift_quantity": quantity,
                **values,
            }
        )

    def left(self, item):
        item.invalidate_recordset()
        return item.with_user(self.service).quantity_left

    def test_what_is_left(self):
        self.assertEqual((self.left(self.umbrella), self.umbrella.is_short), (10, False))
        given = self.give(self.umbrella, 8)
        self.assertEqual((self.left(self.umbrella), self.umbrella.is_short), (2, True))
        self.assertEqual((self.umbrella.quantity_received, self.umbrella.quantity_given), (10, 8))
        items = self.env["crm.gift.item"]
        self.assertIn(self.umbrella, items.search([("is_short", "=", True)]))
        self.assertNotIn(self.umbrella, items.search([("is_short", "=", False)]))
        self.assertIn(self.umbrella, items.search([("quantity_left", "=", 2)]))
        self.assertNotIn(self.umbrella, items.search([("quantity_left", ">", 2)]))
        given.gift_quantity = 7
        self.assertEqual(self.left(self.umbrella), 3)
        given.sudo().unlink()
        self.assertEqual(self.left(self.umbrella), 10, "logged by mistake: it is there again")

    def test_counting_corrects(self):
        self.umbrella.move_ids = self.receive(-4, kind="correction")
        self.assertEqual(self.left(self.umbrella), 6)

    def test_one_where_nobody_says_how_much(self):
        touchpoint = self.touchpoints.create(
            {
                "partner_id": self.customer.id,
                "channel_id": self.channel_store.id,
                "gift_item_id": self.umbrella.id,
            }
        )
        self.assertEqual(touchpoint.gift_quantity, 1)

    def test_more_than_there_is(self):
        """What is gone is written down; what cannot be more than there was is refused."""
        self.give(self.umbrella, 12)
        self.assertEqual(self.left(self.umbrella), -2)
        last = self.give(self.voucher, 2)
        with (
            self.assertRaisesRegex(UserError, "not enough Voucher: 1 too many"),
            self.env.cr.savepoint(),
        ):
            self.give(self.voucher)
        self.assertEqual(self.left(self.voucher), 0)
        with self.assertRaises(UserError):
            last.gift_quantity = 3

    def test_teams_that_have_their_own(self):
        self.voucher.is_per_team = True
        with self.assertRaisesRegex(ValidationError, "which team"):
            self.voucher.move_ids = self.receive(5)
        self.voucher.move_ids = self.receive(5, team_id=self.team.id)
        market = self.env["crm.team"].create({"name": "Market"})
        self.give(self.voucher, 5, team_id=self.team.id)
        with self.assertRaises(UserError):
            self.give(self.voucher, 1, team_id=market.id)
        self.assertEqual(self.voucher._get_left(self.team), {self.voucher.id: 0})
        self.assertEqual(self.voucher._get_left(market), {self.voucher.id: 0})

    def test_what_went_to_others_counts(self):
        """What is left is true for who hands it out, whoever may read the other customers."""
        self.give(self.umbrella, 4)
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads this customer",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.customer.id})]",
            }
        )
        self.assertEqual(self.left(self.umbrella), 6)

    def test_bad_input(self):
        for quantity in (0, -1, 10_001):
            with self.assertRaises(ValidationError):
                self.give(self.umbrella, quantity)
        with self.assertRaises(ValidationError):
            self.give(self.umbrella.browse(), 1)
        for values in ({"quantity": 0}, {"quantity": -1}, {"quantity": 2_000_000}):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env["crm.gift.move"].create({"item_id": self.umbrella.id, **values})
        foreign = self.umbrella.create({"name": "Mug", "company_id": self.other_company.id})
        with self.assertRaises(UserError):
            self.env["crm.touchpoint"].create(
                {
                    "partner_id": self.customer.id,
                    "channel_id": self.channel_store.id,
                    "gift_item_id": foreign.id,
                }
            )

    def test_it_stays_in_its_company(self):
        self.give(self.umbrella)
        with self.assertRaises(ValidationError):
            self.umbrella.company_id = self.other_company

    def test_users_hand_out_and_leads_receive(self):
        with self.assertRaises(AccessError):
            self.umbrella.with_user(self.service).move_ids = self.receive(1)
        move = (
            self.env["crm.gift.move"]
            .with_user(self.lead_user)
            .create({"item_id": self.umbrella.id, "quantity": 5})
        )
        self.assertEqual(move.company_id, self.umbrella.company_id)
        self.assertEqual(self.left(self.umbrella), 15)

    def test_queries_do_not_depend_on_items(self):
        items = self.umbrella.create(
            [{"name": f"Pen {n}", "move_ids": self.receive(n + 1)} for n in range(20)]
        )
        items.invalidate_recordset()
        with self.assertQueryCount(3):  # the items themselves, what came in, what went out
            items.mapped("quantity_left")

    def test_who_got_it(self):
        self.give(self.umbrella, 2)
        action = self.umbrella.with_user(self.service).action_view_given()
        touchpoint = self.touchpoints.search(action["domain"])
        self.assertRecordValues(touchpoint, [{"partner_id": self.customer.id, "gift_quantity": 2}])

    def test_import_template(self):
        """The template that is offered can be imported as it is."""
        [template] = self.env["crm.gift.item"].get_import_templates()
        path = Path(__file__).parents[2] / template["template"].lstrip("/")
        header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        labels = {
            "Name": "name",
            "Kind": "kind",
            "Unit": "unit",
            "More Than There Is": "shortage",
            "Order Again Below": "quantity_minimum",
            "Stock/Date": "move_ids/date",
            "Stock/Kind": "move_ids/kind",
            "Stock/Quantity": "move_ids/quantity",
            "Stock/Note": "move_ids/note",
        }
        result = self.env["crm.gift.item"].load(
            [labels[label] for label in header],
            [["" if cell is None else str(cell) for cell in row] for row in rows],
        )
        self.assertFalse(result["messages"])
        items = self.env["crm.gift.item"].browse(result["ids"])
        self.assertEqual(items.mapped("quantity_left"), [197, 1000, 40])
