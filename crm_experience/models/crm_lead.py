from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STAGES = {
    "lead_created": "aware",
    "lead_stage": "choose",
    "lead_won": "buy",
    "lead_lost": "choose",
}
# The medium of an opportunity says which way the customer came.
CHANNELS = {
    "utm_medium_email": "email",
    "utm_medium_website": "web",
    "utm_medium_facebook": "social",
    "utm_medium_linkedin": "social",
    "utm_medium_twitter": "social",
}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    touchpoint_count = fields.Integer(
        string="Contacts With Us",
        compute="_compute_touchpoint_count",
        groups="crm_experience.group_crm_experience_user",
    )

    def _compute_touchpoint_count(self):
        """Count what the timeline shows: those of the customer, and any other about the lead."""
        partners = self.partner_id._filtered_access("read")
        counts = {partner.id: partner.touchpoint_count for partner in partners}
        for lead in self:
            lead.touchpoint_count = counts.get(lead.partner_id.id, 0)
        groups = self.env["crm.touchpoint"]._read_group(
            [("lead_id", "in", self.ids)], ["lead_id", "partner_id"], ["__count"]
        )
        for lead, partner, count in groups:
            # only ids are compared, so no right on the customer of the contact is needed
            owners = (partner | partner.sudo().commercial_partner_id).ids
            if lead.partner_id.id not in owners or lead.partner_id.id not in counts:
                lead.touchpoint_count += count

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("lead"):
            touchpoints._remember("crm.lead", leads.ids, "lead_created")
        return leads

    def write(self, vals):
        touchpoints = self.env["crm.touchpoint"]
        is_moved = "stage_id" in vals and touchpoints._is_captured("lead")
        stages = {lead.id: lead.stage_id for lead in self} if is_moved else {}
        result = super().write(vals)
        for lead in self if is_moved else ():
            stage = lead.stage_id
            # a move to a won stage is a victory, see _handle_won_lost
            if stage and stage != stages[lead.id] and not stage.is_won:
                touchpoints._remember("crm.lead", lead.ids, "lead_stage", lead_stage_id=stage.id)
        if vals.get("partner_id"):
            touchpoints._remember("crm.lead", self.ids, "partner")
        return result

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_view_touchpoints(self):
        """Open the contacts of the timeline: of the customer, and others about the lead."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_touchpoint_action"
        )
        domain = Domain("lead_id", "=", self.id)
        if partner := self.partner_id._filtered_access("read"):
            domain |= partner._get_touchpoint_domain()
        action["domain"] = list(domain)
        action["context"] = {
            "default_lead_id": self.id,
            "default_partner_id": self.partner_id.id,
            "default_team_id": self.team_id.id,
        }
        return action

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def _merge_dependences(self, opportunities):
        """Let the contacts of all merged opportunities open the one that stays."""
        result = super()._merge_dependences(opportunities)
        touchpoints = self.env["crm.touchpoint"]
        touchpoints.flush_model(["res_model", "res_id"])
        # By SQL: the history stays whole, whoever merges and whatever company it is from.
        self.env.cr.execute(
            SQL(
                "UPDATE crm_touchpoint SET res_id = %s"
                " WHERE res_id = ANY(%s) AND res_model = 'crm.lead'",
                self.id,
                opportunities.ids,
            )
        )
        touchpoints.invalidate_model(["res_id"])
        touchpoints._remember("crm.lead", self.ids, "partner")
        return result

    # ------------------------------------------------------------
    # Capture
    # ------------------------------------------------------------

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("lead"):
            for key, event in (("is_won", "lead_won"), ("is_lost", "lead_lost")):
                ids = [
                    lead_id
                    for lead_id, status in new_status_by_lead.items()
                    if status[key] and not old_status_by_lead.get(lead_id, {}).get(key)
                ]
                touchpoints._remember("crm.lead", ids, event)
        return result

    def _write_touchpoints(self, events):
        """Write what happened to opportunities, see ``crm.touchpoint._write_captured``."""
        happened = [event for event in events if event["event"] != "partner"]
        if happened:
            touchpoints = self.env["crm.touchpoint"]
            ordinals = touchpoints._get_ordinals(self)
            leads = {lead.id: lead for lead in self}
            touchpoints._write_captured_rows(
                leads[event["id"]]._prepare_touchpoint_values(event, ordinals[event["id"]])
                for event in happened
                if event["id"] in ordinals
            )
        if len(happened) < len(events):
            self._give_touchpoints_partner()

    def _prepare_touchpoint_values(self, event, ordinals):
        self.ensure_one()
        name = event["event"]
        ordinals[name] = ordinals.get(name, 0) + 1
        company = self.company_id or self.team_id.company_id or self.user_id.company_id
        touchpoints = self.env["crm.touchpoint"]
        return {
            "external_id": f"crm.lead:{self.id}:{name}:{ordinals[name]}",
            "event": name,
            "date": event["date"],
            "company_id": (company or self.create_uid.company_id).id,
            "partner_id": self.partner_id.id,
            "lead_id": self.id,
            "lead_stage_id": event.get("lead_stage_id"),
            "channel_id": self._get_touchpoint_channel(),
            "stage_id": touchpoints._get_shipped("journey_stage", STAGES[name]),
            # moving a card is our work, the rest is the customer's decision
            "direction": "out" if name == "lead_stage" else "in",
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "res_model": "crm.lead",
            "res_id": self.id,
        }

    def _get_touchpoint_channel(self):
        """Return the way the customer came: by the medium, else that of the team."""
        data = self.env["ir.model.data"]
        for medium, channel in CHANNELS.items():
            medium_id = data._xmlid_to_res_id(f"utm.{medium}", raise_if_not_found=False)
            if medium_id and medium_id == self.medium_id.id:
                return self.env["crm.touchpoint"]._get_shipped("touchpoint_channel", channel)
        return self.team_id._get_touchpoint_channel()

    def _give_touchpoints_partner(self):
        """Let contacts with nobody but the opportunity follow to its customer."""
        self.flush_model(["partner_id"])
        self.env["crm.touchpoint"].flush_model(["partner_id", "lead_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE crm_touchpoint AS touchpoint SET partner_id = lead.partner_id
                     FROM crm_lead AS lead
                    WHERE touchpoint.lead_id = lead.id AND lead.id = ANY(%s)
                      AND touchpoint.partner_id IS NULL AND lead.partner_id IS NOT NULL""",
                self.ids,
            )
        )
        self.env["crm.touchpoint"].invalidate_model(["partner_id"])
