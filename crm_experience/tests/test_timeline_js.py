from odoo.addons.web.tests import test_js
from odoo.tests import HttpCase, no_retry, tagged


@tagged("post_install", "-at_install")
class TestJs(HttpCase):
    """The unit tests of our components alone; the rest is run by Odoo's own suites."""

    @no_retry
    def test_components(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@crm_experience")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
