import json
import uuid
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_experience.controllers import rating_device
from odoo.addons.crm_experience.models.feedback.crm_feedback_minimum import MINIMUM_PARAMETER
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common import CrmExperienceCase

PATH = "/experience/device"


class RatingDeviceCase(HttpCase, CrmExperienceCase):
    """A device of a store, its leader, and a browser in which nobody is signed in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = new_test_user(cls.env, "exp_lead", "crm_experience.group_crm_experience_lead")
        cls.team.user_id = cls.lead
        cls.device = (
            cls.env["crm.rating.device"]
            .with_user(cls.lead)
            .create({"name": "Counter </script><b>", "team_id": cls.team.id})
        )

    def setUp(self):
        super().setUp()
        for name in ("_DEVICE_LIMIT", "_GUESS_LIMIT"):
            patcher = patch.object(rating_device, name, RateLimit(limit=10**9, seconds=10**9))
            patcher.start()
            self.addCleanup(patcher.stop)

    def get_pairing_path(self):
        self.device.action_pair()
        return self.device.pairing_url.removeprefix(self.device.get_base_url())

    def pair(self):
        """Pair the browser of the test."""
        response = self.url_open(self.get_pairing_path(), data={"go": "on"})
        self.assertEqual((response.status_code, response.request.path_url), (200, PATH))
        self.env.invalidate_all()
        return self.opener.cookies.get(rating_device.COOKIE)

    def taps(self, *scores, **changes):
        now = fields.Datetime.now()
        return [
            {
                "key": str(uuid.uuid4()),
                "score": score,
                "date": (now - timedelta(seconds=5 * number)).isoformat() + "Z",
            }
            | changes
            for number, score in enumerate(scores)
        ]

    def send(self, taps):
        return self.opener.post(
            self.base_url() + f"{PATH}/taps",
            data=json.dumps({"taps": taps}),
            headers={"Content-Type": "application/json"},
            timeout=30,
        )

    def get_answers(self):
        self.env.invalidate_all()
        return self.env["crm.feedback"].search([("device_id", "=", self.device.id)])


@tagged("post_install", "-at_install")
class TestCrmRatingDevice(RatingDeviceCase):
    # ------------------------------------------------------------
    # Pairing
    # ------------------------------------------------------------

    def test_only_leads_pair(self):
        for user in (self.service, self.salesperson):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.device.with_user(user).action_pair()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.device.with_user(user).read(["pairing_token"])
        stranger = new_test_user(
            self.env, "exp_other_lead", "crm_experience.group_crm_experience_lead"
        )
        with self.assertRaises(AccessError):
            self.device.with_user(stranger).action_revoke()
        with self.assertRaises(AccessError):
            self.device.secret_digest = "guess"

    def test_a_link_pairs_once(self):
        path = self.get_pairing_path()
        self.assertEqual(self.device.state, "pairing")
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("</script><b>", page.text)
        self.assertEqual(self.opener.head(self.base_url() + path, timeout=30).status_code, 200)
        self.assertEqual(self.device.state, "pairing", "looking at the link pairs nothing")
        response = self.url_open(path, data={"go": "on"}, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        cookie = response.headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Strict", f"Path={PATH}"):
            self.assertIn(part, cookie)
        self.env.invalidate_all()
        self.assertEqual(self.device.state, "live")
        secret = self.opener.cookies[rating_device.COOKIE]
        self.assertNotIn(secret, self.device.sudo().secret_digest)
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(self.url_open(path, data={"go": "on"}).status_code, 404)

    def test_a_second_tablet_takes_the_place_of_the_first(self):
        first = self.pair()
        second = self.pair()
        self.assertNotEqual(first, second)
        devices = self.env["crm.rating.device"]
        self.assertFalse(devices._find_paired(first))
        self.assertEqual(devices._find_paired(second), self.device)

    def test_every_refusal_is_the_same(self):
        def get_refusal(path, **options):
            response = self.url_open(path, **options)
            return response.status_code, response.text, response.headers["Content-Type"]

        unknown = f"{PATH}/pair/{'x' * 43}"
        expected = get_refusal(unknown)
        self.assertEqual(expected[0], 404)
        expired = self.get_pairing_path()
        self.device.sudo().pairing_expiry = fields.Datetime.now() - timedelta(seconds=1)
        paths = [expired, f"{PATH}/pair/%00", f"{PATH}/pair/%C3%A9", f"{PATH}/pair/short"]
        used = self.get_pairing_path()
        self.url_open(used, data={"go": "on"})
        paths.append(used)
        self.device.action_revoke()
        paths += [PATH, f"{PATH}/state"]
        replaced = self.get_pairing_path()
        self.device.action_pair()
        archived = self.get_pairing_path()
        self.device.active = False
        paths += [replaced, archived]
        for path in paths:
            for options in ({}, {"data": {"go": "on"}}):
                if options and "/pair/" not in path:
                    continue
                with self.subTest(path=path, options=options):
                    self.assertEqual(get_refusal(path, **options), expected)
        response = self.send(self.taps(5))
        self.assertEqual((response.status_code, response.text), expected[:2])

    def test_staff_is_refused(self):
        self.pair()
        self.authenticate(self.service.login, self.service.login)
        self.assertEqual(self.url_open(PATH).status_code, 403)
        self.assertEqual(self.url_open(f"{PATH}/state").status_code, 403)
        self.assertEqual(self.send(self.taps(5, 5, 5, 5, 5)).status_code, 403)
        self.assertEqual(self.url_open(self.get_pairing_path()).status_code, 403)
        self.assertFalse(self.get_answers())

    def test_a_device_stays_in_its_company(self):
        self.pair()
        with self.assertRaisesRegex(UserError, "stays in its company"):
            self.device.sudo().company_id = self.other_company

    # ------------------------------------------------------------
    # Taps
    # ------------------------------------------------------------

    def test_answers_come_together_and_without_their_minute(self):
        self.pair()
        taps = self.taps(5, 4, 3, 2)
        self.assertEqual(
            sorted(self.send(taps).json()["taken"]), sorted(tap["key"] for tap in taps)
        )
        self.assertFalse(self.get_answers(), "four could be told from each other")
        self.assertEqual(self.device.waiting_count, 4)
        self.send(self.taps(1))
        answers = self.get_answers()
        self.assertEqual(sorted(answers.mapped("score")), [1, 2, 3, 4, 5])
        self.assertEqual(set(answers.mapped("metric")), {"csat"})
        self.assertEqual(answers.team_id, self.team)
        self.assertEqual(answers.channel_id, self.channel_store)
        self.assertFalse(answers.partner_id)
        self.assertEqual({(date.minute, date.second) for date in answers.mapped("date")}, {(0, 0)})
        self.assertEqual(
            answers.sorted("score").mapped("score_normalised"), [0.0, 2.5, 5.0, 7.5, 10.0]
        )
        self.assertEqual((self.device.waiting_count, self.device.answer_count), (0, 5))
        self.assertEqual(answers.with_user(self.service).mapped("device_id"), self.device)

    def test_no_hour_tells_whose_tap_it_was(self):
        """At a quiet counter, who came at nine is known: the answers share an hour."""
        self.pair()
        self.env["ir.config_parameter"].set_param(MINIMUM_PARAMETER, "1")
        now = fields.Datetime.now()
        taps = self.taps(1, 5, 5, 5, 5)
        for hours, tap in enumerate(taps):
            tap["date"] = (now - timedelta(hours=2 * hours)).isoformat()
        self.send(taps[:4])
        self.assertFalse(self.get_answers(), "below five nobody learns anything")
        self.send(taps[4:])
        answers = self.get_answers()
        hour = now.replace(minute=0, second=0, microsecond=0)
        self.assertEqual(answers.mapped("date"), [hour] * 5)

    def test_a_device_without_a_question_asks_in_the_language_of_the_customer(self):
        self.assertFalse(self.device.question)
        self.assertEqual(self.device._get_page()["question"], "How was your visit today?")

    def test_the_same_tap_counts_once(self):
        self.pair()
        taps = self.taps(5, 4, 3, 2, 1)
        for _attempt in range(3):
            self.assertEqual(len(self.send(taps).json()["taken"]), 5)
        self.send(taps + self.taps(1))
        self.assertEqual(len(self.get_answers()), 5)
        self.assertEqual(self.device.waiting_count, 1)

    def test_a_conflict_with_another_message_loses_no_tap(self):
        self.pair()
        record, calls = type(self.env["crm.rating.tap"])._record, []

        def conflict(taps, *arguments):
            calls.append(arguments)
            if len(calls) == 1:
                raise ConcurrencyError
            return record(taps, *arguments)

        with (
            patch.object(type(self.env["crm.rating.tap"]), "_record", conflict),
            patch("odoo.service.model.time.sleep"),
        ):
            response = self.send(self.taps(5))
        self.assertEqual((response.status_code, len(calls)), (200, 2))
        self.assertEqual(self.device.waiting_count, 1)

    def test_an_old_message_counts_never_again(self):
        self.pair()
        taps = self.taps(5, 4, 3, 2, 1)
        self.send(taps)
        self.env.cr.execute("UPDATE crm_rating_tap SET date = date - interval '9 days'")
        self.env["crm.rating.tap"].invalidate_model()
        with self.enter_registry_test_mode():
            self.env.ref("crm_experience.ir_cron_forget_taps").method_direct_trigger()
        self.assertFalse(self.env["crm.rating.tap"].search([("device_id", "=", self.device.id)]))
        for tap in taps:
            tap["date"] = (datetime.fromisoformat(tap["date"][:-1]) - timedelta(days=9)).isoformat()
        self.assertEqual(len(self.send(taps).json()["refused"]), 5)
        self.assertEqual(len(self.get_answers()), 5)

    def test_answers_about_one_person_do_not_help_another_to_the_minimum(self):
        self.pair()
        self.device.user_id = self.service
        self.send(self.taps(1, 1, 1))
        self.device.user_id = self.lead
        self.send(self.taps(5, 5))
        self.assertFalse(self.get_answers())
        self.send(self.taps(5, 5, 5))
        self.assertEqual(self.get_answers().user_id, self.lead)
        self.assertEqual(self.device.waiting_count, 3)

    def test_nobody_reads_what_is_held_back(self):
        self.pair()
        self.send(self.taps(1))
        admin = new_test_user(self.env, "exp_admin", "crm_experience.group_crm_experience_admin")
        with self.assertRaises(AccessError):
            self.env["crm.rating.tap"].with_user(admin).search([])

    def test_who_plays_with_it_changes_little(self):
        self.pair()
        answer = self.send(self.taps(*([1] * 60), date=fields.Datetime.now().isoformat())).json()
        self.assertEqual((len(answer["taken"]), len(answer["refused"])), (15, 45))
        # nor in many messages
        answer = self.send(self.taps(*([1] * 60), date=fields.Datetime.now().isoformat())).json()
        self.assertEqual(len(answer["refused"]), 60)
        self.assertEqual(len(self.get_answers()), 15)

    def test_the_reason_is_one_that_was_asked_for(self):
        service, price = (
            self.env.ref(f"crm_experience.crm_experience_dimension_{code}")
            for code in ("service", "price")
        )
        self.device.dimension_ids = [Command.set(service.ids)]
        self.pair()
        self.send(self.taps(1, 1, 1, dimension=service.id) + self.taps(2, 2, dimension=price.id))
        answers = self.get_answers()
        self.assertEqual(len(answers.filtered(lambda row: row.dimension_id == service)), 3)
        self.assertFalse(
            answers.filtered("dimension_id")
            - answers.filtered(lambda row: row.dimension_id == service)
        )

    def test_what_is_no_message(self):
        self.pair()
        headers = {"Content-Type": "application/json"}
        for body in (b"", b"\xff", b"[", b"null", b"[" * 5000, b'{"taps": [1]}', b"x" * 100_000):
            with self.subTest(body=body[:20]):
                response = self.opener.post(
                    self.base_url() + f"{PATH}/taps", data=body, headers=headers, timeout=30
                )
                self.assertEqual(response.status_code, 400)
        for query in ("?lang=xx", "?lang=", "?lang=en_US&lang=fr", "?db=x&other=%00"):
            with self.subTest(query=query):
                self.assertEqual(self.url_open(PATH + query).status_code, 200)

    def test_a_batch_takes_the_same_queries(self):
        self.pair()
        device = self.env["crm.rating.device"]._find_paired(
            self.opener.cookies[rating_device.COOKIE]
        )
        now = fields.Datetime.now()
        counts = []
        for size in (5, 100):
            device.env.flush_all()
            device.env.invalidate_all()
            taps, _refused = rating_device.parse_taps(
                {
                    "taps": [
                        {
                            "key": str(uuid.uuid4()),
                            "score": 4,
                            "date": (now - timedelta(hours=size, minutes=n)).isoformat(),
                        }
                        for n in range(size)
                    ]
                },
                now,
            )
            before = self.env.cr.sql_log_count
            device.env["crm.rating.tap"]._record(device, taps)
            device.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    # ------------------------------------------------------------
    # Many requests
    # ------------------------------------------------------------

    def test_guesses_from_the_same_address_cost_no_honest_tap(self):
        self.pair()
        guess = {rating_device.COOKIE: "x" * 43}
        with patch.object(rating_device, "_GUESS_LIMIT", RateLimit(limit=30, seconds=10**9)):
            statuses = []
            for number in range(500):
                if number == 400:
                    self.assertEqual(len(self.send(self.taps(5)).json()["taken"]), 1)
                response = self.opener.get(
                    self.base_url() + f"{PATH}/pair/{'y' * 43}", cookies=guess, timeout=30
                )
                statuses.append(response.status_code)
        self.assertEqual(statuses[:30], [404] * 30)
        self.assertEqual(set(statuses[30:]), {429})
        self.assertEqual(self.device.waiting_count, 1)

    def test_a_device_that_asks_too_often_waits(self):
        self.pair()
        with patch.object(rating_device, "_DEVICE_LIMIT", RateLimit(limit=2, seconds=10**9)):
            taps = self.taps(5)
            statuses = [self.send(taps).status_code for _attempt in range(3)]
        self.assertEqual(statuses, [200, 200, 429])

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def test_the_page_speaks_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.device.with_context(lang="fr_FR").question = "Comment était votre visite ?"
        self.pair()
        self.assertIn('lang="en-US"', self.url_open(PATH).text)
        page = self.url_open(f"{PATH}?lang=fr_FR")
        self.assertIn('lang="fr-FR"', page.text)
        state = self.url_open(f"{PATH}/state?lang=fr_FR").json()
        self.assertEqual(state["question"], "Comment était votre visite ?")
        self.assertNotIn("session_id", page.cookies)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_state_of_the_device(self):
        with freeze_time("2026-11-29 10:00:00"):
            self.assertEqual(self.device.state, "new")
            self.device.action_pair()
            self.assertEqual(self.device.state, "pairing")
            self.assertTrue(self.device.pairing_qr)
        with freeze_time("2026-11-29 10:31:00"):
            self.device.invalidate_recordset()
            self.assertEqual((self.device.state, self.device.pairing_url), ("new", False))
            self.device.action_pair()
            self.device.sudo()._pair()
            self.device.invalidate_recordset()
            self.assertEqual(self.device.state, "live")
        with freeze_time("2026-11-29 10:42:00"):
            self.device.invalidate_recordset()
            self.assertEqual(self.device.state, "silent")
            self.device.action_revoke()
            self.assertEqual(self.device.state, "revoked")
