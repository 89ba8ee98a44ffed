import base64

from odoo.tests import tagged

from .portal_common import PortalCase

URL = "/my/cases"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPortalCase(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["crm.case"]
        cls.cause = cls.env["crm.case.cause"].create({"name": "Battery"})
        cls.good = {"kind": "complaint", "title": "Too slow", "description": "It took a week."}

    def find(self, partner=None):
        return self.cases.search([("partner_id", "=", (partner or self.customer).id)])

    def ask(self, user=None, **values):
        self.sign_in(user or self.ann)
        self.post(f"{URL}/new", self.good | values)
        return self.find((user or self.ann).partner_id)[:1]

    def solve(self, case):
        case.write(
            {
                "cause_id": self.cause.id,
                "outcome": "solved",
                "solution": "We sent a new one.",
                "state": "solved",
            }
        )

    # ------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------

    def test_complain_about_an_order(self):
        case = self.ask(about=f"order:{self.order.id}")
        self.assertEqual(
            (case.kind, case.title, case.description, case.order_id, case.state),
            ("complaint", "Too slow", "It took a week.", self.order, "new"),
        )
        self.assertEqual(case.company_id, self.env.company)
        self.assertEqual(
            case.channel_id, self.env.ref("crm_experience.crm_touchpoint_channel_self_service")
        )
        self.assertIn(self.customer, case.message_partner_ids)
        words = self.words(f"{URL}/{case.id}")
        for word in (case.name, "Too slow", "It took a week.", "Received"):
            self.assertIn(word, words)
        self.assertIn("Too slow", self.words(URL))

    def test_ask_about_a_product(self):
        product = self.env["crm.registered.product"].create(
            {"partner_id": self.customer.id, "product_id": self.phone.id, "serial_number": "S1"}
        )
        case = self.ask(kind="question", about=f"product:{product.id}")
        self.assertEqual(case.registered_product_id, product)
        self.assertEqual(case.product_id, self.phone)
        self.assertIn("Phone · S1", self.words(f"{URL}/{case.id}"))

    def test_sent_twice_is_one(self):
        for _time in range(2):
            self.ask(key="k" * 22)
        self.assertEqual(len(self.find()), 1)
        self.ask(key="other")
        self.assertEqual(len(self.find()), 2)
        # the key of somebody else is no way to their case
        self.ask(user=self.bob, key="k" * 22)
        self.assertEqual(len(self.find(self.contact)), 1)

    def test_files(self):
        self.sign_in(self.ann)
        files = [
            ("files", ("../../photo.png", PNG, "application/x-sh")),
            ("files", ("note.txt", b"It hums.", "text/plain")),
        ]
        self.post(f"{URL}/new", self.good, files=files)
        case = self.find()
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.case"), ("res_id", "=", case.id)], order="id"
        )
        self.assertEqual(attachments.mapped("name"), ["photo.png", "note.txt"])
        self.assertEqual(attachments.mapped("mimetype"), ["image/png", "text/plain"])
        self.assertFalse(any(attachments.mapped("public")))
        message = case.message_ids.filtered("attachment_ids")
        self.assertEqual(message.author_id, self.customer)

    def test_files_that_are_refused(self):
        self.sign_in(self.ann)
        for name, content, sentence in (
            ("photo.png", b"<html><script>alert(1)</script></html>", "of a kind"),
            ("photo.png", b"MZ\x90\0\x03\0\0\0" + bytes(200), "of a kind"),
            (
                "photo.svg",
                b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
                "of a",
            ),
            ("empty.png", b"", "is empty"),
            ("large.png", PNG + bytes(10 * 1024 * 1024), "larger than 10 MB"),
        ):
            with self.subTest(name=name):
                response = self.post(
                    f"{URL}/new", self.good, files={"files": (name, content)}, status=200
                )
                self.assertIn(sentence, response.text)
                self.assertIn("It took a week.", response.text)
        response = self.post(
            f"{URL}/new",
            self.good,
            files=[("files", (f"{number}.png", PNG)) for number in range(6)],
            status=200,
        )
        self.assertIn("At most 5 files", response.text)
        self.assertFalse(self.find())

    def test_what_is_wrong_is_said_and_nothing_lost(self):
        self.sign_in(self.ann)
        foreign = self._new_order(self.contact, 1)
        for values, sentence in (
            ({"title": " "}, "In a few words"),
            ({"title": "x" * 121}, "too long"),
            ({"description": ""}, "What happened"),
            ({"description": "x" * 10_001}, "too long"),
            ({"kind": "return"}, "choose again"),
            ({"kind": ""}, "What is it?"),
            ({"about": f"order:{foreign.id}"}, "choose again"),
            ({"about": "order:999999999"}, "choose again"),
            ({"about": "lead:1"}, "choose again"),
        ):
            with self.subTest(values=values):
                response = self.post(f"{URL}/new", self.good | {"key": "k"} | values, status=200)
                self.assertIn(sentence, response.text)
                self.assertNotIn(foreign.name, response.text)
        self.assertFalse(self.find())

    def test_no_markup_of_a_stranger(self):
        case = self.ask(title="<img src=x onerror=alert(1)>", description="<b>bold</b>")
        text = self.get(f"{URL}/{case.id}").text
        self.assertNotIn("<img src=x", text)
        self.assertNotIn("<b>bold</b>", text)

    # ------------------------------------------------------------
    # Solved?
    # ------------------------------------------------------------

    def test_solution_is_seen_and_confirmed(self):
        case = self.ask()
        self.solve(case)
        words = self.words(f"{URL}/{case.id}")
        self.assertIn("We sent a new one.", words)
        self.assertIn("Is it settled?", words)
        self.post(f"{URL}/{case.id}/confirm", page=f"{URL}/{case.id}")
        self.assertEqual((case.state, case.confirmed_by), ("confirmed", "customer"))
        self.assertIn("Settled", self.words(f"{URL}/{case.id}"))

    def test_not_solved_opens_it_again(self):
        case = self.ask()
        self.solve(case)
        response = self.post(
            f"{URL}/{case.id}/reopen", {"reason": " "}, page=f"{URL}/{case.id}", status=200
        )
        self.assertIn("What is missing?", response.text)
        self.assertEqual(case.state, "solved")
        self.post(f"{URL}/{case.id}/reopen", {"reason": "It hums."}, page=f"{URL}/{case.id}")
        self.assertEqual((case.state, case.reopen_count), ("in_progress", 1))
        message = case.message_ids.filtered(lambda message: "It hums." in message.body)
        self.assertEqual(message.author_id, self.customer)

    def test_solution_is_no_news_before_it_is_one(self):
        case = self.ask()
        case.write({"solution": "Draft of a solution", "no_solution_reason": "Parts are late"})
        words = self.words(f"{URL}/{case.id}")
        self.assertNotIn("Draft of a solution", words)
        self.assertIn("Parts are late", words)

    def test_a_tap_too_late_changes_nothing(self):
        case = self.ask()
        self.post(f"{URL}/{case.id}/confirm", page=f"{URL}/new")
        self.assertEqual(case.state, "new")
        self.post(f"{URL}/{case.id}/reopen", {"reason": "x"}, page=f"{URL}/new")
        self.assertEqual(case.state, "new")

    # ------------------------------------------------------------
    # Strangers and links
    # ------------------------------------------------------------

    def test_strangers_find_nothing(self):
        case = self.ask()
        self.solve(case)
        for user in (self.bob, self.max, self.salesperson):
            self.sign_in(user)
            foreign = self.get(f"{URL}/{case.id}", 303)
            missing = self.get(f"{URL}/{case.id + 10**6}", 303)
            self.assertEqual(foreign.headers["Location"], missing.headers["Location"])
            self.post(f"{URL}/{case.id}/confirm", page=f"{URL}/new")
            self.post(f"{URL}/{case.id}/reopen", {"reason": "x"}, page=f"{URL}/new")
            self.assertNotIn("Too slow", self.words(URL))
        self.assertEqual(case.state, "solved")

    def test_a_bad_answer_is_no_case_of_the_customer_until_we_turn_to_them(self):
        answer = self.env["crm.feedback"].create(
            {"partner_id": self.customer.id, "metric": "nps", "score": 8}
        )
        case = self.cases.create(
            {
                "partner_id": self.customer.id,
                "title": "Bad answer (8)",
                "kind": "complaint",
                "feedback_id": answer.id,
            }
        )
        self.sign_in(self.ann)
        self.get(f"{URL}/{case.id}", 303)
        self.assertNotIn(case.name, self.words(URL))
        self.assertNotIn(case.name, self.words("/my/experience"))
        case.date_first_response = case.date_open
        for url in (f"{URL}/{case.id}", URL, "/my/experience"):
            words = self.words(url)
            self.assertIn(case.name, words)
            self.assertIn("Your feedback", words)
            self.assertNotIn("Bad answer", words)

    def test_colleagues_see_what_their_company_asked(self):
        case = self.ask(user=self.bob)
        self.sign_in(self.bea)
        self.assertIn("Too slow", self.words(f"{URL}/{case.id}"))

    def test_link_for_whoever_has_no_account(self):
        case = self.ask()
        self.solve(case)
        token = case._portal_ensure_token()
        self.authenticate(None, None)
        self.assertIn("We sent a new one.", self.words(f"{URL}/{case.id}?access_token={token}"))
        answers = {
            self.get(f"{URL}/{number}?access_token={wrong}", 303).headers["Location"]
            for number, wrong in (
                (case.id, "guessed"),
                (case.id, token[:-1]),
                (case.id, ""),
                (case.id + 10**6, token),
                (2**31, token),
            )
        }
        self.assertEqual(len(answers), 1)
        page = f"{URL}/{case.id}?access_token={token}"
        self.post(f"{URL}/{case.id}/confirm", {"access_token": "guessed"}, page=page)
        self.assertEqual(case.state, "solved")
        self.post(f"{URL}/{case.id}/confirm", {"access_token": token}, page=page)
        self.assertEqual((case.state, case.confirmed_by), ("confirmed", "customer"))
        self.post(f"{URL}/{case.id}/reopen", {"access_token": token, "reason": "Again"}, page=page)
        self.assertEqual(case.state, "in_progress")
        message = case.message_ids.filtered(lambda message: "Again" in message.body)
        self.assertEqual(message.author_id, self.customer)
        # a new token makes the old link one that never was
        case.access_token = False
        case._portal_ensure_token()
        self.get(page, 303)

    def test_nothing_on_the_way_keeps_a_page(self):
        case = self.ask()
        pages = [self.get(f"{URL}/{case.id}")]
        self.authenticate(None, None)
        pages.append(self.get(f"{URL}/{case.id}?access_token={case._portal_ensure_token()}"))
        for page in pages:
            self.assertEqual(page.headers["Cache-Control"], "no-store")
            self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")

    def test_a_link_works_where_the_page_is_off(self):
        case = self.ask()
        url = f"{URL}/{case.id}"
        token = case._portal_ensure_token()
        self.env.company.experience_portal = False
        self.get(url, 404)
        self.assertIn("Too slow", self.words(f"{url}?access_token={token}"))
        self.authenticate(None, None)
        self.get(url, 404)
        self.get(f"{url}?access_token=guessed", 404)
        self.assertIn("Too slow", self.words(f"{url}?access_token={token}"))

    def test_many_pages(self):
        self.cases.create(
            [
                {"partner_id": self.customer.id, "title": f"Case {number}", "kind": "question"}
                for number in range(25)
            ]
        )
        self.sign_in(self.ann)
        self.assertIn("Case 24", self.words(URL))
        self.assertIn("Case 0", self.words(f"{URL}/page/2"))
        self.assertIn("Case 0", self.words(f"{URL}/page/99"))


@tagged("post_install", "-at_install")
class TestPortalReturn(PortalCase):
    URL = "/my/experience/returns/new"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.order.order_line
        cls.good = {
            "line": str(cls.line.id),
            "quantity": "1",
            "wish": "exchange",
            "description": "It hums.",
        }

    def find(self):
        return self.env["crm.case"].search([("partner_id", "=", self.customer.id)], order="id")

    def test_exchange(self):
        self.sign_in(self.ann)
        self.post(self.URL, self.good)
        case = self.find()
        self.assertEqual(
            (case.kind, case.return_line_id, case.return_quantity, case.return_wish),
            ("return", self.line, 1, "exchange"),
        )
        self.assertEqual((case.order_id, case.product_id), (self.order, self.phone))
        self.assertIn("Phone", case.title)
        self.assertIn("Exchange it", self.words(f"/my/cases/{case.id}"))

    def test_no_more_than_was_bought(self):
        self.sign_in(self.ann)
        response = self.post(self.URL, self.good | {"quantity": "3"}, status=200)
        self.assertIn("at most 2", response.text)
        self.post(self.URL, self.good | {"quantity": "2"})
        # nothing is left, until it is given up
        self.assertIn("nothing that could be brought back", self.words(self.URL))
        response = self.post(self.URL, self.good, page="/my/cases/new", status=200)
        self.find().state = "cancelled"
        self.post(self.URL, self.good)
        self.assertEqual(len(self.find()), 2)

    def test_what_is_wrong_is_said(self):
        self.sign_in(self.ann)
        foreign = self._new_order(self.contact, 1)
        for values, sentence in (
            ({"line": str(foreign.order_line.id)}, "choose again"),
            ({"line": ""}, "Please fill in"),
            ({"quantity": "0"}, "more than 0"),
            ({"quantity": "-1"}, "more than 0"),
            ({"quantity": "many"}, "not a number"),
            ({"wish": "free"}, "choose again"),
            ({"description": ""}, "Please fill in"),
        ):
            with self.subTest(values=values):
                response = self.post(self.URL, self.good | values, status=200)
                self.assertIn(sentence, response.text)
        self.assertFalse(self.find())

    def test_no_services(self):
        way = f"{self.URL}?order={self.order.id}"
        self.sign_in(self.ann)
        self.assertIn(way, self.get("/my/experience").text)
        self.phone.type = "service"
        self.assertIn("nothing that could be brought back", self.words(self.URL))
        self.assertNotIn(way, self.get("/my/experience").text)

    def test_only_confirmed_orders(self):
        quotation = self.order.copy()
        self.sign_in(self.ann)
        self.assertNotIn(quotation.name, self.words(self.URL))
        self.assertIn(self.order.name, self.words(f"{self.URL}?order={self.order.id}"))
