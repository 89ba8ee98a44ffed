from odoo import api, fields, models
from odoo.fields import Domain

# Steps of our own work: they are on the timeline, but nobody met the customer. What carries a
# quotation or an invoice to the customer, a mail or a visit, is a contact of its own.
# `data/crm_indicator_data.xml` names the same ones.
NO_CONTACT_EVENTS = (
    *("lead_stage", "lead_won", "lead_lost", "quotation", "invoice", "payment", "activity"),
)


class CrmTouchpoint(models.Model):
    """What Odoo captured by itself, and which of it are contacts with the customer."""

    _inherit = "crm.touchpoint"

    event = fields.Selection(
        [
            ("lead_created", "Opportunity created"),
            ("lead_stage", "Opportunity moved to another stage"),
            ("lead_won", "Opportunity won"),
            ("lead_lost", "Opportunity lost"),
            ("meeting", "Meeting"),
            ("call", "Call"),
            ("activity", "Activity done"),
            ("mail_in", "Email received"),
            ("mail_out", "Email sent"),
            ("quotation", "Quotation sent"),
            ("order", "Order confirmed"),
            ("invoice", "Invoice posted"),
            ("payment", "Invoice paid"),
            ("survey", "Survey answered"),
            ("rating", "Rating given"),
            ("document", "Captured document"),
        ],
        string="Captured Event",
        readonly=True,
        copy=False,
        help="What Odoo captured by itself; empty for everything else.",
    )
    lead_stage_id = fields.Many2one(
        "crm.stage", string="Pipeline Stage", readonly=True, copy=False, ondelete="set null"
    )
    capture_source_id = fields.Many2one(
        "crm.touchpoint.source",
        string="Captured By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The source that captured it from a model of another app.",
    )

    @api.model
    def _get_contact_domain(self):
        """Return the domain of the touchpoints that are contacts, not steps of our own work."""
        return Domain("event", "not in", NO_CONTACT_EVENTS)
