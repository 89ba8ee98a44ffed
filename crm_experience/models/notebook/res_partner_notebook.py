from odoo import fields, models

from .crm_partner_fact import TASK_KINDS

ALERTS = 5


class ResPartnerNotebook(models.Model):
    """What is known about a customer, on the customer."""

    _inherit = "res.partner"

    fact_ids = fields.One2many(
        "crm.partner.fact",
        "partner_id",
        string="Facts",
        groups="crm_experience.group_crm_experience_user",
    )
    important_date_ids = fields.One2many(
        "crm.partner.date",
        "partner_id",
        string="Important Dates",
        groups="crm_experience.group_crm_experience_user",
    )
    deal_role_ids = fields.One2many(
        "crm.deal.role",
        "customer_id",
        string="Roles on Deals",
        groups="crm_experience.group_crm_experience_user",
    )

    def _get_greeting_stop_url(self):
        """Return where the customer says that they want no more greetings, for mail templates.

        Empty for whoever was never greeted: what is then sent is a letter of one of us.
        """
        self.ensure_one()
        # Whoever gets the mail was greeted.
        actions = self.env["crm.care.action"].sudo()
        domain = [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)]
        action = actions.search(domain, limit=1)
        return action._get_url("/stop") if action else ""

    def action_open_notebook(self):
        """Open the notebook of the customer on top of whatever is on the screen."""
        self.ensure_one()
        return self._get_notebook_action()

    def _get_notebook_action(self, lead=None):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_experience.notebook",
            "name": self.env._("Notebook"),
            "target": "new",
            "params": {"partner_id": self.id, "lead_id": lead.id if lead else False},
        }

    def _get_customer_alerts(self):
        """Say what is promised to these customers and not done yet, the earliest day first."""
        today = fields.Date.context_today(self)
        facts = self.env["crm.partner.fact"].search(
            [
                ("partner_id", "in", self.ids),
                ("kind", "in", TASK_KINDS),
                ("is_done", "=", False),
            ],
            order="date_due, id",
            limit=ALERTS,
        )
        alerts = super()._get_customer_alerts()
        labels = {
            "promise": self.env._("Promised"),
            "request": self.env._("Asked for"),
        }
        for fact in facts:
            is_late = bool(fact.date_due) and fact.date_due < today
            alerts.append(
                {
                    "kind": "promise",
                    "title": self.env._(
                        "%(label)s: %(text)s",
                        label=labels[fact.kind],
                        text=fact._get_shown_text(),
                    ),
                    "level": "danger" if is_late else "warning",
                    "date": fact.date_due,
                    "action": {"model": fact._name, "id": fact.id},
                }
            )
        return alerts
