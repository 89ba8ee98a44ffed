from odoo.tests import tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestSettings(CrmExperienceCase):
    def test_switches_are_on_and_stay_as_they_are_set(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.touchpoint_capture_lead and settings.touchpoint_capture_order)
        settings.touchpoint_capture_lead = False
        settings.execute()
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.touchpoint_capture_lead)
        self.assertTrue(settings.touchpoint_capture_order)

    def test_a_switch_is_removed_with_the_addon(self):
        """Switching off and on keeps the record that the addon brought."""
        parameter = self.env.ref("crm_experience.ir_config_parameter_capture_lead")
        for value in (False, True):
            self.env["res.config.settings"].create({"touchpoint_capture_lead": value}).execute()
            self.assertEqual(parameter.exists().value, str(value))
