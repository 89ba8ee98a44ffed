from odoo.fields import Command
from odoo.tests import tagged

from .test_crm_rating_device import PATH, RatingDeviceCase

# The page has no web client, so that it has no tours of Odoo either.
_TOOLS = """
    const wait = (selector, then) => {
        const timer = setInterval(() => {
            const found = document.querySelector(selector);
            if (found) {
                clearInterval(timer);
                then(found);
            }
        }, 20);
    };
    const ok = () => console.log("test successful");
"""
_PAIR = _TOOLS + """wait("form button", (button) => { ok(); button.click(); });"""
_RATE = (
    _TOOLS
    + """
    wait("button[data-level='2']", (button) => {
        button.click();
        wait(".o_crm_experience_device_reasons button", (reason) => {
            if (reason.textContent !== "%s") {
                console.error("asks for " + reason.textContent);
            }
            reason.click();
            wait("[data-step=thanks][data-waiting='0']", ok);
        });
    });
"""
)
_OFFLINE = (
    _TOOLS
    + """
    const online = window.fetch;
    wait("button[data-level='5']", (button) => {
        window.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
        button.click();
        wait("[data-step=thanks][data-waiting='1']", () => {
            wait("[data-step=ask]", () => {
                const text = document.querySelector("footer [role=status]").textContent;
                if (!text.includes("No connection")) {
                    console.error("says " + text);
                }
                document.querySelector("button[data-level='4']").click();
                wait("[data-waiting='2']", () => {
                    window.fetch = (...request) => {
                        // the answer to what was taken is lost: it is sent again
                        window.fetch = online;
                        return online(...request).then(() => Promise.reject(new TypeError("lost")));
                    };
                    window.dispatchEvent(new Event("online"));
                    wait("[data-waiting='0']", ok);
                });
            });
        });
    });
"""
)
_REFUSED = (
    _TOOLS
    + """
    const open = window.fetch;
    wait("button[data-level='5']", (button) => {
        window.fetch = async () => new Response("", { status: 403 });
        button.click();
        wait("[data-step=staff][data-waiting='1']", () => {
            window.fetch = open;
            window.dispatchEvent(new Event("online"));
            wait("[data-step=ask][data-waiting='0']", ok);
        });
    });
"""
)


@tagged("post_install", "-at_install")
class TestRatingDeviceTour(RatingDeviceCase):
    """The counter device in Chromium, signed out: paired, touched, without a network, revoked."""

    def _browse(self, code, path=PATH):
        secret = self.device.sudo()._pair()
        cookie = {"experience_device": secret}
        self.browser_js(path, code, login=None, timeout=60, cookies=cookie)
        self.env.invalidate_all()
        return self.env["crm.rating.tap"].search([("device_id", "=", self.device.id)])

    def test_pairing(self):
        path = self.get_pairing_path()
        self.browser_js(path, _PAIR, login=None, timeout=60)
        self.env.invalidate_all()
        self.assertEqual(self.device.state, "live")

    def test_one_tap_and_its_reason(self):
        service = self.env.ref("crm_experience.crm_experience_dimension_service")
        self.device.dimension_ids = [Command.set(service.ids)]
        tap = self._browse(_RATE % service.name)
        self.assertEqual((tap.score, tap.dimension_id), (2, service))

    def test_it_goes_on_when_the_server_takes_it_again(self):
        self.assertEqual(self._browse(_REFUSED).score, 5)

    def test_without_a_network_nothing_is_lost_and_nothing_doubled(self):
        taps = self._browse(_OFFLINE)
        self.assertEqual(sorted(taps.mapped("score")), [4, 5])
