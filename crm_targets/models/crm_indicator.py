import re

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.domain_literal import DomainError, get_conditions, parse_domain
from odoo.addons.crm_targets.tools.period import get_period
from odoo.exceptions import UserError, ValidationError

from .crm_figure_mixin import GRANULARITIES

# Models whose records are nobody's figures: technical tables, credentials and correspondence.
_DENIED_MODELS = re.compile(
    r"(ir|base|bus|iap|auth|auth_totp|discuss|fetchmail|payment|change)\..*"
    r"|res\.users\..+|res\.config.*|res\.device.*"
    r"|mail\.(message|mail|notification|tracking|guest|push|presence|thread|alias|gateway).*"
)
_DENIED_FIELDS = re.compile(
    r"(^|_)(password|passwd|pwd|token|secret|key|apikey|credentials?|otp|totp|signature|iban"
    r"|acc_number|pin|cvc)(_|$)"
)
_DEFINITION_FIELDS = (
    *("source", "model_name", "domain", "aggregate", "measure_field", "rate_field"),
    *("date_field", "team_field", "user_field", "company_field"),
)
_NUMBER_TYPES = ("integer", "float", "monetary")


class DefinitionError(Exception):
    """Why an indicator cannot be measured.

    :ivar state: `unavailable` when something that it measures is not installed, else `error`.
    """

    def __init__(self, state, sentence):
        super().__init__(sentence)
        self.state = state


class CrmIndicator(models.Model):
    _name = "crm.indicator"
    _description = "Indicator"
    _order = "perspective_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Stable name for programs, such as “orders”. It does not change when the indicator is "
        "renamed or translated.",
    )
    description = fields.Text(
        translate=True, help="What is counted, by which date, and what it is good for."
    )
    perspective_id = fields.Many2one("crm.perspective", required=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    direction = fields.Selection(
        [("higher", "Higher is better"), ("lower", "Lower is better"), ("range", "Within a range")],
        string="Good When",
        required=True,
        default="higher",
    )
    unit = fields.Char(
        string="Unit of Measure",
        translate=True,
        help="Shown behind the figure, such as “orders” or “days”.",
    )
    is_monetary = fields.Boolean(
        string="Money",
        help="The figure is money, in the currency of the company.",
    )
    decimals = fields.Integer(default=0, help="Digits behind the decimal point, 0 to 6.")
    source = fields.Selection(
        [("records", "Records in Odoo"), ("manual", "Entered or sent")],
        required=True,
        default="records",
        help="Figures are measured on records, or entered by hand and sent by other programs.",
    )
    model_name = fields.Char(
        string="Model", help="Technical name of the model whose records are measured."
    )
    model_choice = fields.Selection(
        selection="_selection_model_choice",
        string="Records",
        compute="_compute_model_choice",
        inverse="_inverse_model_choice",
        help="What is measured. You can only choose what you may read.",
    )
    domain = fields.Char(
        string="Filter",
        default="[]",
        help="Which records count. Archived records count only if the filter says so. Dates may be "
        "named: today, -30d, =week_start.",
    )
    aggregate = fields.Selection(
        [
            ("count", "Number of records"),
            ("sum", "Sum"),
            ("avg", "Average"),
            ("min", "Smallest"),
            ("max", "Largest"),
            ("count_distinct", "Number of different values"),
        ],
        string="Figure",
        required=True,
        default="count",
    )
    measure_field = fields.Char(help="The field that is summed, averaged or counted.")
    rate_field = fields.Char(
        string="Currency Rate Field",
        help="The measure is divided by this rate, which the record holds since its own date, so "
        "that money is in the currency of the company. Empty if it already is.",
    )
    date_field = fields.Char(help="The date that decides in which period a record counts.")
    team_field = fields.Char(
        string="Sales Team Field",
        help="The sales team that a record counts for, such as team_id, or user_id.sale_team_id "
        "for the team that its person belongs to today.",
    )
    user_field = fields.Char(string="Person Field", help="The person that a record counts for.")
    company_field = fields.Char(
        help="The company that a record counts for. Where it is empty, the record counts for the "
        "company of its team, else of its person."
    )
    measure_week = fields.Boolean("By Week", default=True)
    measure_month = fields.Boolean("By Month", default=True)
    measure_quarter = fields.Boolean("By Quarter", default=True)
    measure_year = fields.Boolean("By Year", default=True)
    state = fields.Selection(
        [
            ("new", "Not measured yet"),
            ("measured", "Measured"),
            ("unavailable", "Unavailable"),
            ("error", "Error"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
    )
    error = fields.Char(readonly=True, copy=False)
    refreshed_at = fields.Datetime(string="Last Run", readonly=True, copy=False)
    measured_from = fields.Date(
        readonly=True, copy=False, help="First day of the time that has been measured."
    )
    measured_to = fields.Date(
        readonly=True, copy=False, help="Last day of the time that has been measured."
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is already an indicator with this code."
    )
    _check_decimals = models.Constraint(
        "CHECK (decimals BETWEEN 0 AND 6)", "Decimals are a number from 0 to 6."
    )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.model
    def _selection_model_choice(self):
        models_by_name = (
            (model._name, model._description)
            for model in map(self.env.get, self.env.registry)
            if self._is_measurable(model)
        )
        return sorted(models_by_name, key=lambda choice: choice[1])

    @api.depends("model_name")
    def _compute_model_choice(self):
        for indicator in self:
            model = self.env.get(indicator.model_name or "")
            choice = model is not None and self._is_measurable(model)
            indicator.model_choice = indicator.model_name if choice else False

    def _inverse_model_choice(self):
        for indicator in self.filtered("model_choice"):
            indicator.model_name = indicator.model_choice

    @api.onchange("model_choice")
    def _onchange_model_choice(self):
        if self.model_choice and self.model_choice != self.model_name:
            fields_ = self.env[self.model_choice]._fields
            self.model_name = self.model_choice
            self.domain = "[]"
            self.measure_field = self.rate_field = False
            self.date_field = "create_date" if "create_date" in fields_ else False
            self.team_field = "team_id" if "team_id" in fields_ else False
            self.user_field = "user_id" if "user_id" in fields_ else False
            self.company_field = "company_id" if "company_id" in fields_ else False

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains(*_DEFINITION_FIELDS)
    def _check_definition(self):
        for indicator in self.filtered(lambda indicator: indicator.source == "records"):
            try:
                # Constraints run with all rights; what counts are those of the definer.
                indicator.sudo(False)._verify_definition()
            except DefinitionError as problem:
                if problem.state == "error":
                    raise ValidationError(str(problem)) from problem

    @api.model
    def _is_measurable(self, model):
        """Whether the current user may define indicators on the model."""
        return (
            not model._abstract
            and not model._transient
            and not _DENIED_MODELS.fullmatch(model._name)
            and model.has_access("read")
        )

    def _verify_definition(self):
        """Check that the definition can be measured and that the current user may see all of it.

        :return: the model and the parsed filter.
        :raises DefinitionError: with a sentence that says what to change.
        """
        self.ensure_one()
        _ = self.env._
        if not self.model_name:
            raise DefinitionError("error", _("Choose the records to measure."))
        model = self.env.get(self.model_name)
        if model is None:
            raise DefinitionError(
                "unavailable", _("“%(model)s” is not installed.", model=self.model_name)
            )
        self._verify_model(model)
        if not self.date_field:
            raise DefinitionError("error", _("Choose the date that decides the period."))
        self._verify_path(model, self.date_field, types=("date", "datetime"))
        if self.aggregate != "count":
            if not self.measure_field:
                raise DefinitionError("error", _("Choose the field to measure."))
            types = None if self.aggregate == "count_distinct" else _NUMBER_TYPES
            self._verify_path(model, self.measure_field, types=types)
        if self.rate_field:
            self._verify_path(model, self.rate_field, types=("float", "monetary"))
        for path, comodel in (
            (self.team_field, "crm.team"),
            (self.user_field, "res.users"),
            (self.company_field, "res.company"),
        ):
            if path:
                self._verify_path(model, path, types=("many2one",), comodel=comodel)
        return model, self._verify_domain(model)

    def _verify_model(self, model):
        if model._abstract or model._transient or _DENIED_MODELS.fullmatch(model._name):
            raise DefinitionError(
                "error",
                self.env._("“%(model)s” cannot be measured.", model=model._description),
            )
        if not model.has_access("read"):
            raise DefinitionError(
                "error", self.env._("You may not read “%(model)s”.", model=model._description)
            )

    def _verify_field(self, model, name):
        """The field `name` of `model`, if it is there and open to everybody who reads the model."""
        field = model._fields.get(name)
        values = {"field": name, "model": model._description}
        if field is None:
            raise DefinitionError(
                "unavailable", self.env._("“%(model)s” has no field “%(field)s”.", **values)
            )
        if field.groups or _DENIED_FIELDS.search(name):
            raise DefinitionError(
                "error",
                self.env._("The field “%(field)s” of “%(model)s” is protected.", **values),
            )
        return field

    def _verify_path(self, model, path, types=None, comodel=None):
        """A stored field, or a stored field one relation away."""
        *hops, name = path.split(".")
        values = {"field": path, "model": model._description}
        if len(hops) > 1:
            raise DefinitionError(
                "error", self.env._("“%(field)s” is more than one relation away.", **values)
            )
        for hop in hops:
            link = self._verify_field(model, hop)
            if link.type != "many2one" or not link.store:
                raise DefinitionError(
                    "error",
                    self.env._("“%(field)s” does not lead over a stored relation.", **values),
                )
            model = self.env[link.comodel_name]
            self._verify_model(model)
        field = self._verify_field(model, name)
        fits = field.store and field.column_type and not field.company_dependent
        if types:
            fits = fits and field.type in types
        if comodel:
            fits = fits and field.comodel_name == comodel
        if not fits:
            raise DefinitionError(
                "error", self.env._("“%(field)s” is not a field that fits here.", **values)
            )

    def _verify_domain(self, model):
        try:
            domain = parse_domain(self.domain)
            for condition in get_conditions(domain):
                comodel = model
                for name in condition.base:
                    comodel = self._verify_relation(comodel, name)
                *hops, name = condition.field.split(".")
                for hop in hops:
                    comodel = self._verify_relation(comodel, hop)
                field = self._verify_field(comodel, name)
                if field.relational:
                    self._verify_model(self.env[field.comodel_name])
                if not field._description_searchable:
                    raise DefinitionError(
                        "error",
                        self.env._("Records cannot be filtered by “%(field)s”.", field=name),
                    )
        except DomainError as error:
            raise DefinitionError(
                "error",
                self.env._(
                    "The filter cannot be read: write fixed values and named dates only. %(part)s",
                    part=error.detail,
                ),
            ) from error
        return domain

    def _verify_relation(self, model, name):
        field = self._verify_field(model, name)
        if not field.relational:
            raise DefinitionError(
                "error", self.env._("“%(field)s” leads to no other records.", field=name)
            )
        comodel = self.env[field.comodel_name]
        self._verify_model(comodel)
        return comodel

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if not vals.keys().isdisjoint(_DEFINITION_FIELDS):
            # What was measured by the old definition says nothing about the new one.
            vals = {**vals, "state": "new", "error": False}
            vals |= {"measured_from": False, "measured_to": False, "refreshed_at": False}
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {
                **vals,
                "code": (default or {}).get("code") or f"{indicator.code}_{indicator.id}_copy",
                "name": self.env._("%(name)s (copy)", name=indicator.name),
            }
            for indicator, vals in zip(self, vals_list, strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        lines = self.env["crm.scorecard.line"].sudo().search([("indicator_id", "in", self.ids)])
        if lines:
            raise UserError(
                self.env._(
                    "%(indicators)s is on a scorecard and cannot be deleted; archive it instead.",
                    indicators=", ".join(lines.indicator_id.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    def _get_granularities(self):
        """The period types that the indicator is measured by."""
        self.ensure_one()
        return [name for name, _label in GRANULARITIES if self[f"measure_{name}"]]

    def _get_unit_label(self, company):
        """The unit of measure: the currency of the company for money."""
        self.ensure_one()
        currency = company.sudo().currency_id
        return (currency.symbol or currency.name) if self.is_monetary else self.unit or ""

    def _counts_absence(self):
        """Whether the absence of records is a figure of its own: zero.

        Nothing counted and nothing summed is zero; the average, smallest or largest of nothing is
        no figure at all.
        """
        return self.source == "records" and self.aggregate in ("count", "sum", "count_distinct")

    def _has_measured(self, granularity, day):
        """Whether the period that `day` lies in has been measured."""
        self.ensure_one()
        if not self.measured_from or granularity not in self._get_granularities():
            return False
        first = get_period(granularity, self.measured_from).date_from
        return first <= day <= self.measured_to
