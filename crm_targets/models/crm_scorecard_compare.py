from odoo import api, models
from odoo.addons.crm_targets.tools.period import get_year_before
from odoo.exceptions import UserError

PERIOD_KINDS = ("previous", "year", "baseline")


class CrmScorecardCompare(models.Model):
    """What the steering wheel compares a period with: another period, or another scorecard."""

    _inherit = "crm.scorecard"

    @api.model
    def _parse_compare(self, value):
        """One of the kinds, an id, or None."""
        if value is None or value is False or value == "":
            return None
        if type(value) is int or (isinstance(value, str) and value in PERIOD_KINDS):
            return value
        raise UserError(
            self.env._(
                "“compare” is one of “previous”, “year” and “baseline”, or the id of another "
                "scorecard."
            )
        )

    def _get_reference(self, compare, period):
        """Where the figures to compare with are found.

        :param compare: as `_parse_compare` answers it; an id has been checked.
        :param period: the one that is shown.
        :return: `{"scorecard", "day", "last_day", "label", "is_baseline"}`: a scorecard, the first
            and the last day of a period, and what both are called.
        """
        day, scorecard, label = period.date_from, self, ""
        if compare == "baseline":
            label = self.env._("Baseline")
        elif compare == "previous":
            day = self._get_period(day, -1).date_from
        elif compare == "year":
            first_month = self.company_id._get_fiscal_first_month()
            day = get_year_before(self.granularity, day, first_month).date_from
        elif compare:
            # With the prefetch of this one, so that both are read at once.
            scorecard = self.browse(compare).with_prefetch((self.id, compare))
            if scorecard == self:
                raise UserError(
                    self.env._("A scorecard is compared with another one, not with itself.")
                )
            label = scorecard.name
        return {
            "scorecard": scorecard,
            "day": day,
            "last_day": self._get_period(day).date_to,
            "label": label or self._get_label(day),
            "is_baseline": compare == "baseline",
        }

    def _get_comparison(self, reference, lines, figures, targets):
        """Values and scores to compare with, scored by the bands, weights and targets that held
        there and then.

        :param reference: as `_get_reference` answers it.
        :param lines: what was on that scorecard then.
        :return: `{"label", "score", "perspectives": {id: score}, "values": {indicator id: value},
            "scores": {indicator id: score}}`.
        """
        unit, day = reference["scorecard"]._get_unit_key(), reference["day"]
        if reference["is_baseline"]:
            values = self._get_baseline_figures(lines.indicator_id)
        else:
            values = {key[1]: value for key, value in figures.items() if key[::2] == (unit, day)}
        scores = {
            line.indicator_id.id: line._get_score(
                values.get(line.indicator_id.id),
                targets.get((unit, line.indicator_id.id, day)),
            )
            for line in lines
        }
        roll_up = self._roll_up(lines, scores)
        return {
            "label": reference["label"],
            "score": roll_up["score"],
            "perspectives": roll_up["perspectives"],
            "values": values,
            "scores": scores,
        }

    def _get_compare_keys(self, comparison, indicator):
        """What one indicator is compared with, as part of `get_wheel`'s answer."""
        value = comparison["values"].get(indicator.id) if comparison else None
        score = comparison["scores"].get(indicator.id) if comparison else None
        keys = {"has_compare": value is not None, **self._get_compare_score_keys(score)}
        return keys if value is None else {**keys, "compare_value": value}

    @staticmethod
    def _get_compare_score_keys(score):
        keys = {"has_compare_score": score is not None}
        return keys if score is None else {**keys, "compare_score": round(score, 4)}
