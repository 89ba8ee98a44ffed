from datetime import datetime

from odoo import api, fields, models
from odoo.addons.crm_experience.tools.disclosure import get_hidden
from odoo.addons.crm_experience.tools.figures import (
    Tally,
    mean,
    net_promoters,
    share,
    weighted_total,
)
from odoo.addons.crm_targets.tools.period import Period, get_utc_bounds
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

MAX_GROUPS = 1000
# What each figure is computed from: the answers it counts, the column, and from where on an
# answer counts for (and up to where against).
METRICS = {
    "nps": ("nps", "score", 9, 6),
    "csat": ("csat", "score", 4, None),
    "ces": ("ces", "score", 5, None),
    "ces_mean": ("ces", "score", None, None),
    "gap": ("gap", "score", None, None),
    "experience": ("gap", "experience", None, None),
    "expectation": ("gap", "expectation", None, None),
    "servqual": ("gap", "score", None, None),
    "value": ("value", "score", None, None),
}
# Lowest and highest figure that there can be, for the scale of a picture.
BOUNDS = {
    "nps": (-100, 100),
    "csat": (0, 100),
    "ces": (0, 100),
    "ces_mean": (1, 7),
    "experience": (0, 10),
    "expectation": (0, 10),
}
SHARES = ("csat", "ces")


class CrmFeedbackFigures(models.Model):
    """Figures of answers: by whom, where and when, with intervals, never of too few answers."""

    _inherit = "crm.feedback"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_figures(self, metric, group_by=None, domain=None, date_from=None, date_to=None):
        """Figures of the answers that the caller may read, with 95 % intervals, in one query.

        A figure of fewer answers than the setting says is left out, and as many others with it as
        are needed so that it cannot be worked out from the total and the rest.

        :param str metric: ``nps`` (-100…100), ``csat`` and ``ces`` (share in percent),
            ``ces_mean`` (1–7), ``gap`` (-10…10), ``experience`` and ``expectation`` (0–10),
            ``servqual`` (gap over all dimensions, weighted by their points), ``value``
            (delivered value: total value - total cost, -10…10)
        :param str group_by: what to compare, a key of :meth:`get_figure_choices`; none: the total
        :param list domain: which answers, a domain of literals on ``crm.feedback``
        :param str date_from: first day, ISO 8601, in the time zone of the caller
        :param str date_to: last day
        :return: ``metric``, ``is_percentage``, ``low`` and ``high`` (the ends of the scale),
            ``minimum``, ``total`` and ``groups``, each with ``has_figure`` and, where it is true,
            ``value``, ``low``, ``high``, ``count``; groups also ``key`` and ``label``;
            ``hidden_count`` of them show no figure
        """
        self._check_metric(metric)
        self.browse().check_access("read")
        domain = self._get_figures_domain(metric, domain, date_from, date_to)
        grouping = self._get_grouping(group_by)
        tallies = self._get_tallies(metric, grouping, domain)
        return self._get_figures_answer(metric, grouping, tallies)

    @api.model
    @api.readonly
    def get_answers_action(  # noqa: PLR0917
        self, metric, group_by=None, key=None, domain=None, date_from=None, date_to=None
    ):
        """The answers behind a figure of :meth:`get_figures`, as far as the caller may read them.

        :param key: of the group; left out: behind the total
        :return: an action that lists them
        :raises UserError: where there is no figure to show
        """
        figures = self.get_figures(metric, group_by, domain, date_from, date_to)
        shown = figures["total"]
        if group_by is not None and key is not None:
            shown = next((group for group in figures["groups"] if group["key"] == key), {})
        if not shown.get("has_figure"):
            raise UserError(
                self.env._(
                    "There are fewer than %(minimum)s answers, or showing them would tell what is "
                    "hidden.",
                    minimum=figures["minimum"],
                )
            )
        answers = self._get_figures_domain(metric, domain, date_from, date_to)
        if group_by is not None and key is not None:
            answers &= self._get_grouping(group_by)._get_key_domain(key)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_experience.crm_feedback_action")
        action["domain"] = self._get_plain_domain(answers)
        action["context"] = {}
        action.pop("path", None)
        return action

    @api.model
    @api.readonly
    def get_comments(self, domain=None, date_from=None, date_to=None, limit=40):
        """What customers said in their own words, newest first.

        Nothing is shown where fewer customers said something than the setting for comments says.

        :param domain: and the days: which answers, see :meth:`get_figures`
        :param int limit: 1 to 200
        :return: ``minimum``, ``has_comments`` and ``comments``: ``id``, ``date``, ``comment``,
            ``customer`` (empty where nobody knows who it was), ``metric``, ``score``
        """
        if type(limit) is not int or not 1 <= limit <= 200:
            raise UserError(self.env._("“limit” is a whole number from 1 to 200."))
        self.browse().check_access("read")
        said = self._get_figures_domain(None, domain, date_from, date_to)
        said &= Domain("comment", "not in", [False, ""])
        minimum = self._get_minimum_comments()
        has_comments = self.search_count(said, limit=minimum) >= minimum
        return {
            "minimum": minimum,
            "has_comments": has_comments,
            "comments": [
                {
                    "id": answer.id,
                    "date": answer.date.isoformat(sep=" "),
                    "comment": answer.comment,
                    "customer": answer.partner_id.display_name or "",
                    "metric": answer.metric,
                    "score": answer.score,
                    "score_normalised": answer.score_normalised,
                }
                for answer in (self.search(said, limit=limit) if has_comments else ())
            ],
        }

    # ------------------------------------------------------------
    # Arguments
    # ------------------------------------------------------------

    @api.model
    def _check_metric(self, metric):
        if not isinstance(metric, str) or metric not in METRICS:
            raise UserError(
                self.env._("“metric” is one of: %(choices)s.", choices=", ".join(METRICS))
            )

    @api.model
    def _get_figures_domain(self, metric, domain, date_from, date_to):
        """The domain of the answers that were asked for.

        :raises UserError: if it cannot be read, or leads over what the caller may not read
        """
        answers = self._parse_answers_domain(domain)
        if metric:
            answers &= Domain("metric", "=", METRICS[metric][0])
        indicators = self.env["crm.indicator"]
        first = indicators._parse_day(date_from, "date_from")
        last = indicators._parse_day(date_to, "date_to")
        if first and last and last < first:
            raise UserError(self.env._("“date_to” lies before “date_from”."))
        zone = str(self.env.tz)
        if first:
            answers &= Domain("date", ">=", get_utc_bounds(Period(first, first), zone)[0])
        if last:
            answers &= Domain("date", "<", get_utc_bounds(Period(last, last), zone)[1])
        return answers

    @api.model
    def _get_plain_domain(self, domain):
        """A domain in lists and texts, for an action."""
        return [
            item if isinstance(item, str) else [*item[:2], self._get_plain_value(item[2])]
            for item in domain
        ]

    @api.model
    def _get_plain_value(self, value):
        if isinstance(value, Domain):
            return self._get_plain_domain(value)
        if isinstance(value, datetime):
            return fields.Datetime.to_string(value)
        return list(value) if isinstance(value, (list, tuple, set)) else value

    # ------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------

    @api.model
    def _get_tallies(self, metric, grouping, domain):
        """Count the answers by group, and by dimension where dimensions are weighted.

        :return: ``{group key: {dimension id or False: tally}}``
        """
        _answers, column, high, low = METRICS[metric]
        query = self._search(domain)
        field = self._field_to_sql(query.table, column, query)
        keys = [grouping._get_key_sql(query) if grouping else SQL("NULL")]
        if metric == "servqual":
            keys.append(self._field_to_sql(query.table, "dimension_id", query))
        else:
            keys.append(SQL("NULL"))
        query.groupby = SQL("1, 2")
        # one more than allowed, to know that there are too many
        query.limit = (MAX_GROUPS + 1) * (100 if metric == "servqual" else 1)
        rows = self.env.execute_query(
            query.select(
                *keys,
                SQL("count(*)"),
                SQL("COALESCE(sum(%s), 0)::float", field),
                SQL("COALESCE(sum(%(field)s * %(field)s), 0)::float", field=field),
                SQL("count(*) FILTER (WHERE %s >= %s)", field, 1e9 if high is None else high),
                SQL("count(*) FILTER (WHERE %s <= %s)", field, -1e9 if low is None else low),
            )
        )
        tallies = {}
        for key, dimension_id, *counted in rows:
            # keys that mean the same to the reader, such as days of a quarter, are one group
            name = grouping._get_key(key) if grouping else False
            parts = tallies.setdefault(name, {})
            parts[dimension_id] = parts.get(dimension_id, Tally(0)).add(Tally(*counted))
        if len(tallies) > MAX_GROUPS:
            raise UserError(
                self.env._(
                    "There are more than %(limit)s groups: choose something coarser.",
                    limit=MAX_GROUPS,
                )
            )
        return tallies

    @api.model
    def _get_weights(self):
        """Points of the dimensions that count in the weighted gap."""
        dimensions = self.env["crm.experience.dimension"].sudo()  # the vocabulary is no secret
        return {
            dimension.id: dimension.weight
            for dimension in dimensions.search_fetch([("weight", ">", 0)], ["weight"])
        }

    @api.model
    def _compute_figure(self, metric, parts, weights, minimum):
        """The figure of counted answers, or None where there are too few."""
        if metric == "servqual":
            counted = [(weight, parts.get(key, Tally(0))) for key, weight in weights.items()]
            if any(one.size < minimum for _weight, one in counted):
                return None
            return weighted_total(counted)
        whole = self._get_whole(parts)
        if whole.size < minimum:
            return None
        if metric == "nps":
            return net_promoters(whole)
        return share(whole) if metric in SHARES else mean(whole)

    @api.model
    def _get_whole(self, parts):
        whole = Tally(0)
        for counted in parts.values():
            whole = whole.add(counted)
        return whole

    @api.model
    def _get_size(self, metric, parts, weights):
        """How many answers stand behind a figure: of a weighted one, of its weakest dimension."""
        if metric == "servqual" and weights:
            return min(parts.get(key, Tally(0)).size for key in weights)
        return self._get_whole(parts).size

    # ------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------

    @api.model
    def _get_figures_answer(self, metric, grouping, tallies):
        minimum = self._get_minimum_answers()
        weights = self._get_weights() if metric == "servqual" else {}
        total = {}
        for parts in tallies.values():
            for key, counted in parts.items():
                total[key] = total.get(key, Tally(0)).add(counted)
        hidden = get_hidden(
            {key: self._get_size(metric, parts, weights) for key, parts in tallies.items()},
            minimum,
        )
        groups = []
        if grouping:
            labels = grouping._get_labels(tallies)
            for key in grouping._get_order(tallies, labels):
                parts = {} if key in hidden else tallies[key]
                figure = self._describe_figure(metric, parts, weights, minimum)
                groups.append({"key": key, "label": labels[key], **figure})
        low, high = BOUNDS.get(metric, (-10, 10))
        return {
            "metric": metric,
            "is_percentage": metric in SHARES,
            "is_time": bool(grouping and grouping.is_time),
            "low": low,
            "high": high,
            "minimum": minimum,
            "has_weights": bool(weights),
            "total": self._describe_figure(metric, total, weights, minimum),
            "groups": groups,
            "hidden_count": sum(not group["has_figure"] for group in groups),
        }

    @api.model
    def _describe_figure(self, metric, parts, weights, minimum):
        figure = self._compute_figure(metric, parts, weights, minimum)
        if figure is None:
            return {"has_figure": False}
        whole = self._get_whole(parts)
        return {"has_figure": True, **figure._asdict(), "count": whole.size}
