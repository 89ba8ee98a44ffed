import re

from odoo import api, models
from odoo.addons.crm_targets.tools.domain_literal import DomainError, get_conditions, parse_domain
from odoo.exceptions import ValidationError

from .crm_indicator import DEFINITION_FIELDS

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
_NUMBER_TYPES = ("integer", "float", "monetary")


class DefinitionError(Exception):
    """Why an indicator cannot be measured.

    :ivar state: `unavailable` when something that it measures is not installed, else `error`.
    """

    def __init__(self, state, sentence):
        super().__init__(sentence)
        self.state = state


class CrmIndicatorDefinition(models.Model):
    """What may be measured: nothing that the definer may not read, nothing that is protected."""

    _inherit = "crm.indicator"

    @api.constrains(*DEFINITION_FIELDS)
    def _check_definition(self):
        for indicator in self:
            try:
                # Constraints run with all rights; what counts are those of the definer.
                indicator.sudo(False)._verify_source()
            except DefinitionError as problem:
                if problem.state == "error":
                    raise ValidationError(str(problem)) from problem

    def _verify_source(self):
        """Check that the current user may see everything that the indicator is measured on.

        The figures that a ratio divides are open to whoever defines indicators.

        :raises DefinitionError: with a sentence that says what to change.
        """
        self.ensure_one()
        if self.source == "records":
            self._verify_definition()
        elif self.source == "ratio":
            self._verify_ratio()
        elif self.source == "code":
            self._verify_method()

    def _verify_method(self):
        if not self.method:
            raise DefinitionError("error", self.env._("Choose the way the figure is computed."))
        if self.numerator_id:
            if self.numerator_id.source != "records":
                raise DefinitionError(
                    "error",
                    self.env._(
                        "“%(name)s” is not measured on records: choose one that is.",
                        name=self.numerator_id.name,
                    ),
                )
            self.numerator_id._verify_definition()

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
        if self.window == "period_end" and self.end_date_field:
            self._verify_path(model, self.end_date_field, types=("date", "datetime"))
        self._verify_measure(model)
        for path, comodel in (
            (self.currency_field, "res.currency"),
            (self.team_field, "crm.team"),
            (self.user_field, "res.users"),
            (self.company_field, "res.company"),
        ):
            if path:
                self._verify_path(model, path, types=("many2one",), comodel=comodel)
        return model, self._verify_domain(model)

    def _verify_measure(self, model):
        """Check what is summed or counted, and how it becomes money of the company."""
        _ = self.env._
        if self.aggregate != "count":
            if not self.measure_field:
                raise DefinitionError("error", _("Choose the field to measure."))
            types = None if self.aggregate == "count_distinct" else _NUMBER_TYPES
            self._verify_path(model, self.measure_field, types=types)
        if self.rate_field and self.currency_field:
            raise DefinitionError(
                "error", _("Choose the rate of the record or its currency, not both.")
            )
        if self.rate_field:
            self._verify_path(model, self.rate_field, types=("float", "monetary"))

    def _verify_model(self, model):
        if model._abstract or model._transient or _DENIED_MODELS.fullmatch(model._name):
            raise DefinitionError(
                "error",
                self.env._("“%(model)s” cannot be measured.", model=self._get_model_label(model)),
            )
        if not model.has_access("read"):
            raise DefinitionError(
                "error",
                self.env._("You may not read “%(model)s”.", model=self._get_model_label(model)),
            )

    @api.model
    def _get_model_label(self, model):
        """The name of a model in the language of the user; it is no secret."""
        return self.env["ir.model"]._get(model._name).name

    def _verify_field(self, model, name, *, own=False):
        """The field `name` of `model`, if it is there and open to everybody who reads the model.

        :param own: it is enough that the current user may read it: nothing of it is published
        """
        field = model._fields.get(name)
        if field is None:
            raise DefinitionError(
                "unavailable",
                self.env._(
                    "“%(model)s” has no field “%(field)s”.",
                    model=self._get_model_label(model),
                    field=name,
                ),
            )
        is_open = model._has_field_access(field, "read") if own else not field.groups
        if not is_open or _DENIED_FIELDS.search(name):
            raise DefinitionError(
                "error",
                self.env._(
                    "The field “%(field)s” of “%(model)s” is protected.",
                    model=self._get_model_label(model),
                    field=name,
                ),
            )
        return field

    def _verify_path(self, model, path, types=None, comodel=None):
        """A stored field, or a stored field one relation away."""
        *hops, name = path.split(".")
        if len(hops) > 1:
            raise DefinitionError(
                "error", self.env._("“%(field)s” is more than one relation away.", field=path)
            )
        for hop in hops:
            link = self._verify_field(model, hop)
            if link.type != "many2one" or not link.store:
                raise DefinitionError(
                    "error",
                    self.env._("“%(field)s” does not lead over a stored relation.", field=path),
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
                "error", self.env._("“%(field)s” is not a field that fits here.", field=path)
            )

    def _verify_domain(self, model):
        return self._verify_filter(model, self.domain)

    @api.model
    def _verify_filter(self, model, text, *, own=False):
        """Check that a filter is a literal over what the current user may read, and return it.

        :param own: also fields that are open to some groups alone, if the user is in one of them
        :raises DefinitionError: with a sentence that says what to change.
        """
        try:
            domain = parse_domain(text)
            for condition in get_conditions(domain):
                comodel = model
                for name in condition.base:
                    comodel = self._verify_relation(comodel, name, own=own)
                *hops, name = condition.field.split(".")
                for hop in hops:
                    comodel = self._verify_relation(comodel, hop, own=own)
                field = self._verify_field(comodel, name, own=own)
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

    def _verify_relation(self, model, name, *, own):
        field = self._verify_field(model, name, own=own)
        if not field.relational:
            raise DefinitionError(
                "error", self.env._("“%(field)s” leads to no other records.", field=name)
            )
        comodel = self.env[field.comodel_name]
        self._verify_model(comodel)
        return comodel
