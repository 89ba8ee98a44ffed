from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

MAX_CUSTOMERS = 200


class CrmFeedbackAsk(models.TransientModel):
    """Ask the customers of a screen for feedback, within the limits that hold for everybody."""

    _name = "crm.feedback.ask"
    _description = "Ask for Feedback"

    rule_id = fields.Many2one(
        "crm.feedback.rule",
        string="Questionnaire",
        required=True,
        default=lambda self: self.env["crm.feedback.rule"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
        domain="[('company_id', '=', company_id)]",
        help="The rule says what is asked, and by which way.",
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    way = fields.Selection(related="rule_id.way")
    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids")
        if "partner_ids" in fields and model in ("res.partner", "crm.lead", "sale.order") and ids:
            records = self.env[model].browse(ids).exists()
            partners = records if model == "res.partner" else records.partner_id
            values["partner_ids"] = [Command.set(partners.ids)]
        return values

    def action_ask(self):
        """Ask, and say whom, whom later, and whom not and why."""
        self.ensure_one()
        invitations = self.env["crm.feedback.invitation"]
        invitations._check_may_ask()
        self.rule_id.check_access("read")
        self.partner_ids.check_access("read")
        if not 0 < len(self.partner_ids) <= MAX_CUSTOMERS:
            raise UserError(self.env._("Choose one to %(limit)s customers.", limit=MAX_CUSTOMERS))
        asked = invitations._ask_now(self.rule_id, self.partner_ids, f"{self.id}")
        # what became of what the user has just asked for
        sentences = [invitation.with_env(self.env).sudo()._word_outcome() for invitation in asked]
        is_good = all(invitation.state == "sent" for invitation in asked)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_good else "warning",
                "sticky": not is_good,
                "message": "\n".join(sentences) or self.env._("They have been asked already."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
