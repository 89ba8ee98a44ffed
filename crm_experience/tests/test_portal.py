import json

from odoo.addons.crm_experience.controllers import portal
from odoo.tests import tagged

from .portal_common import PortalCase

#: every page of ours, with the part that it belongs to
PAGES = {
    "/my/experience": "home",
    "/my/cases": "cases",
    "/my/cases/page/2": "cases",
    "/my/cases/new": "cases",
    "/my/cases/7": "cases",
    "/my/experience/returns/new": "returns",
    "/my/experience/products": "products",
    "/my/experience/products/new": "products",
    "/my/experience/products/7": "products",
    "/my/experience/answers": "answers",
    "/my/experience/answers/7": "answers",
    "/my/experience/stores": "stores",
    "/my/experience/preferences": "preferences",
}
FORMS = (
    "/my/cases/new",
    "/my/cases/7/confirm",
    "/my/cases/7/reopen",
    "/my/experience/returns/new",
    "/my/experience/products/new",
    "/my/experience/products/7",
    "/my/experience/products/7/remove",
    "/my/experience/answers/7/helped",
    "/my/experience/stores",
    "/my/experience/preferences",
)


@tagged("post_install", "-at_install")
class TestPortal(PortalCase):
    def test_nothing_is_there_until_it_is_switched_on(self):
        self.assertFalse(self.env["res.company"].create({"name": "New"}).experience_portal)
        self.env.company.experience_portal = False
        self.sign_in(self.ann)
        for url in PAGES:
            self.get(url, 404)
        self.assertNotIn("/my/experience", self.get("/my").text)

    def test_a_part_that_is_off_is_not_there(self):
        self.env.company.experience_portal_stores = False
        self.sign_in(self.ann)
        self.get("/my/experience/stores", 404)
        self.assertNotIn("/my/experience/stores", self.get("/my/experience").text)
        self.get("/my/experience/products")

    def test_home(self):
        self.sign_in(self.ann)
        self.assertIn("/my/experience", self.get("/my").text)
        words = self.words("/my/experience")
        self.assertIn("How can we help?", words)
        self.assertIn(self.order.name, words)
        counters = self.url_open(
            "/my/counters",
            data=json.dumps(
                {
                    "params": {
                        "counters": ["experience_waiting_count", "experience_invitation_count"]
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()["result"]
        self.assertEqual(counters["experience_waiting_count"], 0)

    def test_invitations_of_the_person_alone(self):
        survey = self.env.ref("crm_experience.survey_survey_service")
        rule = self.env["crm.feedback.rule"].create({"name": "Rule", "survey_id": survey.id})
        values = {
            "rule_id": rule.id,
            "survey_id": survey.id,
            "company_id": self.env.company.id,
            "state": "sent",
        }
        invitations = self.env["crm.feedback.invitation"].create(
            [
                {**values, "partner_id": self.contact.id},
                {**values, "partner_id": self.contact.id, "state": "answered"},
                {**values, "partner_id": self.contact.id, "date_expiry": "2020-01-01"},
                {**values, "partner_id": self.contact.id, "way": "phone"},
                {**values, "partner_id": self.contact.id, "company_id": self.other_company.id},
            ]
        )
        self.sign_in(self.bob)
        links = self.page("/my/experience").xpath("//a[contains(@href, '/feedback/')]/@href")
        self.assertEqual(links, [invitations[0]._get_own_url()])
        for user in (self.bea, self.ann, self.max):
            self.sign_in(user)
            self.assertNotIn("/feedback/", self.get("/my/experience").text)

    def test_empty_pages_say_what_to_do(self):
        self.sign_in(self.bob)
        for url in (
            "/my/experience",
            "/my/cases",
            "/my/experience/products",
            "/my/experience/answers",
            "/my/experience/stores",
            "/my/experience/returns/new",
        ):
            self.assertGreater(len(self.words(url)), 30)

    def test_the_public_signs_in_first(self):
        self.authenticate(None, None)
        for url in PAGES:
            response = self.url_open(url, allow_redirects=False)
            self.assertIn(response.status_code, (302, 303), url)
            self.assertRegex(response.headers["Location"], r"/web/login|/my$")

    def test_customers_have_no_rights_on_our_tables(self):
        for model in ("crm.registered.product", "crm.answer"):
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(self.env[model].with_user(self.ann).has_access(operation))

    def test_other_company_has_its_own_switch(self):
        self.sign_in(self.max)
        self.get("/my/experience")
        self.other_company.experience_portal = False
        self.get("/my/experience", 404)

    # ------------------------------------------------------------
    # Whatever is sent
    # ------------------------------------------------------------

    def test_no_page_breaks(self):
        # %00 in a path is a 500 of core's on any path, ours or not.
        numbers = ("0", "00", "2147483647", "2147483648", "9" * 40, "-1", "1.5", "x", "%20", "٣")
        queries = (
            "",
            "?search=%00%ff&page=-1",
            "?page=%C2%B2&product_id=x&case_id=[]&answer_id=1",
            "?kind=x&about=order:99999999999999999999&title=%00",
            "?line=%F0%9F%98%80&order=1e9&access_token=%ff%00",
            "?search=" + "a" * 5000,
            "?access_token=&access_token=x&unknown=1",
        )
        paths = set(PAGES)
        for number in numbers:
            paths |= {
                f"/my/cases/{number}",
                f"/my/cases/page/{number}",
                f"/my/experience/products/{number}",
                f"/my/experience/answers/{number}",
            }
        for user in (self.ann, self.salesperson, None):
            self.sign_in(user) if user else self.authenticate(None, None)
            for path in sorted(paths):
                for query in queries:
                    self.forget_floods()
                    response = self.url_open(path + query, allow_redirects=False)
                    self.assertLess(response.status_code, 500, path + query)

    def test_no_form_breaks(self):
        self.sign_in(self.ann)
        token = self.page("/my/experience/preferences").xpath("//input[@name='csrf_token']/@value")
        keys = (
            *("kind", "title", "description", "about", "key", "line", "quantity", "wish", "order"),
            *("name", "serial_number", "date_purchase", "date_warranty_end", "note", "reason"),
            *("latitude", "longitude", "quiet_from", "quiet_to", "tz", "lang", "mail", "files"),
            *("access_token", "case_id", "product_id"),
        )
        values = (
            *("", "\0", "x" * 20_000, "-1", "1e999", "nan", "99999999999999999999", "order:"),
            *("order:9999999999", "product:\0", "2026-13-45", "25:99", "<script>", "٣", "\ud83d"),
        )
        for url in FORMS:
            for value in values:
                self.forget_floods()
                data = {key: value.encode("utf-8", "replace") for key in keys}
                response = self.url_open(
                    url, data={**data, "csrf_token": token[0]}, allow_redirects=False
                )
                self.assertLess(response.status_code, 500, (url, value[:20]))
            # files where texts belong
            self.forget_floods()
            response = self.url_open(
                url,
                data={"csrf_token": token[0]},
                files={key: ("a.txt", b"text", "text/plain") for key in keys},
                allow_redirects=False,
            )
            self.assertLess(response.status_code, 500, url)
        self.assertFalse(self.env["crm.case"].search([("partner_id", "=", self.customer.id)]))

    def test_suggestions_of_anything(self):
        self.sign_in(self.ann)
        for query in ("", None, 7, ["a"], {"a": 1}, "\0", "x" * 100_000, "%_\\", "电池"):
            response = self.url_open(
                "/my/experience/answers/suggest",
                data=json.dumps({"params": {"query": query, "more": 1}}),
                headers={"Content-Type": "application/json"},
            )
            self.assertEqual(response.json().get("result"), [], query)

    # ------------------------------------------------------------
    # Floods
    # ------------------------------------------------------------

    def test_a_flood_is_stopped_and_nobody_else(self):
        self.sign_in(self.ann)
        most = portal._PAGES.limit
        states = [
            self.url_open("/my/experience/stores", allow_redirects=False).status_code
            for _request in range(most + 10)
        ]
        self.assertEqual(set(states[: most - 1]), {200})
        self.assertEqual(states[-1], 429)
        # somebody else behind the same address
        self.sign_in(self.bob)
        self.get("/my/experience/stores")

    def test_a_form_in_a_flood_keeps_what_was_written(self):
        self.sign_in(self.ann)
        url = "/my/cases/new"
        values = {"kind": "question", "title": "Why?", "description": "My honest words"}
        limit, portal._FORMS.limit = portal._FORMS.limit, 0
        self.addCleanup(setattr, portal._FORMS, "limit", limit)
        response = self.post(url, values, status=429)
        self.assertIn("My honest words", response.text)
        self.assertIn("send it again in a minute", response.text)
        portal._FORMS.limit = limit
        self.forget_floods()
        self.post(url, values)
        case = self.env["crm.case"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(case.description, "My honest words")
