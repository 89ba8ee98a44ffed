"""Figures of answers with their 95 % intervals.

Answers are counted in tallies: what is known of a group of answers, so that no figure is ever an
average of averages. A customer who answered several questions, or several times, is one customer:
the interval of a mean takes the answers of each customer together, however they go together.

Sources: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference"
(1927), with the examples of R. Newcombe, "Two-sided confidence intervals for the single
proportion" (1998); B. Rocks, "Interval Estimation for the Net Promoter Score" (2016) for the
adjusted Wald interval of NPS; "Student", "The Probable Error of a Mean" (1908); W. Cochran,
"Sampling Techniques" (1977, chapters 6 and 9) for the mean of answers that come in clusters, here
customers, as a ratio of two sums.
"""

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from scipy.special import ndtri, stdtrit

CONFIDENCE = 0.95
NPS_EXTRA = 3
"""Answers that the adjusted Wald interval of NPS adds: ¾ promoter, 1½ passives, ¾ detractor."""


class Tally(NamedTuple):
    """What is known of a group of answers.

    :ivar size: number of answers
    :ivar total: sum of their scores
    :ivar high: answers that count for (promoters, satisfied, low effort)
    :ivar low: answers that count against (detractors)
    :ivar customers: number of different customers; what follows is summed over them
    :ivar squares: the square of the sum of a customer's scores
    :ivar mixed: that sum times the number of the customer's answers
    :ivar pairs: the square of that number
    """

    size: int
    total: float = 0.0
    high: int = 0
    low: int = 0
    customers: int = 0
    squares: float = 0.0
    mixed: float = 0.0
    pairs: float = 0.0

    def add(self, other: "Tally") -> "Tally":
        """The tally of both groups together, if no customer is in both."""
        return Tally(*map(operator.add, self, other))


class Overlap(NamedTuple):
    """Customers who answered about two things, summed over them.

    :ivar products: sum of the scores about the one times sum of those about the other
    :ivar mixed: sum of the scores about the one times number of answers about the other
    :ivar mixed_other: number of answers about the one times sum of the scores about the other
    :ivar pairs: number of answers about the one times number of those about the other
    """

    products: float
    mixed: float
    mixed_other: float
    pairs: float


class Figure(NamedTuple):
    """A figure and its interval; all on the scale of the figure, ``low <= value <= high``."""

    value: float
    low: float
    high: float


def tally(scores: Iterable[float], high: float = math.inf, low: float = -math.inf) -> Tally:
    """Count answers, each of another customer.

    :param high: scores from here on count for
    :param low: scores up to here count against
    """
    return tally_customers(([score] for score in scores), high, low)


def tally_customers(
    customers: Iterable[Sequence[float]], high: float = math.inf, low: float = -math.inf
) -> Tally:
    """Count the answers of each customer.

    >>> tally_customers([[4, 2], [9]]).customers
    2
    """
    counted = Tally(0)
    for scores in customers:
        size, total = len(scores), math.fsum(scores)
        above = sum(score >= high for score in scores)
        below = sum(score <= low for score in scores)
        one = Tally(size, total, above, below, 1, total * total, total * size, size * size)
        counted = counted.add(one)
    return counted


def share(counted: Tally, confidence: float = CONFIDENCE) -> Figure | None:
    """Share of the answers that count for, in percent, with the score interval of Wilson.

    :return: 0…100; ``None`` without an answer

    >>> [round(number, 2) for number in share(Tally(263, high=81))]
    [30.8, 25.53, 36.62]
    """
    size, hits = counted.size, counted.high
    if not size:
        return None
    z = _get_z(confidence)
    ratio = hits / size
    middle = ratio + z * z / (2 * size)
    margin = z * math.sqrt(ratio * (1 - ratio) / size + z * z / (4 * size * size))
    scale = 1 + z * z / size
    # At the ends of the scale the bound is the end itself, whatever is lost in rounding.
    low = 0.0 if not hits else (middle - margin) / scale
    high = 1.0 if hits == size else (middle + margin) / scale
    return Figure(100 * ratio, 100 * low, 100 * high)


def net_promoters(counted: Tally, confidence: float = CONFIDENCE) -> Figure | None:
    """Net promoter score: % that count for - % that count against, with the adjusted Wald interval.

    The interval is that of the difference of two shares of one multinomial sample, after adding
    :data:`NPS_EXTRA` answers spread as ¼, ½, ¼, which keeps its promise for small samples too.

    :return: -100…100; ``None`` without an answer

    >>> round(net_promoters(Tally(100, high=50, low=20)).value)
    30
    """
    size = counted.size
    if not size:
        return None
    value = (counted.high - counted.low) / size
    adjusted = size + NPS_EXTRA
    high = (counted.high + NPS_EXTRA / 4) / adjusted
    low = (counted.low + NPS_EXTRA / 4) / adjusted
    difference = high - low
    margin = _get_z(confidence) * math.sqrt((high + low - difference**2) / adjusted)
    return Figure(
        100 * value,
        100 * max(-1.0, min(value, difference - margin)),
        100 * min(1.0, max(value, difference + margin)),
    )


def mean(counted: Tally, confidence: float = CONFIDENCE) -> Figure | None:
    """Mean score with the interval of Student's t, over customers.

    Where every customer answered once it is the interval that everybody knows.

    :return: on the scale of the scores; ``None`` with fewer than two customers: one says nothing
        about how much customers differ
    """
    return weighted_total([(1.0, counted)], confidence=confidence)


def weighted_total(
    parts: Sequence[tuple[float, Tally]],
    overlaps: Mapping[tuple[int, int], Overlap] = MappingProxyType({}),
    confidence: float = CONFIDENCE,
) -> Figure | None:
    """SERVQUAL: the weighted mean of the mean gaps of dimensions.

    Weights are points, usually 100 in all; what counts is their proportion. The interval is over
    customers: who is disappointed by one dimension mostly is by others, too. Where all of them
    answered about every dimension it is Student's interval of their weighted gaps; else it has the
    degrees of freedom of the dimension that fewest answered about, which promises less, not more.

    :param parts: weight > 0 and answers of every dimension
    :param overlaps: who answered about two of them, by their places in `parts`, the first one
        first; left out: nobody did
    :return: -10…10; ``None`` if there is no part, or one of fewer than two customers

    >>> weighted_total([(75, tally([-2, -2])), (25, tally([2, 2]))]).value
    -1.0
    """
    points = math.fsum(weight for weight, _counted in parts)
    fewest = min((counted.customers for _weight, counted in parts), default=0)
    if fewest < 2 or points <= 0:
        return None
    ratios = [weight / points / counted.size for weight, counted in parts]
    means = [counted.total / counted.size for _weight, counted in parts]
    spread = math.fsum(
        ratio * ratio * (one.squares - 2 * middle * one.mixed + middle * middle * one.pairs)
        for ratio, middle, (_weight, one) in zip(ratios, means, parts, strict=True)
    )
    for (first, second), both in overlaps.items():
        together = both.products - means[second] * both.mixed - means[first] * both.mixed_other
        together += means[first] * means[second] * both.pairs
        spread += 2 * ratios[first] * ratios[second] * together
    value = math.fsum(
        ratio * one.total for ratio, (_weight, one) in zip(ratios, parts, strict=True)
    )
    # Rounding must not turn no spread at all into less than none.
    error = math.sqrt(max(0.0, spread) * fewest / (fewest - 1))
    margin = _get_t(confidence, fewest - 1) * error
    return Figure(value, value - margin, value + margin)


def _get_z(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))


def _get_t(confidence: float, freedom: float) -> float:
    return float(stdtrit(freedom, (1 + confidence) / 2))
