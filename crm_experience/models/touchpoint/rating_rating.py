from odoo import api, models
from odoo.tools import SQL


class RatingRating(models.Model):
    """Ratings that customers gave, as touchpoints; nothing of what they wrote."""

    _inherit = "rating.rating"

    # ------------------------------------------------------------
    # Remembering
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._remember_given()
        return ratings

    def write(self, vals):
        result = super().write(vals)
        if "consumed" in vals or "rating" in vals:
            self._remember_given()
        return result

    def _remember_given(self):
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("rating"):
            given = self.filtered(lambda rating: rating.consumed and rating.rating)
            touchpoints._remember("rating.rating", given.ids, "rating")

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that writes ratings, once each."""
        return [self.env["crm.touchpoint"]._get_history_statement(self._name, "rating", events)]

    @api.model
    def _get_touchpoint_query(self, condition):
        """Return the rows of ratings of customers; those of our own people are none.

        :param condition: SQL on the ratings, which are called ``doc``
        """
        touchpoints = self.env["crm.touchpoint"]
        columns = touchpoints._get_captured_columns(
            external_id=SQL("concat('rating.rating:', doc.id)"),
            event="rating",
            date=SQL("doc.write_date"),
            company_id=SQL(
                "COALESCE(partner.company_id, person.company_id, %s)", self.env.company.id
            ),
            partner_id=SQL("doc.partner_id"),
            lead_id=SQL(
                """CASE doc.res_model WHEN 'crm.lead' THEN (
                       SELECT id FROM crm_lead WHERE crm_lead.id = doc.res_id) END"""
            ),
            channel_id=touchpoints._get_shipped("touchpoint_channel", "web"),
            purpose="care",
            user_id=SQL("person.id"),
            res_model="rating.rating",
            res_id=SQL("doc.id"),
        )
        return SQL(
            """SELECT %s
                 FROM rating_rating AS doc
                 JOIN res_partner AS partner
                   ON partner.id = doc.partner_id AND partner.partner_share
                 LEFT JOIN LATERAL (
                      SELECT id, company_id FROM res_users
                       WHERE partner_id = doc.rated_partner_id AND NOT share
                       ORDER BY active DESC, id LIMIT 1) AS person ON TRUE
                WHERE doc.consumed AND doc.rating > 0 AND %s""",
            columns,
            condition,
        )

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, _kind, condition):
        return [self._get_touchpoint_query(condition)]
