from odoo import api, fields, models
from odoo.fields import Domain

FOLLOW = ("date", "lead_id", "team_id", "user_id")
TRIGGERS = {"start", "start_date", "partner_ids", "active", "opportunity_id", "user_id"}


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings._remember_touchpoints()
        return meetings

    def write(self, vals):
        result = super().write(vals)
        if not TRIGGERS.isdisjoint(vals):
            self._remember_touchpoints()
        return result

    def unlink(self):
        self._remember_touchpoints()
        return super().unlink()

    # ------------------------------------------------------------
    # Capture
    # ------------------------------------------------------------

    def _remember_touchpoints(self):
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("meeting"):
            touchpoints._remember("calendar.event", self.ids, "meeting")

    def _write_touchpoints(self, events):
        """Bring the contacts of meetings in line with the meetings.

        A contact follows its meeting until it begins. One that is moved, cancelled or that a
        customer leaves before it begins is no contact; what took place stays.
        """
        held = self.exists().filtered("active")
        rows = [values for meeting in held for values in meeting._prepare_rows()]
        touchpoints = self.env["crm.touchpoint"]
        touchpoints._write_captured_rows(rows, follow=FOLLOW)
        touchpoints.search(
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", [event["id"] for event in events])
            & Domain("event", "=", "meeting")
            & Domain("date", ">", fields.Datetime.now())
            & Domain("external_id", "not in", [values["external_id"] for values in rows])
        ).unlink()

    def _prepare_rows(self):
        """Return one contact per customer who attends, else one with the opportunity."""
        self.ensure_one()
        lead = self.opportunity_id
        customers = self.partner_ids.filtered("partner_share") or lead.partner_id
        company = lead.company_id or self.user_id.company_id or self.create_uid.company_id
        touchpoints = self.env["crm.touchpoint"]
        values = {
            "event": "meeting",
            "date": self.start,
            "company_id": company.id,
            "lead_id": lead.id,
            "channel_id": touchpoints._get_shipped("touchpoint_channel", "meeting"),
            "stage_id": touchpoints._get_shipped("journey_stage", "choose") if lead else None,
            "direction": "out",
            "purpose": "sale" if lead else None,
            "team_id": lead.team_id.id,
            "user_id": self.user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }
        return [
            values
            | {"external_id": f"calendar.event:{self.id}:{partner_id}", "partner_id": partner_id}
            for partner_id in customers.ids or [0]
        ]
