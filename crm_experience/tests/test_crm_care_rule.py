from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CrmExperienceCase

BIRTHDAY = date(2026, 5, 4)


@tagged("post_install", "-at_install")
class TestCrmCareRule(CrmExperienceCase):
    """Care actions come up by themselves, once for each occasion."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["crm.care.rule"]
        cls.rules.search([]).active = False
        cls.customer.user_id = cls.salesperson
        with freeze_time("2026-01-10"):
            cls.birthday = cls.env["crm.partner.date"].create(
                {
                    "partner_id": cls.customer.id,
                    "kind": "birthday",
                    "month": 5,
                    "day": 4,
                    "year": 1990,
                }
            )
            # what the database says about when it was noted follows no frozen clock
            cls.env.flush_all()
            cls.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-01-10'")
            cls.birthday.invalidate_recordset()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Greeting",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "Happy birthday {{ object.name }}",
                "body_html": "<p>Happy birthday</p>",
                "partner_to": "{{ object.id }}",
                "use_default_to": False,
                "lang": "{{ object.lang }}",
                "auto_delete": False,
            }
        )

    def make(self, **values):
        return self.rules.create({"name": "Call", "date_kind": "birthday"} | values)

    def make_mail(self, **values):
        return self.make(action="mail", mail_template_id=self.template.id, **values)

    def run_on(self, day, hour=12):
        with freeze_time(f"{day} {hour:02}:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_experience.ir_cron_greet").method_direct_trigger()
        self.env.invalidate_all()

    def get_activities(self, partner=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", (partner or self.customer).id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("crm_experience.mail_activity_type_care").id,
                ),
            ]
        )

    def get_mails(self):
        return self.env["mail.mail"].search([("recipient_ids", "in", self.customer.ids)])

    # ------------------------------------------------------------
    # When
    # ------------------------------------------------------------

    def test_an_activity_comes_up_once(self):
        rule = self.make(days_before=3, note="<p>Take cake</p>")
        self.run_on("2026-04-30")
        self.assertFalse(self.get_activities())
        self.run_on("2026-05-01")
        activity = self.get_activities()
        self.assertRecordValues(
            activity,
            [
                {
                    "user_id": self.salesperson.id,
                    "summary": "Birthday, turns 36",
                    "date_deadline": BIRTHDAY,
                }
            ],
        )
        self.assertIn("Take cake", activity.note)
        self.assertEqual(rule.action_ids.date_occasion, BIRTHDAY)
        for day in ("2026-05-01", "2026-05-02", "2026-05-04", "2026-05-06"):
            self.run_on(day)
        activity.with_user(self.salesperson).action_done()
        self.run_on("2026-05-06")
        self.assertEqual(len(rule.action_ids), 1)
        self.assertFalse(self.get_activities())
        self.run_on("2027-05-02")
        self.assertEqual(len(rule.action_ids), 2)
        self.assertEqual(self.get_activities().summary, "Birthday, turns 37")

    def test_late_but_not_too_late(self):
        self.make(days_late=3)
        self.run_on("2026-05-08")
        self.assertFalse(self.get_activities())
        self.env["crm.partner.date"]._refresh_dates(date(2026, 1, 10))
        self.run_on("2027-05-07")
        self.assertEqual(self.get_activities().date_deadline, date(2027, 5, 7))

    def test_nobody_is_greeted_at_night(self):
        self.make()
        self.env.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.run_on("2026-05-03", hour=23)  # seven in the morning
        self.assertFalse(self.get_activities())
        self.run_on("2026-05-04", hour=0)  # eight
        self.assertTrue(self.get_activities())

    def test_a_day_that_was_noted_after_it_was_over_waits_for_the_next(self):
        self.make(days_late=30)
        self.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-05-05'")
        self.run_on("2026-05-06")
        self.assertFalse(self.get_activities())

    def test_a_corrected_day_is_the_same_occasion(self):
        rule = self.make()
        self.run_on("2026-05-04")
        with freeze_time("2026-05-05"):
            self.birthday.day = 6
            self.env.flush_all()
        self.run_on("2026-05-06")
        self.assertEqual(len(rule.action_ids), 1)

    def test_merging_contacts_greets_nobody_twice(self):
        rule = self.make()
        with freeze_time("2026-01-10"):
            twin = self.customer.copy({"name": "Ann"})
            self.birthday.copy({"partner_id": twin.id})
        self.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-01-10'")
        self.customer.active = False
        self.run_on("2026-05-04")  # the twin has been greeted, the customer has not
        self.assertEqual(rule.action_ids.partner_id, twin)
        self.customer.active = True
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (twin | self.customer).ids, self.customer
        )
        self.env.invalidate_all()
        self.run_on("2026-05-05")
        self.assertEqual(rule.action_ids.partner_id, self.customer)
        self.assertEqual(len(rule.action_ids), 1)

    def test_an_anniversary_that_has_only_begun_is_none(self):
        rule = self.make(date_kind="first_purchase")
        self.env["crm.partner.date"].create(
            {
                "partner_id": self.customer.id,
                "kind": "first_purchase",
                "month": 5,
                "day": 4,
                "year": 2026,
            }
        )
        self.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-01-10'")
        self.run_on("2026-05-04")
        self.assertFalse(rule.action_ids)
        self.run_on("2027-05-04")
        self.assertEqual(self.get_activities().summary, "First purchase, the first year")

    # ------------------------------------------------------------
    # For whom, by whom
    # ------------------------------------------------------------

    def test_conditions_on_customers(self):
        rule = self.make(partner_domain="[('ref', '=', 'NOBODY')]")
        self.run_on("2026-05-04")
        self.assertFalse(rule.action_ids)
        rule.partner_domain = "[('ref', '=', 'ANN')]"
        self.run_on("2026-05-04")
        self.assertEqual(len(rule.action_ids), 1)
        self.customer.active = False
        self.run_on("2027-05-04")
        self.assertEqual(len(rule.action_ids), 1)

    def test_nobody_who_has_died(self):
        rule = self.make()
        self.env["crm.customer.loss"].create(
            {
                "partner_id": self.customer.id,
                "reason_id": self.env.ref("crm_experience.crm_loss_reason_death").id,
            }
        )
        self.run_on("2026-05-04")
        self.assertFalse(rule.action_ids)

    def test_another_company_minds_its_own(self):
        rule = self.make(company_id=self.other_company.id)
        self.run_on("2026-05-04")
        self.assertFalse(rule.action_ids)

    def test_who_gets_it(self):
        self.team.user_id = leader = self.service
        self.make(assign="lead")
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team.id, "user_id": self.salesperson.id}
        )
        somebody = new_test_user(self.env, "exp_somebody")
        self.make(assign="user", user_id=somebody.id)
        self.run_on("2026-05-04")
        self.assertEqual(self.get_activities().user_id, leader | somebody)

    def test_somebody_gets_it(self):
        self.customer.user_id = False
        self.birthday.user_id = self.service
        self.make()
        self.run_on("2026-05-04")
        self.assertEqual(self.get_activities().user_id, self.service, "who noted the date")

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------

    def test_a_mail_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.template.with_context(lang="fr_FR").subject = "Bon anniversaire {{ object.name }}"
        self.customer.lang = "fr_FR"
        rule = self.make_mail()
        self.run_on("2026-05-04")
        mail = self.get_mails()
        self.assertEqual(mail.subject, "Bon anniversaire Ann")
        self.run_on("2026-05-05")
        self.assertEqual(self.get_mails(), mail)
        self.assertEqual(len(rule.action_ids), 1)

    def test_who_does_not_want_mail_gets_none(self):
        rule = self.make_mail()
        self.env["mail.blacklist"]._add("ann@customer.example")
        self.run_on("2026-05-04")
        self.assertFalse(self.get_mails() or rule.action_ids)
        self.env["mail.blacklist"]._remove("ann@customer.example")
        self.customer.email = False
        self.run_on("2026-05-04")
        self.assertFalse(self.get_mails() or rule.action_ids)

    def test_quiet_hours_of_the_customer(self):
        rule = self.make_mail()
        self.customer.write({"quiet_from": 21, "quiet_to": 8, "tz": "Asia/Shanghai"})
        self.run_on("2026-05-04", hour=15)  # eleven at night where she is
        self.assertFalse(self.get_mails() or rule.action_ids)
        self.run_on("2026-05-05", hour=0)
        self.assertFalse(rule.action_ids, "the work of the company has not begun")
        self.run_on("2026-05-05", hour=9)
        self.assertEqual((len(self.get_mails()), len(rule.action_ids)), (1, 1))

    def test_the_quiet_hours_of_one_are_not_those_of_another(self):
        rule = self.make_mail()
        hours = {"quiet_from": 9, "quiet_to": 17}
        self.contact.write(hours | {"tz": "Europe/Paris", "email": "bob@customer.example"})
        self.customer.write(hours | {"tz": "America/New_York"})
        with freeze_time("2026-01-10"):
            self.birthday.copy({"partner_id": self.contact.id})
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-01-10'")
        self.run_on("2026-05-04", hour=12)  # 14:00 in Paris, 8:00 in New York
        self.assertEqual(rule.action_ids.partner_id, self.customer)

    def test_who_calls_knows_who_does_not_want_to_be_called(self):
        self.make(note="<p>Take cake</p>")
        self.customer.is_phone_refused = True
        self.run_on("2026-05-04")
        note = self.get_activities().note
        self.assertIn("Take cake", note)
        self.assertIn("No calls", note)

    def test_a_broken_template_says_so_and_holds_up_nobody(self):
        broken = self.make_mail(sequence=1)
        # Odoo tries a template with the first contact alone when it is saved
        self.template.body_html = '<p t-if="object.name == \'Ann\'" t-out="object.no_such_field" />'
        self.make(sequence=2)
        with mute_logger(
            "odoo.addons.crm_experience.models.shared.crm_guarded_mixin",
            "odoo.addons.mail.models.mail_render_mixin",
        ):
            self.run_on("2026-05-04")
        self.assertIn("no_such_field", broken.error)
        self.assertFalse(broken.action_ids, "nothing was done, so it is tried again")
        self.assertTrue(self.get_activities())
        self.template.body_html = "<p>Happy birthday</p>"
        self.run_on("2026-05-04", hour=13)
        self.assertFalse(broken.error)
        self.assertEqual(len(self.get_mails()), 1)

    # ------------------------------------------------------------
    # Occasions for everybody
    # ------------------------------------------------------------

    def test_the_lunar_new_year(self):
        occasion = self.env.ref("crm_experience.crm_care_occasion_lunar_new_year")
        rule = self.make_mail(date_kind="occasion", occasion_id=occasion.id, days_late=1)
        everybody = self.customer | self.contact | self.foreign_partner
        everybody.email = "x@customer.example"
        self.customer.email = "ann@customer.example"
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        order.action_confirm()
        self.run_on("2027-02-05")
        self.assertFalse(rule.action_ids)
        self.run_on("2027-02-06")
        # not everybody in the address book: who has bought something
        self.assertIn(self.customer, rule.action_ids.partner_id)
        self.assertFalse(rule.action_ids.partner_id & (self.contact | self.foreign_partner))
        count = len(rule.action_ids)
        self.run_on("2027-02-07")
        self.assertEqual(len(rule.action_ids), count)
        self.run_on("2028-01-26")
        self.assertIn(date(2028, 1, 26), rule.action_ids.mapped("date_occasion"))

    def test_a_mailbox_is_greeted_once(self):
        occasion = self.env.ref("crm_experience.crm_care_occasion_christmas")
        rule = self.make_mail(date_kind="occasion", occasion_id=occasion.id)
        calls = self.make(date_kind="occasion", occasion_id=occasion.id)
        family = self.customer | self.contact
        family.write({"email": "home@customer.example", "customer_rank": 1})
        self.customer.write({"quiet_from": 10, "quiet_to": 14})
        self.run_on("2026-12-25", hour=12)
        self.assertEqual(rule.action_ids.partner_id & family, self.contact)
        self.run_on("2026-12-25", hour=15)
        self.assertEqual(rule.action_ids.partner_id & family, self.contact)
        self.assertEqual(calls.action_ids.partner_id & family, family, "a call is for each")
        self.run_on("2027-12-25", hour=15)
        self.assertEqual(len(rule.action_ids.filtered(lambda done: done.partner_id in family)), 2)

    # ------------------------------------------------------------
    # Sets
    # ------------------------------------------------------------

    def test_claiming_takes_one_statement_however_many_there_are(self):
        people = self.env["res.partner"].create([{"name": f"P {n}"} for n in range(50)])
        self.env["crm.partner.date"].create(
            [
                {"partner_id": person.id, "kind": "birthday", "month": 5, "day": 4}
                for person in people
            ]
        )
        self.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-01-10'")
        rule = self.make()
        with freeze_time("2026-05-04 12:00:00"):
            for record in self.env["crm.partner.date"].search([]):
                record._compute_date_next()
            (place,) = (
                place for place in self.rules._get_places() if place.company == self.env.company
            )
            self.env.flush_all()
            # who has died, and the claim itself
            with self.assertQueryCount(2):
                actions = rule._claim(place)
            self.assertEqual(len(actions), 51)
            self.assertFalse(rule._claim(place))

    def test_more_than_a_portion(self):
        path = "odoo.addons.crm_experience.models.notebook.crm_care_rule_run._PORTION"
        people = self.env["res.partner"].create([{"name": f"P {n}"} for n in range(7)])
        with freeze_time("2026-01-10"):
            self.env["crm.partner.date"].create(
                [
                    {"partner_id": person.id, "kind": "birthday", "month": 5, "day": 4}
                    for person in people
                ]
            )
        self.env.cr.execute("UPDATE crm_partner_date SET create_date = '2026-01-10'")
        rule = self.make()
        with patch(path, 3):
            self.run_on("2026-05-04")
        self.assertEqual(len(rule.action_ids), 8)
        self.assertEqual(len(rule.action_ids.partner_id), 8)

    # ------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------

    def test_bad_rules(self):
        for values in (
            {"days_before": -1},
            {"days_before": 91},
            {"days_late": 1000},
            {"date_kind": "occasion"},
            {"occasion_id": self.env.ref("crm_experience.crm_care_occasion_christmas").id},
            {"action": "mail"},
            {"activity_type_id": False},
            {"assign": "user"},
            {"partner_domain": "[('no_such_field', '=', 1)]"},
            {"partner_domain": "not a domain"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.make(**values)

    def test_a_rule_that_did_something_is_archived_and_not_deleted(self):
        rule = self.make()
        self.run_on("2026-05-04")
        with self.assertRaises(UserError):
            rule.unlink()
        self.make().unlink()

    def test_shipped_rules_send_nothing_by_themselves(self):
        shipped = self.rules.with_context(active_test=False).search(
            [("action", "=", "mail"), ("create_uid", "=", self.env.ref("base.user_root").id)]
        )
        self.assertGreaterEqual(len(shipped), 3)
        self.assertFalse(any(shipped.mapped("active")))
