from odoo.addons.crm_targets.migration import check_upgraded
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMigration(TransactionCase):
    def test_an_upgrade_waits_for_what_it_stands_on(self):
        check_upgraded(self.env, "crm_experience")
        targets = self.env["ir.module.module"].search([("name", "=", "crm_targets")])
        targets.latest_version = "19.0.0.1.0"
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "odoo -u crm_targets"):
            check_upgraded(self.env, "crm_experience")
