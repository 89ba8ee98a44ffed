from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCustomerJourney(models.Model):
    """What people do with a customer's journey: place by hand, plan a contact, mark as lost."""

    _inherit = "crm.customer.journey"

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_customer(self):
        """Open the customer."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    def action_mark_lost(self):
        """Ask why the customers were lost."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_customer_loss_mark_action"
        )
        return action | {"context": {"default_partner_ids": self.partner_id.ids}}

    def action_plan_contact(self):
        """Plan a contact with each of the customers, where none is planned yet."""
        self.check_access("read")
        self._plan_contacts(fallback=self.env.user)
        return True

    def _plan_contacts(self, rules=None, fallback=None):
        """Plan one activity for each silence, for whoever is responsible for the customer.

        :param dict rules: the rule by id of a journey, which says type of activity and who gets
            it where nobody is responsible
        :param fallback: user who gets it where nobody else does
        """
        silent = self.filtered(lambda row: row._get_silence_start() != row.date_silence_handled)
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id("res.partner")
        vals_list = []
        for journey in silent:
            rule = (rules or {}).get(journey.id, self.env["crm.neglect.rule"])
            user = journey.user_id or journey.team_id.user_id or rule.user_id or fallback
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": journey.partner_id.id,
                    "activity_type_id": (rule.activity_type_id or call or rule.activity_type_id).id,
                    "user_id": user.id if user else False,
                    "summary": journey.with_context(
                        lang=user.lang if user else None
                    )._get_neglect_reason(),
                    "automated": True,
                }
            )
        # Everyone with our groups may plan a contact with a customer they can read; one mail for
        # each activity would be a flood, they are in the list of activities.
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        activities.create(vals_list)
        for journey in silent.sudo():
            journey.date_silence_handled = journey._get_silence_start()

    def _get_silence_start(self):
        """Return the contact before the silence."""
        self.ensure_one()
        return self.date_personal or self.date_first

    # ------------------------------------------------------------
    # Placing by hand
    # ------------------------------------------------------------

    def _place(self, stage, reason):
        """Place the customers in a stage, until something happens that a rule knows."""
        self._check_responsible()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why, for whoever wonders later."))
        now = fields.Datetime.now()
        # Rows of a journey are written by nobody directly, so that each change has its reason.
        self.env["crm.customer.journey.move"].sudo().create(
            [
                {
                    "journey_id": journey.id,
                    "partner_id": journey.partner_id.id,
                    "company_id": journey.company_id.id,
                    "user_id": journey.user_id.id,
                    "team_id": journey.team_id.id,
                    "from_stage_id": journey.stage_id.id,
                    "stage_id": stage.id,
                    "date": now,
                    "cause": "person",
                    "reason": reason.strip(),
                    "author_id": self.env.uid,
                }
                for journey in self
            ]
        )
        self._refresh_customers(self.partner_id.ids)

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    @api.model
    def _merge_partners(self, src_partners, dst_partner):
        """One row per customer and company stays; what was placed by hand goes along with it."""
        journeys = self.search([("partner_id", "in", (src_partners | dst_partner).ids)])
        for rows in journeys.grouped("company_id").values():
            kept = rows.filtered(lambda row: row.partner_id == dst_partner)[:1] or rows[:1]
            others = rows - kept
            by_hand = others.move_ids.filtered(lambda move: move.cause == "person")
            by_hand.journey_id = kept
            others.unlink()
