import random
from unittest.mock import patch

from lxml import html
from odoo.addons.crm_experience.controllers import feedback
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common_asking import AskingCase

JUNK = (
    *("", " ", "9'", "-1", "11", "1e3", "NaN", "x" * 50_000, "\x00", "\udcff", "💥", "9\r\nX: y"),
    *("[]", "{}", "null", "../../etc/passwd", "<script>alert(1)</script>", "%00", "0x9", "٩"),
)


@tagged("post_install", "-at_install")
class TestCrmFeedbackPage(HttpCase, AskingCase):
    """The page behind a link: what counts, what does not, and what it tells to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new_touchpoint()
        cls.invitation = cls.ask(cls)
        cls.path = f"/feedback/i/{cls.invitation.id}/{cls.invitation.access_token}"
        cls.link = cls.env["crm.feedback.link"].create(
            {
                "name": "Door",
                "rule_id": cls.rule.id,
                "team_id": cls.team.id,
                "channel_id": cls.channel_store.id,
            }
        )
        cls.link_path = f"/feedback/l/{cls.link.id}/{cls.link.access_token}"

    def setUp(self):
        super().setUp()
        for name in ("_PAGE_LIMIT", "_GUESS_LIMIT", "_ANSWER_LIMIT"):
            patcher = patch.object(feedback, name, RateLimit(limit=10_000, seconds=60))
            patcher.start()
            self.addCleanup(patcher.stop)

    def post(self, path, follow=True, **data):
        return self.url_open(path, data=data, allow_redirects=follow, method="POST")

    def answers(self):
        self.env.invalidate_all()
        return self.env["crm.feedback"].search([("user_input_id", "!=", False)], order="id")

    # ------------------------------------------------------------
    # One tap
    # ------------------------------------------------------------

    def test_reading_never_counts(self):
        for _visit in range(3):
            for method in ("GET", "HEAD"):
                response = self.url_open(f"{self.path}?score=9", method=method)
                self.assertEqual(response.status_code, 200)
        self.assertFalse(self.answers())
        self.assertEqual(self.invitation.state, "sent")
        self.assertFalse(self.invitation.user_input_id)
        page = self.url_open(f"{self.path}?score=9").text
        self.assertIn("data-send-on-touch", page)
        self.assertNotIn("data-send-on-touch", self.url_open(self.path).text)

    def test_a_post_counts_at_once(self):
        response = self.post(self.path, score="0")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Thank you", response.text)
        self.assertNotIn("session_id", response.cookies)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertRecordValues(
            self.answers(),
            [
                {
                    "metric": "nps",
                    "score": 0,
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "invitation_id": self.invitation.id,
                }
            ],
        )
        self.assertEqual(self.invitation.state, "answered")

    def test_correcting_and_commenting(self):
        self.post(self.path, score="9")
        row = self.answers()
        self.post(self.path, score="2")
        self.assertEqual(self.answers(), row)
        self.assertEqual(row.score, 2)
        page = self.post(self.path, comment=" I had to wait. \x00").text
        self.assertIn("I had to wait.", page)
        self.assertEqual(self.answers().comment, "I had to wait.")
        self.post(self.path, comment="It was quick.")
        self.assertEqual(self.answers().comment, "It was quick.")

    def test_a_comment_without_an_answer_waits_for_one(self):
        self.post(self.path, comment="Hello")
        self.assertFalse(self.answers())

    def test_a_comment_comes_along_with_whatever_is_pressed(self):
        self.post(self.path, score="3")
        page = self.url_open(self.path).text
        self.assertEqual(page.count("<form"), 1)
        self.post(self.path, score="2", comment="Too slow")
        self.assertIn("your comment have arrived", self.url_open(self.path).text)
        self.assertEqual(self.answers().mapped("comment"), ["Too slow"])
        self.post(f"{self.path}/more", comment="Too slow, and too loud")
        self.assertEqual(self.answers().mapped("comment"), ["Too slow, and too loud"])

    def test_a_comment_where_the_survey_has_no_question_for_it(self):
        self.questions["comment"].unlink()
        self.post(self.path, score="9")
        self.post(self.path, comment="Fine")
        self.assertEqual(self.answers().comment, "Fine")

    def test_the_rest_of_the_survey(self):
        self.post(self.path, score="3")
        response = self.post(f"{self.path}/more", follow=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/survey/start/", response.headers["Location"])
        answer = self.invitation.user_input_id
        self.assertEqual(answer.state, "in_progress")
        # core refuses to overwrite answers unless the survey lets one go back: not what was tapped
        self.survey.users_can_go_back = False
        answer._save_lines(self.questions["nps"], "8", overwrite_existing=False)
        answer._save_lines(self.questions["ces"], "1", overwrite_existing=False)
        answer._mark_done()
        self.assertEqual({row.metric: row.score for row in self.answers()}, {"nps": 8, "ces": 7})
        self.assertIn("Thank you", self.url_open(self.path).text)

    def test_a_survey_of_one_question_is_finished_by_the_tap(self):
        (self.questions["ces"] | self.questions["comment"]).unlink()
        self.post(self.path, score="7")
        self.assertEqual(self.invitation.user_input_id.state, "done")
        self.post(self.path, score="6")
        self.assertEqual(self.answers().score, 6)

    def test_choices_can_be_tapped_too(self):
        question = self.questions["nps"]
        question.write(
            {
                "question_type": "simple_choice",
                "measure": "csat",
                "suggested_answer_ids": self.choices("Bad", "So <b>so</b>", "Good"),
            }
        )
        choices = question.suggested_answer_ids
        page = self.url_open(self.path).text
        self.assertNotIn("<b>so</b>", page)
        self.post(self.path, score=str(choices[2].id))
        self.assertEqual((self.answers().metric, self.answers().score), ("csat", 5))

    def test_choices_that_are_no_answers_cannot_be_tapped(self):
        question = self.questions["nps"]
        question.write(
            {
                "question_type": "simple_choice",
                "suggested_answer_ids": self.choices("Does not apply", "I do not know"),
            }
        )
        question.suggested_answer_ids.measure_is_none = True
        self.assertEqual(self.survey._get_tap_question(), self.questions["ces"])
        self.assertEqual(self.url_open(self.path).status_code, 200)

    def test_without_a_question_to_tap(self):
        self.questions["nps"].measure = False
        self.assertIn("CES", self.url_open(self.path).text)
        self.questions["ces"].measure = False
        page = self.url_open(self.path).text
        self.assertIn("Begin", page)
        self.assertEqual(self.post(f"{self.path}/more", follow=False).status_code, 303)

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def test_links_that_open_nothing_look_alike(self):
        token = self.invitation.access_token
        expired, cancelled, queued, other = self.invitation.create(
            [
                {
                    "rule_id": self.rule.id,
                    "survey_id": self.survey.id,
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "state": state,
                    "date_expiry": date,
                    "access_token": f"{state}{'x' * 40}",
                }
                for state, date in (
                    ("sent", "2026-11-01 00:00:00"),
                    ("cancelled", False),
                    ("queued", False),
                    ("sent", False),
                )
            ]
        )
        paths = [
            *(f"/feedback/i/{row.id}/{row.access_token}" for row in (expired, cancelled, queued)),
            f"/feedback/i/{other.id}/{token}",
            f"/feedback/i/{self.invitation.id}/{token[:-1]}x",
            f"/feedback/i/{self.invitation.id}/{token}x",
            f"/feedback/i/{self.invitation.id}/x",
            f"/feedback/i/0{self.invitation.id}/{token}",
            f"/feedback/i/999999999/{token}",
            f"/feedback/i/99999999999999999999/{token}",
            f"/feedback/i/-1/{token}",
            f"/feedback/i/junk/{token}",
            f"/feedback/l/{self.link.id}/{token}",
            f"/feedback/l/999999999/{self.link.access_token}",
        ]
        seen = set()
        for path in paths:
            for response in (self.url_open(path), self.post(path, score="9")):
                headers = {
                    name: response.headers.get(name)
                    for name in ("Content-Type", "Cache-Control", "Content-Length")
                }
                seen.add((response.status_code, response.text, tuple(headers.items())))
        self.assertEqual({status for status, *_rest in seen}, {404})
        self.assertEqual(len(seen), 1, seen)
        self.assertFalse(self.answers())

    def test_revoked_links(self):
        for work in (
            lambda: self.link.write({"active": False}),
            lambda: self.link.with_user(self.leader).action_renew(),
        ):
            self.link.active = True
            self.assertEqual(self.url_open(self.link_path).status_code, 200)
            work()
            self.assertEqual(self.url_open(self.link_path).status_code, 404)
        self.invitation.with_user(self.leader).action_cancel()
        self.assertEqual(self.url_open(self.path).status_code, 404)

    def test_staff_see_but_do_not_count(self):
        new_test_user(
            self.env, "exp_staff", "crm_experience.group_crm_experience_user", password="exp_staff"
        )
        self.authenticate("exp_staff", "exp_staff")
        self.assertIn("signed in as staff", self.url_open(self.path).text)
        for path in (self.path, self.link_path, f"{self.path}/stop", f"{self.path}/more"):
            self.assertEqual(self.post(path, score="9").status_code, 403)
        self.assertFalse(self.answers())
        self.assertFalse(self.customer.experience_opt_out)

    def test_guessing_is_slowed_and_honest_customers_are_not(self):
        with patch.object(feedback, "_GUESS_LIMIT", RateLimit(limit=60, seconds=600)):
            statuses = [
                self.url_open(f"/feedback/i/{number + 10_000}/{'x' * 43}").status_code
                for number in range(80)
            ]
            self.assertEqual(statuses, [404] * 60 + [429] * 20)
            self.assertEqual(self.post(self.path, score="9").status_code, 200)
        self.assertEqual(self.answers().score, 9)

    # ------------------------------------------------------------
    # Opt-out
    # ------------------------------------------------------------

    def test_who_finds_an_old_mail_can_still_unsubscribe(self):
        with freeze_time("2027-02-01 12:00:00"):
            self.assertEqual(self.url_open(self.path).status_code, 404)
            self.assertIn("No more surveys?", self.url_open(f"{self.path}/stop").text)
            response = self.post(
                f"{self.path}/stop", follow=False, **{"List-Unsubscribe": "One-Click"}
            )
        # mail programs follow no redirect
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertTrue(self.customer.experience_opt_out)
        wrong = self.path[:-1] + ("x" if self.path[-1] != "x" else "y")
        self.assertEqual(self.post(f"{wrong}/stop").status_code, 404)

    def test_who_has_to_wait_sends_the_same_again(self):
        with patch.object(feedback, "_PAGE_LIMIT", RateLimit(limit=1, seconds=600)):
            self.url_open(self.path)
            response = self.post(self.path, score="9", comment='"<b>')
        self.assertEqual(response.status_code, 429)
        kept = {
            field.get("name"): field.get("value")
            for field in html.fromstring(response.text).xpath("//form//input")
        }
        self.assertEqual(kept, {"score": "9", "comment": '"<b>'})
        self.post(self.path, **kept)
        self.assertEqual(self.answers().score, 9)

    def test_what_opens_nothing_says_so_in_the_language_of_the_browser(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        path = f"/feedback/i/1/{'x' * 43}"
        page = self.url_open(path, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
        self.assertIn('lang="zh-CN"', page)
        self.assertIn("width=device-width", page)

    def test_no_more_surveys(self):
        self.new_touchpoint(days=1.5)
        waiting = self.ask()[-1]
        self.assertEqual(waiting.state, "held")
        self.assertIn("No more surveys?", self.url_open(f"{self.path}/stop").text)
        self.assertFalse(self.customer.experience_opt_out)
        response = self.url_open(
            f"{self.path}/stop", data={"List-Unsubscribe": "One-Click"}, method="POST"
        )
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertTrue(self.customer.experience_opt_out)
        self.assertEqual((waiting.state, waiting.reason), ("cancelled", "opt_out"))
        self.post(f"{self.path}/stop", again="1")
        self.env.invalidate_all()
        self.assertFalse(self.customer.experience_opt_out)

    def test_who_was_asked_once_answers_once(self):
        self.post(self.path, score="9")
        response = self.invitation.user_input_id
        response._mark_done()
        done = self.url_open(response.get_start_url()).text
        self.assertIn("Thank you", done)
        self.assertNotIn("/survey/retry/", done)
        retry = f"/survey/retry/{self.survey.access_token}/{response.access_token}"
        self.assertIn("Thank you", self.url_open(retry).text)
        self.assertEqual(
            self.env["survey.user_input"].search([("survey_id", "=", self.survey.id)]), response
        )
        # a survey that nobody is invited to is core's
        own = self.respond({"nps": "3"})
        retry = f"/survey/retry/{self.survey.access_token}/{own.access_token}"
        self.url_open(retry)
        self.assertEqual(
            self.env["survey.user_input"].search_count([("survey_id", "=", self.survey.id)]), 3
        )

    def test_the_questionnaires_are_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        for name in ("relationship", "core_needs", "purchase", "service", "first_30_days"):
            survey = self.env.ref(f"crm_experience.survey_survey_{name}")
            self.assertEqual(set(survey._get_supported_lang_codes()), {"en_US", "fr_FR"})
        self.survey.lang_ids = False
        self.customer.lang = "fr_FR"
        self.assertEqual(self.invitation._in_lang()._get_response().lang_id.code, "fr_FR")
        # one that is for some languages alone says so by itself
        self.survey.lang_ids = self.env["res.lang"]._lang_get("en_US")
        self.invitation.user_input_id = False
        self.assertEqual(self.invitation._in_lang()._get_response().lang_id.code, "en_US")

    # ------------------------------------------------------------
    # Printed link
    # ------------------------------------------------------------

    def test_anybody_answers_through_a_printed_link(self):
        self.link.identity = "none"
        page = self.url_open(self.link_path).text
        self.assertNotIn('name="visitor"', page)
        for score in ("10", "4"):
            response = self.post(self.link_path, score=score, visitor="ann@customer.example")
            self.assertIn("Thank you", response.text)
        self.assertRecordValues(
            self.answers(),
            [
                {
                    "score": score,
                    "partner_id": False,
                    "team_id": self.team.id,
                    "channel_id": self.channel_store.id,
                    "company_id": self.company.id,
                }
                for score in (10, 4)
            ],
        )
        self.assertFalse(any(self.answers().invitation_id.mapped("visitor")))
        # nobody was asked: no limit is touched, and it is no response
        self.assertFalse(any(self.answers().invitation_id.mapped("is_sent")))
        self.assertEqual(self.rule.asked_count, 1)

    def test_who_may_and_must_say_who_they_are(self):
        self.link.identity = "required"
        refused = self.post(self.link_path, score="5")
        self.assertIn("how we can reach you", refused.text)
        self.assertFalse(self.answers())
        self.post(self.link_path, score="5", visitor=" ANN@customer.example ")
        self.post(self.link_path, score="6", visitor="+1 415 555 0199")
        self.assertEqual(
            [(row.score, row.partner_id, row.invitation_id.visitor) for row in self.answers()],
            [
                (5, self.env["res.partner"], "ANN@customer.example"),
                (6, self.env["res.partner"], "+1 415 555 0199"),
            ],
        )
        # whoever finds out who it was says so, and the answers follow
        unknown = self.answers()[-1]
        unknown.invitation_id.with_user(self.leader).partner_id = self.contact
        self.assertEqual(unknown.partner_id, self.contact)
        self.assertEqual(unknown.user_input_id.partner_id, self.contact)

    def test_what_is_written_is_nobody_until_one_of_us_says_so(self):
        """A stranger who writes the address of a promoter makes no detractor of them."""
        rules = self.env["crm.case.rule"]
        rules.search([]).active = False
        rules.create(
            {"name": "Detractors", "metric": "nps", "score_below": 7, "user_id": self.service.id}
        )
        given = self.invitation.with_context(lang="en_US")
        given._answer("10")
        self.customer.phone = "+1 415-555-0101"
        trends = self.env["crm.customer.trend"]
        for visitor in ("ann@customer.example", "(415) 555-0101"):
            with self.subTest(visitor=visitor):
                self.post(self.link_path, score="1", visitor=visitor)
                answer = self.answers()[-1]
                answer._open_cases(10)
                self.env.flush_all()
                self.env.invalidate_all()
                trend = trends.search([("partner_id", "=", self.customer.id)])
                self.assertFalse(trend.is_turned)
                self.assertFalse(answer.partner_id or answer.case_id.partner_id)
                self.assertEqual(answer.visitor, visitor)
                self.assertEqual(answer.case_id.visitor, visitor)
                invitation = answer.invitation_id.with_user(self.leader)
                self.assertEqual(invitation.visitor_partner_id, self.customer)
        with self.assertRaises(AccessError):
            invitation.with_user(self.service).action_confirm_visitor()
        invitation.action_confirm_visitor()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(answer.partner_id, self.customer)
        self.assertEqual(answer.case_id.partner_id, self.customer)
        self.assertTrue(trends.search([("partner_id", "=", self.customer.id)]).is_turned)

    def test_whoever_is_unhappy_and_says_how_to_be_reached_is_called_back(self):
        self.env["crm.case.rule"].search([]).write({"age_days": 0})
        for visitor in ("Ann <ann@customer.example>", "(415) 555-0101", ""):
            self.post(self.link_path, score="1", visitor=visitor)
        answers = self.answers()
        answers._open_cases(10)
        by_mail, by_phone, unknown = answers
        self.assertFalse(unknown.case_id)
        self.assertRecordValues(
            by_mail.case_id | by_phone.case_id,
            [
                {"partner_id": False, "email_from": email, "visitor": answer.visitor}
                for answer, email in ((by_mail, "ann@customer.example"), (by_phone, False))
            ],
        )
        # the solution goes to the address, and that does not make its owner the customer
        case = by_mail.case_id
        case.write(
            {
                "cause_id": self.env["crm.case.cause"].create({"name": "Late"}).id,
                "outcome": "solved",
                "solution": "Called her.",
                "state": "solved",
            }
        )
        self.assertFalse(case.partner_id or by_mail.partner_id)
        # whoever found out on the telephone says so on the case
        case.user_id = self.service
        case.with_user(self.service).partner_id = self.customer
        self.assertEqual(by_mail.partner_id, self.customer)
        self.assertEqual(by_mail.invitation_id.partner_id, self.customer)
        self.assertEqual(by_mail.user_input_id.partner_id, self.customer)
        self.assertFalse(by_phone.partner_id)

    def test_nobody_finds_out_or_decides_about_others_through_a_printed_link(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.write({"lang": "fr_FR", "experience_opt_out": True})
        known = self.post(self.link_path, score="5", visitor="ann@customer.example")
        unknown = self.post(self.link_path, score="5", visitor="nobody@customer.example")
        pages = []
        for page in (known, unknown):
            path = page.url.partition(self.base_url())[2]
            pages.append(page.text.replace(path, ""))
            for response in (self.url_open(f"{path}/stop"), self.post(f"{path}/stop", again="1")):
                self.assertEqual(response.status_code, 404)
        self.assertEqual(*pages)
        self.env.invalidate_all()
        self.assertTrue(self.customer.experience_opt_out)

    def test_what_is_no_choice_is_no_answer(self):
        for junk in JUNK:
            self.post(self.link_path, score=junk.encode("utf-8", "surrogateescape"))
        self.assertFalse(self.answers())
        self.assertFalse(self.env["crm.feedback.invitation"].search([("link_id", "!=", False)]))

    def test_answers_from_one_place_are_limited(self):
        with patch.object(feedback, "_ANSWER_LIMIT", RateLimit(limit=5, seconds=600)):
            statuses = [self.post(self.link_path, score="9").status_code for _ in range(8)]
        self.assertEqual(statuses, [200] * 5 + [429] * 3)
        self.assertEqual(len(self.answers()), 5)

    def test_qr_code(self):
        link = self.link.with_user(self.leader)
        self.assertTrue(link.url.endswith(self.link_path))
        self.assertTrue(link.qr_code)
        self.assertFalse(self.link.copy().access_token == self.link.access_token)

    # ------------------------------------------------------------
    # Garbage
    # ------------------------------------------------------------

    def test_garbage_never_crashes_a_page(self):
        chance = random.Random(4)
        paths = [self.path, f"{self.path}/stop", f"{self.path}/more", self.link_path]
        keys = ("score", "comment", "visitor", "again", "lang", "key", "token", "self", "junk")
        for _round in range(120):
            path = chance.choice(paths)
            data = {chance.choice(keys): chance.choice(JUNK) for _value in range(3)}
            data = {key: value.encode("utf-8", "surrogateescape") for key, value in data.items()}
            if chance.random() < 0.4:
                # longer addresses are refused before Odoo sees them
                data = {key: value[:5000] for key, value in data.items()}
                response = self.url_open(path, params=data)
            else:
                response = self.url_open(path, data=data, method="POST", allow_redirects=False)
            self.assertLess(response.status_code, 500, (path, data))
        for junk in JUNK:
            for place in (
                f"/feedback/i/{junk}/x",
                f"/feedback/i/1/{junk}",
                f"/feedback/l/{junk}/x",
            ):
                path = place.encode("utf-8", "surrogateescape").decode("latin-1")
                self.assertLess(self.url_open(path[:2000]).status_code, 500, path)
        for body, kind in (
            (b"\xff\xfe" * 100, "application/x-www-form-urlencoded"),
            (b"{" * 1000, "application/json"),
            (b"--x\r\n", "multipart/form-data; boundary=x"),
            (b"score=9&" * 20_000, "application/x-www-form-urlencoded"),
        ):
            response = self.url_open(
                self.path, data=body, headers={"Content-Type": kind}, method="POST"
            )
            self.assertLess(response.status_code, 500, kind)

    def test_the_page_speaks_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.questions["nps"].with_context(lang="fr_FR").title = "Nous recommanderiez-vous ?"
        self.customer.lang = "fr_FR"
        page = self.url_open(self.path).text
        self.assertIn("Nous recommanderiez-vous", page)
        self.assertIn('lang="fr-FR"', page)
        self.assertIn(
            "Nous recommanderiez-vous", self.url_open(f"{self.link_path}?lang=fr_FR").text
        )

    # ------------------------------------------------------------
    # Interviews
    # ------------------------------------------------------------

    def test_staff_fill_in_an_interview_and_nothing_else(self):
        new_test_user(
            self.env,
            "exp_caller",
            "crm_experience.group_crm_experience_user",
            password="exp_caller",
        )
        response = self.invitation._get_response()
        self.env.flush_all()
        self.authenticate("exp_caller", "exp_caller")
        url = f"/survey/{self.survey.access_token}/{response.access_token}"
        self.assertNotIn("o_survey_form_content", self.url_open(url).text)
        self.invitation.way = "phone"
        self.assertIn("o_survey_form_content", self.url_open(url).text)
        new_test_user(self.env, "exp_nobody", "base.group_user", password="exp_nobody")
        self.authenticate("exp_nobody", "exp_nobody")
        self.assertNotIn("o_survey_form_content", self.url_open(url).text)

    def test_an_expired_page(self):
        with freeze_time("2026-12-25 12:00:00"):
            self.assertEqual(self.url_open(self.path).status_code, 404)
