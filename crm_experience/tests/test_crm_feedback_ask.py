from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_asking import AskingCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackAsk(AskingCase):
    """Asking by hand and from other programs."""

    def ask_by_hand(self, records, user=None, **values):
        wizard = (
            self.env["crm.feedback.ask"]
            .with_user(user or self.service)
            .with_context(active_model=records._name, active_ids=records.ids)
            .create({"rule_id": self.rule.id} | values)
        )
        return wizard, wizard.action_ask()["params"]["message"]

    def test_ask_now(self):
        _wizard, message = self.ask_by_hand(self.customer)
        self.assertIn("has been asked", message)
        invitation = self.env["crm.feedback.invitation"].search([])
        self.assertRecordValues(
            invitation,
            [{"partner_id": self.customer.id, "state": "sent", "user_id": self.service.id}],
        )

    def test_says_why_not(self):
        self.ask_by_hand(self.customer)
        wizard, message = self.ask_by_hand(self.customer)
        self.assertIn("later, on 2026-12-25", message)
        self.assertIn("Was asked not long ago", message)
        self.assertIn("already", wizard.action_ask()["params"]["message"])
        self.customer.experience_opt_out = True
        self.assertIn("Wants no surveys", self.ask_by_hand(self.customer)[1])

    def test_from_opportunities_and_orders(self):
        lead = self.env["crm.lead"].create({"name": "Deal", "partner_id": self.customer.id})
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        self.contact.email = "bob@customer.example"
        seller = self.salesperson
        seller.group_ids += self.env.ref("crm_experience.group_crm_experience_user")
        lead.user_id = order.user_id = seller
        for record in (lead, order):
            self.assertIn("has been asked", self.ask_by_hand(record, seller)[1])

    def test_who_may_not(self):
        with self.assertRaises(AccessError):
            self.ask_by_hand(self.customer, self.salesperson)
        other = self.new_rule("Foreign", company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self.ask_by_hand(self.customer, rule_id=other.id)

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    def invite(self, *items, user=None):
        return (
            self.env["crm.feedback.invitation"].with_user(user or self.service).invite(list(items))
        )

    def item(self, number=1, **changes):
        values = {
            "source": "pos",
            "external_id": f"receipt {number}",
            "rule_id": self.rule.id,
            "partner_id": self.customer.id,
        } | changes
        return {key: value for key, value in values.items() if value is not ...}

    def test_invite(self):
        first, second = self.invite(self.item(1), self.item(1, channel="store"))
        self.assertEqual([first["status"], second["status"]], ["created", "existing"])
        (again,) = self.invite(self.item(1))
        self.assertEqual(again, {"status": "existing", "id": first["id"], "error": ""})
        invitation = self.env["crm.feedback.invitation"].browse(first["id"])
        self.assertEqual(invitation.state, "queued")
        self.ask()
        self.assertEqual(invitation.state, "sent")

    def test_invite_later_and_by_address(self):
        (answer,) = self.invite(
            self.item(
                2,
                partner_id=...,
                email="Ann@customer.example",
                date="2026-11-28T10:00:00Z",
                channel="store",
                stage="buy",
                team_id=self.team.id,
                user_id=self.service.id,
            )
        )
        invitation = self.env["crm.feedback.invitation"].browse(answer["id"])
        self.assertRecordValues(
            self.ask(),
            [
                {
                    "id": invitation.id,
                    "state": "queued",
                    "partner_id": self.customer.id,
                    "channel_id": self.channel_store.id,
                    "stage_id": self.stage_buy.id,
                    "team_id": self.team.id,
                    "user_id": self.service.id,
                }
            ],
        )

    def test_bad_invitations(self):
        other = self.new_rule("Foreign", company_id=self.other_company.id)
        archived = self.new_rule("Old", active=False)
        bad = [
            {"rule_id": ...},
            {"rule_id": 0},
            {"rule_id": "1"},
            {"rule_id": True},
            {"rule_id": 2**31 - 1},
            {"rule_id": other.id},
            {"rule_id": archived.id},
            {"partner_id": ...},
            {"partner_id": self.foreign_partner.id},
            {"email": "ann@customer.example"},
            {"source": ""},
            {"external_id": "x" * 181},
            {"external_id": "\x00"},
            {"date": "tomorrow"},
            {"channel": "pigeon"},
            {"team_id": 2**31 - 1},
            {"junk": 1},
        ]
        answers = self.invite(
            self.item("good"), *(self.item(n, **one) for n, one in enumerate(bad))
        )
        self.assertEqual(answers[0]["status"], "created")
        for answer, changes in zip(answers[1:], bad, strict=True):
            self.assertEqual((answer["status"], answer["id"]), ("error", False), changes)
            self.assertRegex(answer["error"], r"^.{10,300}[.?]", changes)
        for junk in (None, "x", 5, {}, [self.item()] * 1001):
            with self.assertRaises(UserError):
                self.env["crm.feedback.invitation"].with_user(self.service).invite(junk)
        with self.assertRaises(UserError):
            self.invite(self.item(), user=self.salesperson)

    def test_links_are_for_leads(self):
        self.new_touchpoint()
        invitation = self.ask("queue")
        invitations = self.env["crm.feedback.invitation"].with_user(self.leader)
        self.assertEqual(
            invitations.get_links(invitation.ids),
            [{"id": invitation.id, "state": "queued", "url": ""}],
        )
        self.ask()
        (link,) = invitations.get_links(invitation.ids)
        self.assertEqual(link["url"], invitation._get_own_url())
        with self.assertRaises(UserError):
            invitations.with_user(self.service).get_links(invitation.ids)
        # each id is answered for itself: in order, twice if asked twice, also if it is unknown
        other = self.new_rule("Foreign", company_id=self.other_company.id)
        foreign = invitation.sudo().copy(
            {"rule_id": other.id, "company_id": self.other_company.id}
            | {"partner_id": False, "team_id": False, "user_id": False}
        )
        nothing = {"state": "", "url": ""}
        self.assertEqual(
            invitations.get_links([2**31 - 1, invitation.id, foreign.id, invitation.id]),
            [{"id": 2**31 - 1, **nothing}, link, {"id": foreign.id, **nothing}, link],
        )
        older = self.new_touchpoint(self.new_partners(1), days=3)
        first = self.ask().filtered(lambda row: row.touchpoint_id == older)
        ids = [first.id, invitation.id]
        for wanted in (ids, ids[::-1]):
            self.assertEqual([row["id"] for row in invitations.get_links(wanted)], wanted)
        for junk in (None, "x", [None], [True], [0], [2**31], list(range(1, 1002))):
            with self.assertRaises(UserError):
                invitations.get_links(junk)

    def test_the_hold_ends_in_time(self):
        self.ask_by_hand(self.customer)
        self.ask_by_hand(self.customer)
        held = self.env["crm.feedback.invitation"].search([("state", "=", "held")])
        self.assertEqual(held.date_hold, self.now + timedelta(days=30))
