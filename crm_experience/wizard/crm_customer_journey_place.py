from odoo import fields, models


class CrmCustomerJourneyPlace(models.TransientModel):
    _name = "crm.customer.journey.place"
    _description = "Place a Customer on the Journey"

    journey_ids = fields.Many2many(
        "crm.customer.journey",
        string="Customers",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    stage_id = fields.Many2one("crm.journey.stage", required=True)
    reason = fields.Char(
        required=True, help="Kept in the history of the customer, for whoever wonders later."
    )

    def action_place(self):
        """Place the customers, until something happens that a rule knows."""
        self.ensure_one()
        self.journey_ids._place(self.stage_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
