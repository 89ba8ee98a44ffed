from odoo import models
from odoo.addons.crm_experience.models.feedback.crm_feedback import COMMENT_LIMIT
from odoo.addons.crm_experience.models.shared.crm_experience_intake import RESERVED_SOURCE
from odoo.addons.crm_experience.tools.measure import Remark, read_response
from odoo.addons.crm_experience.tools.satisfaction import normalise


class SurveyUserInputFeedback(models.Model):
    """What the answers of a response are, as column values of ``crm.feedback``."""

    _inherit = "survey.user_input"

    def _prepare_feedback_values(self):
        """Return the column values of every answer in these responses, by external id."""
        replies, remarks = self._get_replies()
        wanted = {}
        for response in self:
            said = list(remarks.get(response.id, ()))
            if response.feedback_comment:
                key = f"q{response.feedback_tap_question_id.id}"
                said.append(Remark(response.feedback_comment, key=key))
            shared = response._prepare_shared_values()
            for row in read_response(replies.get(response.id, ()), said):
                external_id = f"survey.user_input,{response.id}:{row['key']}"
                wanted[external_id] = shared | {
                    "external_id": external_id,
                    "metric": row["metric"],
                    "score": row["score"],
                    "score_normalised": normalise(row["metric"], row["score"]),
                    "dimension_id": row["dimension"],
                    "expectation": row["expectation"],
                    "experience": row["experience"],
                    "total_value": row["total_value"],
                    "total_cost": row["total_cost"],
                    "comment": row["comment"] and row["comment"][:COMMENT_LIMIT],
                }
        return wanted

    def _get_replies(self):
        """Return what was answered to measured questions, and what was said, by response.

        A skipped question has a line without an answer type; a 0 is an answer.
        """
        lines = self.env["survey.user_input.line"].search_fetch(
            [
                ("user_input_id", "in", self.ids),
                ("skipped", "=", False),
                ("question_id.measure", "!=", False),
            ],
            order="user_input_id, question_sequence, question_id, id",
        )
        replies, remarks = {}, {}
        for line in lines:
            response = line.user_input_id.id
            text = line._get_remark_text()
            if text:
                question = line.question_id
                key = "" if question.measure == "comment" else f"q{question.id}"
                remark = Remark(text, question.measure_dimension_id.id or None, key)
                remarks.setdefault(response, []).append(remark)
                continue
            reply = line._get_reply()
            if reply:
                replies.setdefault(response, []).append(reply)
        return replies, remarks

    def _prepare_shared_values(self):
        """Return the columns that all answers of a response share.

        Who was invited because of a contact answers about that contact: its channel, stage,
        team, person and product.
        """
        self.ensure_one()
        invitation = self.feedback_invitation_ids[:1]
        partner = self.partner_id or invitation.partner_id
        creator = self.create_uid if self.create_uid._is_internal() else self.env["res.users"]
        company = (
            self.feedback_ids.company_id[:1]
            or invitation.company_id
            or partner.company_id
            or creator.company_id
            or self.env.company
        )
        values = {
            "source": RESERVED_SOURCE,
            "company_id": company.id,
            "date": self.end_datetime or self.start_datetime or self.create_date,
            "partner_id": partner.id,
            "touchpoint_id": invitation.touchpoint_id.id,
            "channel_id": invitation.channel_id.id,
            "stage_id": invitation.stage_id.id,
            "product_id": invitation.product_id.id,
            "team_id": invitation.team_id.id,
            "user_id": invitation.user_id.id,
            "user_input_id": self.id,
            "invitation_id": invitation.id,
        }
        return {name: value or None for name, value in values.items()}
