from odoo.tests import tagged

from .common import CrmExperienceCase


@tagged("post_install", "-at_install")
class TestPrivacy(CrmExperienceCase):
    def test_erasing_a_customer_erases_the_history(self):
        """Core leaves models out of the look-up whose rows go with the partner; ours do."""
        for model in ("crm.touchpoint", "crm.feedback"):
            self.assertEqual(self.env[model]._fields["partner_id"].ondelete, "cascade")
        (mine,) = self.log_good(self.event(1, expectation=5, experience=5))
        (other,) = self.log_good(self.event(2, partner_id=self.contact.id))
        answer = mine.feedback_ids
        self._erase(self.customer)
        self.assertFalse(self.customer.exists() or mine.exists() or answer.exists())
        self.assertTrue(other.exists())

    def test_erasing_an_opportunity_without_a_customer(self):
        lead = self.env["crm.lead"].create({"name": "Deal", "email_from": "carl@new.example"})
        (captured,) = self.capture().filtered(lambda row: row.lead_id == lead)
        self._erase(lead)
        self.assertFalse(lead.exists() or captured.exists())

    def _erase(self, record):
        """Erase through the look-up where it is installed, as an administrator does."""
        if "privacy.lookup.wizard" not in self.env:
            record.unlink()
        else:
            email = "carl@new.example" if record._name == "crm.lead" else "ann@customer.example"
            wizard = self.env["privacy.lookup.wizard"].create({"name": "Nobody", "email": email})
            wizard.action_lookup()
            lines = wizard.line_ids
            self.assertIn(
                (record._name, record.id), [(line.res_model, line.res_id) for line in lines]
            )
            lines.filtered(lambda line: line.res_model == record._name).action_unlink_all()
        self.env.flush_all()
        self.env.invalidate_all()
