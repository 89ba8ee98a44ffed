from odoo import fields, models
from odoo.fields import Domain


class CrmTouchpointTrigger(models.AbstractModel):
    """A rule that is set off by contacts of a kind with customers of a kind.

    Everything that happens to a customer is a touchpoint, wherever it came from: so this is the
    one way in which asking, playbooks and scenarios learn that something happened.
    """

    _name = "crm.touchpoint.trigger"
    _inherit = ["crm.customer.condition"]
    _description = "Trigger on Touchpoints"

    trigger_event = fields.Selection(
        selection=lambda self: (
            self.env["crm.touchpoint"]._fields["event"]._description_selection(self.env)
        ),
        string="Captured Event",
        help="What Odoo captured. Empty: any contact, also from outside or logged by hand.",
    )
    trigger_source_id = fields.Many2one(
        "crm.touchpoint.source",
        string="Captured By",
        ondelete="restrict",
        # who sees what is captured, as for the sources themselves
        groups="crm_experience.group_crm_experience_admin",
        help="Only documents that this source captured. Empty: those of any source.",
    )
    trigger_channel_ids = fields.Many2many(
        "crm.touchpoint.channel", string="Channels", help="Empty: any channel."
    )
    trigger_stage_ids = fields.Many2many(
        "crm.journey.stage", string="Journey Stages", help="Empty: any stage."
    )
    trigger_lead_stage_id = fields.Many2one(
        "crm.stage", string="Pipeline Stage", help="Only where an opportunity came to this stage."
    )
    trigger_purpose = fields.Selection(
        [("sale", "Sale"), ("service", "Service"), ("care", "Care")],
        string="Purpose",
        help="Empty: any purpose.",
    )

    def _get_trigger_domain(self):
        """Return the domain of the touchpoints that set the rule off, whenever they were."""
        self.ensure_one()
        is_document = self.trigger_event == "document"
        conditions = {
            "event": self.trigger_event and [self.trigger_event],
            # whoever may use the rule needs no right to define what is captured
            "capture_source_id": is_document and self.sudo().trigger_source_id.ids,
            "channel_id": self.trigger_channel_ids.ids,
            "stage_id": self.trigger_stage_ids.ids,
            "lead_stage_id": self.trigger_lead_stage_id.ids,
            "purpose": self.trigger_purpose and [self.trigger_purpose],
        }
        domain = Domain.AND(
            Domain(field, "in", values) for field, values in conditions.items() if values
        )
        partner_domain = self._get_partner_domain()
        if not partner_domain.is_true():
            domain &= Domain("partner_id", "any", partner_domain)
        return domain & Domain("partner_id", "!=", False)
