from odoo import models
from odoo.addons.crm_experience.tools.measure import SPANS, Reply, rescale


class SurveyUserInputLine(models.Model):
    """What one line of a response says, see ``survey_user_input_feedback.py``."""

    _inherit = "survey.user_input.line"

    def _get_remark_text(self):
        """Return the words of a comment; empty for everything else."""
        self.ensure_one()
        text = {"char_box": self.value_char_box, "text_box": self.value_text_box}.get(
            self.answer_type
        )
        return (text or "").strip()

    def _get_reply(self):
        """Return what the line answers on the scale of what is measured.

        :return: ``None`` for what is no answer: “does not apply”, or one that is off the scale
            since the scale was changed
        """
        self.ensure_one()
        question, row = self.question_id, self.matrix_row_id
        span = SPANS.get(question.measure)
        if not span:
            return None
        if self.answer_type == "suggestion":
            if not self.suggested_answer_id or self.suggested_answer_id.measure_is_none:
                return None
            value = self.suggested_answer_id.measure_value
        elif self.answer_type in ("scale", "numerical_box"):
            value = self[f"value_{self.answer_type}"]
            span = question._get_span()
        else:
            return None
        if not span[0] <= value <= span[1] or not span[0] < span[1]:
            return None
        dimension = row.measure_dimension_id or question.measure_dimension_id
        return Reply(
            key=f"q{question.id}r{row.id}" if row else f"q{question.id}",
            measure=question.measure,
            score=rescale(value, span, question.measure, question.measure_is_inverted),
            dimension=dimension.id or None,
        )
