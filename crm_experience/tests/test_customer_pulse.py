import json

from odoo.addons.bus.tests.common import WebsocketCase
from odoo.addons.crm_experience.models.shared.res_partner_pulse import PULSE
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCustomerPulse(WebsocketCase):
    """Open screens of a customer are told that something changed; nobody else is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "crm_experience.group_crm_experience_user"
        cls.service = new_test_user(cls.env, "pulse_service", group, password="pulse_service")
        cls.internal = new_test_user(
            cls.env, "pulse_internal", "base.group_user", password="pulse_internal"
        )
        cls.portal = new_test_user(
            cls.env, "pulse_portal", "base.group_portal", password="pulse_portal"
        )
        cls.company = cls.env["res.partner"].create({"name": "Acme", "is_company": True})
        cls.contact = cls.env["res.partner"].create({"name": "Bob", "parent_id": cls.company.id})

    def hear(self, user, *partners):
        """The pulses that a browser of the user hears about a case of the contact."""
        session = self.authenticate(user.login, user.login)
        socket = self.websocket_connect(cookie=f"session_id={session.sid};")
        self.subscribe(
            socket,
            [f"{PULSE}_{partner.id}" for partner in partners],
            self.env["bus.bus"]._bus_last_id(),
        )
        self.env["crm.case"].create({"title": "Late", "partner_id": self.contact.id})
        self.env["bus.bus"]._sendone(user.partner_id, "end", {})
        self.trigger_notification_dispatching([(self.contact, PULSE), (self.company, PULSE)])
        self.trigger_notification_dispatching([user.partner_id])
        heard = []
        while True:
            messages = [row["message"] for row in json.loads(socket.recv())]
            heard += [row["payload"] for row in messages if row["type"] == PULSE]
            if any(row["type"] == "end" for row in messages):
                return heard

    def test_who_may_read_the_customer_hears(self):
        self.assertEqual(
            self.hear(self.service, self.contact),
            [{"partner_id": self.contact.id, "kind": "case"}],
        )

    def test_the_company_hears_of_its_people(self):
        self.assertEqual(
            self.hear(self.service, self.company),
            [{"partner_id": self.company.id, "kind": "case"}],
        )

    def test_whoever_works_here_hears(self):
        self.assertEqual(
            self.hear(self.internal, self.contact),
            [{"partner_id": self.contact.id, "kind": "case"}],
        )

    def test_the_portal_does_not_hear(self):
        self.assertEqual(self.hear(self.portal, self.contact, self.portal.partner_id), [])

    def test_whom_a_rule_hides_is_not_heard(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads this customer",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.contact.id})]",
            }
        )
        self.assertEqual(self.hear(self.service, self.contact), [])

    def test_once_a_transaction(self):
        self.env.cr.precommit.data.pop(PULSE, None)
        before = len(self.env.cr.precommit.data.get("bus.bus.values", []))
        for _time in range(3):
            self.contact._send_customer_pulse("fact")
        self.assertEqual(len(self.env.cr.precommit.data["bus.bus.values"]) - before, 2)
        self.env.cr.precommit.data["bus.bus.values"].clear()
