from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CrmExperienceCase

TODAY = date(2026, 3, 10)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestCrmPartnerFact(CrmExperienceCase):
    """Facts, the notebook and how it is updated, as a service person without rights on sales."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facts = cls.env["crm.partner.fact"].with_user(cls.service)
        cls.dates = cls.env["crm.partner.date"].with_user(cls.service)
        cls.roles = cls.env["crm.deal.role"].with_user(cls.service)
        cls.colleague = new_test_user(
            cls.env, "exp_colleague", "crm_experience.group_crm_experience_user"
        )
        cls.suggestion = cls.env["crm.partner.fact.suggestion"].create(
            {"kind": "dislikes", "name": "Queues"}
        )

    def add(self, partner=None, user=None, **values):
        facts = self.facts.with_user(user or self.service)
        item = facts.add_fact((partner or self.customer).id, values)
        return self.env["crm.partner.fact"].browse(item["id"]).with_user(facts.env.user)

    def get_section(self, kind, partner=None, **arguments):
        notebook = self.facts.get_notebook((partner or self.customer).id, **arguments)
        return next(section for section in notebook["sections"] if section["kind"] == kind)

    # ------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------

    def test_a_fact_has_source_date_author_and_team(self):
        fact = self.add(kind="cares", text="  Speed  ")
        self.assertRecordValues(
            fact,
            [
                {
                    "text": "Speed",
                    "source": "customer",
                    "date": TODAY,
                    "user_id": self.service.id,
                    "team_id": self.team.id,
                    "company_id": self.env.company.id,
                }
            ],
        )

    def test_there_is_one_temperament_and_the_old_one_is_kept(self):
        old = self.add(kind="temperament", text="Calm")
        new = self.add(kind="temperament", text="Impatient", user=self.colleague)
        self.assertFalse(old.active)
        self.assertEqual(old.replaced_by_id, new)
        section = self.get_section("temperament")
        self.assertEqual([fact["text"] for fact in section["facts"]], ["Impatient"])
        self.assertEqual(section["history_count"], 1)
        self.assertEqual((new.source, section["source"]), ("staff", "staff"))
        # elsewhere there may be many, and another customer has a temperament of their own
        self.add(kind="cares", text="Speed")
        self.add(kind="cares", text="Price")
        self.add(kind="temperament", text="Friendly", partner=self.contact)
        self.assertTrue(new.active)
        self.assertEqual(self.get_section("cares")["count"], 2)

    def test_of_many_that_come_together_the_last_one_stays(self):
        created = self.env["crm.partner.fact"].create(
            [
                {"partner_id": partner.id, "kind": "met", "text": f"At fair {number}"}
                for number in range(3)
                for partner in (self.customer, self.contact)
            ]
        )
        self.assertEqual(created.filtered("active"), created[-2:])

    def test_a_fact_that_comes_back_replaces_what_replaced_it(self):
        old = self.add(kind="met", text="In the store")
        new = self.add(kind="met", text="At a fair")
        old.active = True
        self.assertFalse(new.active)
        self.assertEqual(new.replaced_by_id, old)

    def test_an_earlier_wording_is_kept(self):
        fact = self.add(kind="cares", text="Speed", date="2026-01-05")
        fact.text = "Speed, but not at any price"
        self.assertRecordValues(
            fact.replaced_ids, [{"text": "Speed", "active": False, "date": date(2026, 1, 5)}]
        )
        fact.write({"text": fact.text, "source": "staff"})
        self.assertEqual(len(fact.replaced_ids), 1)

    def test_impressions_are_ours_until_somebody_says_else(self):
        usual = {
            section["kind"]: section["source"]
            for section in self.facts.get_notebook(self.customer.id)["sections"]
        }
        for kind, source in usual.items():
            fact = self.add(kind=kind, text="Something")
            is_ours = kind in ("temperament", "dislikes", "met")
            self.assertEqual((fact.source, source), ("staff" if is_ours else "customer",) * 2)
        fact = self.add(kind="dislikes", text="Noise", source="customer")
        self.assertEqual(fact.source, "customer")
        fact.kind = "temperament"
        self.assertEqual(fact.source, "customer", "How it is known was said")

    def test_a_suggestion_is_shown_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.suggestion.with_context(lang="fr_FR").name = "Les files d'attente"
        fact = self.add(kind="dislikes", suggestion_id=self.suggestion.id)
        self.assertEqual(fact.text, "Queues")
        self.service.lang = "fr_FR"
        french = self.facts.with_context(lang="fr_FR")
        (shown,) = next(
            section["facts"]
            for section in french.get_notebook(self.customer.id)["sections"]
            if section["kind"] == "dislikes"
        )
        self.assertEqual(shown["text"], "Les files d'attente")
        fact.text = "Queues at the counter"
        self.assertFalse(fact.suggestion_id)

    def test_a_second_tap_writes_nothing(self):
        first = self.add(kind="dislikes", suggestion_id=self.suggestion.id)
        self.assertEqual(self.add(kind="dislikes", suggestion_id=self.suggestion.id), first)
        self.assertEqual(self.add(kind="dislikes", text="Queues"), first)
        promise = self.add(kind="promise", text="Call back", date_due="2026-03-11")
        again = self.add(kind="promise", text="Call back", date_due="2026-03-11")
        self.assertEqual(again, promise)
        self.assertNotEqual(
            self.add(kind="promise", text="Call back", date_due="2026-03-20"), promise
        )
        talk = self.add(kind="last_talk", text="Was happy")
        with freeze_time("2026-03-12 12:00:00"):
            self.assertNotEqual(self.add(kind="last_talk", text="Was happy"), talk)

    def test_promises_are_done_and_undone(self):
        promise = self.add(kind="promise", text="Call back", date_due="2026-03-09")
        answer = self.facts.set_done(promise.id, outcome="Called, all is well")
        self.assertTrue(answer["is_done"])
        self.assertEqual(promise.date_done, TODAY)
        self.assertEqual(promise.outcome, "Called, all is well")
        self.facts.set_done(promise.id, False)
        self.assertFalse(promise.is_done or promise.date_done)
        self.assertEqual(promise.outcome, "Called, all is well")

    def test_what_is_owed_stands_above_the_timeline(self):
        self.add(kind="promise", text="Send the offer", date_due="2026-03-01")
        self.add(kind="request", text="Only in writing")
        done = self.add(kind="promise", text="Call back")
        self.facts.set_done(done.id)
        header = self.touchpoints.get_timeline("res.partner", self.customer.id)["header"]
        promises = [alert for alert in header if alert["kind"] == "promise"]
        self.assertEqual(
            [(alert["title"], alert["level"]) for alert in promises],
            [("Promised: Send the offer", "danger"), ("Asked for: Only in writing", "warning")],
        )

    def test_bad_facts(self):
        good = {"kind": "cares", "text": "Speed"}
        missing = self.suggestion.create({"kind": "cares", "name": "Gone"})
        missing.unlink()
        for values in (
            None,
            [],
            "text",
            {},
            {"kind": "cares"},
            good | {"text": "  "},
            good | {"text": "x" * 2001},
            good | {"text": 5},
            good | {"kind": "nothing"},
            good | {"source": "gossip"},
            good | {"date": "2026-02-30"},
            good | {"date_due": "2026-03-11"},
            good | {"suggestion_id": self.suggestion.id},
            good | {"suggestion_id": missing.id},
            good | {"suggestion_id": 2**40},
            good | {"is_done": True},
            good | {"partner_id": self.contact.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.facts.add_fact(self.customer.id, values)
        for partner_id in (None, True, 0, -1, 1.5, "1", 2**31, 2**80, 999_999_999):
            with self.subTest(partner_id=partner_id):
                with self.assertRaises(UserError):
                    self.facts.add_fact(partner_id, good)
                with self.assertRaises(UserError):
                    self.facts.get_notebook(partner_id)
        fact = self.add(**good)
        for arguments in (
            (fact.id,),
            (None,),
            (2**80,),
            (True,),
            (self.add(kind="promise", text="Call").id, "yes"),
            (self.add(kind="promise", text="Call").id, True, 5),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                self.facts.set_done(*arguments)
        with self.assertRaises(ValidationError):
            fact.date_due = TODAY

    def test_nobody_knows_since_a_day_to_come(self):
        self.add(kind="cares", text="Tomorrow, at the other end of the world", date="2026-03-11")
        with self.assertRaises(ValidationError):
            self.add(kind="cares", text="A year mistyped", date="2062-03-10")

    def test_own_fields(self):
        self.env.company.crm_experience_fact_properties = [
            {"name": "shoe_size", "string": "Shoe size", "type": "integer"}
        ]
        fact = self.add(kind="other", text="Runs")
        fact.properties = {"shoe_size": 43}
        self.assertEqual(fact.properties["shoe_size"], 43)

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_facts_of_colleagues_are_read_and_not_changed(self):
        fact = self.add(kind="promise", text="Call back", user=self.colleague)
        self.assertFalse(self.get_section("promise")["facts"][0]["can_write"])
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            self.facts.set_done(fact.id)
        # whoever looks after the customer looks after what was promised
        self.customer.user_id = self.service
        self.facts.set_done(fact.id)
        self.assertTrue(fact.is_done)

    def test_no_rights_and_other_companies(self):
        with self.assertRaises(AccessError):
            self.facts.with_user(self.salesperson).get_notebook(self.customer.id)
        with self.assertRaises(AccessError):
            self.facts.with_user(self.salesperson).add_fact(
                self.customer.id, {"kind": "cares", "text": "Speed"}
            )
        with self.assertRaises(AccessError):
            self.facts.get_notebook(self.foreign_partner.id)
        with self.assertRaises(AccessError):
            self.facts.add_fact(self.foreign_partner.id, {"kind": "cares", "text": "Speed"})

    def test_what_another_company_knows_of_a_shared_customer_is_theirs(self):
        theirs = self.env["crm.partner.fact"].create(
            {
                "partner_id": self.customer.id,
                "kind": "temperament",
                "text": "Calm",
                "company_id": self.other_company.id,
                "user_id": False,
                "team_id": False,
            }
        )
        self.assertEqual(self.get_section("temperament")["count"], 0)
        self.add(kind="temperament", text="Impatient")
        self.assertTrue(theirs.active)

    # ------------------------------------------------------------
    # Notebook
    # ------------------------------------------------------------

    def test_the_notebook_of_a_company(self):
        self.contact.write({"function": "Buyer", "phone": "+14155550102"})
        self.roles.set_role(
            {
                "partner_id": self.contact.id,
                "role": "decides",
                "customer_id": self.company_partner.id,
            }
        )
        self.dates.add_date(self.contact.id, {"kind": "birthday", "month": 3, "day": 12})
        self.log_good(
            self.event(1, partner_id=self.contact.id, summary="Asked for a price"),
            self.event(2, partner_id=self.contact.id, channel="email", date="2026-02-01"),
        )
        notebook = self.facts.get_notebook(self.company_partner.id)
        self.assertTrue(notebook["partner"]["is_company"])
        self.assertEqual(
            notebook["people"],
            [
                {
                    "id": self.contact.id,
                    "name": "Bob",
                    "function": "Buyer",
                    "phone": "+14155550102",
                }
            ],
        )
        (role,) = notebook["roles"]
        self.assertEqual((role["role"], role["partner"]["name"]), ("decides", "Bob"))
        (birthday,) = notebook["dates"]
        self.assertEqual((birthday["days"], birthday["partner"]["name"]), (2, "Bob"))
        self.assertEqual(notebook["last_talk"]["summary"], "Asked for a price")
        # on the card of the person: the company, and the role there
        person = self.facts.get_notebook(self.contact.id)
        self.assertEqual(person["partner"]["parent"]["name"], "Acme")
        self.assertEqual(len(person["roles"]), 1)
        self.assertEqual(person["people"], [])

    def test_the_notebook_of_a_deal(self):
        user = new_test_user(
            self.env,
            "exp_both",
            "crm_experience.group_crm_experience_user,sales_team.group_sale_salesman",
        )
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.contact.id, "user_id": user.id}
        )
        roles = self.roles.with_user(user)
        answer = roles.set_role(
            {"partner_id": self.contact.id, "role": "pays", "lead_id": lead.id, "note": "Cash"}
        )
        notebook = self.facts.with_user(user).get_notebook(self.contact.id, lead.id)
        self.assertEqual(notebook["lead"], {"id": lead.id, "name": "Deal"})
        self.assertEqual([role["id"] for role in notebook["roles"]], [answer["id"]])
        self.assertEqual([person["name"] for person in notebook["people"]], ["Bob"])
        # who may not read the deal sees neither it nor the role
        self.assertEqual(self.facts.get_notebook(self.contact.id)["roles"], [])
        with self.assertRaises(AccessError):
            self.facts.get_notebook(self.contact.id, lead.id)
        action = lead.with_user(user).action_open_notebook()
        self.assertEqual(action["params"], {"partner_id": self.contact.id, "lead_id": lead.id})
        lead.partner_id = False
        with self.assertRaises(UserError):
            lead.with_user(user).action_open_notebook()

    def test_a_role_is_about_something(self):
        with self.assertRaises(ValidationError):
            self.roles.create({"partner_id": self.contact.id, "role": "pays"})

    def test_how_the_customer_wants_to_be_contacted(self):
        partner = self.facts.get_notebook(self.customer.id)["partner"]
        self.assertEqual((partner["refusals"], partner["is_quiet"]), ([], False))
        self.assertNotIn("quiet_hours", partner)
        self.customer.write({"quiet_from": 11.5, "quiet_to": 14, "is_phone_refused": True})
        self.env["mail.blacklist"]._add("ann@customer.example")
        self.env.invalidate_all()
        partner = self.facts.get_notebook(self.customer.id)["partner"]
        self.assertEqual(partner["refusals"], ["No calls", "No mail"])
        self.assertEqual((partner["quiet_hours"], partner["is_quiet"]), ("11:30–14:00", True))

    def test_appointments_are_dates_too(self):
        meetings = self.env["calendar.event"].create(
            [
                {
                    "name": name,
                    "start": start,
                    "stop": start,
                    "partner_ids": [Command.link(partner.id)],
                }
                for name, start, partner in (
                    ("Over", "2026-03-10 09:00:00", self.customer),
                    ("Show the phone", "2026-03-12 09:00:00", self.customer),
                    ("Somebody else's", "2026-03-12 09:00:00", self.contact),
                )
            ]
        )
        self.customer.activity_schedule(
            "mail.mail_activity_data_todo",
            date(2026, 3, 9),
            summary="Send the offer",
            user_id=self.service.id,
        )
        dates = self.facts.get_notebook(self.customer.id)["dates"]
        self.assertEqual(
            [(item["kind"], item["title"], item["days"]) for item in dates],
            [("activity", "Send the offer", -1), ("meeting", "Show the phone", 2)],
        )
        self.assertEqual((dates[1]["model"], dates[1]["id"]), ("calendar.event", meetings[1].id))

    def test_the_last_talk_says_what_it_was_about(self):
        case = self.env["crm.case"].create({"partner_id": self.customer.id, "title": "Battery"})
        self.env["crm.touchpoint"].search([("partner_id", "=", self.customer.id)]).unlink()
        self.env["crm.touchpoint"].create(
            {
                "partner_id": self.customer.id,
                "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_phone").id,
                "res_model": "crm.case",
                "res_id": case.id,
            }
        )
        talk = self.facts.get_notebook(self.customer.id)["last_talk"]
        self.assertEqual(talk["document"]["model"], "crm.case")
        self.assertIn("Battery", talk["document"]["name"])

    def test_what_is_still_to_come_is_no_last_talk(self):
        self.log_good(
            self.event(1, summary="Called", channel="phone", date="2026-03-09"),
            self.event(2, summary="Will meet", channel="meeting", date="2026-03-11"),
        )
        talk = self.facts.get_notebook(self.customer.id)["last_talk"]
        self.assertEqual(talk["summary"], "Called")

    def test_products(self):
        product = self.env["product.product"].create({"name": "Phone", "list_price": 10})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_confirm()
        self.env["crm.registered.product"].create(
            {"partner_id": self.customer.id, "name": "Tablet", "date_warranty_end": "2026-12-31"}
        )
        (registered,) = self.facts.get_notebook(self.customer.id)["products"]
        self.assertEqual((registered["name"], registered["has_warranty"]), ("Tablet", True))
        self.service.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        names = [item["name"] for item in self.facts.get_notebook(self.customer.id)["products"]]
        self.assertEqual(names, ["Tablet", "Phone"])

    def test_cases_are_on_the_card_for_everybody(self):
        self.env["crm.case"].create({"partner_id": self.customer.id, "title": "Nobody called back"})
        alerts = self.facts.get_notebook(self.customer.id)["alerts"]
        cases = [alert for alert in alerts if alert["kind"] == "case"]
        self.assertEqual(len(cases), 1)
        self.assertIn("Nobody called back", str(cases))

    def test_the_number_of_queries_does_not_depend_on_what_is_known(self):
        self._fill(60)
        few = self._count_queries()
        self._fill(300)
        self.assertEqual(self._count_queries(), few)
        self.assertLessEqual(few, 30)

    def _fill(self, count):
        kinds = ("cares", "dislikes", "promise", "other")
        people = self.env["res.partner"].create(
            [
                {"name": f"Person {number}", "parent_id": self.company_partner.id}
                for number in range(count)
            ]
        )
        self.env["crm.partner.fact"].create(
            [
                {
                    "partner_id": self.company_partner.id,
                    "kind": kinds[number % len(kinds)],
                    "text": f"Fact {number}",
                }
                for number in range(4 * count)
            ]
        )
        self.env["crm.partner.date"].create(
            [
                {"partner_id": person.id, "kind": "birthday", "month": 5, "day": 1}
                for person in people
            ]
        )
        self.env["crm.deal.role"].create(
            [
                {
                    "partner_id": person.id,
                    "customer_id": self.company_partner.id,
                    "role": "uses",
                }
                for person in people
            ]
        )

    def _count_queries(self):
        self.facts.get_notebook(self.company_partner.id)  # what is cached for long
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.facts.env.user.partner_id.name)  # who asks is known
        before = self.env.cr.sql_log_count
        self.facts.get_notebook(self.company_partner.id)
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------
    # Roles
    # ------------------------------------------------------------

    def test_roles_are_set_and_taken_back(self):
        values = {
            "partner_id": self.contact.id,
            "role": "pays",
            "customer_id": self.company_partner.id,
        }
        role = self.roles.set_role(values)
        self.assertTrue(role["active"])
        self.assertEqual(self.roles.set_role(values), role)
        over = self.roles.set_role(values | {"is_over": True})
        self.assertEqual(over, {"id": role["id"], "active": False})
        self.assertEqual(self.roles.set_role(values), role)
        other = {**values, "role": "uses", "is_over": True}
        self.assertEqual(self.roles.set_role(other), {"id": 0, "active": False})
        with self.assertRaises(ValidationError):
            self.roles.create(values)

    def test_bad_roles(self):
        good = {
            "partner_id": self.contact.id,
            "role": "pays",
            "customer_id": self.company_partner.id,
        }
        for values in (
            None,
            [],
            {},
            good | {"role": "prays"},
            good | {"partner_id": 999_999_999},
            good | {"customer_id": 2**40},
            good | {"customer_id": False},
            good | {"lead_id": 1},
            good | {"is_over": "yes"},
            good | {"note": "x" * 300},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.roles.set_role(values)
        with self.assertRaises(AccessError):
            self.roles.set_role(good | {"partner_id": self.foreign_partner.id})
        with self.assertRaises(AccessError):
            self.roles.with_user(self.salesperson).set_role(good)

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source | target).ids, target)
        self.env.invalidate_all()

    def test_merged_contacts_keep_the_facts_of_both(self):
        twin = self.env["res.partner"].create({"name": "Ann", "email": "ann@customer.example"})
        old = self.add(kind="temperament", text="Calm", date="2026-01-01")
        new = self.add(kind="temperament", text="Impatient", partner=twin, date="2026-02-01")
        both = self.add(kind="cares", text="Speed") | self.add(
            kind="cares", text="Price", partner=twin
        )
        self.merge(twin, self.customer)
        self.assertEqual((both | old | new).partner_id, self.customer)
        self.assertTrue(all(both.mapped("active")))
        self.assertTrue(new.active)
        self.assertEqual(old.replaced_by_id, new)
        self.assertFalse(old.active)

    def test_merged_contacts_know_everything_once(self):
        twin = self.env["res.partner"].create({"name": "Ann"})
        early = self.add(kind="cares", text="Fast  delivery", partner=twin, date="2026-01-01")
        late = self.add(
            kind="cares", text="fast delivery ", date="2026-02-01", source_note="Her husband"
        )
        picked = self.add(kind="dislikes", suggestion_id=self.suggestion.id, date="2026-02-01")
        other_words = self.add(
            kind="dislikes", suggestion_id=self.suggestion.id, partner=twin, date="2026-01-01"
        )
        # picked when the suggestion had another name
        self.env.cr.execute(
            "UPDATE crm_partner_fact SET text = 'Lines' WHERE id = %s", [other_words.id]
        )
        apart = self.add(kind="other", text="Fast delivery") | self.add(
            kind="cares", text="Fast delivery, always", partner=twin
        )
        promises = self.add(kind="promise", text="Call", date="2026-01-01") | self.add(
            kind="promise", text="Call", date="2026-01-02", partner=twin
        )
        self.merge(twin, self.customer)
        facts = early | late | picked | other_words | apart | promises
        self.assertEqual(facts.exists().partner_id, self.customer)
        self.assertEqual(facts.filtered("active"), early | other_words | apart | promises)
        self.assertEqual((late.replaced_by_id, picked.replaced_by_id), (early, other_words))
        self.assertRecordValues(early, [{"source_note": "Her husband", "date": date(2026, 1, 1)}])

    def test_merged_contacts_have_one_birthday(self):
        for dst_has_year in (False, True):
            twins = self.env["res.partner"].create([{"name": "Zoe"}] * 2)
            with_year = {"kind": "birthday", "month": 5, "day": 4, "year": 1990}
            without = {"kind": "birthday", "month": 5, "day": 5}
            ids = [
                self.dates.add_date(
                    twin.id, with_year if (twin == twins[1]) == dst_has_year else without
                )["id"]
                for twin in twins
            ]
            self.merge(twins[0], twins[1])
            noted = self.env["crm.partner.date"].with_context(active_test=False).browse(ids)
            self.assertEqual(noted.exists(), noted)
            self.assertEqual(noted.partner_id, twins[1])
            self.assertEqual(noted.filtered("active").year, 1990)
            self.assertEqual(len(noted.filtered("active")), 1)

    def test_merged_contacts_have_each_role_once(self):
        twin = self.env["res.partner"].create({"name": "Bob", "parent_id": self.company_partner.id})
        roles = self.env["crm.deal.role"].create(
            [
                {"partner_id": person.id, "customer_id": self.company_partner.id, "role": role}
                for person in (self.contact, twin)
                for role in ("pays", "uses")
            ]
        )
        self.merge(twin, self.contact)
        self.assertEqual(sorted(roles.exists().mapped("role")), ["pays", "uses"])
        self.assertEqual(roles.exists().partner_id, self.contact)
        # and where the customers are merged
        other = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        roles |= self.env["crm.deal.role"].create(
            {"partner_id": self.contact.id, "customer_id": other.id, "role": "pays"}
        )
        self.merge(other, self.company_partner)
        self.assertEqual(sorted(roles.exists().mapped("role")), ["pays", "uses"])

    def test_merged_opportunities_have_each_role_once(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Deal {n}", "type": "opportunity", "partner_id": self.contact.id}
                for n in range(2)
            ]
        )
        roles = self.env["crm.deal.role"].create(
            [
                {"partner_id": self.contact.id, "lead_id": lead.id, "role": role}
                for lead, role in ((leads[0], "pays"), (leads[1], "pays"), (leads[1], "uses"))
            ]
        )
        survivor = leads.merge_opportunity()
        self.env.invalidate_all()
        self.assertEqual(roles.exists().lead_id, survivor)
        self.assertEqual(sorted(roles.exists().mapped("role")), ["pays", "uses"])

    def test_late_is_late_where_the_user_is(self):
        """What is due today is not late."""
        self.add(kind="promise", text="Call", date_due=TODAY)
        (alert,) = self.customer.with_user(self.service)._get_customer_alerts()
        self.assertEqual(alert["level"], "warning")
        with freeze_time(TODAY + timedelta(days=1)):
            (alert,) = self.customer.with_user(self.service)._get_customer_alerts()
        self.assertEqual(alert["level"], "danger")
