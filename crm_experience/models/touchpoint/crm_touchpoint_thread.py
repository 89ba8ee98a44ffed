from odoo import api, models
from odoo.tools import SQL

# Documents whose chatter and activities are with a customer.
THREADS = ("res.partner", "crm.lead", "sale.order", "account.move")


class CrmTouchpoint(models.Model):
    """The customer of whatever document a mail or an activity is about."""

    _inherit = "crm.touchpoint"

    @api.model
    def _get_thread_join(self, model):
        """Return the documents behind ``doc.res_id``, to be joined LATERAL as ``thread``.

        :param model: SQL of the name of the document's model
        """
        return SQL(
            """(
            SELECT id AS partner_id, NULL::int AS lead_id, NULL::int AS team_id, user_id,
                   company_id
              FROM res_partner WHERE %(model)s = 'res.partner' AND id = doc.res_id
             UNION ALL
            SELECT partner_id, id, team_id, user_id, company_id
              FROM crm_lead WHERE %(model)s = 'crm.lead' AND id = doc.res_id
             UNION ALL
            SELECT partner_id, opportunity_id, team_id, user_id, company_id
              FROM sale_order WHERE %(model)s = 'sale.order' AND id = doc.res_id
             UNION ALL
            SELECT partner_id, NULL, team_id, invoice_user_id, company_id
              FROM account_move
             WHERE %(model)s = 'account.move' AND id = doc.res_id
               AND move_type IN ('out_invoice', 'out_receipt', 'out_refund'))""",
            model=model,
        )

    @api.model
    def _get_thread_columns(self, model):
        """Return what a row has of the document that it is about."""
        return {
            "lead_id": SQL("thread.lead_id"),
            "stage_id": SQL(
                "CASE %s WHEN 'crm.lead' THEN %s END",
                model,
                self._get_shipped("journey_stage", "choose") or None,
            ),
            "purpose": SQL("CASE WHEN %s IN ('crm.lead', 'sale.order') THEN 'sale' END", model),
            "team_id": SQL("thread.team_id"),
            "company_id": SQL(
                "COALESCE(thread.company_id, person.company_id, creator.company_id, %s)",
                self.env.company.id,
            ),
        }
