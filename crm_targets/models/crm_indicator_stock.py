from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_indicator_definition import DefinitionError


class CrmIndicatorStock(models.Model):
    """What is missing on the shelves, where stock is kept in Odoo; without needing that app."""

    _inherit = "crm.indicator"

    @api.model
    def _get_code_sources(self):
        return {
            **super()._get_code_sources(),
            "out_of_stock": self.env._("Part of the products that are out of stock"),
        }

    @api.model
    def _get_present_code_sources(self):
        return super()._get_present_code_sources() | {"out_of_stock"}

    def _get_out_of_stock_sql(self, _granularity, _calendars):
        """Products without any quantity on hand ÷ all products that a company keeps in stock.

        A company keeps a product that is sold and stored if there is a quantity of it, a reordering
        rule for it, or if it came in or went out within twelve months.
        """
        if self.env.get("stock.quant") is None:
            raise DefinitionError(
                "unavailable", self.env._("“%(model)s” is not installed.", model="stock.quant")
            )
        parts = SQL(
            """
            WITH hand AS (
                SELECT quant.company_id, quant.product_id, sum(quant.quantity) AS quantity
                  FROM stock_quant quant JOIN stock_location place ON place.id = quant.location_id
                 WHERE place.usage = 'internal' AND quant.company_id IS NOT NULL
                 GROUP BY 1, 2
            ), kept AS (
                SELECT company_id, product_id FROM hand
                 UNION
                SELECT company_id, product_id FROM stock_warehouse_orderpoint WHERE active
                 UNION
                SELECT move.company_id, move.product_id
                  FROM stock_move move
                  JOIN stock_location source ON source.id = move.location_id
                  JOIN stock_location target ON target.id = move.location_dest_id
                 WHERE move.state = 'done' AND move.date >= %(year_ago)s
                   AND 'internal' IN (source.usage, target.usage)
            )
            SELECT kept.company_id, NULL::integer AS team_id, NULL::integer AS user_id,
                   period.date_from,
                   count(*) FILTER (WHERE COALESCE(hand.quantity, 0) <= 0) AS part,
                   count(*) AS size, count(*) AS filled
              FROM kept
              JOIN period ON period.company_id = kept.company_id
              JOIN product_product product ON product.id = kept.product_id AND product.active
              JOIN product_template template ON template.id = product.product_tmpl_id
               AND template.active AND template.is_storable AND template.sale_ok
              LEFT JOIN hand ON hand.company_id = kept.company_id
                            AND hand.product_id = kept.product_id
             GROUP BY 1, 4
            """,
            year_ago=fields.Datetime.now() - timedelta(days=365),
        )
        return self._get_code_parts_sql(parts, "avg")
