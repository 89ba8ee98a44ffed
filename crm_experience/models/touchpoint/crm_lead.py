from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


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
