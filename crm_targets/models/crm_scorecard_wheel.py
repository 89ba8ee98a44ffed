from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import get_utc_bounds
from odoo.addons.crm_targets.tools.rollup import get_shares, get_weighted_average
from odoo.addons.crm_targets.tools.score import get_band_name, get_score, get_trend
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_indicator_definition import DefinitionError

_HISTORY = 8
_FEW = 500
_MAX_INTEGER = 2**31 - 1


class CrmScorecardWheel(models.Model):
    """What the steering wheel draws, and the records behind its figures."""

    _inherit = "crm.scorecard"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_wheel(self, scorecard_id, date=None):
        """The scorecard as data: perspectives, their indicators, values, targets and scores.

        Scores go from 0 to 10, weights are percentages of the level above, a trend is the relative
        change against the period before. What there is no figure for is an absent key beside
        `has_value`, `has_target`, `has_score` or `has_trend` that is false.

        :param int scorecard_id: a scorecard that the user may read.
        :param str date: a day of the period to show, ISO 8601; today by default.
        :raises AccessError: when the user may not read the scorecard.
        """
        scorecard = self._browse_checked(self, scorecard_id)
        return scorecard._get_wheel_data(scorecard._parse_date(date))

    @api.model
    @api.readonly
    def get_records_action(self, line_id, date=None):
        """Open the records behind the figure of a line, as far as the user may read them.

        :param int line_id: a line of a scorecard that the user may read.
        :param str date: a day of the period, ISO 8601; today by default.
        :return: `{"action": dict | False, "visible_count": int, "total_count": int}`.
        :raises AccessError: when the user may not read the scorecard.
        """
        line = self._browse_checked(self.env["crm.scorecard.line"], line_id)
        scorecard = line.scorecard_id
        period = scorecard._get_period(scorecard._parse_date(date))
        nothing = {"action": False, "visible_count": 0, "total_count": 0}
        indicator = line.indicator_id
        if indicator.source != "records":
            return nothing
        try:
            # Measured with all rights, like the figure; the records are read with the user's own.
            model, literal = indicator.sudo()._verify_definition()
        except DefinitionError:
            return nothing
        domain = Domain(literal) & scorecard._get_records_domain(model, indicator, period)
        # pylint: disable-next=context-overridden  # the caller's context must not narrow the count
        total = model.with_context({}).search_count(domain)
        model = self.env[model._name].with_context(active_test=True)
        if not model.has_access("read"):
            return {**nothing, "total_count": total}
        visible = model.search(domain, limit=_FEW + 1, order="id").ids
        few = len(visible) <= _FEW
        action = {
            "type": "ir.actions.act_window",
            "name": indicator.name,
            "res_model": model._name,
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", visible)] if few else list(domain),
            # Ids may be those of archived records, a filter of the indicator decides itself.
            "context": {"create": False, "active_test": not few},
        }
        count = len(visible) if few else model.search_count(domain)
        return {"action": action, "visible_count": count, "total_count": total}

    # ------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------

    @api.model
    def _browse_checked(self, model, record_id):
        """The record with this id, if there is one and the user may read it."""
        if type(record_id) is not int or not 0 < record_id <= _MAX_INTEGER:
            raise UserError(
                self.env._("Give the id of a record of “%(model)s”.", model=model._name)
            )
        record = model.browse(record_id).exists()
        if not record:
            raise UserError(
                self.env._("There is no such record of “%(model)s”.", model=model._name)
            )
        record.check_access("read")
        return record

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

    def _get_wheel_data(self, day):
        """See `get_wheel`, for the period that `day` lies in."""
        self.ensure_one()
        period = self._get_period(day)
        lines = self.env["crm.scorecard.line"]._get_effective(self, period.date_to)
        items = self._get_wheel_indicators(lines, period)
        perspectives = []
        for perspective in lines.perspective_id.sorted():
            own = lines.filtered(lambda line, p=perspective: line.perspective_id == p)
            shares = get_shares(own.mapped("weight"))
            indicators = [
                {**items[line.id], "weight": round(share, 2)}
                for line, share in zip(own, shares, strict=True)
            ]
            score = get_weighted_average(
                (item.get("score"), share) for item, share in zip(indicators, shares, strict=True)
            )
            perspectives.append(
                {
                    "id": perspective.id,
                    "code": perspective.code,
                    "name": perspective.name,
                    "description": perspective.description or "",
                    "weight": sum(own.mapped("weight")),
                    **self._get_score_keys(score),
                    "indicators": indicators,
                }
            )
        shares = get_shares(perspective["weight"] for perspective in perspectives)
        score = get_weighted_average(
            (perspective.get("score"), share)
            for perspective, share in zip(perspectives, shares, strict=True)
        )
        for perspective, share in zip(perspectives, shares, strict=True):
            perspective["weight"] = round(share, 2)
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
            **self._get_score_keys(score),
            "perspectives": perspectives,
        }

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

    def _get_wheel_indicators(self, lines, period):
        """What the wheel shows of every line, by id of the line; without its weight."""
        indicators = lines.indicator_id
        days = [
            self._get_period(period.date_from, -count).date_from
            for count in reversed(range(_HISTORY))
        ]
        figures = self.env["crm.indicator.value"]._get_figures(
            indicators, self, self.granularity, days
        )
        targets = self.env["crm.target"]._get_targets(
            indicators, self, self.granularity, period.date_from
        )
        labels = {day: self._get_label(day, short=True) for day in days}
        return {
            line.id: self._get_wheel_indicator(line, days, labels, figures, targets)
            for line in lines
        }

    def _get_wheel_indicator(self, line, days, labels, figures, targets):
        indicator = line.indicator_id
        value = figures.get((indicator.id, days[-1]))
        previous = figures.get((indicator.id, days[-2]))
        band = line._get_band(targets.get(indicator.id))
        score = None
        if value is not None and band is not None:
            score = get_score(value, band, indicator.direction)
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
            **self._get_score_keys(score),
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
    # Records
    # ------------------------------------------------------------

    def _get_records_domain(self, model, indicator, period):
        """The records of the unit in the period, by the same rules as measuring them."""
        return self._get_day_domain(model, indicator, period) & self._get_unit_domain(indicator)

    def _get_day_domain(self, model, indicator, period):
        path = indicator.date_field
        *hops, name = path.split(".")
        for hop in hops:
            model = self.env[model._fields[hop].comodel_name]
        if model._fields[name].type == "date":
            start, end = period.date_from, period.date_to + timedelta(days=1)
        else:
            zone = self.env["crm.indicator"]._get_zones()[self.company_id.id]
            start, end = get_utc_bounds(period, zone)
        convert = fields.Datetime if isinstance(start, datetime) else fields.Date
        return Domain(path, ">=", convert.to_string(start)) & Domain(
            path, "<", convert.to_string(end)
        )

    def _get_unit_domain(self, indicator):
        # Looked up with all rights: which branches and sub-teams count is part of the figure.
        branches = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        domain, missing = Domain.FALSE, Domain.TRUE
        for field, path in (
            (indicator.company_field, indicator.company_field),
            (indicator.team_field, f"{indicator.team_field}.company_id"),
            (indicator.user_field, f"{indicator.user_field}.company_id"),
        ):
            if field:
                domain |= missing & Domain(path, "in", branches.ids)
                missing &= Domain(path, "=", False)
        if self.scope == "team":
            teams = self.env["crm.team"].sudo().with_context(active_test=False)
            teams = teams.search([("id", "child_of", self.team_id.id)])
            field = indicator.team_field
            domain &= Domain(field, "in", teams.ids) if field else Domain.FALSE
        elif self.scope == "person":
            field = indicator.user_field
            domain &= Domain(field, "=", self.user_id.id) if field else Domain.FALSE
        return domain
