from odoo import fields, models
from odoo.tools import SQL


class CrmLossReport(models.Model):
    """Why customers leave us, beside why they leave elsewhere.

    One row per reason (of the top of the tree) and series. The share is of all who were lost in
    the companies that are looked at.
    """

    _name = "crm.loss.report"
    _description = "Why Customers Leave"
    _auto = False
    _order = "reason_id, series, id"
    _rec_name = "reason_id"

    reason_id = fields.Many2one("crm.loss.reason", readonly=True)
    series = fields.Selection(
        [("own", "Our Customers"), ("reference", "Reference")],
        string="Whose",
        readonly=True,
        help="Your own lost customers, or the reference that is kept with the reasons.",
    )
    percent = fields.Float(string="Share (%)", readonly=True, digits=(16, 1))
    loss_count = fields.Integer(string="Customers", readonly=True)
    value = fields.Float(string="Worth a Year", readonly=True, digits=(16, 2))

    _depends = {
        "crm.customer.loss": ["company_id", "reason_id", "value"],
        "crm.loss.reason": ["active", "parent_path", "reference_percent", "sequence"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            WITH lost AS (
                SELECT split_part(reason.parent_path, '/', 1)::int AS reason_id,
                       count(*) AS number, sum(loss.value) AS value
                  FROM crm_customer_loss loss
                  JOIN crm_loss_reason reason ON reason.id = loss.reason_id
                 WHERE loss.company_id = ANY(%s)
                 GROUP BY 1
            ),
            shown AS (
                SELECT reason.id, reason.reference_percent, COALESCE(number, 0) AS number, value,
                       COALESCE(100.0 * number / sum(number) OVER (), 0) AS percent
                  FROM crm_loss_reason reason LEFT JOIN lost ON lost.reason_id = reason.id
                 WHERE reason.parent_id IS NULL AND (reason.active OR number > 0)
            )
            SELECT 2 * id AS id, id AS reason_id, 'own' AS series, percent,
                   number AS loss_count, value
              FROM shown
             UNION ALL
            SELECT 2 * id + 1, id, 'reference', COALESCE(reference_percent, 0), NULL, NULL
              FROM shown
            """,
            self.env.companies.ids,
        )

    def action_view_losses(self):
        """Show the lost customers behind a share."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_experience.crm_customer_loss_action"
        )
        return action | {"domain": [("reason_id", "child_of", self.reason_id.id)]}
