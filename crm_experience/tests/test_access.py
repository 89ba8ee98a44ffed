from odoo.addons.crm_targets.tests.access import AccessMatrixCase
from odoo.fields import Command
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestAccess(AccessMatrixCase):
    addon = "crm_experience"
    matrix = """
        model                    | role          | own  | team | other | foreign
        crm.touchpoint           | user          | cru  | r    | r     | -
                                 | lead          | crud | crud | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.feedback             | user          | cru  | r    | r     | -
                                 | lead          | cru  | cru  | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.registered.product   | user          | cru  | cru  | cru   | -
                                 | lead          | crud | crud | crud  | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.case                 | user          | cru  | r    | r     | -
                                 | lead          | cru  | cru  | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.case.improvement     | user          | ru   | r    | r     | -
                                 | lead          | cru  | cru  | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.case.rule            | user          | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.case.merge           | user          | crud
                                 | lead          | crud
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.case.cause           | user          | r
                                 | lead          | r
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.touchpoint.source    | user          | -
                                 | lead          | -
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.partner.fact         | user          | cru  | r    | r     | -
                                 | lead          | cru  | cru  | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.partner.date         | user          | cru  | r    | r     | -
                                 | lead          | cru  | cru  | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.deal.role            | user          | cru  | r    | r     | -
                                 | lead          | cru  | cru  | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.care.action          | user          | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | r    | r    | r     | -
                                 | foreign_admin | r    | r    | r     | -
        crm.partner.fact.suggestion | user          | r
                                 | lead          | r
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.care.occasion        | user          | r
                                 | lead          | r
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.care.rule            | user          | r
                                 | lead          | r
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.rating.device        | lead          | cru  | cru  | -     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.rating.tap           | admin         | -
        crm.feedback.ask         | user          | cru
                                 | lead          | cru
                                 | admin         | cru
                                 | foreign_admin | cru
        crm.feedback.invitation.postpone | user  | cru
                                 | lead          | cru
                                 | admin         | cru
                                 | foreign_admin | cru
        crm.feedback.invitation  | user          | r    | r    | r     | -
                                 | lead          | ru   | ru   | r     | -
                                 | admin         | rud  | rud  | rud   | -
                                 | foreign_admin | rud  | rud  | rud   | -
        crm.feedback.response.report | user      | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | r    | r    | r     | -
                                 | foreign_admin | r    | r    | r     | -
        crm.feedback.link        | user          | r    | r    | r     | -
                                 | lead          | crud | crud | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.feedback.rule        | user          | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.customer.trend       | user          | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | r    | r    | r     | -
                                 | foreign_admin | r    | r    | r     | -
        crm.key.experience       | user          | r    | r    | r     | -
                                 | lead          | cru  | cru  | cru   | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.key.experience.run   | user          | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | r    | r    | r     | -
                                 | foreign_admin | r    | r    | r     | -
        crm.key.experience.effect | user         | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | r    | r    | r     | -
                                 | foreign_admin | r    | r    | r     | -
        crm.answer               | user          | cru  | cru  | cru   | -
                                 | lead          | crud | crud | crud  | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.touchpoint.backfill  | admin         | cru
                                 | foreign_admin | cru
        crm.touchpoint.channel   | user          | r
                                 | lead          | r
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.journey.stage        | user          | r
                                 | lead          | r
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.experience.dimension | user          | r
                                 | lead          | r
                                 | admin         | crud
                                 | foreign_admin | crud
        crm.customer.record.erase | admin        | crud
                                  | foreign_admin | crud
        crm.gift.item            | user          | r    | r    | r     | -
                                 | lead          | r    | r    | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.gift.move            | user          | r    | r    | r     | -
                                 | lead          | cru  | cru  | r     | -
                                 | admin         | crud | crud | crud  | -
                                 | foreign_admin | crud | crud | crud  | -
        crm.customer.journey       | user          | r    | r    | r     | -
                                   | lead          | r    | r    | r     | -
                                   | admin         | r    | r    | r     | -
                                   | foreign_admin | r    | r    | r     | -
        crm.customer.journey.move  | user          | r    | r    | r     | -
                                   | lead          | r    | r    | r     | -
                                   | admin         | r    | r    | r     | -
                                   | foreign_admin | r    | r    | r     | -
        crm.playbook.run           | user          | r    | r    | r     | -
                                   | lead          | r    | r    | r     | -
                                   | admin         | r    | r    | r     | -
                                   | foreign_admin | r    | r    | r     | -
        crm.playbook.run.step      | user          | r    | r    | r     | -
                                   | lead          | r    | r    | r     | -
                                   | admin         | r    | r    | r     | -
                                   | foreign_admin | r    | r    | r     | -
        crm.scenario.run           | user          | r    | r    | r     | -
                                   | lead          | r    | r    | r     | -
                                   | admin         | r    | r    | r     | -
                                   | foreign_admin | r    | r    | r     | -
        crm.scenario.run.step      | user          | r    | r    | r     | -
                                   | lead          | r    | r    | r     | -
                                   | admin         | r    | r    | r     | -
                                   | foreign_admin | r    | r    | r     | -
        crm.journey.rule           | user          | r
                                   | lead          | r
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.playbook               | user          | r
                                   | lead          | r
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.playbook.step          | user          | r
                                   | lead          | r
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.scenario               | user          | r
                                   | lead          | r
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.scenario.step          | user          | r
                                   | lead          | r
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.neglect.rule           | user          | r
                                   | lead          | r
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.loss.reason            | user          | r
                                   | lead          | r
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.customer.loss          | user          | cru  | r    | r     | -
                                   | lead          | crud | crud | r     | -
                                   | admin         | crud | crud | crud  | -
                                   | foreign_admin | crud | crud | crud  | -
        crm.customer.journey.place | user          | crud
                                   | lead          | crud
                                   | admin         | crud
                                   | foreign_admin | crud
        crm.experience.cursor      | user          | -
        crm.customer.loss.mark     | user          | crud
                                   | lead          | crud
                                   | admin         | crud
                                   | foreign_admin | crud
    """

    def values_crm_customer_record_erase(self, place):
        return {"partner_ids": place.partner.ids}

    def values_crm_gift_item(self, place):
        return {"name": place.key, "company_id": place.company.id}

    def values_crm_gift_move(self, place):
        item = self.env["crm.gift.item"].create(self.values_crm_gift_item(place))
        return {
            "item_id": item.id,
            "quantity": 5,
            "team_id": place.team.id,
            "user_id": place.user.id,
        }

    def values_crm_partner_fact(self, place):
        return self.values_note(place) | {"kind": "cares", "text": place.key}

    def values_crm_partner_date(self, place):
        return self.values_note(place) | {"kind": "anniversary", "month": 2, "day": 29}

    def values_crm_deal_role(self, place):
        customer = self.env["res.partner"].create(
            {"name": "Who is served", "company_id": place.company.id}
        )
        return self.values_note(place) | {"role": "pays", "customer_id": customer.id}

    def values_note(self, place):
        return {
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "user_id": place.user.id,
            "team_id": place.team.id,
        }

    def values_crm_care_action(self, place):
        return {
            "rule_id": self.env["crm.care.rule"].create(self.values_crm_care_rule(place)).id,
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "date_occasion": "2026-02-28",
            "date": "2026-02-28 10:00:00",
            "key": place.key,
        }

    def values_crm_care_rule(self, place):
        return {"name": place.key, "company_id": place.company.id, "date_kind": "birthday"}

    def values_crm_care_occasion(self, place):
        return {"name": place.key, "month": 12, "day": 25}

    def values_crm_partner_fact_suggestion(self, place):
        return {"name": place.key, "kind": "cares"}

    def values_crm_touchpoint(self, place):
        return {
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "user_id": place.user.id,
            "team_id": place.team.id,
            "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_phone").id,
        }

    def values_crm_feedback(self, place):
        return {
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "user_id": place.user.id,
            "team_id": place.team.id,
            "metric": "nps",
            "score": 9,
        }

    def values_crm_registered_product(self, place):
        return {
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "name": place.key,
        }

    def values_crm_case(self, place):
        return {
            "title": "Nobody called back",
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "user_id": place.user.id,
            "team_id": place.team.id,
        }

    def values_crm_case_improvement(self, place):
        return {
            "name": place.key,
            "cause_id": self.env["crm.case.cause"].create({"name": place.key}).id,
            "company_id": place.company.id,
            "team_id": place.team.id,
            "user_id": place.user.id,
        }

    def values_crm_case_rule(self, place):
        return {"name": place.key, "company_id": place.company.id}

    def values_crm_case_merge(self, place):
        cases = [self.create_record("crm.case", place).id for _number in range(2)]
        return {"case_ids": [Command.set(cases)]}

    def values_crm_case_cause(self, place):
        return {"name": place.key}

    def values_crm_rating_device(self, place):
        return {"name": place.key, "company_id": place.company.id, "team_id": place.team.id}

    def values_crm_rating_tap(self, place):
        device = self.env["crm.rating.device"].create(self.values_crm_rating_device(place))
        return {"device_id": device.id, "key": place.key, "date": "2026-01-01", "score": 5}

    def values_crm_feedback_rule(self, place):
        survey = self.env["survey.survey"].create(
            {
                "title": place.key,
                "question_and_page_ids": [
                    Command.create({"title": "Again?", "question_type": "scale", "measure": "nps"})
                ],
            }
        )
        return {"name": place.key, "survey_id": survey.id, "company_id": place.company.id}

    def values_crm_feedback_ask(self, place):
        return {
            "rule_id": self.create_record("crm.feedback.rule", place).id,
            "partner_ids": [Command.set(place.partner.ids)],
        }

    def values_crm_feedback_link(self, place):
        rule = self.create_record("crm.feedback.rule", place)
        return {"name": place.key, "rule_id": rule.id, "team_id": place.team.id}

    def values_crm_feedback_invitation(self, place):
        rule = self.create_record("crm.feedback.rule", place)
        return {
            "rule_id": rule.id,
            "survey_id": rule.survey_id.id,
            "company_id": place.company.id,
            "partner_id": place.partner.id,
            "team_id": place.team.id,
            "user_id": place.user.id,
        }

    def values_crm_feedback_invitation_postpone(self, place):
        return {"invitation_id": self.create_record("crm.feedback.invitation", place).id}

    def values_crm_key_experience(self, place):
        return {"name": place.key, "company_id": place.company.id}

    def values_crm_key_experience_run(self, place):
        analysis = self.create_record("crm.key.experience", place)
        return {
            "analysis_id": analysis.id,
            "segment": place.key,
            "target": "recommendation",
            "outcome": "nothing",
        }

    def values_crm_key_experience_effect(self, place):
        dimension = self.env.ref("crm_experience.crm_experience_dimension_price")
        return {
            "run_id": self.create_record("crm.key.experience.run", place).id,
            "dimension_id": dimension.id,
            "state": "6_untold",
        }

    def create_record(self, model, place):
        if model == "crm.customer.trend":
            answer = self.create_record("crm.feedback", place)
            self.env.flush_all()
            return self.env[model].search(
                [
                    ("partner_id", "=", answer.partner_id.id),
                    ("company_id", "=", answer.company_id.id),
                ]
            )
        if model == "crm.feedback.response.report":
            # a row of the report is an invitation that was sent
            invitation = self.create_record("crm.feedback.invitation", place)
            invitation.is_sent = True
            invitation.flush_recordset()
            return self.env[model].browse(invitation.id)
        return super().create_record(model, place)

    def values_crm_answer(self, place):
        return {"name": place.key, "company_id": place.company.id}

    def values_crm_touchpoint_channel(self, place):
        return {"code": place.key, "name": place.key}

    def values_crm_touchpoint_source(self, place):
        return {
            "name": place.key,
            "model_name": "res.partner",
            "partner_field": "parent_id",
            "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_phone").id,
        }

    # ------------------------------------------------------------
    # Journey and care
    # ------------------------------------------------------------

    def _place_values(self, place):
        return {
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "user_id": place.user.id,
            "team_id": place.team.id,
        }

    def values_crm_customer_journey(self, place):
        # one row per customer and company
        partner = place.partner.copy({"name": place.key})
        return self._place_values(place) | {"partner_id": partner.id}

    def values_crm_customer_journey_move(self, place):
        return self._place_values(place) | {
            "journey_id": self.create_record("crm.customer.journey", place).id,
            "stage_id": self.env.ref("crm_experience.crm_journey_stage_buy").id,
            "date": "2026-01-31 10:00:00",
            "cause": "time",
        }

    def values_crm_customer_journey_place(self, place):
        return {
            "journey_ids": self.create_record("crm.customer.journey", place).ids,
            "stage_id": self.env.ref("crm_experience.crm_journey_stage_buy").id,
            "reason": "Said so",
        }

    def values_crm_customer_loss(self, place):
        return self._place_values(place) | {
            "partner_id": place.partner.copy({"name": place.key}).id,
            "reason_id": self.create_record("crm.loss.reason", place).id,
        }

    def values_crm_customer_loss_mark(self, place):
        return {
            "partner_ids": place.partner.ids,
            "reason_id": self.create_record("crm.loss.reason", place).id,
        }

    def values_crm_experience_cursor(self, place):
        return {"name": place.key}

    def values_crm_loss_reason(self, place):
        return {"name": place.key}

    values_crm_neglect_rule = values_crm_loss_reason
    values_crm_playbook = values_crm_loss_reason
    values_crm_scenario = values_crm_loss_reason

    def values_crm_journey_rule(self, place):
        return {
            "name": place.key,
            "stage_id": self.env.ref("crm_experience.crm_journey_stage_buy").id,
        }

    def values_crm_playbook_step(self, place):
        return {"name": place.key, "playbook_id": self.create_record("crm.playbook", place).id}

    def values_crm_playbook_run(self, place):
        return self._place_values(place) | {
            "playbook_id": self.create_record("crm.playbook", place).id,
            "origin": place.key,
            "date_start": "2026-01-31 10:00:00",
        }

    def values_crm_playbook_run_step(self, place):
        run = self.create_record("crm.playbook.run", place)
        return self._place_values(place) | {
            "run_id": run.id,
            "playbook_id": run.playbook_id.id,
            "name": place.key,
            "date_due": "2026-01-31",
        }

    def values_crm_scenario_step(self, place):
        return {"name": place.key, "scenario_id": self.create_record("crm.scenario", place).id}

    def values_crm_scenario_run(self, place):
        return self._place_values(place) | {
            "scenario_id": self.create_record("crm.scenario", place).id,
            "date_start": "2026-01-31 10:00:00",
            "date_last": "2026-01-31 10:00:00",
            "state": "running",
        }

    def values_crm_scenario_run_step(self, place):
        step = self.create_record("crm.scenario.step", place)
        return {
            "run_id": self.create_record("crm.scenario.run", place).id,
            "scenario_id": step.scenario_id.id,
            "step_id": step.id,
            "partner_id": place.partner.id,
            "company_id": place.company.id,
            "date": "2026-01-31 10:00:00",
        }

    def values_crm_touchpoint_backfill(self, place):
        source = self.env["crm.touchpoint.source"].create(self.values_crm_touchpoint_source(place))
        return {"kind": "source", "source_id": source.id}

    values_crm_journey_stage = values_crm_touchpoint_channel
    values_crm_experience_dimension = values_crm_touchpoint_channel

    def test_matrix(self):
        self.assert_matrix()

    def test_every_model_has_a_row(self):
        self.assert_complete()

    def test_a_rule_on_customers_holds_for_their_history(self):
        """Who may not read the customer does not read what the customer lived through."""
        user = self.roles["user"]
        place = self._get_place("user", "own")
        records = [
            self.create_record(model, place).with_user(user)
            for model in ("crm.touchpoint", "crm.feedback", "crm.registered.product")
        ]
        for record in records:
            self.assertTrue(record.has_access("read"))
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads this customer",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {place.partner.id})]",
            }
        )
        for record in records:
            self.assertFalse(record.has_access("read"))
            self.assertFalse(record.has_access("write"))
            self.assertFalse(record.search_count([("id", "=", record.id)]))
        self.assertFalse(records[0].create_uid.has_group("sales_team.group_sale_salesman"))

    def test_contacts_with_an_opportunity_only(self):
        """Contacts with somebody who is no contact yet are for who reads the opportunity."""
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "company_id": self.company_a.id, "user_id": self.stranger.id}
        )
        touchpoint = self.env["crm.touchpoint"].create(
            {
                "lead_id": lead.id,
                "company_id": self.company_a.id,
                "user_id": False,
                "channel_id": self.env.ref("crm_experience.crm_touchpoint_channel_phone").id,
            }
        )
        user = self.roles["user"]
        group = self.env.ref("sales_team.group_sale_salesman")
        self.assertFalse(touchpoint.with_user(user).has_access("read"))
        user.group_ids += group
        self.assertFalse(touchpoint.with_user(user).has_access("read"))
        lead.user_id = user
        self.assertTrue(touchpoint.with_user(user).has_access("read"))

    def test_former_member_is_no_longer_led(self):
        """Who has left the team is not led by its leader any more."""
        place = self._get_place("lead", "team")
        touchpoint = self.create_record("crm.touchpoint", place)
        touchpoint.team_id = False
        touchpoint = touchpoint.with_user(self.roles["lead"])
        self.assertTrue(touchpoint.has_access("write"))
        self.team.crm_team_member_ids.filtered(
            lambda member: member.user_id == place.user
        ).action_archive()
        self.assertFalse(touchpoint.has_access("write"))
