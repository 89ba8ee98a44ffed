from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCrmPerspective(TransactionCase):
    def test_copies_have_codes_of_their_own(self):
        admin = new_test_user(self.env, "perspective_admin", "crm_targets.group_crm_targets_admin")
        perspective = (
            self.env["crm.perspective"]
            .with_user(admin)
            .create({"name": "Planet", "code": "planet"})
        )
        copies = perspective.copy() | perspective.copy()
        self.assertEqual(copies.mapped("code"), ["planet_copy", "planet_copy1"])
        self.assertEqual(copies[0].name, "Planet (copy)")
        self.assertEqual(perspective.copy({"code": "earth"}).code, "earth")
