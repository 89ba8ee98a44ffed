from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class CrmExperienceCase(TransactionCase):
    """A service person without any right on sales, a salesperson without our groups, customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = new_test_user(
            cls.env, "exp_service", "crm_experience.group_crm_experience_user"
        )
        cls.salesperson = new_test_user(cls.env, "exp_sales", "sales_team.group_sale_salesman")
        cls.team = cls.env["crm.team"].create(
            {"name": "Harbour", "member_ids": [Command.set(cls.service.ids)]}
        )
        cls.company_partner, cls.customer = cls.env["res.partner"].create(
            [
                {"name": "Acme", "is_company": True, "email": "acme@customer.example"},
                {
                    "name": "Ann",
                    "email": '"Ann" <Ann@Customer.example>',
                    "phone": "+14155550101",
                    "ref": "ANN",
                },
            ]
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Bob", "parent_id": cls.company_partner.id}
        )
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.foreign_partner = cls.env["res.partner"].create(
            {"name": "Foreign", "company_id": cls.other_company.id, "ref": "FOREIGN"}
        )
        cls.touchpoints = cls.env["crm.touchpoint"].with_user(cls.service)
        cls.channel_phone = cls.env.ref("crm_experience.crm_touchpoint_channel_phone")
        cls.channel_store = cls.env.ref("crm_experience.crm_touchpoint_channel_store")
        cls.stage_buy = cls.env.ref("crm_experience.crm_journey_stage_buy")

    def event(self, number, **changes):
        """A good event with some keys changed; a key set to `...` is left out."""
        values = {
            "source": "test",
            "external_id": f"event {number}",
            "date": "2026-01-31 10:00:00",
            "partner_id": self.customer.id,
            "channel": "phone",
        } | changes
        return {key: value for key, value in values.items() if value is not ...}

    def log(self, *events):
        return self.touchpoints.log(list(events))

    def log_good(self, *events):
        """Log events that must be created, and return their touchpoints with all rights."""
        answers = self.log(*events)
        self.assertEqual([answer["error"] for answer in answers], [""] * len(events))
        return self.env["crm.touchpoint"].browse(answer["id"] for answer in answers)

    def capture(self):
        """Do what the commit does, and return the touchpoints captured so far."""
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        return self.env["crm.touchpoint"].search([("source", "=", "odoo")], order="id")
