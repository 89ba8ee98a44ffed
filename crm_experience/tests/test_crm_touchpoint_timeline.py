from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged, users

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestCrmTouchpointTimeline(CrmExperienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Deal", "user_id": cls.salesperson.id, "type": "opportunity"}
        )

    def timeline(self, record, **values):
        return self.touchpoints.get_timeline(record._name, record.id, **values)

    def test_pages_show_every_contact_once(self):
        # many share their moment: the id decides
        events = [
            self.event(n, date=f"2026-01-{n % 3 + 1:02} 10:00:00", summary=str(n))
            for n in range(25)
        ]
        expected = self.log_good(*events).sorted(lambda t: (t.date, t.id), reverse=True)
        page, seen = self.timeline(self.customer, limit=7), []
        while True:
            seen += page["items"]
            if not page["has_more"]:
                break
            self.assertEqual(len(page["items"]), 7)
            self.log(self.event(f"meanwhile {len(seen)}", date="2026-02-01"))
            page = self.timeline(self.customer, limit=7, before=page["next"])
        self.assertEqual([item["id"] for item in seen], expected.ids)
        self.assertEqual(page["next"], "")

    def test_an_item_says_what_is_known(self):
        self.log_good(
            self.event(1, date="2026-01-01"),
            self.event(
                2,
                channel="store",
                stage="buy",
                dimension="price",
                purpose="sale",
                summary="Hello",
                amount=5,
                user_id=self.salesperson.id,
                team_id=self.team.id,
                expectation=7,
                experience=5,
            ),
        )
        full, bare = self.timeline(self.customer)["items"]
        self.assertEqual(full["date"], "2026-01-31 10:00:00")
        self.assertEqual(full["channel"]["code"], "store")
        self.assertEqual((full["stage"]["code"], full["dimension"]["code"]), ("buy", "price"))
        self.assertEqual((full["summary"], full["direction"]), ("Hello", "in"))
        self.assertEqual((full["has_amount"], full["amount"]), (True, 5))
        self.assertEqual((full["expectation"], full["experience"], full["gap"]), (7, 5, -2))
        self.assertEqual(full["user"], {"id": self.salesperson.id, "name": self.salesperson.name})
        self.assertEqual(full["team"], {"id": self.team.id, "name": "Harbour"})
        self.assertEqual(full["partner"], {"id": self.customer.id, "name": "Ann"})
        self.assertEqual((bare["has_amount"], bare["has_feedback"]), (False, False))
        absent = {"amount", "gap", "stage", "dimension", "purpose", "user", "team", "document"}
        self.assertFalse(absent & bare.keys())

    def test_a_company_shows_its_people(self):
        mine, theirs = self.log_good(
            self.event(1, partner_id=self.company_partner.id),
            self.event(2, partner_id=self.contact.id, date="2026-02-01"),
        )
        ids = [item["id"] for item in self.timeline(self.company_partner)["items"]]
        self.assertEqual(ids, [theirs.id, mine.id])
        ids = [item["id"] for item in self.timeline(self.contact)["items"]]
        self.assertEqual(ids, theirs.ids)

    def test_an_opportunity_shows_its_customer(self):
        self.lead.partner_id = self.customer
        salesperson = self.salesperson
        salesperson.group_ids += self.env.ref("crm_experience.group_crm_experience_user")
        touchpoints = self.env["crm.touchpoint"].with_user(salesperson)
        (of_customer,) = self.log_good(self.event(1))
        item = touchpoints.log_contact(
            "crm.lead",
            self.lead.id,
            {"channel_id": self.channel_phone.id, "purpose": "sale", "stage_id": False},
        )
        ids = [item["id"] for item in touchpoints.get_timeline("crm.lead", self.lead.id)["items"]]
        self.assertEqual(ids, [item["id"], of_customer.id])
        touchpoint = self.env["crm.touchpoint"].browse(item["id"])
        self.assertEqual((touchpoint.lead_id, touchpoint.partner_id), (self.lead, self.customer))

    def test_the_header_tells_what_must_be_known_first(self):
        """The gravest first, about the company and its people, on the first page alone."""
        asked = []

        def get_alerts(partners):
            asked.append(partners)
            return [
                {"kind": "promise", "title": "Call back", "level": "info", "date": None},
                {
                    "kind": "case",
                    "title": "Broken",
                    "text": "Waits for a part",
                    "level": "danger",
                    "date": date(2026, 2, 1),
                    "action": {"model": "res.partner", "id": partners[:1].id},
                },
            ]

        self.log_good(self.event(1, partner_id=self.contact.id), self.event(2))
        self.log_good(self.event(3, partner_id=self.contact.id))
        self.patch(type(self.env["res.partner"]), "_get_customer_alerts", get_alerts)
        page = self.timeline(self.company_partner, limit=1)
        self.assertEqual(asked[0], self.company_partner | self.contact)
        self.assertEqual([alert["kind"] for alert in page["header"]], ["case", "promise"])
        self.assertEqual(page["header"][0]["date"], "2026-02-01")
        self.assertNotIn("date", page["header"][1])
        page = self.timeline(self.company_partner, limit=1, before=page["next"])
        self.assertEqual(page["header"], [])

    def test_filters(self):
        self.log_good(self.event(1, channel="store"), self.event(2, stage="buy"), self.event(3))
        items = self.timeline(self.customer, channel_ids=self.channel_store.ids)["items"]
        self.assertEqual([item["channel"]["code"] for item in items], ["store"])
        items = self.timeline(self.customer, stage_ids=self.stage_buy.ids)["items"]
        self.assertEqual([item["stage"]["code"] for item in items], ["buy"])
        self.assertEqual(len(self.timeline(self.customer, channel_ids=[])["items"]), 3)

    def test_purposes(self):
        self.log_good(self.event(1, purpose="sale"), self.event(2, purpose="care"), self.event(3))
        for purpose, count in (("sale", 1), ("care", 1), ("service", 0), ("", 3)):
            self.assertEqual(len(self.timeline(self.customer, purpose=purpose)["items"]), count)

    def test_from_a_person_to_the_company_and_back(self):
        page = self.timeline(self.contact)
        self.assertEqual(page["company"], {"id": self.company_partner.id, "name": "Acme"})
        self.assertNotIn("people", page)
        page = self.timeline(self.company_partner)
        self.assertEqual(page["people"], [{"id": self.contact.id, "name": "Bob"}])
        self.assertEqual(page["people_count"], 1)
        self.assertNotIn("company", page)
        page = self.timeline(self.customer)
        self.assertFalse({"company", "people"} & page.keys())

    def test_a_company_that_one_may_not_read_is_not_named(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads this company",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.company_partner.id})]",
            }
        )
        self.assertNotIn("company", self.timeline(self.contact))

    def test_answers_show_with_their_metric(self):
        touchpoint = self.log_good(self.event(1, expectation=5, experience=6))
        self.env["crm.feedback"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "touchpoint_id": touchpoint.id,
                    "metric": metric,
                    "score": score,
                    "comment": comment,
                }
                for metric, score, comment in (("nps", 9, "Great"), ("csat", 2, False))
            ]
        )
        [item] = self.timeline(self.customer)["items"]
        self.assertEqual((item["gap"], item["has_feedback"]), (1, True))
        self.assertEqual(
            item["answers"],
            [
                {
                    "metric": "nps",
                    "label": "NPS",
                    "score": 9,
                    "normalised": 9,
                    "comment": "Great",
                },
                {"metric": "csat", "label": "CSAT", "score": 2, "normalised": 2.5},
            ],
        )

    def test_an_order_shows_its_customer_and_its_opportunity(self):
        salesperson = self.salesperson
        salesperson.group_ids += self.env.ref("crm_experience.group_crm_experience_user")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": salesperson.id,
                "opportunity_id": self.lead.id,
            }
        )
        self.capture().unlink()
        of_customer, of_lead, _other = self.log_good(
            self.event(1),
            self.event(2, partner_id=self.contact.id),
            self.event(3, partner_id=self.contact.id),
        )
        of_lead.lead_id = self.lead
        touchpoints = self.env["crm.touchpoint"].with_user(salesperson)
        item = touchpoints.log_contact(
            "sale.order", order.id, {"channel_id": self.channel_phone.id}
        )
        self.assertEqual(
            item["document"], {"model": "sale.order", "id": order.id, "name": order.name}
        )
        self.assertRecordValues(
            touchpoints.browse(item["id"]),
            [
                {
                    "partner_id": self.customer.id,
                    "lead_id": self.lead.id,
                    "company_id": order.company_id.id,
                }
            ],
        )
        ids = {row["id"] for row in touchpoints.get_timeline("sale.order", order.id)["items"]}
        self.assertEqual(ids, {item["id"], of_customer.id, of_lead.id})
        self.lead.user_id = self.env.user
        ids = {row["id"] for row in touchpoints.get_timeline("sale.order", order.id)["items"]}
        self.assertEqual(ids, {item["id"], of_customer.id}, "not of a lead one may not read")
        with self.assertRaises(AccessError):
            self.timeline(order)

    def test_log_options(self):
        self.log_good(self.event(1, stage="buy"), self.event(2, date="2026-02-01"))
        item = self.env["crm.gift.item"].create(
            {"name": "Mug", "move_ids": [Command.create({"quantity": 3})]}
        )
        options = self.touchpoints.get_log_options("res.partner", self.customer.id)
        self.assertEqual((options["name"], options["can_rate"]), ("Ann", True))
        self.assertEqual(options["stage_id"], self.stage_buy.id)
        self.assertIn("phone", [channel["code"] for channel in options["channels"]])
        [gift] = [gift for gift in options["gifts"] if gift["id"] == item.id]
        self.assertEqual(
            (gift["left"], gift["kind"], gift["unit"], gift["shortage"]),
            (3, "gift", "pieces", "warn"),
        )
        with self.assertRaises(AccessError):
            self.touchpoints.get_log_options("crm.lead", self.lead.id)

    def test_log_a_gift(self):
        item = self.env["crm.gift.item"].create({"name": "Mug"})
        values = {"channel_id": self.channel_store.id, "gift_item_id": item.id}
        logged = self.touchpoints.log_contact("res.partner", self.customer.id, values)
        self.assertEqual(
            logged["gift"], {"id": item.id, "name": "Mug", "quantity": 1, "unit": "pieces"}
        )
        values["gift_quantity"] = 3
        logged = self.touchpoints.log_contact("res.partner", self.customer.id, values)
        self.assertEqual(logged["gift"]["quantity"], 3)
        self.assertEqual(item.with_user(self.service).quantity_left, -4)

    def test_undo(self):
        values = {"channel_id": self.channel_store.id, "expectation": 5, "experience": 5}
        item = self.touchpoints.log_contact("res.partner", self.customer.id, values)
        touchpoint = self.touchpoints.browse(item["id"])
        answer = touchpoint.feedback_ids
        self.assertIs(self.touchpoints.undo_contact(item["id"]), True)
        self.assertFalse(touchpoint.exists() or answer.exists())
        self.assertIs(self.touchpoints.undo_contact(item["id"]), True, "once is enough")

    def test_undo_refuses(self):
        """Only what one has just logged by hand: it is no way to delete."""
        mine, old, captured, others = self.touchpoints.create(
            [{"partner_id": self.customer.id, "channel_id": self.channel_store.id}] * 4
        )
        self.env.cr.execute(
            "UPDATE crm_touchpoint SET create_date = create_date - interval '16 minutes'"
            " WHERE id = %s",
            [old.id],
        )
        captured.sudo().source = "call center"
        self.env.cr.execute(
            "UPDATE crm_touchpoint SET create_uid = %s WHERE id = %s",
            [self.salesperson.id, others.id],
        )
        self.env.invalidate_all()
        for value in (old.id, captured.id, others.id, 0, "1", True, 2**31, None):
            with self.subTest(value=value), self.assertRaises(UserError):
                self.touchpoints.undo_contact(value)
        with self.assertRaises(AccessError):
            mine.with_user(self.salesperson).undo_contact(mine.id)
        self.assertTrue(mine.exists())

    def test_log_contact(self):
        item = self.touchpoints.log_contact(
            "res.partner",
            self.customer.id,
            {
                "channel_id": self.channel_phone.id,
                "stage_id": self.stage_buy.id,
                "direction": "out",
                "purpose": "care",
                "summary": "Happy birthday",
                "expectation": 5,
                "experience": 0,
            },
        )
        self.assertEqual(item, self.timeline(self.customer)["items"][0])
        self.assertEqual((item["gap"], item["user"]["id"]), (-5, self.service.id))

    def test_log_contact_refuses(self):
        good = {"channel_id": self.channel_phone.id}
        for values in (
            None,
            {},
            {"channel_id": 2**31},
            {"channel_id": 2**31 - 1},
            {"channel_id": "phone"},
            good | {"direction": "up"},
            good | {"experience": 5},
            good | {"partner_id": 1},
            good | {"summary": "x" * 3000},
            good | {"gift_quantity": 1},
            good | {"gift_item_id": 2**31 - 1},
            good
            | {
                "gift_item_id": self.env["crm.gift.item"].create({"name": "Mug"}).id,
                "gift_quantity": 1.5,
            },
        ):
            with self.assertRaises(UserError):
                self.touchpoints.log_contact("res.partner", self.customer.id, values)
        self.assertFalse(self.timeline(self.customer)["items"])

    def test_an_answer_needs_a_customer(self):
        values = {"channel_id": self.channel_phone.id, "expectation": 5, "experience": 5}
        with self.assertRaises(UserError):
            self.env["crm.touchpoint"].log_contact("crm.lead", self.lead.id, values)

    def test_bad_arguments(self):
        partner = self.customer.id
        for arguments in (
            ("res.users", partner),
            (None, partner),
            ("res.partner", "1"),
            ("res.partner", True),
            ("res.partner", 0),
            ("res.partner", 2**31),
            ("res.partner", 2**31 - 1),
            ("res.partner", partner, 0),
            ("res.partner", partner, 1000),
            ("res.partner", partner, "40"),
            ("res.partner", partner, 40, "last week"),
            ("res.partner", partner, 40, ["2026-01-01"]),
            ("res.partner", partner, 40, "", "phone"),
            ("res.partner", partner, 40, "", ["phone"]),
            ("res.partner", partner, 40, "", None, [2**31]),
            ("res.partner", partner, 40, "", None, None, "fun"),
            ("res.partner", partner, 40, "", None, None, ["sale"]),
        ):
            with self.assertRaises(UserError):
                self.touchpoints.get_timeline(*arguments)

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.timeline(self.foreign_partner)
        with self.assertRaises(AccessError):
            self.timeline(self.lead)
        with self.assertRaises(AccessError):
            self.touchpoints.log_contact(
                "crm.lead", self.lead.id, {"channel_id": self.channel_phone.id}
            )

    @users("exp_sales")
    def test_a_salesperson_without_our_group_sees_nothing(self):
        touchpoints = self.env["crm.touchpoint"]
        with self.assertRaises(AccessError):
            touchpoints.get_timeline("res.partner", self.customer.id)
        with self.assertRaises(AccessError):
            touchpoints.log_contact("res.partner", self.customer.id, {})

    def test_the_number_of_queries_does_not_depend_on_the_contacts(self):
        def fill(name, count):
            self.log_good(
                *(
                    self.event(
                        f"{name} {n}",
                        partner_id=(self.contact if n % 2 else self.company_partner).id,
                        stage="buy",
                        user_id=self.service.id,
                        team_id=self.team.id,
                        expectation=5,
                        experience=5,
                    )
                    for n in range(count)
                )
            )

        counts = []
        for count in (4, 150):
            fill(count, count)
            self.timeline(self.company_partner)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.timeline(self.company_partner, limit=200)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------
    # Buttons and names
    # ------------------------------------------------------------

    def test_the_button_counts_and_opens_what_the_timeline_shows(self):
        self.lead.partner_id = self.company_partner
        self.capture().unlink()
        touchpoints = self.log_good(
            self.event(1, partner_id=self.company_partner.id),
            self.event(2, partner_id=self.contact.id),
            self.event(3, partner_id=self.contact.id),
            self.event(4),
            self.event(5),
        )
        # one of the customer's people about the lead, and somebody else's about it
        touchpoints[2:4].lead_id = self.lead
        service = new_test_user(
            self.env,
            "exp_both",
            "crm_experience.group_crm_experience_user,sales_team.group_sale_salesman_all_leads",
        )
        for owner, expected in (
            (self.lead, touchpoints[:4]),
            (self.company_partner, touchpoints[:3]),
            (self.contact, touchpoints[1:3]),
        ):
            with self.subTest(owner=owner):
                record = owner.with_user(service)
                shown = record.env["crm.touchpoint"].get_timeline(record._name, record.id)
                self.assertEqual({item["id"] for item in shown["items"]}, set(expected.ids))
                self.assertEqual(record.touchpoint_count, len(expected))
                action = record.action_view_touchpoints()
                found = record.env[action["res_model"]].search(action["domain"])
                self.assertEqual(found, expected.sorted("id", reverse=True))

    def test_count_of_a_lead_without_customer(self):
        self.capture().unlink()
        touchpoint = self.log_good(self.event(1))
        touchpoint.lead_id = self.lead
        self.assertEqual(self.lead.touchpoint_count, 1)

    def test_names_while_being_written(self):
        """A form asks for the name before anything is chosen."""
        self.assertFalse(self.env["crm.touchpoint"].new({}).display_name)
        self.assertFalse(self.env["crm.feedback"].new({"metric": False}).display_name)
        values = {"partner_id": self.customer.id, "metric": "nps"}
        self.assertEqual(
            self.env["crm.feedback"].new(values).display_name, "Recommendation (NPS) · Ann"
        )
        del values["metric"]
        self.assertEqual(self.env["crm.touchpoint"].new(values).display_name, "Ann")
