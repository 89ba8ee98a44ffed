from odoo import api, fields, models
from odoo.tools import SQL


class CrmSalesReport(models.Model):
    """Lines of confirmed orders: customer × product × channel × place × salesperson.

    Amounts are in the currency of the company of the order, at the rate of the order.
    """

    _name = "crm.sales.report"
    _inherit = ["crm.report.mixin"]
    _description = "Sales by Product, Channel and Place"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Datetime(string="Order Date", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", readonly=True)
    city = fields.Char(readonly=True)
    product_id = fields.Many2one("product.product", string="Product Variant", readonly=True)
    product_tmpl_id = fields.Many2one("product.template", string="Product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    quantity = fields.Float(readonly=True, help="In the unit of the product.")
    amount = fields.Monetary(string="Total", readonly=True, help="With taxes.")
    amount_untaxed = fields.Monetary(string="Untaxed Total", readonly=True)
    contribution = fields.Monetary(
        readonly=True,
        help="Untaxed total less cost. Known while the app for margins on sales is installed.",
    )

    _depends = {
        "crm.lead": ["campaign_id", "medium_id", "source_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id", "uom_id"],
        "res.company": ["currency_id"],
        "res.partner": ["city", "commercial_partner_id", "country_id", "state_id"],
        "sale.order": [
            *("campaign_id", "company_id", "currency_rate", "date_order", "medium_id"),
            *("opportunity_id", "partner_id", "source_id", "state", "team_id", "user_id"),
        ],
        "sale.order.line": [
            *("display_type", "order_id", "price_subtotal", "price_total", "product_id"),
            *("product_uom_id", "product_uom_qty"),
        ],
        "uom.uom": ["factor"],
    }

    @api.readonly
    def action_open_document(self):
        """Open the order."""
        self.ensure_one()
        return self._get_document_action(self.order_id)

    @api.model
    def _get_contribution_sql(self):
        """The margin of an order line, which is there only with the app for it."""
        field = self.env["sale.order.line"]._fields.get("margin")
        if field and field.store:
            return SQL("line.margin::numeric", to_flush=field)
        return SQL("NULL::numeric")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, ord.date_order AS date, line.order_id, ord.company_id,
                   company.currency_id, ord.user_id, ord.team_id, ord.partner_id,
                   partner.commercial_partner_id, partner.country_id, partner.state_id,
                   partner.city, line.product_id, product.product_tmpl_id, template.categ_id,
                   COALESCE(ord.campaign_id, lead.campaign_id) AS campaign_id,
                   COALESCE(ord.medium_id, lead.medium_id) AS medium_id,
                   COALESCE(ord.source_id, lead.source_id) AS source_id,
                   line.product_uom_qty * uom.factor / NULLIF(base.factor, 0) AS quantity,
                   line.price_total / rate.rate AS amount,
                   line.price_subtotal / rate.rate AS amount_untaxed,
                   %s / rate.rate AS contribution
              FROM sale_order_line line
              JOIN sale_order ord ON ord.id = line.order_id
              JOIN res_company company ON company.id = ord.company_id
              JOIN res_partner partner ON partner.id = ord.partner_id
        CROSS JOIN LATERAL (
                   SELECT COALESCE(NULLIF(ord.currency_rate, 0), 1)::numeric AS rate) rate
         LEFT JOIN crm_lead lead ON lead.id = ord.opportunity_id
         LEFT JOIN product_product product ON product.id = line.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
         LEFT JOIN uom_uom base ON base.id = template.uom_id
             WHERE ord.state = 'sale' AND line.display_type IS NULL
            """,
            self._get_contribution_sql(),
        )
