import json
from unittest.mock import patch

from odoo.addons.crm_targets.controllers import poster
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.addons.crm_targets.tools.rate_limit import RateLimit
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged


@tagged("post_install", "-at_install")
class TestCrmScorecardPoster(HttpCase, TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", unit="orders", description="How it is computed")
        cls.scorecard = cls.env["crm.scorecard"].create(
            {
                "name": "Shop </script><b>",
                "scope": "team",
                "company_id": cls.company.id,
                "team_id": cls.store.id,
                "granularity": "week",
                "line_ids": [
                    Command.create(
                        {
                            "indicator_id": cls.orders.id,
                            "date_from": "2025-01-01",
                            "band_type": "fixed",
                            "goal": 2.0,
                            "red_flag": 1.0,
                        }
                    )
                ],
            }
        )

    def setUp(self):
        super().setUp()
        patcher = patch.object(poster, "_LIMIT", RateLimit(limit=1000, seconds=60))
        patcher.start()
        self.addCleanup(patcher.stop)

    def _publish(self):
        """The path of the poster, published by who leads the store."""
        scorecard = self.scorecard.with_user(self.lead)
        self.assertTrue(scorecard.action_renew_poster())
        url = scorecard.poster_url
        self.assertTrue(url.startswith(scorecard.get_base_url()))
        return url.removeprefix(scorecard.get_base_url())

    def _refusal(self, path):
        response = self.url_open(path)
        return (response.status_code, response.text, dict(response.headers).get("Content-Type"))

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_only_leads_handle_the_link(self):
        own = self.scorecard.copy({"scope": "person", "user_id": self.seller.id})
        for method in ("action_renew_poster", "action_revoke_poster", "action_open_poster"):
            with self.subTest(method=method):
                with self.assertRaises(AccessError):
                    getattr(own.with_user(self.seller), method)()
                with self.assertRaises(AccessError):
                    getattr(self.scorecard.with_user(self.seller), method)()
        with self.assertRaises(AccessError):
            own.with_user(self.seller).read(["poster_token"])
        with self.assertRaises(AccessError):
            own.with_user(self.seller).search([("poster_token", "!=", False)])
        with self.assertRaises(AccessError):
            self.scorecard.with_user(self.lead).poster_token = "guess"
        with self.assertRaises(AccessError):
            self.scorecard.with_user(self.lead).name = "Renamed"

    def test_opening_publishes_once(self):
        scorecard = self.scorecard.with_user(self.lead)
        action = scorecard.action_open_poster()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertTrue(scorecard.poster_url.endswith(action["url"]))
        self.assertEqual(scorecard.action_open_poster(), action)

    def test_a_copy_has_no_link(self):
        self._publish()
        self.assertFalse(self.scorecard.copy().poster_token)

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def test_page_needs_no_session(self):
        path = self._publish()
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("session_id", response.cookies)
        self.assertIn("crm_targets.assets_poster", response.text)
        self.assertNotIn("web.assets_backend", response.text)
        self.assertNotIn("</script><b>", response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_data_holds_figures_and_nobodys_words(self):
        self.order("2026-11-18 08:00:00")
        with freeze_time("2026-11-22 12:00:00"):
            self.refresh(self.orders)
            line = self.scorecard.line_ids
            self.env["crm.scorecard.comment"].with_user(self.lead).comment(line.id, "Secret words")
            data = self.url_open(f"{self._publish()}/data").json()
        wheel = data["wheel"]
        self.assertEqual(wheel["score"], 3.3)
        (indicator,) = wheel["perspectives"][0]["indicators"]
        self.assertEqual((indicator["value"], indicator["band"]), (1.0, "fair"))
        for word in ("Secret words", self.customer.name, "How it is computed"):
            self.assertNotIn(word, json.dumps(data))

    def test_last_full_period(self):
        self.scorecard.poster_period = "last"
        with freeze_time("2026-11-23 12:00:00"):
            data = self.url_open(f"{self._publish()}/data").json()
        self.assertEqual(data["wheel"]["scorecard"]["period_label"], "Week 47, 2026")

    def test_comparison(self):
        path = self._publish()
        with freeze_time("2026-11-22 12:00:00"):
            data = self.url_open(f"{path}/data?compare=previous").json()
            self.assertEqual(data["wheel"]["compare"], "Week 46, 2026")
            other = self.url_open(f"{path}/data?compare={self.scorecard.copy().id}").json()
        self.assertEqual(other["wheel"]["compare"], "")

    def test_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.orders.with_context(lang="fr_FR").name = "Commandes"
        path = self._publish()

        def get_name(query=""):
            wheel = self.url_open(f"{path}/data{query}").json()["wheel"]
            return wheel["perspectives"][0]["indicators"][0]["name"]

        self.assertEqual(get_name(), "Orders")
        self.assertEqual(get_name("?lang=fr_FR"), "Commandes")
        self.assertEqual(get_name("?lang=xx_XX"), "Orders")
        self.company.partner_id.lang = "fr_FR"
        self.assertEqual(get_name(), "Commandes")
        self.assertIn('lang="fr-FR"', self.url_open(path).text)

    # ------------------------------------------------------------
    # No longer valid
    # ------------------------------------------------------------

    def test_every_refusal_is_the_same(self):
        unknown = "/targets/poster/unknown"
        expected = self._refusal(unknown)
        self.assertEqual(expected[0], 404)
        first = self._publish()
        second = self._publish()
        self.assertNotEqual(first, second)
        self.assertEqual(self.url_open(second).status_code, 200)
        paths = [first]
        self.scorecard.with_user(self.lead).action_revoke_poster()
        paths.append(second)
        archived = self._publish()
        self.scorecard.active = False
        paths += [archived, "/targets/poster/%00", "/targets/poster/%C3%A9"]
        for path in paths:
            for tail in ("", "/data"):
                with self.subTest(path=path, tail=tail):
                    self.assertEqual(self._refusal(path + tail), expected)
        self.scorecard.active = True
        self.assertEqual(self.url_open(archived).status_code, 200)
        self.assertFalse(self.env["crm.scorecard"]._find_poster(""))

    def test_who_asks_too_often_waits(self):
        path = self._publish()
        with patch.object(poster, "_LIMIT", RateLimit(limit=2, seconds=10**9)):
            statuses = [self.url_open(f"{path}/data").status_code for _index in range(3)]
            self.assertEqual(statuses, [200, 200, 429])
            response = self.url_open("/targets/poster/unknown")
            self.assertEqual(response.status_code, 429)
            self.assertEqual(response.headers["Retry-After"], "60")
