from datetime import datetime

from lxml import html
from odoo.fields import Command
from odoo.tests import tagged

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalAnswer(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photos, cls.battery, cls.draft, cls.foreign = cls.env["crm.answer"].create(
            [
                {
                    "name": "How do I move my photos?",
                    "body": "<p>With a cable.</p>",
                    "is_published": True,
                },
                {
                    "name": "Empty in the afternoon",
                    "keywords": "battery, charge",
                    "body": "<p>Charge it.</p>",
                    "product_ids": [Command.set(cls.phone.ids)],
                    "is_published": True,
                },
                {"name": "Draft about photos", "body": "<p>Secret</p>"},
                {
                    "name": "Photos elsewhere",
                    "body": "<p>Elsewhere</p>",
                    "is_published": True,
                    "company_id": cls.other_company.id,
                },
            ]
        )

    def suggest(self, query):
        response = self.url_open(
            "/my/experience/answers/suggest", json={"params": {"query": query}}
        )
        return [answer["name"] for answer in response.json()["result"]]

    def test_search(self):
        self.sign_in(self.ann)
        words = self.words("/my/experience/answers?search=photos")
        self.assertIn(self.photos.name, words)
        for answer in (self.battery, self.draft, self.foreign):
            self.assertNotIn(answer.name, words)
        self.assertIn("Nobody has asked this", self.words("/my/experience/answers?search=zebra"))

    def test_an_excerpt_is_plain_words(self):
        self.photos.body = "<p>Use <b>the cable</b>, then</p><p>wait &amp; see.</p>"
        self.sign_in(self.ann)
        response = self.url_open(
            "/my/experience/answers/suggest", json={"params": {"query": "photos"}}
        )
        (found,) = response.json()["result"]
        self.assertEqual(found["excerpt"], "Use the cable, then wait & see.")

    def test_scripts_of_the_page_are_translated(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        text = self.url_open("/website/translations?lang=zh_CN").text
        self.assertIn("Perhaps this is the answer:", text)

    def test_suggestions(self):
        self.sign_in(self.ann)
        self.assertEqual(self.suggest("my PHOTOS are gone"), [self.photos.name])
        self.assertEqual(self.suggest("battery"), [self.battery.name])
        self.env.company.experience_portal_answers = False
        self.assertEqual(self.suggest("battery"), [])

    def test_products_of_the_customer_come_first(self):
        answers = self.env["crm.answer"]
        self.assertEqual(
            answers._search_published("", self.env.company, self.phone)[0], self.battery
        )

    def test_only_published_ones_are_there(self):
        self.sign_in(self.ann)
        self.assertIn("With a cable.", self.words(f"/my/experience/answers/{self.photos.id}"))
        for answer in (self.draft, self.foreign):
            self.get(f"/my/experience/answers/{answer.id}", 303)

    def test_helped_is_counted_once(self):
        self.sign_in(self.ann)
        url = f"/my/experience/answers/{self.photos.id}"
        self.post(f"{url}/helped", page=url)
        self.post(f"{url}/helped", page="/my/cases/new")
        self.assertEqual(self.photos.helpful_count, 1)


@tagged("post_install", "-at_install")
class TestPortalStore(PortalCase):
    URL = "/my/experience/stores"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team"].search([]).store_partner_id = False
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Shop",
                "tz": "Europe/Berlin",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Open",
                            "dayofweek": str(day),
                            "hour_from": 9.5,
                            "hour_to": 18,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        partners = cls.env["res.partner"].create(
            [
                {"name": "P", "street": "Rue 1", "city": "Paris", "phone": "+33 1"}
                | {"partner_latitude": 48.8566, "partner_longitude": 2.3522},
                {"name": "L", "street": "Road 1", "city": "London", "comment": "secret"}
                | {"partner_latitude": 51.5074, "partner_longitude": -0.1278},
                {"name": "X", "city": "Berlin", "company_id": cls.other_company.id},
            ]
        )
        cls.paris, cls.london, cls.foreign = cls.env["crm.team"].create(
            [
                {"name": "Store Paris", "store_partner_id": partners[0].id, "sequence": 2},
                {"name": "Store London", "store_partner_id": partners[1].id, "sequence": 1},
                {
                    "name": "Store Foreign",
                    "store_partner_id": partners[2].id,
                    "company_id": cls.other_company.id,
                },
            ]
        )
        cls.paris.store_calendar_id = cls.calendar

    def order_of(self, text):
        return [name for name in ("Paris", "London") if name in text] and (
            "Paris first" if text.index("Store Paris") < text.index("Store London") else "London"
        )

    def test_by_address(self):
        self.sign_in(self.ann)
        words = self.words(self.URL)
        self.assertEqual(self.order_of(words), "London")
        self.assertNotIn("Store Foreign", words)
        self.assertNotIn("secret", words)
        self.customer.city = "paris "
        self.assertEqual(self.order_of(self.words(self.URL)), "Paris first")

    def test_by_position(self):
        self.sign_in(self.ann)
        response = self.post(self.URL, {"latitude": "48.85", "longitude": "2.35"}, status=200)
        self.assertEqual(self.order_of(response.text), "Paris first")
        self.assertIn("344 km", response.text)
        self.assertNotIn("48.85&", response.url)
        # it is kept nowhere
        self.assertFalse(self.customer.partner_latitude)
        response = self.post(self.URL, {"latitude": "95", "longitude": "x"}, status=200)
        self.assertEqual(self.order_of(response.text), "London")

    def test_opening_hours(self):
        self.assertTrue(self.paris._is_store_open(datetime(2026, 6, 15, 8)))
        self.assertFalse(self.paris._is_store_open(datetime(2026, 6, 15, 7)))
        self.assertFalse(self.paris._is_store_open(datetime(2026, 6, 14, 8)))
        self.assertFalse(self.london._is_store_open(datetime(2026, 6, 15, 8)))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": "2026-06-14 22:00:00",
                "date_to": "2026-06-15 22:00:00",
            }
        )
        self.assertFalse(self.paris._is_store_open(datetime(2026, 6, 15, 8)))
        self.sign_in(self.ann)
        words = self.words(self.URL)
        self.assertIn("Monday – Friday 9:30–18:00", words)
        self.assertIn("Saturday – Sunday closed", words)

    def test_links(self):
        self.sign_in(self.ann)
        text = self.get(self.URL).text
        self.assertIn('href="tel:+33 1"', text)
        self.assertIn("48.856600%2C2.352200", text)
        self.env["ir.config_parameter"].set_param("crm_experience.map_url", False)
        self.assertNotIn("48.856600", self.get(self.URL).text)


@tagged("post_install", "-at_install")
class TestPortalPreferences(PortalCase):
    URL = "/my/experience/preferences"
    all_on = dict.fromkeys(("mail", "sms", "phone", "post", "survey", "greeting"), "1")

    def test_all_off_and_on_again(self):
        self.sign_in(self.ann)
        self.post(self.URL, {"quiet_from": "21:30", "quiet_to": "08:00", "tz": "Asia/Shanghai"})
        ann = self.customer
        self.assertTrue(ann.is_phone_refused and ann.is_post_refused and ann.experience_opt_out)
        self.assertTrue(ann.is_greeting_refused)
        self.assertTrue(ann.is_blacklisted and ann.phone_sanitized_blacklisted)
        self.assertEqual((ann.quiet_from, ann.quiet_to, ann.tz), (21.5, 8, "Asia/Shanghai"))
        self.assertFalse(self.page(self.URL).xpath("//input[@type='checkbox'][@checked]"))
        self.post(self.URL, self.all_on)
        self.env.invalidate_all()
        self.assertFalse(ann.is_phone_refused or ann.is_post_refused or ann.experience_opt_out)
        self.assertFalse(ann.is_greeting_refused)
        self.assertFalse(ann.is_blacklisted or ann.phone_sanitized_blacklisted)
        self.assertEqual((ann.quiet_from, ann.quiet_to, ann.tz), (0, 0, "Asia/Shanghai"))
        self.assertEqual(len(self.page(self.URL).xpath("//input[@checked]")), 6)

    def test_of_the_person_alone(self):
        self.sign_in(self.bob)
        self.post(self.URL, {})
        self.assertTrue(self.contact.experience_opt_out)
        self.assertFalse(self.company_partner.experience_opt_out)
        self.assertFalse(self.bea_partner.experience_opt_out)

    def test_refusals_of_others_are_not_taken_back(self):
        """Customers choose the address in their account: it could be that of somebody else."""
        self.env["mail.blacklist"]._add("victim@customer.example")
        self.customer.email = "victim@customer.example"
        self.sign_in(self.ann)
        self.post(self.URL, self.all_on)
        self.assertIn("please ask us", self.words(self.URL))
        self.env.invalidate_all()
        self.assertTrue(self.customer.is_blacklisted)

    def test_the_page_goes_on_in_the_language_that_was_chosen(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.sign_in(self.ann)
        self.get(self.URL)  # the browser keeps in which language the pages were
        response = self.post(self.URL, self.all_on | {"lang": "fr_FR"})
        self.assertEqual(self.customer.lang, "fr_FR")
        self.assertIn('<html lang="fr-FR"', self.url_open(response.headers["Location"]).text)
        self.assertIn('<html lang="fr-FR"', self.url_open("/my/experience").text)
        response = self.post(self.URL, self.all_on | {"lang": "en_US"})
        self.assertIn('<html lang="en-US"', self.url_open(response.headers["Location"]).text)
        self.assertIn('<html lang="en-US"', self.url_open("/my/experience").text)

    def test_what_is_wrong_is_said_and_nothing_lost(self):
        self.sign_in(self.ann)
        for values, sentence in (
            ({"quiet_from": "25:00"}, "time of day"),
            ({"tz": "No/Where"}, "choose again"),
            ({"lang": "xx_XX"}, "choose again"),
        ):
            with self.subTest(values=values):
                response = self.post(self.URL, {"post": "1", **values}, status=200)
                self.assertIn(sentence, response.text)
                checked = html.fromstring(response.text).xpath("//input[@checked]/@name")
                self.assertEqual(checked, ["post"])
        self.assertFalse(self.customer.experience_opt_out)
