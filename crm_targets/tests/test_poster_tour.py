from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import TargetsCase

# What a page that nobody is signed in to shows; it has no tours of its own.
_SHOWN = """
    const wait = (selector, then) => {
        const timer = setInterval(() => {
            if (document.querySelector(selector)) {
                clearInterval(timer);
                then();
            }
        }, 50);
    };
    const fail = (message) => console.error(message);
    if (typeof odoo.define === "function" && odoo.info) {
        fail("the web client was loaded");
    }
"""
_POSTER = (
    _SHOWN
    + """
    wait(".o_crm_targets_wheel_segment[data-code='test_orders'][data-band='none']", () => {
        const name = document.querySelector(".o_crm_targets_poster_header h1").textContent;
        if (name !== "On the wall") {
            fail("shows " + name);
        }
        console.log("test successful");
    });
"""
)
_OFFLINE = (
    _SHOWN
    + """
    wait(".o_crm_targets_poster_page[data-status=live]", () => {
        const online = window.fetch;
        window.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
        window.dispatchEvent(new Event("online"));
        wait(".o_crm_targets_poster_page[data-status=offline]", () => {
            const time = document.querySelector(".o_crm_targets_poster_time").textContent;
            if (!time.startsWith("No connection. Figures of")) {
                fail("says " + time);
            }
            if (!document.querySelector(".o_crm_targets_wheel_drawing")) {
                fail("the last picture is gone");
            }
            window.fetch = online;
            window.dispatchEvent(new Event("online"));
            wait(".o_crm_targets_poster_page[data-status=live]", () => {
                console.log("test successful");
            });
        });
    });
"""
)
_REVOKED = (
    _SHOWN
    + """
    wait(".o_crm_targets_poster_page", async () => {
        const answer = await fetch(window.location.pathname + "/data");
        if (answer.status !== 200) {
            fail("not valid to begin with");
        }
        await fetch("/web/dataset/call_kw/crm.scorecard/action_revoke_poster", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({
                jsonrpc: "2.0",
                method: "call",
                params: {
                    model: "crm.scorecard",
                    method: "action_revoke_poster",
                    args: [[%s]],
                    kwargs: {},
                },
            }),
        });
        window.dispatchEvent(new Event("online"));
        wait(".o_crm_targets_poster_notice[role=alert]", () => {
            if (document.querySelector(".o_crm_targets_wheel_drawing")) {
                fail("the wheel is still shown");
            }
            console.log("test successful");
        });
    });
"""
)


@tagged("post_install", "-at_install")
class TestPosterTour(HttpCase, TargetsCase):
    """The poster in a browser: signed out, and while its link is revoked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders")
        cls.scorecard = cls.env["crm.scorecard"].create(
            {
                "name": "On the wall",
                "company_id": cls.company.id,
                "scope": "team",
                "team_id": cls.store.id,
                "line_ids": [
                    Command.create({"indicator_id": cls.orders.id, "date_from": "2020-01-01"})
                ],
            }
        )
        scorecard = cls.scorecard.with_user(cls.lead)
        scorecard.action_renew_poster()
        cls.path = scorecard.poster_url.removeprefix(scorecard.get_base_url())

    def test_signed_out(self):
        self.browser_js(self.path, _POSTER, login=None, timeout=60)

    def test_without_a_network_the_last_picture_stays(self):
        self.browser_js(self.path, _OFFLINE, login=None, timeout=60)

    def test_revoked_while_it_is_open(self):
        # Signed in only so that the page can revoke its own link; it asks without a session.
        self.browser_js(self.path, _REVOKED % self.scorecard.id, login=self.lead.login, timeout=60)
