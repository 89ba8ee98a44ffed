from odoo import fields, models


class CrmCustomerLossMark(models.TransientModel):
    _name = "crm.customer.loss.mark"
    _description = "Mark Customers as Lost"

    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    reason_id = fields.Many2one("crm.loss.reason", required=True)
    needs_competitor = fields.Boolean(related="reason_id.needs_competitor")
    competitor = fields.Char(string="Went To")
    date = fields.Date(string="Lost On", required=True, default=fields.Date.context_today)
    note = fields.Text()

    def action_mark(self):
        """Mark the customers as lost and show them."""
        self.ensure_one()
        losses = self.env["crm.customer.loss"]._mark(
            self.partner_ids,
            {
                "reason_id": self.reason_id.id,
                "competitor": self.competitor,
                "date": self.date,
                "note": self.note,
            },
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_customer_loss_action"
        )
        return action | {"domain": [("id", "in", losses.ids)], "context": {}}
