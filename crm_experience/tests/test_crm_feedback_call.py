from ast import literal_eval
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common_asking import AskingCase


@tagged("post_install", "-at_install")
class TestCrmFeedbackCall(AskingCase):
    """A telephone interview, by somebody of the service desk, who has no right to change it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.write({"way": "phone", "user_id": cls.service.id})
        cls.new_touchpoint()
        cls.invitation = cls.ask(cls)
        cls.call = cls.invitation.with_user(cls.service)

    def to_call(self):
        """Whom the list shows that the menu opens."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_feedback_invitation_action_call"
        )
        view = self.env.ref("crm_experience.crm_feedback_invitation_view_search")
        self.assertIn("filter_to_call", action["context"])
        node = self.env["ir.ui.view"].browse(view.id)._get_combined_arch()
        domain = node.xpath("//filter[@name='filter_to_call']")[0].get("domain")
        self.env.invalidate_all()
        return self.call.search([*literal_eval(action["domain"]), *literal_eval(domain)])

    def test_whom_to_call_and_when(self):
        self.customer.write({"tz": "Asia/Shanghai", "quiet_from": 21, "quiet_to": 9})
        self.assertEqual(self.to_call(), self.invitation)
        self.assertEqual(self.call.phone, "+1 555 0100")
        self.assertIn("three minutes", self.call.call_script)
        # noon in UTC is eight in the evening in Shanghai
        self.assertFalse(self.call.is_quiet)
        self.assertIn("8:00", self.call.customer_time)
        with freeze_time("2026-11-25 14:00:00"):
            self.call.invalidate_recordset()
            self.assertTrue(self.call.is_quiet)
            self.assertIn("9:00", self.call.customer_time)

    def test_the_activity_speaks_the_language_of_whoever_calls(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.survey.with_context(lang="fr_FR").title = "Comment était-ce ?"
        self.service.lang = "fr_FR"
        self.company.feedback_gap_days = 0
        self.new_touchpoint(self.new_partners(1, phone="+1 555 0177"))
        activities = self.ask().activity_ids - self.invitation.activity_ids
        self.assertIn("Comment était-ce ?", activities.summary)

    def test_who_is_not_reached_is_called_tomorrow_outside_the_quiet_hours(self):
        self.customer.write({"tz": "UTC", "quiet_from": 11, "quiet_to": 15})
        self.assertTrue(self.call.action_call_unreached())
        self.assertFalse(self.to_call())
        self.assertRecordValues(
            self.invitation,
            [
                {
                    "state": "sent",
                    "call_count": 1,
                    "date_call": self.now.replace(hour=15) + timedelta(days=1),
                }
            ],
        )
        activity = self.invitation.activity_ids
        self.assertEqual(activity.date_deadline, self.now.date() + timedelta(days=1))
        self.assertEqual(activity.user_id, self.service)
        with freeze_time("2026-11-26 15:00:01"):
            self.assertEqual(self.to_call(), self.invitation)

    def test_who_is_never_reached_is_left_in_peace(self):
        self.rule.call_limit = 2
        self.call.action_call_unreached()
        self.call.action_call_unreached()
        self.assertRecordValues(self.invitation, [{"state": "cancelled", "reason": "unreached"}])
        self.assertFalse(self.invitation.activity_ids)
        self.assertFalse(self.to_call())

    def test_who_does_not_want_to_is_not_called_about_it_again(self):
        self.call.action_call_refused()
        self.assertRecordValues(
            self.invitation, [{"state": "cancelled", "reason": "refused", "is_sent": True}]
        )
        self.assertFalse(self.customer.is_phone_refused)
        self.assertEqual(self.invitation.message_ids[0].author_id, self.service.partner_id)

    def test_no_calls_any_more_holds_for_all_of_us(self):
        self.call.action_call_stop()
        self.assertRecordValues(self.invitation, [{"state": "cancelled", "reason": "phone"}])
        self.assertTrue(self.customer.is_phone_refused)

    def test_a_wrong_number_waits_for_another_one(self):
        self.call.action_call_wrong_number()
        self.assertRecordValues(
            self.invitation, [{"state": "held", "reason": "wrong_number", "is_sent": False}]
        )
        self.assertIn("+1 555 0100", self.customer.message_ids[0].body)
        with freeze_time(self.now + timedelta(days=1, hours=1)):
            self.ask("send")
        self.assertEqual(self.invitation.reason, "wrong_number")
        self.customer.phone = "+1 555 0199"
        with freeze_time(self.now + timedelta(days=3)):
            self.ask("send")
            self.assertEqual(self.invitation.state, "sent")
            self.assertEqual(self.invitation.activity_ids.user_id, self.service)

    def test_the_customer_says_when(self):
        wizards = self.env["crm.feedback.invitation.postpone"].with_user(self.service)
        form = Form(wizards.with_context(default_invitation_id=self.invitation.id))
        form.date_call = "2026-11-28 16:00:00"
        form.note = "At four"
        form.save().action_postpone()
        self.assertFalse(self.to_call())
        self.assertEqual(str(self.invitation.activity_ids.date_deadline), "2026-11-28")
        self.assertIn("At four", self.invitation.message_ids[0].body)
        for wrong in ("2026-11-24 16:00:00", "2030-01-01 00:00:00"):
            form.date_call = wrong
            with self.assertRaisesRegex(UserError, "before the interview expires"):
                form.save().action_postpone()

    def test_nothing_comes_of_a_call_that_is_not_to_be_made(self):
        self.invitation._close("expired")
        mail = self.invitation.copy({"way": "mail", "touchpoint_id": False, "state": "sent"})
        for row in (self.invitation, mail):
            for button in ("unreached", "refused", "wrong_number", "stop"):
                with self.assertRaises(UserError, msg=button):
                    getattr(row.with_user(self.service), f"action_call_{button}")()

    def test_who_has_no_rights(self):
        for button in ("unreached", "refused", "wrong_number", "stop"):
            with self.assertRaises(AccessError, msg=button):
                getattr(self.invitation.with_user(self.salesperson), f"action_call_{button}")()
