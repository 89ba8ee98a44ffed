from odoo import api, fields, models

from .crm_indicator import DEFINITION_FIELDS


class CrmIndicatorWords(models.Model):
    """How a figure is computed, in the words of whoever reads it."""

    _inherit = "crm.indicator"

    how_computed = fields.Char(
        string="How It Is Computed",
        compute="_compute_how_computed",
        help="The definition in words, for those who read the figure.",
    )

    @api.depends(*DEFINITION_FIELDS, "needs_approval", "numerator_id.name", "denominator_id.name")
    @api.depends_context("lang")
    def _compute_how_computed(self):
        for indicator in self:
            sentences = {
                "records": indicator._get_record_sentences,
                "ratio": indicator._get_ratio_sentences,
                "code": indicator._get_code_sentences,
                "manual": indicator._get_manual_sentences,
            }[indicator.source or "manual"]()
            indicator.how_computed = indicator._join_sentences(filter(None, sentences))

    def _join_sentences(self, sentences):
        # Not every language writes a space between two sentences.
        text = ""
        for sentence in sentences:
            text = (
                self.env._("%(text)s %(sentence)s", text=text, sentence=sentence)
                if text
                else sentence
            )
        return text

    def _get_record_sentences(self):
        # Only labels are told, which are no secret.
        model = self.env.get(self.model_name or "")
        if model is None:
            return []
        return [
            self._get_aggregate_sentence(model),
            self.env._("Only records that match the filter count.")
            if (self.domain or "[]").strip() != "[]"
            else "",
            self._get_window_sentence(model),
            self._get_money_sentence(),
        ]

    def _get_aggregate_sentence(self, model):
        values = {
            "model": self._get_model_label(model),
            "field": self._get_path_label(model, self.measure_field),
        }
        return {
            "count": self.env._("Counts the records of “%(model)s”.", **values),
            "sum": self.env._("Adds up “%(field)s” of “%(model)s”.", **values),
            "avg": self.env._("Takes the average of “%(field)s” of “%(model)s”.", **values),
            "min": self.env._("Takes the smallest “%(field)s” of “%(model)s”.", **values),
            "max": self.env._("Takes the largest “%(field)s” of “%(model)s”.", **values),
            "count_distinct": self.env._(
                "Counts the different values of “%(field)s” of “%(model)s”.", **values
            ),
        }.get(self.aggregate, "")

    def _get_window_sentence(self, model):
        _ = self.env._
        values = {
            "date": self._get_path_label(model, self.date_field),
            "end": self._get_path_label(model, self.end_date_field),
            "count": self.window_count,
        }
        if self.window == "period_end":
            if self.end_date_field:
                return _("A record counts from “%(date)s” until “%(end)s”.", **values)
            return _("Counts what exists now; earlier figures stay as they were measured.")
        if self.window == "year_to_date":
            return _(
                "A record counts by “%(date)s”, from the beginning of the fiscal year to the end "
                "of the period.",
                **values,
            )
        if self.window == "trailing":
            return {
                "period": _(
                    "A record counts by “%(date)s”, over %(count)s periods up to the end of the "
                    "period.",
                    **values,
                ),
                "week": _(
                    "A record counts by “%(date)s”, over %(count)s weeks up to the end of the "
                    "period.",
                    **values,
                ),
                "month": _(
                    "A record counts by “%(date)s”, over %(count)s months up to the end of the "
                    "period.",
                    **values,
                ),
            }.get(self.window_unit, "")
        return _("A record counts in the period of “%(date)s”.", **values)

    def _get_money_sentence(self):
        if self.aggregate in ("count", "count_distinct"):
            return ""
        if self.rate_field:
            return self.env._("Money is converted at the rate that the record holds.")
        if self.currency_field:
            return self.env._("Money is converted at the rate of the record's own date.")
        return ""

    def _get_ratio_sentences(self):
        values = {
            "numerator": self.numerator_id.name or "",
            "denominator": self.denominator_id.name or "",
        }
        return [
            {
                ("share", "same"): self.env._("“%(numerator)s” ÷ “%(denominator)s”.", **values),
                ("share", "previous"): self.env._(
                    "“%(numerator)s” ÷ “%(denominator)s” of the period before.", **values
                ),
                ("share", "year_before"): self.env._(
                    "“%(numerator)s” ÷ “%(denominator)s” of the same period of the year before.",
                    **values,
                ),
                ("change", "same"): self.env._(
                    "Change of “%(numerator)s” against “%(denominator)s”.", **values
                ),
                ("change", "previous"): self.env._(
                    "Change of “%(numerator)s” against “%(denominator)s” of the period before.",
                    **values,
                ),
                ("change", "year_before"): self.env._(
                    "Change of “%(numerator)s” against “%(denominator)s” of the same period of the "
                    "year before.",
                    **values,
                ),
            }.get((self.ratio_type, self.denominator_period), ""),
            self.env._("In percent.") if self.is_percentage else "",
            self.env._("Where that is zero or missing there is no figure."),
        ]

    def _get_code_sentences(self):
        label = self._get_code_sources().get(self.method)
        if not label:
            return []
        base = self.numerator_id.name
        return [
            self.env._("%(way)s.", way=label),
            self.env._("Measured on “%(name)s”.", name=base) if base else "",
        ]

    def _get_manual_sentences(self):
        return [
            self.env._("Entered by hand or sent by other programs."),
            self.env._("Counts once somebody else has approved it.") if self.needs_approval else "",
        ]

    def _get_path_label(self, model, path):
        """The names of the fields of a path in the language of the user."""
        labels = []
        for name in (path or "").split("."):
            field = model._fields.get(name)
            if field is None:
                break
            labels.append(field._description_string(self.env))
            if field.relational:
                model = self.env[field.comodel_name]
        return " → ".join(labels)
