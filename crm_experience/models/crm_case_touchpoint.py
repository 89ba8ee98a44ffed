from operator import itemgetter

from odoo import api, models

from .crm_case_state import CLOSED_WELL


class CrmCaseTouchpoint(models.Model):
    """Opening and solving a case are contacts with the customer, and news for open screens."""

    _inherit = "crm.case"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        partners = self.partner_id
        result = super().write(vals)
        # whatever changes is shown where the customer is shown
        (partners | self.partner_id)._send_customer_pulse("case")
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners._send_customer_pulse("case")
        return result

    def _after_opening(self):
        super()._after_opening()
        self._remember_contacts("opened")
        self.partner_id._send_customer_pulse("case")

    def _after_move(self, before):
        super()._after_move(before)
        solved = self.filtered(
            lambda case: case.state in CLOSED_WELL and before[case] not in CLOSED_WELL
        )
        solved._remember_contacts("solved")

    # ------------------------------------------------------------
    # Contacts
    # ------------------------------------------------------------

    @api.model
    def _get_contact_directions(self):
        return {"opened": "in", "solved": "out"}

    def _remember_contacts(self, step):
        """Remember a step that the customer takes notice of, to be written at the commit."""
        self.env["crm.touchpoint"]._remember("crm.case", self.ids, "case", step=step)

    def _write_touchpoints(self, events):
        """Write the contacts that cases remembered, each once however often it is solved again."""
        cases = {case.id: case for case in self.exists()}
        directions = self._get_contact_directions()
        self.env["crm.touchpoint"]._write_captured_rows(
            [
                cases[event["id"]]._prepare_touchpoint_values(
                    event["date"], event["step"], directions[event["step"]]
                )
                for event in sorted(events, key=itemgetter("id"))
                if event["id"] in cases
            ]
        )

    def _prepare_touchpoint_values(self, date, step, direction):
        self.ensure_one()
        external_id = f"crm.case:{self.id}:{step}"
        if self.reopen_count:
            external_id += f":{self.reopen_count}"
        return {
            "external_id": external_id,
            "event": "case",
            "date": self.date_open if step == "opened" else date,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "lead_id": self.lead_id.id,
            "channel_id": self.channel_id.id or self.team_id._get_touchpoint_channel(),
            "stage_id": self.env["crm.touchpoint"]._get_shipped("journey_stage", "after_sales"),
            "direction": direction,
            "purpose": "service",
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }
