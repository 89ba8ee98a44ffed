from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestResConfigSettings(TransactionCase):
    def _save(self, **values):
        self.env["res.config.settings"].create(values).execute()

    def test_window_of_new_programs(self):
        for months in (0, 6):
            self._save(loyalty_tier_window_months=months)
            self.assertEqual(
                self.env["res.config.settings"].create({}).loyalty_tier_window_months, months
            )
            program = self.env["loyalty.program"].create({"name": "New"})
            self.assertEqual(program.tier_window_months, months)
        with self.assertRaises(ValidationError):
            self._save(loyalty_tier_window_months=-1)

    def test_evaluation_by_night(self):
        cron = self.env.ref("crm_loyalty.ir_cron_evaluate_tiers")
        self._save(loyalty_evaluate_tiers=False)
        self.assertFalse(cron.active)
        self.assertFalse(self.env["res.config.settings"].create({}).loyalty_evaluate_tiers)
        self._save(loyalty_evaluate_tiers=True)
        self.assertTrue(cron.active)
