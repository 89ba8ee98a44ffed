from datetime import date

from odoo import api, models
from odoo.addons.crm_targets.models.crm_indicator_definition import DefinitionError
from odoo.addons.crm_targets.tools.period import Period, get_utc_bounds
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

PARTNER = "partner:"
PARTNER_TYPES = ("many2one", "selection", "char", "boolean")
FIELDS = {
    "team": "team_id",
    "person": "user_id",
    "channel": "channel_id",
    "stage": "stage_id",
    "dimension": "dimension_id",
    "product": "product_id",
    "product_category": "product_id.categ_id",
    "company": "company_id",
}
TIMES = ("day", "week", "month", "quarter", "year")


class FieldGrouping:
    """Answers by the value of a field of theirs, or of their customer or product."""

    is_time = False
    #: whether an answer may be in several groups, as that of a customer with several tags
    is_many = False

    def __init__(self, answers, path):
        self.answers = answers
        self.path = path
        model = answers
        *hops, name = path.split(".")
        for hop in hops:
            model = answers.env[model._fields[hop].comodel_name]
        self.field = model._fields[name]
        self.is_many = self.field.type == "many2many"

    def _get_key_sql(self, query):
        return self.answers._read_group_groupby(query.table, self.path, query)

    def _get_key(self, key):
        return key or False

    def _get_key_domain(self, key):
        if key:
            return Domain(self.path, "=", key)
        hops = self.path.split(".")[:-1]
        missing = [Domain(hop, "=", False) for hop in hops]
        empty = [False, ""] if self.field.type == "char" else [False]
        return Domain.OR([Domain(self.path, "in", empty), *missing])

    def _get_labels(self, keys):
        env = self.answers.env
        nothing = env._("None")
        if self.field.relational:
            records = env[self.field.comodel_name].browse(key for key in keys if key)
            named = {record.id: record.display_name for record in records._filtered_access("read")}
            hidden = env._("Not visible to you")
            return {key: named.get(key, hidden) if key else nothing for key in keys}
        if self.field.type == "boolean":
            return {key: env._("Yes") if key else env._("No") for key in keys}
        names = {}
        if self.field.type == "selection":
            names = dict(self.field._description_selection(env))
        return {key: names.get(key, key) if key else nothing for key in keys}

    def _get_order(self, keys, labels):
        return sorted(keys, key=lambda key: (not key, labels[key].casefold()))


class SegmentGrouping(FieldGrouping):
    """Answers by what is known about their customer but no column of theirs, such as a tier."""

    def __init__(self, answers, name, segments):
        super().__init__(answers, f"partner_id.{name}")
        self.segments = segments

    def _get_key_sql(self, query):
        alias = query.make_alias(query.table, self.field.name)
        partner = self.answers._field_to_sql(query.table, "partner_id", query)
        query.add_join(
            "LEFT JOIN",
            alias,
            SQL("(SELECT * FROM (%s) AS segment(partner_id, value))", self.segments),
            SQL("%s = %s", SQL.identifier(alias, "partner_id"), partner),
        )
        return SQL.identifier(alias, "value")


class TimeGrouping:
    """Answers by day, ISO week, month, quarter or year, as the caller's clock and company say."""

    is_time = True
    is_many = False

    def __init__(self, answers, granularity):
        self.answers = answers
        self.granularity = granularity
        self.zone = str(answers.env.tz)

    def _get_key_sql(self, query):
        """The first day of the period; quarters and years follow the fiscal year."""
        moment = self.answers._field_to_sql(query.table, "date", query)
        local = SQL("timezone(%s, timezone('UTC', %s))", self.zone, moment)
        if self.granularity not in ("quarter", "year"):
            return SQL("date_trunc(%s, %s)::date", self.granularity, local)
        return SQL(
            """
            (date_trunc(%(unit)s, date_trunc('month', %(local)s) - %(shift)s::interval)
                + %(shift)s::interval)::date
            """,
            unit=self.granularity,
            local=local,
            shift=f"{self.answers.env.company._get_fiscal_first_month() - 1} months",
        )

    def _get_period(self, day):
        if self.granularity == "day":
            return Period(day, day)
        env = self.answers.env
        return env["crm.figure.mixin"]._get_period(self.granularity, day, env.company)

    def _get_key(self, key):
        return self._get_period(key).date_from.isoformat()

    def _get_key_domain(self, key):
        first, end = get_utc_bounds(self._get_period(date.fromisoformat(key)), self.zone)
        return Domain("date", ">=", first) & Domain("date", "<", end)

    def _get_labels(self, keys):
        return {key: self._get_label(date.fromisoformat(key)) for key in keys}

    def _get_label(self, day):
        env = self.answers.env
        if self.granularity == "day":
            return format_date(env, day)
        return env["crm.figure.mixin"]._get_period_label(self.granularity, day, env.company)

    def _get_order(self, keys, _labels):
        return sorted(keys)


class CrmFeedbackGrouping(models.Model):
    """By what figures of answers can be compared."""

    _inherit = "crm.feedback"

    @api.model
    @api.readonly
    def get_figure_choices(self):
        """What :meth:`get_figures` can be asked for, in the language of the caller.

        :return: ``metrics`` and ``groups``, each a list of ``key`` and ``label``; metrics also have
            a ``description``; fields of the customer have keys such as ``partner:country_id`` and
            ``is_partner``
        """
        self.browse().check_access("read")
        _ = self.env._
        groups = {
            "team": _("Store"),
            "person": _("Person"),
            "channel": _("Channel"),
            "stage": _("Journey Stage"),
            "dimension": _("Dimension"),
            "product": _("Product"),
            "product_category": _("Product Category"),
            "company": _("Company"),
            "day": _("Day"),
            "week": _("Week"),
            "month": _("Month"),
            "quarter": _("Quarter"),
            "year": _("Year"),
        }
        partner_fields = sorted(
            (field._description_string(self.env), name)
            for name, field in self._get_partner_fields().items()
        )
        return {
            "metrics": [
                {"key": key, "label": label, "description": description}
                for key, (label, description) in self._get_metrics().items()
            ],
            "groups": [
                *(
                    {"key": key, "label": label, "is_time": key in TIMES, "is_partner": False}
                    for key, label in groups.items()
                ),
                *(
                    {"key": PARTNER + name, "label": label, "is_time": False, "is_partner": True}
                    for label, name in partner_fields
                ),
            ],
        }

    @api.model
    def _get_metrics(self):
        """Name and meaning of every metric, in the order of the screen."""
        _ = self.env._
        return {
            "nps": (
                _("Recommendation (NPS)"),
                _("Answers of 9 and 10 less those of 0 to 6, in percent of all: -100 to 100."),
            ),
            "csat": (_("Satisfaction (CSAT)"), _("Answers of 4 and 5 of 5, in percent of all.")),
            "ces": (_("Ease (CES)"), _("Answers of 5 to 7 of 7 (easy), in percent of all.")),
            "ces_mean": (_("Ease, mean"), _("From 1 (hard) to 7 (easy).")),
            "gap": (
                _("Against expectation"),
                _("Experience less expectation: -10 to 10. Below 0 customers are disappointed."),
            ),
            "experience": (_("Experience"), _("What customers lived through, 0 to 10.")),
            "expectation": (_("Expectation"), _("What customers expected, 0 to 10.")),
            "servqual": (
                _("Weighted gap (SERVQUAL)"),
                _("Experience less expectation over all dimensions, by their points: -10 to 10."),
            ),
            "value": (
                _("Delivered value"),
                _("What customers got less what it cost them in all: -10 to 10."),
            ),
        }

    @api.model
    def _get_partner_fields(self):
        """The fields of customers to compare by: stored and open to whoever reads customers, or
        what tells customers apart otherwise and the caller may read."""
        indicators, partners = self.env["crm.indicator"], self.env["res.partner"]
        fields_ = {}
        for name, field in partners._fields.items():
            is_many = field.type == "many2many"
            if not (is_many or field.type in PARTNER_TYPES) or not field.store:
                continue
            if name.startswith("message_"):
                continue
            try:
                if is_many:
                    indicators._verify_field(partners, name)
                else:
                    indicators._verify_path(partners, name, types=PARTNER_TYPES)
                if field.relational:
                    indicators._verify_model(self.env[field.comodel_name])
            except DefinitionError:
                continue
            fields_[name] = field
        for name in partners._get_segment_queries():
            field = partners._fields[name]
            if partners._has_field_access(field, "read"):
                fields_[name] = field
        return fields_

    @api.model
    def _get_grouping(self, group_by):
        """What tells the groups apart, or None without `group_by`.

        :raises UserError: if nothing can be compared by it
        """
        if group_by is None or group_by is False or group_by == "":
            return None
        if isinstance(group_by, str):
            if group_by in FIELDS:
                return FieldGrouping(self, FIELDS[group_by])
            if group_by in TIMES:
                return TimeGrouping(self, group_by)
            name = group_by.removeprefix(PARTNER)
            if name != group_by and name in self._get_partner_fields():
                segments = self.env["res.partner"]._get_segment_queries().get(name)
                if segments:
                    return SegmentGrouping(self, name, segments)
                return FieldGrouping(self, f"partner_id.{name}")
        raise UserError(
            self.env._(
                "Answers cannot be compared by “%(group_by)s”.",
                group_by=self.env["crm.indicator"]._shorten(group_by),
            )
        )

    @api.model
    def _parse_answers_domain(self, domain):
        """The domain that a caller asks for, if it is one over what they may read."""
        if domain is None or domain is False:
            return Domain.TRUE
        if not isinstance(domain, (list, tuple)):
            raise UserError(self.env._("“domain” is a list of conditions."))
        try:
            text = repr(list(domain))
            return Domain(self.env["crm.indicator"]._verify_filter(self, text, own=True))
        except DefinitionError as problem:
            raise UserError(str(problem)) from problem
