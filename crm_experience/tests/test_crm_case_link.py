import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmCaseLink(CrmCaseCase):
    """The links that speak for the customer are in the customer's mails, and nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.env["crm.case"].create(
            {
                "title": "Battery",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.service.id,
                "cause_id": cls.cause.id,
                "outcome": "solved",
                "solution": "Changed it.",
            }
        )
        cls.mine = cls.case.with_user(cls.service)
        cls.admin = new_test_user(
            cls.env, "case_admin", "crm_experience.group_crm_experience_admin"
        )

    def get_mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "crm.case"), ("res_id", "=", self.case.id)]
        )

    def test_nobody_who_works_here_reads_the_token_of_the_portal(self):
        token = self.case._portal_ensure_token()
        self.assertTrue(token)
        for user in (self.service, self.leader, self.chief, self.admin):
            case = self.case.with_user(user)
            self.assertNotIn("access_token", case.fields_get())
            for read in (
                lambda case=case: case.read(["access_token"]),
                lambda case=case: case.search([("access_token", "=like", f"{token[0]}%")]),
                lambda case=case: case.formatted_read_group([], ["access_token"]),
                lambda case=case: case.write({"access_token": "mine"}),
            ):
                with self.assertRaises(UserError):
                    read()
            self.assertNotIn(token, str(case.read()))
            # the mixin's method is for our own code
            with self.assertRaises(AccessError):
                get_public_method(case, "get_portal_url")
        self.assertIn(token, self.mine.get_portal_url())

    def test_colleagues_share_the_page_alone(self):
        token = self.case._portal_ensure_token()
        self.leader.group_ids += self.env.ref("base.group_partner_manager")
        for user in (self.leader, self.env.ref("base.user_admin")):
            share = (
                self.env["portal.share"]
                .with_user(user)
                .with_context(active_model="crm.case", active_id=self.case.id)
                .create({"partner_ids": [Command.set(self.contact.ids)]})
            )
            self.assertTrue(share.share_link.endswith(f"/my/cases/{self.case.id}"))
            share.action_send_mail()
        shared = self.case.message_ids.filtered(lambda message: self.contact in message.partner_ids)
        self.assertEqual(len(shared), 2)
        self.assertNotIn(token, str(shared.mapped("body")))
        self.assertNotIn("hash=", str(shared.mapped("body")))

    def test_the_customer_gets_both_links(self):
        """Whoever answers them has no right to the token, and does not need one."""
        self.mine.message_post(
            body="We look at it.",
            partner_ids=self.customer.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        token = self.case.sudo().access_token
        (mail,) = self.get_mails().filtered(lambda mail: self.customer in mail.recipient_ids)
        self.assertIn(f"access_token={token}", mail.body_html)
        self.assertNotIn(token, mail.mail_message_id.body)
        self.mine.action_solve()
        link = f"/experience/case/{self.case.confirm_token}"
        mail = self.get_mails().filtered(lambda row: row.subject and "settled" in row.subject)
        self.assertNotIn(link, mail.body_html)
        (sent,) = mail._prepare_outgoing_list()
        for part in ("body", "body_alternative"):
            self.assertIn(link, sent[part])
        # the same mail that somebody sends to themselves
        mail.recipient_ids = self.service.partner_id
        (sent,) = mail._prepare_outgoing_list()
        self.assertNotIn(link, sent["body"])
        self.assertIn(f"/my/cases/{self.case.id}#settled", sent["body"])

    def test_who_has_an_address_alone_gets_the_link(self):
        case = self.open(partner_id=False, email_from="Zoe <zoe@example.com>")
        case.user_id = self.service
        self.solve(case)
        mail = self.env["mail.mail"].search(
            [("res_id", "=", case.id), ("model", "=", "crm.case"), ("subject", "like", "settled")]
        )
        (sent,) = mail._prepare_outgoing_list()
        self.assertIn(f"/experience/case/{case.sudo().confirm_token}", sent["body"])

    def test_the_conversation_has_no_link_that_works(self):
        self.mine.action_solve()
        token = self.case.confirm_token
        # a reply quotes what it answers; a lead copies the link for a chat
        self.case.message_post(
            body=f"> {self.case.get_base_url()}/experience/case/{token}\nNo",
            author_id=self.customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.case.with_user(self.leader).message_post(
            body=f"Sent by chat: {self.case.with_user(self.leader).confirm_url}"
        )
        messages = self.env["mail.message"].with_user(self.service)
        seen = messages.search([("model", "=", "crm.case"), ("res_id", "=", self.case.id)])
        self.assertNotIn(token, str(seen.mapped("body")))

    def test_the_link_is_shown_to_leads_alone(self):
        self.mine.action_solve()
        token = self.case.confirm_token
        self.assertIn(token, self.case.with_user(self.leader).confirm_url)
        with self.assertRaises(AccessError):
            self.mine.read(["confirm_url"])
        # a template in the mail composer is rendered for whoever writes with it
        template = self.env.ref("crm_experience.mail_template_case_solved")
        (body,) = (
            template.with_user(self.service)._render_field("body_html", self.case.ids).values()
        )
        self.assertIn(f"/my/cases/{self.case.id}#settled", body)
        self.assertNotIn(token, body)

    def test_files_of_a_reply_stay(self):
        """Our way into posting takes whatever Odoo's takes."""
        message = self.mine.message_post(
            body="Here", attachments=[("a.txt", base64.b64decode(base64.b64encode(b"a")))]
        )
        self.assertEqual(message.attachment_ids.mapped("name"), ["a.txt"])
        self.assertFalse(self.mine.message_post(subject="Nothing").body)
