from odoo import api, fields, models
from odoo.addons.crm_experience.tools.measure import SPANS, spread
from odoo.exceptions import ValidationError


class SurveyQuestionAnswer(models.Model):
    """What a choice counts for where its question measures something."""

    _inherit = "survey.question.answer"

    measure_value = fields.Float(
        string="Counts As",
        compute="_compute_measure_value",
        store=True,
        readonly=False,
        copy=True,
        help="What the choice counts as on the scale of what is measured, such as 1 to 5 for a "
        "satisfaction. By default the choices are spread evenly, the first is the lowest.",
    )
    measure_is_none = fields.Boolean(
        string="No Answer", help="Whoever picks it has not answered, as with “does not apply”."
    )
    measure_dimension_id = fields.Many2one(
        "crm.experience.dimension",
        string="Measured Dimension",
        ondelete="restrict",
        help="What the row of the matrix is about. Empty: that of the question.",
    )

    @api.depends("question_id.measure", "question_id.suggested_answer_ids", "measure_is_none")
    def _compute_measure_value(self):
        for question, answers in self.grouped("question_id").items():
            span = SPANS.get(question.measure)
            counted = question.suggested_answer_ids.filtered(
                lambda answer: not answer.measure_is_none
            )
            values = dict(zip(counted, spread(span, len(counted)) if span else (), strict=False))
            for answer in answers:
                answer.measure_value = values.get(answer, 0)

    @api.constrains("measure_value", "measure_is_none", "question_id")
    def _check_measure_value(self):
        for answer in self:
            span = SPANS.get(answer.question_id.measure)
            if span and not answer.measure_is_none:
                low, high = span
                if not low <= answer.measure_value <= high:
                    raise ValidationError(
                        self.env._(
                            "“%(choice)s” must count as a number between %(low)s and %(high)s.",
                            choice=answer.value_label,
                            low=low,
                            high=high,
                        )
                    )
