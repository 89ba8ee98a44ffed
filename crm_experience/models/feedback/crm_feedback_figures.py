from datetime import datetime

from odoo import api, fields, models
from odoo.addons.crm_targets.tools.period import Period, get_utc_bounds
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_feedback_tally import METRICS, SHARES

# Lowest and highest figure that there can be, for the scale of a picture.
BOUNDS = {
    "nps": (-100, 100),
    "csat": (0, 100),
    "ces": (0, 100),
    "ces_mean": (1, 7),
    "experience": (0, 10),
    "expectation": (0, 10),
}


class CrmFeedbackFigures(models.Model):
    """Figures of answers: by whom, where and when, with intervals, none of too few answers.

    The minimum keeps chance from being read as a figure. It hides nothing from whoever may read
    the answers, one by one.
    """

    _inherit = "crm.feedback"

    # ------------------------------------------------------------
    # API
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_figures(self, metric, group_by=None, domain=None, date_from=None, date_to=None):
        """Figures of the answers that the caller may read, with 95 % intervals.

        A group of fewer answers than the setting says has no figure. All such groups together are
        the ``rest``, which has one if there are two or more of them and together they are enough.
        Intervals are over customers: several answers of one are not surer than one, unless they
        differ as those of strangers do. So there is no mean of one customer alone.

        :param str metric: ``nps`` (-100…100), ``csat`` and ``ces`` (share in percent),
            ``ces_mean`` (1–7), ``gap`` (-10…10), ``experience`` and ``expectation`` (0–10),
            ``servqual`` (gap over all dimensions, weighted by their points), ``value``
            (delivered value: total value - total cost, -10…10)
        :param str group_by: what to compare, a key of :meth:`get_figure_choices`; none: the total
        :param list domain: which answers, a domain of literals on ``crm.feedback``
        :param str date_from: first day, ISO 8601, in the time zone of the caller
        :param str date_to: last day
        :return: ``metric``, ``is_percentage``, ``low`` and ``high`` (the ends of the scale),
            ``minimum``, ``total``, ``groups`` and ``rest``, each with ``count``, ``has_figure``
            and, where it is true, ``value``, ``low``, ``high``; groups, all of which have a
            figure, also ``key`` and ``label``; the rest also ``label`` and ``group_count``
        """
        self._check_metric(metric)
        self.browse().check_access("read")
        domain = self._get_figures_domain(metric, domain, date_from, date_to)
        grouping = self._get_grouping(group_by)
        return self._get_figures_answer(metric, grouping, domain)

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
                self.env._("There are fewer than %(minimum)s answers.", minimum=figures["minimum"])
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

        Nothing is shown where there are fewer comments than the setting for them says.

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
        if metric == "servqual":
            answers &= Domain("dimension_id", "in", list(self._get_weights()))
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
    # Answer
    # ------------------------------------------------------------

    @api.model
    def _get_figures_answer(self, metric, grouping, domain):
        minimum = self._get_minimum_answers()
        weights = self._get_weights() if metric == "servqual" else {}
        total, tallies = self._get_tallies(metric, grouping, domain)
        figures = {
            key: self._describe_figure(metric, counted, weights, minimum)
            for key, counted in (tallies.items() if grouping else ())
        }
        groups = {key: figure for key, figure in figures.items() if figure["has_figure"]}
        few = {key: figure for key, figure in figures.items() if not figure["has_figure"]}
        rest = {"has_figure": False, "count": sum(figure["count"] for figure in few.values())}
        if len(few) > 1:
            # counted anew: whoever answered in several of these groups is one customer
            together = domain & Domain.OR(map(grouping._get_key_domain, few))
            counted, _groups = self._get_tallies(metric, None, together)
            rest = self._describe_figure(metric, counted, weights, minimum)
        low, high = BOUNDS.get(metric, (-10, 10))
        labels = grouping._get_labels(groups) if grouping else {}
        return {
            "metric": metric,
            "is_percentage": metric in SHARES,
            "is_time": bool(grouping and grouping.is_time),
            "low": low,
            "high": high,
            "minimum": minimum,
            "has_weights": bool(weights),
            "total": self._describe_figure(metric, total, weights, minimum),
            "groups": [
                {"key": key, "label": labels[key], **groups[key]}
                for key in (grouping._get_order(groups, labels) if grouping else ())
            ],
            "rest": {
                "label": self.env._("Too few answers"),
                "group_count": len(few),
                **rest,
            },
        }

    @api.model
    def _describe_figure(self, metric, counted, weights, minimum):
        figure = self._compute_figure(metric, counted, weights, minimum)
        return {
            "has_figure": figure is not None,
            "count": counted.whole.size,
            **(figure._asdict() if figure else {}),
        }
