from odoo import api, models
from odoo.tools import SQL


class RatingRating(models.Model):
    """Ratings that customers gave, as touchpoints with an answer about satisfaction.

    What the answer is, and how it follows the rating, is in ``crm_feedback_rating.py``.
    """

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
        if not {"consumed", "rating", "feedback"}.isdisjoint(vals):
            self._remember_given()
        return result

    def _remember_given(self):
        touchpoints = self.env["crm.touchpoint"]
        if touchpoints._is_captured("rating"):
            given = self.filtered(lambda rating: rating.consumed and rating.rating)
            touchpoints._remember("rating.rating", given.ids, "rating")
            if given:
                # What customers said is theirs; whoever writes it down needs no right on answers.
                self.env["crm.feedback"].sudo()._follow_ratings(given.sudo())

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_statements(self, events):
        """Return the SQL that writes ratings and their answers, once each."""
        answers = self.env["crm.feedback"]
        # once they are written, before the commit
        answers._remember_answers(len(events))
        condition = SQL("doc.id = ANY(%s)", sorted({event["id"] for event in events}))
        return [
            self.env["crm.touchpoint"]._get_history_statement(self._name, "rating", events),
            answers._get_ratings_statement(condition),
        ]

    @api.model
    def _get_touchpoint_query(self, condition):
        """Return the rows of ratings of customers; those of our own people are none.

        Nor are internal ones, those of a company that is archived, and those of customers of one
        company about somebody who does not work there.

        :param condition: SQL on the ratings, which are called ``doc``
        """
        touchpoints = self.env["crm.touchpoint"]
        columns = touchpoints._get_captured_columns(
            external_id=SQL("concat('rating.rating:', doc.id)"),
            event="rating",
            date=SQL("doc.write_date"),
            company_id=SQL("company.id"),
            partner_id=SQL("doc.partner_id"),
            lead_id=SQL("lead.id"),
            channel_id=touchpoints._get_shipped("touchpoint_channel", "web"),
            purpose="care",
            team_id=SQL("team.id"),
            user_id=SQL("person.id"),
            res_model="rating.rating",
            res_id=SQL("doc.id"),
        )
        return SQL(
            """SELECT %s
                 FROM rating_rating AS doc
                 JOIN res_partner AS partner
                   ON partner.id = doc.partner_id AND partner.partner_share
                 LEFT JOIN crm_lead AS lead
                   ON lead.id = doc.res_id AND doc.res_model = 'crm.lead'
                 LEFT JOIN LATERAL (
                      SELECT id, company_id, sale_team_id FROM res_users
                       WHERE partner_id = doc.rated_partner_id AND NOT share
                       ORDER BY active DESC, id LIMIT 1) AS person ON TRUE
                 JOIN res_company AS company
                   ON company.id = COALESCE(
                       partner.company_id, lead.company_id, person.company_id, %s)
                  AND company.active
                 LEFT JOIN crm_team AS team
                   ON team.id = COALESCE(lead.team_id, person.sale_team_id)
                  AND COALESCE(team.company_id, company.id) = company.id
                WHERE doc.consumed AND doc.rating > 0 AND doc.is_internal IS NOT TRUE
                  AND (person.id IS NULL OR EXISTS (
                       SELECT FROM res_company_users_rel AS works
                        WHERE works.user_id = person.id AND works.cid = company.id))
                  AND NOT EXISTS (
                       -- also under another company, where the customer moved since
                       SELECT FROM crm_touchpoint AS captured
                        WHERE captured.res_model = 'rating.rating' AND captured.res_id = doc.id
                          AND captured.event = 'rating')
                  AND %s""",
            columns,
            self.env.company.id,
            condition,
        )

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    @api.model
    def _get_touchpoint_history(self, _kind, condition):
        return [self._get_touchpoint_query(condition)]
