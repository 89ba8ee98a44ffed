from odoo import api, fields, models
from odoo.addons.crm_experience.tools.measure import SPANS
from odoo.exceptions import ValidationError

MEASURES = [
    ("nps", "Recommendation (NPS)"),
    ("csat", "Satisfaction (CSAT)"),
    ("ces", "Ease (CES)"),
    ("expectation", "Expectation"),
    ("experience", "Experience"),
    ("value", "Total value"),
    ("cost", "Cost"),
    ("comment", "Comment"),
]
MEASURABLE_TYPES = ("scale", "numerical_box", "simple_choice", "matrix")
COMMENT_TYPES = ("text_box", "char_box")
TAP_LIMIT = 11


class SurveyQuestion(models.Model):
    """What a question measures. The answers become answers of the customer, see
    ``survey_user_input_feedback.py``.

    The fields are for every officer of surveys, so that copies of a survey measure the same;
    only the form shows them to our users alone.
    """

    _inherit = "survey.question"

    measure = fields.Selection(
        MEASURES,
        string="Measures",
        help="What the answers count as, once a customer has given them. An expectation and an "
        "experience of the same dimension give the gap between them. All values and costs of a "
        "response give the delivered value. A comment goes with the answer of its dimension, "
        "else with the most important answer of the response.",
    )
    measure_dimension_id = fields.Many2one(
        "crm.experience.dimension",
        string="Measured Dimension",
        ondelete="restrict",
        help="What the question is about. The rows of a matrix may each have their own.",
    )
    measure_cost = fields.Selection(
        [("money", "Money"), ("time", "Time"), ("effort", "Effort")], string="Kind of Cost"
    )
    measure_is_inverted = fields.Boolean(
        string="Lowest Is Best",
        help="The lowest answer is the best one, as where 1 means very easy. For a cost, an "
        "expectation and an experience: the lowest answer means the most.",
    )
    is_measured_choice = fields.Boolean(compute="_compute_is_measured_choice")

    @api.depends("measure", "question_type")
    def _compute_is_measured_choice(self):
        for question in self:
            question.is_measured_choice = question.measure in SPANS and question.question_type in (
                "simple_choice",
                "matrix",
            )

    @api.constrains(
        *("measure", "question_type", "matrix_subtype", "is_page", "validation_required"),
        *("validation_min_float_value", "validation_max_float_value"),
    )
    def _check_measure(self):
        for question in self.filtered("measure"):
            is_comment = question.measure == "comment"
            fitting = COMMENT_TYPES if is_comment else MEASURABLE_TYPES
            if question.question_type not in fitting:
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: a comment is a text; everything else is measured by a "
                        "scale, a number, a choice of one answer or a matrix of such choices.",
                        question=question.title,
                    )
                )
            if question.question_type == "matrix" and question.matrix_subtype != "simple":
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: a matrix measures by one choice per row.",
                        question=question.title,
                    )
                )
            low, high = question.validation_min_float_value, question.validation_max_float_value
            if question.question_type == "numerical_box" and not (
                question.validation_required and low < high
            ):
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: a number measures on the scale between the lowest and "
                        "the highest number that is allowed. Validate the entry.",
                        question=question.title,
                    )
                )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_span(self):
        """Return the lowest and the highest answer of a scale or number."""
        self.ensure_one()
        if self.question_type == "scale":
            return self.scale_min, self.scale_max
        return self.validation_min_float_value, self.validation_max_float_value

    def _is_tappable(self):
        """Tell whether the question can be answered by one tap."""
        self.ensure_one()
        if self.measure not in SPANS or self.triggering_answer_ids:
            return False
        if self.question_type == "simple_choice":
            return 0 < len(self._get_counted_choices()) <= TAP_LIMIT
        return self.question_type == "scale"

    def _get_counted_choices(self):
        return self.suggested_answer_ids.filtered(lambda answer: not answer.measure_is_none)

    def _get_tap_options(self):
        """Return what can be tapped: value that is sent, its label, and worst to best 0–1."""
        self.ensure_one()
        if self.question_type == "simple_choice":
            options = [
                (str(answer.id), answer.value_label, answer.measure_value)
                for answer in self._get_counted_choices()
            ]
        else:
            numbers = range(self.scale_min, self.scale_max + 1)
            options = [(str(number), str(number), number) for number in numbers]
        scores = [score for _value, _label, score in options]
        low, span = min(scores), (max(scores) - min(scores)) or 1
        return [
            {
                "value": value,
                "label": label,
                "good": abs((score - low) / span - self.measure_is_inverted),
            }
            for value, label, score in options
        ]
