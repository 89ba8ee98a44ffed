from odoo.addons.crm_targets.migration import reload_rules
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMigration(TransactionCase):
    def setUp(self):
        super().setUp()
        self.own, self.all = (
            self.env.ref(f"crm_targets.crm_target_rule_{who}") for who in ("own", "all")
        )

    def test_rules_are_loaded_again(self):
        shipped = self.own.domain_force
        self.own.flush_recordset()
        # as an older release had it: the rule is as old as its external id
        self.env.cr.execute(
            "UPDATE ir_rule SET domain_force = '[]', perm_write = true WHERE id = %s", [self.own.id]
        )
        self.env.invalidate_all()
        reload_rules(self.env, "crm_targets")
        self.assertEqual((self.own.domain_force, self.own.perm_write), (shipped, False))

    def test_a_changed_rule_stays_every_time(self):
        self.all.domain_force = "[('active', '=', True)]"
        for _upgrade in range(2):
            reload_rules(self.env, "crm_targets")
            self.assertEqual(self.all.domain_force, "[('active', '=', True)]")

    def test_a_rule_that_is_no_longer_there_goes(self):
        old = self.all.copy({"name": "Old rule"})
        self.env["ir.model.data"].create(
            {
                "module": "crm_targets",
                "name": "old_rule",
                "model": "ir.rule",
                "res_id": old.id,
                "noupdate": True,
            }
        )
        reload_rules(self.env, "crm_targets")
        self.assertFalse(old.exists())
        self.assertFalse(self.env.ref("crm_targets.old_rule", raise_if_not_found=False))
