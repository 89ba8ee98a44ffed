from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("invoice"):
            invoices = self.filtered(lambda move: move.move_type in ("out_invoice", "out_receipt"))
            touchpoints._remember("account.move", invoices.ids, "payment")
        return result

    def _write_touchpoints(self, events):
        """Write that invoices were paid, once each.

        Without an amount: what the customer bought is counted with the order.
        """
        dates = {event["id"]: event["date"] for event in events}
        self.env["crm.touchpoint"]._write_captured_rows(
            invoice._prepare_touchpoint_values(dates[invoice.id]) for invoice in self.exists()
        )

    def _prepare_touchpoint_values(self, date):
        self.ensure_one()
        touchpoints = self.env["crm.touchpoint"]
        return {
            "external_id": f"account.move:{self.id}",
            "event": "payment",
            "date": date,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "channel_id": touchpoints._get_shipped("touchpoint_channel", "billing"),
            "stage_id": touchpoints._get_shipped("journey_stage", "buy"),
            "team_id": self.team_id.id,
            "user_id": self.invoice_user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }
