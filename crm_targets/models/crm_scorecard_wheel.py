from datetime import date

from odoo import api, models
from odoo.addons.crm_targets.tools.rollup import get_shares, get_weighted_average
from odoo.addons.crm_targets.tools.score import get_band_name, get_trend
from odoo.exceptions import UserError

_HISTORY = 8
_MAX_HISTORY = 120
_MAX_INTEGER = 2**31 - 1


class CrmScorecardWheel(models.Model):
    """What the steering wheel draws."""

    _inherit = "crm.scorecard"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_wheel(self, scorecard_id, date=None, compare=None):
        """The scorecard as data: perspectives, their indicators, values, targets and scores.

        Scores go from 0 to 10, weights are percentages of the level above, a trend is the relative
        change against the period before. What there is no figure for is an absent key beside
        `has_value`, `has_target`, `has_score`, `has_trend`, `has_compare`, `has_compare_score` or
        `has_comment` that is false.

        :param int scorecard_id: a scorecard that the user may read.
        :param str date: a day of the period to show, ISO 8601; today by default.
        :param compare: `"previous"` for the period before, `"year"` for the same period a year
            before, `"baseline"` for the figures from before the launch, or the id of another
            scorecard that the user may read; nothing by default.
        :raises AccessError: when the user may not read one of the scorecards.
        """
        compare = self._parse_compare(compare)
        scorecard = self._browse_checked(self, scorecard_id, compare)
        day = scorecard._parse_date(date)
        wheel = scorecard._get_wheel_data(day, compare)
        comments = self.env["crm.scorecard.comment"]._get_comments(scorecard, day)
        for perspective in wheel["perspectives"]:
            for indicator in perspective["indicators"]:
                comment = comments.get(indicator["indicator_id"])
                indicator["has_comment"] = comment is not None
                if comment:
                    indicator["comment"] = comment
        return wheel

    @api.model
    @api.readonly
    def get_history(self, line_id, date=None, periods=26):
        """How the figure of a line went: one item a period that has a figure, oldest first.

        :param int line_id: a line of a scorecard that the user may read.
        :param str date: a day of the last period, ISO 8601; today by default.
        :param int periods: how many periods, 2 to 120.
        :return: `{"periods": int, "history": [{"date_from", "label", "value", "has_target",
            "target"}]}`; the target is the goal of that period.
        :raises AccessError: when the user may not read the scorecard.
        """
        line = self._browse_checked(self.env["crm.scorecard.line"], line_id)
        if type(periods) is not int or not 2 <= periods <= _MAX_HISTORY:
            raise UserError(self.env._("“periods” is a number from 2 to %s.", _MAX_HISTORY))
        scorecard = line.scorecard_id
        return scorecard._get_history_data(line, scorecard._parse_date(date), periods)

    # ------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------

    @api.model
    def _browse_checked(self, model, record_id, other=None):
        """The record with this id, if there is one and the user may read it.

        :param other: the id of another one, looked up with it, which must be readable as well.
        """
        record_ids = [record_id, other] if type(other) is int else [record_id]
        if not all(type(item) is int and 0 < item <= _MAX_INTEGER for item in record_ids):
            raise UserError(
                self.env._("Give the id of a record of “%(model)s”.", model=model._name)
            )
        records = model.browse(record_ids)
        # Checked and read in one query; what is missing is then told from what is denied.
        known = model.with_context(active_test=False)
        if len(known.search_fetch([("id", "in", record_ids)])) < len(set(record_ids)):
            if len(records.exists()) < len(set(record_ids)):
                raise UserError(
                    self.env._("There is no such record of “%(model)s”.", model=model._name)
                )
            records.check_access("read")
        return records[0].with_prefetch(records._ids)

    def _parse_date(self, value):
        """A day from ISO text, today by default."""
        if value is None or value is False or value == "":
            return self._get_today()
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("“date” is a day such as 2026-11-22.")) from error
        if not 1970 <= day.year <= 2200:
            raise UserError(self.env._("“date” lies outside of the years 1970 to 2200."))
        return day

    # ------------------------------------------------------------
    # Wheel
    # ------------------------------------------------------------

    def _get_wheel_data(self, day, compare=None):
        """See `get_wheel`, for the period that `day` lies in; without what was said about it.

        :param compare: as `_parse_compare` answers it.
        """
        self.ensure_one()
        period = self._get_period(day)
        reference = self._get_reference(compare, period)
        places = [(self, period.date_to), (reference["scorecard"], reference["last_day"])]
        in_force = self._get_lines_in_force(places)
        lines, lines_then = (in_force[place] for place in places)
        days = [
            self._get_period(period.date_from, -count).date_from
            for count in reversed(range(_HISTORY))
        ]
        query = (
            (lines | lines_then).indicator_id,
            self | reference["scorecard"],
            self.granularity,
            sorted({*days, reference["day"]}),
        )
        figures = self.env["crm.indicator.value"]._get_unit_figures(*query)
        targets = self.env["crm.target"]._get_unit_targets(*query)
        items = self._get_wheel_indicators(lines, days, figures, targets)
        scores = {item["indicator_id"]: item.get("score") for item in items.values()}
        roll_up = self._roll_up(lines, scores)
        comparison = None
        if compare:
            comparison = self._get_comparison(reference, lines_then, figures, targets)
        objectives = self._get_objectives()
        for line in lines:
            items[line.id]["weight"] = round(roll_up["shares"][line.id], 2)
            items[line.id] |= self._get_compare_keys(comparison, line.indicator_id)
        return {
            "scorecard": {
                "id": self.id,
                "name": self.name,
                "unit_name": self.unit_name,
                "granularity": self.granularity,
                "date": day.isoformat(),
                "period_label": self._get_label(period.date_from),
                "date_from": period.date_from.isoformat(),
                "date_to": period.date_to.isoformat(),
            },
            **self._get_score_keys(roll_up["score"]),
            "compare": comparison["label"] if comparison else "",
            **self._get_compare_score_keys(comparison["score"] if comparison else None),
            "perspectives": [
                {
                    "id": perspective.id,
                    "code": perspective.code,
                    "name": perspective.name,
                    "description": perspective.description or "",
                    "weight": round(roll_up["weights"][perspective.id], 2),
                    **self._get_score_keys(roll_up["perspectives"][perspective.id]),
                    **self._get_compare_score_keys(
                        comparison["perspectives"].get(perspective.id) if comparison else None
                    ),
                    "objectives": objectives.get(perspective.id, []),
                    "indicators": [
                        items[line.id] for line in lines if line.perspective_id == perspective
                    ],
                }
                for perspective in lines.perspective_id.sorted()
            ],
        }

    @api.model
    def _get_lines_in_force(self, places):
        """Lines of many scorecards at once: `{(scorecard, day): lines in force}`.

        :param places: pairs of a scorecard and a day.
        """
        model = self.env["crm.scorecard.line"]
        scorecards = self.union(*(scorecard for scorecard, _day in places))
        lines = model.search_fetch([("scorecard_id", "in", scorecards.ids)])
        lines = lines.grouped("scorecard_id")
        return {
            (scorecard, day): model._get_effective(scorecard, day, lines.get(scorecard, model))
            for scorecard, day in places
        }

    @api.model
    def _roll_up(self, lines, scores):
        """Scores from the indicators to the perspectives to the whole, by the weights of `lines`.

        :param dict scores: `{indicator id: score or None}`.
        :return: `{"score", "perspectives": {id: score}, "weights": {id: percent},
            "shares": {line id: percent of its perspective}}`; a score is None where there is none.
        """
        shares, totals, results = {}, {}, {}
        for perspective in lines.perspective_id:
            own = lines.filtered(lambda line, p=perspective: line.perspective_id == p)
            parts = get_shares(own.mapped("weight"))
            shares |= dict(zip(own.ids, parts, strict=True))
            totals[perspective.id] = sum(own.mapped("weight"))
            results[perspective.id] = get_weighted_average(
                (scores.get(line.indicator_id.id), part)
                for line, part in zip(own, parts, strict=True)
            )
        weights = dict(zip(totals, get_shares(totals.values()), strict=True))
        score = get_weighted_average((results[key], weight) for key, weight in weights.items())
        return {"score": score, "perspectives": results, "weights": weights, "shares": shares}

    def _get_period(self, day, shift=0):
        """The period of the scorecard that `day` lies in, or the one `shift` periods later."""
        figures = self.env["crm.figure.mixin"]
        return figures._get_period(self.granularity, day, self.company_id, shift)

    def _get_label(self, day, short=False):
        figures = self.env["crm.figure.mixin"]
        return figures._get_period_label(self.granularity, day, self.company_id, short)

    @staticmethod
    def _get_score_keys(score):
        keys = {"has_score": score is not None, "band": get_band_name(score)}
        return keys if score is None else {**keys, "score": round(score, 4)}

    def _get_wheel_indicators(self, lines, days, figures, targets):
        """What the wheel shows of every line, by id of the line; without its weight.

        :param list days: first days of the periods of the trend, the last one is shown.
        """
        unit = self._get_unit_key()
        values = {(key[1], key[2]): value for key, value in figures.items() if key[0] == unit}
        labels = {day: self._get_label(day, short=True) for day in days}
        return {
            line.id: self._get_wheel_indicator(
                line,
                days,
                labels,
                values,
                targets.get((unit, line.indicator_id.id, days[-1])),
            )
            for line in lines
        }

    def _get_wheel_indicator(self, line, days, labels, figures, target):
        indicator = line.indicator_id
        value = figures.get((indicator.id, days[-1]))
        previous = figures.get((indicator.id, days[-2]))
        band = line._get_band(target)
        trend = get_trend(value, previous) if None not in (value, previous) else None
        data = {
            "line_id": line.id,
            "indicator_id": indicator.id,
            "code": indicator.code,
            "name": indicator.name,
            "description": indicator.description or "",
            "unit": indicator._get_unit_label(self.company_id),
            "decimals": indicator.decimals,
            "direction": indicator.direction,
            "has_value": value is not None,
            "has_target": band is not None,
            **self._get_score_keys(line._get_score(value, target)),
            "has_trend": trend is not None,
            "history": [
                {
                    "date_from": day.isoformat(),
                    "label": labels[day],
                    "value": figures[indicator.id, day],
                }
                for day in days
                if (indicator.id, day) in figures
            ],
            "error": indicator.error or "",
        }
        if value is not None:
            data["value"] = value
        if previous is not None:
            data["previous_value"] = previous
        if band is not None:
            data |= {"target": band.goal, "red_flag": band.red_flag}
        if trend is not None:
            data["trend"] = trend
        if indicator.is_monetary:
            data["currency_id"] = self.company_id.currency_id.id
        return data

    # ------------------------------------------------------------
    # History
    # ------------------------------------------------------------

    def _get_history_data(self, line, day, periods):
        self.ensure_one()
        indicator, granularity = line.indicator_id, self.granularity
        days = [self._get_period(day, -count).date_from for count in reversed(range(periods))]
        figures = self.env["crm.indicator.value"]._get_figures(indicator, self, granularity, days)
        targets = self.env["crm.target"]._get_unit_targets(indicator, self, granularity, days)
        key = self._get_unit_key()
        in_force = self._get_lines_in_force([(self, self._get_period(day).date_to) for day in days])
        history = []
        for first, lines in zip(days, in_force.values(), strict=True):
            value = figures.get((indicator.id, first))
            if value is None:
                continue
            item = {"date_from": first.isoformat(), "label": self._get_label(first), "value": value}
            then = lines.filtered(lambda other: other.indicator_id == indicator) or line
            band = then._get_band(targets.get((key, indicator.id, first)))
            item["has_target"] = band is not None
            if band is not None:
                item["target"] = band.goal
            history.append(item)
        return {"periods": periods, "history": history}
