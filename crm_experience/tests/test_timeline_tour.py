from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestTimelineTour(HttpCase):
    """The timeline in a browser, as those who work with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        user_group = "crm_experience.group_crm_experience_user"
        cls.salesperson = new_test_user(
            cls.env, "timeline_sales", f"sales_team.group_sale_salesman,{user_group}"
        )
        cls.service = new_test_user(cls.env, "timeline_service", user_group)
        cls.team = cls.env["crm.team"].create(
            {"name": "Harbour", "member_ids": [Command.set(cls.salesperson.ids)]}
        )
        cls.company, cls.other = cls.env["res.partner"].create(
            [{"name": "Timeline Trading", "is_company": True}, {"name": "Somebody Else"}]
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ann Lee", "parent_id": cls.company.id}
        )
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Fifty handsets",
                "type": "opportunity",
                "partner_id": cls.company.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
            }
        )

    def _log(self, partner, channel, summary, **values):
        return self.env["crm.touchpoint"].create(
            {
                "partner_id": partner.id,
                "channel_id": self.env.ref(f"crm_experience.crm_touchpoint_channel_{channel}").id,
                "summary": summary,
                "user_id": self.service.id,
                **values,
            }
        )

    def test_salesperson_logs_a_call(self):
        self._log(self.company, "store", "Asked for fifty handsets")
        self.start_tour("/odoo", "crm_experience_timeline_log", login=self.salesperson.login)
        call = self.env["crm.touchpoint"].search(
            [("lead_id", "=", self.lead.id), ("summary", "=", "Wants them on Friday")]
        )
        self.assertRecordValues(
            call,
            [
                {
                    "partner_id": self.company.id,
                    "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_phone").id,
                    "direction": "out",
                    "purpose": "sale",
                    "stage_id": self.env.ref("crm_experience.crm_journey_stage_choose").id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                }
            ],
        )
        self.assertEqual(call.feedback_ids.mapped("score"), [2.5], "7.5 where 5 was expected")

    def test_service_person_reads_a_company(self):
        """Of a company with the history of its people, with more pages than one, filtered."""
        day = fields.Datetime.subtract(fields.Datetime.now(), days=40)
        self._log(self.other, "email", "Not of this company")
        self._log(self.company, "store", "Where it began", date=day, purpose="care")
        for number in range(45):
            self._log(
                self.contact,
                "phone",
                f"Call {number}",
                date=fields.Datetime.add(day, hours=number + 1),
            )
        order = self.env["sale.order"].create({"partner_id": self.company.id})
        self._log(self.company, "email", "Wrote about the offer").write(
            {"res_model": order._name, "res_id": order.id}
        )
        self.start_tour(
            f"/odoo/res.partner/{self.company.id}",
            "crm_experience_timeline_read",
            login=self.service.login,
        )


@tagged("post_install", "-at_install")
class TestQuickLogTour(HttpCase):
    """The three taps on a phone-sized screen, from the card of a customer."""

    browser_size = "390x844"
    touch_enabled = True

    def test_three_taps_on_a_phone(self):
        service = new_test_user(
            self.env, "quick_log_service", "crm_experience.group_crm_experience_user"
        )
        customer = self.env["res.partner"].create({"name": "Ann Lee of the phone"})
        action = self.env["ir.actions.act_window"].create(
            {
                "name": "Customers",
                "res_model": "res.partner",
                "view_mode": "kanban,form",
                "domain": [("id", "=", customer.id)],
            }
        )
        self.start_tour(
            f"/odoo/action-{action.id}", "crm_experience_quick_log_phone", login=service.login
        )
        touchpoint = self.env["crm.touchpoint"].search([("partner_id", "=", customer.id)])
        self.assertRecordValues(
            touchpoint,
            [
                {
                    "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_store").id,
                    "stage_id": self.env.ref("crm_experience.crm_journey_stage_buy").id,
                    "summary": "Took the red one",
                    "user_id": service.id,
                }
            ],
        )
        self.assertEqual(touchpoint.feedback_ids.mapped("score"), [5])
