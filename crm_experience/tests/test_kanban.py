import re

from lxml import etree
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestKanban(TransactionCase):
    def test_cards_read_only_fields_that_they_have(self):
        """What a card reads without having it is nothing, and the whole screen breaks."""
        views = self.env["ir.ui.view"].search(
            [("type", "=", "kanban"), ("mode", "=", "primary"), ("model", "like", "crm.")]
        )
        ours = views.filtered(lambda view: (view.xml_id or "").startswith("crm_experience."))
        self.assertTrue(ours)
        for view in ours:
            arch = etree.fromstring(self.env[view.model].get_view(view.id, "kanban")["arch"])
            known = {field.get("name") for field in arch.iter("field")}
            read = set(re.findall(r"\brecord\.(\w+)", etree.tostring(arch).decode()))
            self.assertLessEqual(read, known, view.xml_id)
