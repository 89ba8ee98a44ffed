from odoo import api, models
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.addons.crm_experience.tools.satisfaction import SCALES
from odoo.tools import SQL

from .crm_feedback import COMMENT_LIMIT

LOW, HIGH = SCALES["csat"]


class CrmFeedbackRating(models.Model):
    """Ratings that customers gave in Odoo, as answers about satisfaction.

    An answer is written with the touchpoint of its rating, once, live as in the back-fill, and is
    looked at by the rules for cases. It follows the rating where the customer changes it.
    """

    _inherit = "crm.feedback"

    @api.model
    def _get_ratings_statement(self, condition):
        """Return the SQL that writes the answers of captured ratings that have none yet.

        :param condition: SQL on the ratings, which are called ``doc``
        """
        return SQL(
            """INSERT INTO crm_feedback
                      (source, external_id, company_id, date, partner_id, touchpoint_id,
                       channel_id, stage_id, team_id, user_id, metric, score, score_normalised,
                       comment, create_uid, write_uid, create_date, write_date)
               SELECT captured.source, captured.external_id, captured.company_id, captured.date,
                      captured.partner_id, captured.id, captured.channel_id, captured.stage_id,
                      captured.team_id, captured.user_id, 'csat', given.score,
                      10.0 * (given.score - %(low)s) / (%(high)s - %(low)s),
                      NULLIF(left(btrim(doc.feedback), %(limit)s), ''),
                      %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                 FROM rating_rating AS doc
                 JOIN crm_touchpoint AS captured
                   ON captured.res_model = 'rating.rating' AND captured.res_id = doc.id
                  AND captured.source = %(source)s AND captured.event = 'rating'
                CROSS JOIN LATERAL (SELECT %(score)s AS score) AS given
                WHERE doc.consumed AND doc.rating > 0 AND %(condition)s
                ORDER BY captured.company_id, captured.external_id
                   ON CONFLICT DO NOTHING""",
            low=LOW,
            high=HIGH,
            limit=COMMENT_LIMIT,
            uid=self.env.uid,
            source=RESERVED_SOURCE,
            # an app may rate in halves; CSAT is counted in whole numbers
            score=SQL("LEAST(GREATEST(round(doc.rating::numeric), %s), %s)", LOW, HIGH),
            condition=condition,
        )

    @api.model
    def _follow_ratings(self, ratings):
        """Take over what customers changed in ratings whose answers are there."""
        answers = self.search(
            [
                ("source", "=", RESERVED_SOURCE),
                ("touchpoint_id.res_model", "=", ratings._name),
                ("touchpoint_id.res_id", "in", ratings.ids),
            ]
        )
        for answer in answers:
            rating = ratings.browse(answer.touchpoint_id.res_id)
            answer._follow_response(
                {
                    # half up, as the database does
                    "score": min(max(int(rating.rating + 0.5), LOW), HIGH),
                    "comment": (rating.feedback or "").strip()[:COMMENT_LIMIT],
                }
            )
