from itertools import combinations

from odoo import api, models
from odoo.addons.crm_experience.tools.figures import (
    Overlap,
    Tally,
    mean,
    net_promoters,
    share,
    weighted_total,
)
from odoo.exceptions import UserError
from odoo.tools import SQL

MAX_GROUPS = 1000
# What each figure is computed from: the answers it counts, the column, and from where on an
# answer counts for (and up to where against), if it counts a point and not its score.
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
SHARES = ("csat", "ces")


class Counted:
    """What is known of the answers of a group.

    :ivar tallies: `{dimension id, or False where dimensions are not told apart: Tally}`
    :ivar overlaps: `{(dimension id, a greater one): Overlap}`
    """

    def __init__(self):
        self.tallies = {}
        self.overlaps = {}

    @property
    def whole(self):
        whole = Tally(0)
        for counted in self.tallies.values():
            whole = whole.add(counted)
        return whole

    def get(self, dimension_id):
        return self.tallies.get(dimension_id, Tally(0))


class CrmFeedbackTally(models.Model):
    """Count answers, and compute their figures from the counts."""

    _inherit = "crm.feedback"

    @api.model
    def _get_tallies(self, metric, grouping, domain):
        """Count the answers in one query, or in two where an answer may be in several groups.

        :return: what is counted of all of them, and of each group by its key
        """
        weights = self._get_weights() if metric == "servqual" else {}
        rows_per_group = 1 + len(weights) * (len(weights) + 1) // 2
        rows = self.env.execute_query(
            SQL(
                """
                WITH answer AS (%(answers)s),
                cell AS (
                    SELECT FALSE AS is_total, * FROM answer
                    UNION ALL
                    SELECT TRUE, NULL, customer, dimension,
                           sum(size)::float, sum(total), sum(high), sum(low)
                      FROM answer GROUP BY customer, dimension
                )
                SELECT is_total, key, dimension, NULL::integer AS other,
                       sum(total), sum(total * total), sum(total * size), sum(size * size),
                       sum(size)::integer, sum(high)::integer, sum(low)::integer, count(*)
                  FROM cell GROUP BY 1, 2, 3
                %(overlaps)s
                ORDER BY 1, 2, 3, 4
                -- more than allowed, to know that there are too many
                LIMIT %(limit)s
                """,
                answers=self._get_customers_sql(metric, grouping, domain),
                overlaps=self._get_overlaps_sql() if weights else SQL(),
                limit=(MAX_GROUPS + 2) * rows_per_group,
            )
        )
        total, groups = Counted(), {}
        for is_total, key, dimension_id, other_id, *sums, size, high, low, customers in rows:
            counted = total
            if not is_total:
                # keys that mean the same to the reader, such as no text, are one group
                name = grouping._get_key(key) if grouping else False
                counted = groups.setdefault(name, Counted())
            if other_id:
                counted.overlaps[dimension_id, other_id] = Overlap(*sums)
                continue
            one = Tally(size, sums[0], high, low, customers, *sums[1:])
            which = dimension_id or False
            counted.tallies[which] = counted.get(which).add(one)
        if len(groups) > MAX_GROUPS:
            raise UserError(
                self.env._(
                    "There are more than %(limit)s groups: choose something coarser.",
                    limit=MAX_GROUPS,
                )
            )
        if grouping and grouping.is_many:
            # an answer that is in several groups is one answer
            total, _groups = self._get_tallies(metric, None, domain)
        return total, groups

    @api.model
    def _get_customers_sql(self, metric, grouping, domain):
        """The answers of each customer by group, and by dimension where dimensions are weighted.

        Who answered without a name is told by the response to a survey; else every answer counts
        as of another one.
        """
        _answers, column, high, low = METRICS[metric]
        query = self._search(domain)
        score = self._field_to_sql(query.table, column, query)
        above = SQL("(%s >= %s)::integer", score, high) if high else SQL("0")
        below = SQL("(%s <= %s)::integer", score, low) if low else SQL("0")
        counts = SQL("%s - %s", above, below) if high else score
        table = SQL.identifier(query.table)
        dimension = SQL("NULL::integer")
        if metric == "servqual":
            dimension = self._field_to_sql(query.table, "dimension_id", query)
        keys = (
            SQL("%s AS key", grouping._get_key_sql(query) if grouping else SQL("NULL::integer")),
            SQL(
                """
                COALESCE(
                    3 * %(answer)s.partner_id::bigint,
                    3 * %(answer)s.user_input_id::bigint + 1,
                    3 * %(answer)s.id::bigint + 2
                ) AS customer
                """,
                answer=table,
            ),
            SQL("%s AS dimension", dimension),
        )
        query.groupby = SQL("1, 2, 3")
        return query.select(
            *keys,
            SQL("count(*)::float AS size"),
            SQL("COALESCE(sum(%s), 0)::float AS total", counts),
            SQL("sum(%s) AS high", above),
            SQL("sum(%s) AS low", below),
        )

    @api.model
    def _get_overlaps_sql(self):
        """What customers who answered about two dimensions said of the one and of the other."""
        return SQL(
            """
            UNION ALL
            SELECT one.is_total, one.key, one.dimension, other.dimension,
                   sum(one.total * other.total), sum(one.total * other.size),
                   sum(one.size * other.total), sum(one.size * other.size),
                   NULL, NULL, NULL, NULL
              FROM cell one
              JOIN cell other
                ON other.customer = one.customer AND other.dimension > one.dimension
               AND other.is_total = one.is_total AND other.key IS NOT DISTINCT FROM one.key
             GROUP BY 1, 2, 3, 4
            """
        )

    @api.model
    def _get_weights(self):
        """Points of the dimensions that count in the weighted gap."""
        dimensions = self.env["crm.experience.dimension"].sudo()  # the vocabulary is no secret
        return {
            dimension.id: dimension.weight
            for dimension in dimensions.search_fetch([("weight", ">", 0)], ["weight"], order="id")
        }

    @api.model
    def _compute_figure(self, metric, counted, weights, minimum):
        """The figure of counted answers, or None where there are too few."""
        if self._get_size(metric, counted, weights) < minimum:
            return None
        if metric == "servqual":
            parts = [(weight, counted.get(key)) for key, weight in weights.items()]
            overlaps = {
                (first, second): counted.overlaps[one, other]
                for (first, one), (second, other) in combinations(enumerate(weights), 2)
                if (one, other) in counted.overlaps
            }
            return weighted_total(parts, overlaps)
        if metric == "nps":
            return net_promoters(counted.whole)
        return share(counted.whole) if metric in SHARES else mean(counted.whole)

    @api.model
    def _get_size(self, metric, counted, weights):
        """How many answers stand behind a figure: of a weighted one, of its weakest dimension.

        Those of one customer alone are no mean: they count as one.
        """
        tallies = [counted.get(key) for key in weights] if weights else [counted.whole]
        return min(
            tally.size
            if tally.customers > 1 or metric == "nps" or metric in SHARES
            else tally.customers
            for tally in tallies
        )
