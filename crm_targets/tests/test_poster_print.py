import base64
import contextlib
import io

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser
from odoo.tools.pdf import PdfFileReader

from .common import TargetsCase

_INCHES = {"A4": (8.27, 11.69), "A3": (11.69, 16.54)}
_DRAWN = "document.querySelector('.o_crm_targets_wheel_drawing') !== null"


@tagged("post_install", "-at_install")
class TestPosterPrint(HttpCase, TargetsCase):
    """Chromium prints the poster on one page, however many indicators there are."""

    def _publish(self, count):
        perspectives = self.env["crm.perspective"].search([])
        indicators = [
            self.indicator(
                f"printed_{number}",
                name=f"Indicator with a name of some length, number {number}",
                source="manual",
                perspective_id=perspectives[number % len(perspectives)].id,
            )
            for number in range(count)
        ]
        scorecard = self.env["crm.scorecard"].create(
            {
                "name": "On paper",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"indicator_id": indicator.id, "date_from": "2020-01-01"})
                    for indicator in indicators
                ],
            }
        )
        scorecard.action_renew_poster()
        return scorecard.poster_url.removeprefix(scorecard.get_base_url())

    def _count_pages(self, path, paper):
        width, height = _INCHES[paper]
        browser = ChromeBrowser(self)
        with self.allow_requests(browser=browser), contextlib.ExitStack() as stack:
            stack.callback(self._wait_remaining_requests)
            stack.callback(browser.stop)
            self.authenticate(None, None, browser=browser)
            self.cr.flush()
            self.cr.clear()
            browser.navigate_to(self.base_url() + path)
            self.assertTrue(browser._wait_ready(_DRAWN))
            printed = browser._websocket_request(
                "Page.printToPDF",
                params={"paperWidth": width, "paperHeight": height, "printBackground": True},
                timeout=60,
            )
        return PdfFileReader(io.BytesIO(base64.b64decode(printed["data"]))).getNumPages()

    def test_few_indicators(self):
        self.assertEqual(self._count_pages(self._publish(3), "A4"), 1)

    def test_many_indicators(self):
        path = self._publish(60)
        for paper in _INCHES:
            with self.subTest(paper=paper):
                self.assertEqual(self._count_pages(path, paper), 1)
