from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: So many open steps are named; the rest is behind them.
MAX_STEPS = 3


class ResPartnerCare(models.Model):
    """Stage of the journey, silence, loss and open steps, where a customer is shown."""

    _inherit = "res.partner"

    journey_stage_id = fields.Many2one(
        "crm.journey.stage",
        compute="_compute_journey_stage_id",
        search="_search_journey_stage_id",
        groups="crm_experience.group_crm_experience_user",
        help="Where the customer is on the journey with your company.",
    )

    def _compute_journey_stage_id(self):
        stages = {}
        for journey in self.env["crm.customer.journey"].search_fetch(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id", "stage_id"],
        ):
            stages[journey.partner_id.id] = journey.stage_id
        for partner in self:
            partner.journey_stage_id = stages.get(partner.commercial_partner_id.id)

    @api.model
    def _search_journey_stage_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        # Only which customers stand where is looked at; contacts keep their own rules.
        journeys = self.env["crm.customer.journey"].sudo()
        standing = Domain("company_id", "in", self.env.companies.ids)
        standing &= Domain("stage_id", "!=", False)
        if operator == "any":
            found = standing & Domain("stage_id", "any", value)
        else:
            found = standing & Domain("stage_id", "in", [stage for stage in value if stage])
        domain = Domain(
            "commercial_partner_id", "in", journeys._search(found).subselect("partner_id")
        )
        if operator == "in" and False in value:
            anywhere = journeys._search(standing).subselect("partner_id")
            domain |= Domain("commercial_partner_id", "not in", anywhere)
        return domain

    @api.model
    def _get_segment_queries(self):
        self.env["crm.customer.journey"].flush_model(["partner_id", "company_id", "stage_id"])
        stages = SQL(
            """SELECT partner.id, journey.stage_id
                 FROM res_partner partner
                 JOIN crm_customer_journey journey
                   ON journey.partner_id = partner.commercial_partner_id
                  AND journey.company_id = %s""",
            self.env.company.id,
        )
        return super()._get_segment_queries() | {"journey_stage_id": stages}

    def action_view_journey(self):
        """Open the journey of the customer."""
        self.ensure_one()
        journey = self.env["crm.customer.journey"].search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        if journey:
            return journey._get_records_action()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_customer_journey_action"
        )

    # ------------------------------------------------------------
    # What has to be known before they are met
    # ------------------------------------------------------------

    def _get_customer_alerts(self):
        return [*super()._get_customer_alerts(), *self._get_loss_alerts(), *self._get_step_alerts()]

    def _get_loss_alerts(self):
        """Lost, probably lost or neglected: the strongest of the three, for each company."""
        if not self.env["crm.customer.journey"].has_access("read"):
            return []
        customers = self.sudo().commercial_partner_id
        alerts = []
        for journey in self.env["crm.customer.journey"].search(
            [
                ("partner_id", "in", customers.ids),
                "|",
                ("loss_id", "!=", False),
                "|",
                ("is_neglected", "=", True),
                ("is_probably_lost", "=", True),
            ]
        ):
            loss = journey.loss_id
            if loss:
                alert = {
                    "kind": "loss",
                    "title": self.env._("Lost: %(reason)s", reason=loss.reason_id.display_name),
                    "text": loss.competitor or "",
                    "level": "danger",
                    "date": loss.date,
                    "action": {"model": "crm.customer.loss", "id": loss.id},
                }
            else:
                alert = {
                    "kind": "neglect",
                    "title": self.env._("Probably lost")
                    if journey.is_probably_lost
                    else self.env._("Neglected"),
                    "text": journey.neglect_reason,
                    "level": "danger" if journey.is_probably_lost else "warning",
                    "date": journey.neglect_date or fields.Date.today(),
                    "action": {"model": "crm.customer.journey", "id": journey.id},
                }
            alerts.append(alert)
        return alerts

    def _get_step_alerts(self):
        """Steps of playbooks that were missed or are due within two days, most urgent first."""
        steps = self.env["crm.playbook.run.step"]
        if not steps.has_access("read"):
            return []
        soon = fields.Date.context_today(self) + timedelta(days=2)
        found = steps.search(
            [
                ("partner_id", "in", self.ids),
                ("state", "in", ["missed", "todo"]),
                ("date_due", "<=", soon),
            ],
            limit=MAX_STEPS,
        )
        return [
            {
                "kind": "playbook",
                "title": step.name,
                "text": step.playbook_id.name,
                "level": "danger" if step.state == "missed" else "info",
                "date": step.date_due,
                "action": {"model": "crm.playbook.run", "id": step.run_id.id},
            }
            for step in found
        ]
