from odoo import api, fields, models
from odoo.addons.crm_experience.tools.intake import (
    Choice,
    Identifier,
    IntakeError,
    Moment,
    Number,
    Text,
    check_rating,
)
from odoo.addons.crm_experience.tools.satisfaction import (
    RATING_SCALE,
    SCALES,
    SIDES,
    delivered_value,
    gap,
    is_on_scale,
    normalise,
)
from odoo.exceptions import UserError, ValidationError

COMMENT_LIMIT = 4000
SIDE_FIELDS = tuple(side for sides in SIDES.values() for side in sides)
# What the customer said, when, and about whose work.
SAID = {"metric", "score", *SIDE_FIELDS, "comment", "date", "partner_id", "team_id", "user_id"}

INTAKE_FIELDS = {
    "source": Text(required=True),
    "external_id": Text(required=True, limit=255),
    "date": Moment(required=True),
    "partner_id": Identifier(),
    "email": Text(limit=254),
    "phone": Text(),
    "ref": Text(limit=255),
    "metric": Choice(required=True, choices=tuple(SCALES)),
    "score": Number(),
    "expectation": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "experience": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "total_value": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "total_cost": Number(low=RATING_SCALE[0], high=RATING_SCALE[1]),
    "stage": Text(),
    "dimension": Text(),
    "channel": Text(),
    "comment": Text(limit=COMMENT_LIMIT),
    "team_id": Identifier(),
    "user_id": Identifier(),
}


class CrmFeedback(models.Model):
    """One answer of a customer."""

    _name = "crm.feedback"
    _description = "Customer Answer"
    _inherit = ["crm.experience.intake"]
    _order = "date desc, id desc"
    _rec_names_search = ("partner_id",)
    _check_company_auto = True

    date = fields.Datetime(required=True, default=fields.Datetime.now)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="cascade",
        check_company=True,
        help="Empty where nobody knows who answered, as at a counter.",
    )
    touchpoint_id = fields.Many2one(
        "crm.touchpoint", ondelete="cascade", index="btree_not_null", readonly=True
    )
    metric = fields.Selection(
        [
            ("nps", "Recommendation (NPS)"),
            ("csat", "Satisfaction (CSAT)"),
            ("ces", "Ease (CES)"),
            ("gap", "Against expectation"),
            ("value", "Delivered value"),
        ],
        required=True,
        default="nps",
        help="Recommendation: 0 to 10. Satisfaction: 1 to 5. Ease: 1 to 7. Against expectation: "
        "what was expected and what was experienced, both 0 to 10. Delivered value: what the "
        "customer got and what it cost in money, time and effort, both 0 to 10.",
    )
    # No aggregators: an average over all metrics, or of a single answer, is no figure. Figures are
    # those of `get_figures`; pivots and graphs count answers.
    expectation = fields.Float(aggregator=None, help="What the customer expected, from 0 to 10.")
    experience = fields.Float(
        aggregator=None, help="What the customer lived through, from 0 to 10."
    )
    total_value = fields.Float(
        aggregator=None, help="What the customer got out of it in all, from 0 to 10."
    )
    total_cost = fields.Float(
        aggregator=None,
        help="What it cost the customer in money, time and effort, from 0 (nothing) to 10.",
    )
    score = fields.Float(
        compute="_compute_score",
        store=True,
        readonly=False,
        aggregator=None,
        help="The answer on the scale of its metric. Against expectation: experience minus "
        "expectation. Delivered value: total value minus total cost.",
    )
    score_normalised = fields.Float(
        string="Score 0–10",
        compute="_compute_score_normalised",
        store=True,
        aggregator=None,
        help="The answer on one scale for all metrics: 0 is the worst, 10 the best. "
        "A difference of 0, just as expected or worth just what it cost, is 5.",
    )
    comment = fields.Text()
    channel_id = fields.Many2one("crm.touchpoint.channel", ondelete="restrict")
    stage_id = fields.Many2one("crm.journey.stage", string="Journey Stage", ondelete="restrict")
    dimension_id = fields.Many2one("crm.experience.dimension", ondelete="restrict")
    device_id = fields.Many2one(
        "crm.rating.device",
        string="Rating Device",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    product_id = fields.Many2one("product.product", ondelete="set null")
    team_id = fields.Many2one("crm.team", ondelete="set null", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        check_company=True,
        help="Whose work the answer is about.",
    )
    user_input_id = fields.Many2one(
        "survey.user_input",
        string="Survey Response",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The response that the answer was read from.",
    )
    invitation_id = fields.Many2one(
        "crm.feedback.invitation",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The invitation that the customer answered.",
    )

    _partner_date_index = models.Index("(partner_id, date DESC, id DESC)")
    _date_index = models.Index("(date DESC, id DESC)")

    @api.depends("metric", *SIDE_FIELDS)
    def _compute_score(self):
        for feedback in self.filtered(lambda feedback: feedback.metric == "gap"):
            feedback.score = gap(feedback.expectation, feedback.experience)
        for feedback in self.filtered(lambda feedback: feedback.metric == "value"):
            feedback.score = delivered_value(feedback.total_value, feedback.total_cost)

    @api.depends("metric", "score")
    def _compute_score_normalised(self):
        for feedback in self:
            metric, score = feedback.metric, feedback.score
            # an answer off the scale is refused by _check_score, once it is saved
            is_answer = metric and is_on_scale(metric, score)
            feedback.score_normalised = normalise(metric, score) if is_answer else 0

    @api.constrains("metric", "score")
    def _check_score(self):
        for feedback in self:
            if not is_on_scale(feedback.metric, feedback.score):
                low, high = SCALES[feedback.metric]
                raise ValidationError(
                    self.env._(
                        "%(score)s is not an answer on the scale %(low)s–%(high)s.",
                        score=f"{feedback.score:g}",
                        low=low,
                        high=high,
                    )
                )

    @api.constrains("metric", *SIDE_FIELDS)
    def _check_rating(self):
        low, high = RATING_SCALE
        for feedback in self:
            for side in SIDES.get(feedback.metric, ()):
                if not low <= feedback[side] <= high:
                    raise ValidationError(
                        self.env._(
                            "“%(side)s” is between %(low)s and %(high)s.",
                            side=self._fields[side]._description_string(self.env),
                            low=low,
                            high=high,
                        )
                    )

    @api.depends("metric", "partner_id")
    def _compute_display_name(self):
        labels = dict(self._fields["metric"]._description_selection(self.env))
        for feedback in self:
            parts = (labels.get(feedback.metric), feedback.partner_id.display_name)
            feedback.display_name = " · ".join(filter(None, parts))

    @api.model_create_multi
    def create(self, vals_list):
        """Keep what does not belong to the metric empty, so that averages stay true."""
        default = self.default_get(["metric"]).get("metric")
        cleaned = []
        for values in vals_list:
            own = SIDES.get(values.get("metric", default), ())
            foreign = set(SIDE_FIELDS).difference(own)
            cleaned.append({name: value for name, value in values.items() if name not in foreign})
        return super().create(cleaned)

    def write(self, vals):
        if "metric" in vals and self.filtered(lambda feedback: feedback.metric != vals["metric"]):
            raise UserError(
                self.env._("The metric of an answer stays as it is. Record a new answer instead.")
            )
        if not (self.env.su or SAID.isdisjoint(vals)):
            self._check_speaker()
        return super().write(vals)

    def _check_speaker(self):
        """Whoever an answer is about, or leads them, does not put words into the customer's mouth.

        Those who have typed an answer may correct it. Whatever the customer gave by themselves is
        corrected by administrators, who are not measured by it.
        """
        if self.env.user.has_group("crm_experience.group_crm_experience_admin"):
            return
        # only compared
        if self.sudo().filtered(
            lambda answer: (
                answer.create_uid != self.env.user
                or answer.source != "manual"
                or answer.user_input_id
                or answer.device_id
            )
        ):
            raise UserError(
                self.env._(
                    "An answer stays as the customer gave it. Ask an administrator if it was "
                    "recorded wrongly."
                )
            )

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    def submit(self, answers):
        """Record answers of customers that were given outside Odoo; each is counted once.

        :param list answers: at most 1,000 dictionaries with

            * ``source``, ``external_id``, ``date``, the customer, ``stage``, ``dimension``,
              ``channel``, ``team_id``, ``user_id``: as of an event, see
              :meth:`crm.touchpoint.log`; the channel is optional
            * ``metric`` and its answer: ``nps`` (``score`` 0–10), ``csat`` (``score`` 1–5),
              ``ces`` (``score`` 1–7), whole numbers; ``gap`` (``expectation`` and
              ``experience`` 0–10); or ``value`` (``total_value`` and ``total_cost`` 0–10)
            * optional: ``comment``
        :return: for every answer what ``log`` returns for an event
        """
        return self._intake(answers)

    # ------------------------------------------------------------
    # Intake
    # ------------------------------------------------------------

    @api.model
    def _get_intake_fields(self):
        return INTAKE_FIELDS

    @api.model
    def _prepare_intake_values(self, item, references):
        return {
            **self._prepare_common_values(item, references),
            "stage_id": self._get_term(item, references, "stage"),
            "comment": item.get("comment"),
            "touchpoint_id": None,
            **self._prepare_score_values(item),
        }

    @api.model
    def _prepare_score_values(self, item):
        metric = item["metric"]
        sides = SIDES.get(metric, ())
        wanted = sides or ("score",)
        for key in ("score", *SIDE_FIELDS):
            if key in item and key not in wanted:
                raise IntakeError("useless", key=key, metric=metric)
        check_rating(item)
        for key in wanted:
            if key not in item:
                raise IntakeError("missing", key=key)
        score = item[sides[1]] - item[sides[0]] if sides else item["score"]
        if not is_on_scale(metric, score):
            low, high = SCALES[metric]
            raise IntakeError("off_scale", value=f"{score:g}", metric=metric, low=low, high=high)
        return {
            "metric": metric,
            **{side: item.get(side) for side in SIDE_FIELDS},
            "score": score,
            "score_normalised": normalise(metric, score),
        }

    @api.model
    def _insert_touchpoint_ratings(self, touchpoints):
        """Record expectation and experience of new touchpoints as answers.

        :param touchpoints: column values of the touchpoint by (source, external id), with
            ``touchpoint_id`` and ``rating``
        """
        shared = (
            *("source", "external_id", "company_id", "date", "partner_id", "touchpoint_id"),
            *("channel_id", "dimension_id", "team_id", "user_id"),
        )
        rows = {}
        for key, values in touchpoints.items():
            expectation, experience = values["rating"]
            rating = {"metric": "gap", "expectation": expectation, "experience": experience}
            rows[key] = {name: values[name] for name in shared} | self._prepare_score_values(rating)
        self._insert_rows(rows)

    # ------------------------------------------------------------
    # Responses
    # ------------------------------------------------------------

    def _follow_response(self, values):
        """Take over what has changed in the response or rating that the answer was read from.

        :param dict values: column values, see ``survey_user_input_feedback.py``
        """
        self.ensure_one()
        names = ("score", *SIDE_FIELDS, "dimension_id", "comment", "partner_id")
        changed = {
            name: values[name] or False
            for name in names
            if name in values
            and (self._fields[name].convert_to_write(self[name], self) or False)
            != (values[name] or False)
        }
        if "score" in changed and not self.case_id:
            # an answer that turned bad is looked at as a new one is
            changed["is_case_checked"] = False
            self._remember_answers(1)
        if changed:
            self.write(changed)
