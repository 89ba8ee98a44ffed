"""Figures of answers with their 95 % intervals.

Answers are counted in tallies: what is known of a group of answers, so that no figure is ever an
average of averages. A customer who answered several questions, or several times, is one customer:
every interval takes the answers of each customer together, however they go together. Who answered
without a name is a customer of their own.

Sources: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference"
(1927), with the examples of R. Newcombe, "Two-sided confidence intervals for the single
proportion" (1998); B. Rocks, "Interval Estimation for the Net Promoter Score" (2016) for the
adjusted Wald interval of NPS; "Student", "The Probable Error of a Mean" (1908); W. Cochran,
"Sampling Techniques" (1977, chapters 6 and 9) for the mean of answers that come in clusters, here
customers, as a ratio of two sums; L. Kish, "Survey Sampling" (1965) for the design effect;
E. Korn, B. Graubard, "Confidence intervals for proportions with small expected number of positive
counts estimated from survey data" (1998) for putting the effective number of answers, less what few
clusters leave unknown, in the place of their number in the interval of a share; N. Dean, M. Pagano,
"Evaluating Confidence Interval Methods for Binomial Proportions in Clustered Surveys" (2015), who
find that of Wilson to keep its promise that way.
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

    What an answer counts is its score, or for a share and for NPS its point: 1 if it counts for,
    -1 if it counts against, else 0.

    :ivar size: number of answers
    :ivar total: sum of what they count
    :ivar high: answers that count for (promoters, satisfied, low effort)
    :ivar low: answers that count against (detractors)
    :ivar customers: number of different customers; what follows is summed over them
    :ivar squares: the square of the sum of what a customer's answers count
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


def tally(scores: Iterable[float], high: float | None = None, low: float | None = None) -> Tally:
    """Count answers, each of another customer.

    :param high: scores from here on count for
    :param low: scores up to here count against
    """
    return tally_customers(([score] for score in scores), high, low)


def tally_customers(
    customers: Iterable[Sequence[float]], high: float | None = None, low: float | None = None
) -> Tally:
    """Count the answers of each customer: their scores, or their points if there is a limit.

    >>> tally_customers([[4, 2], [9]]).customers
    2
    >>> tally_customers([[9, 10, 3]], high=9, low=6).total
    1.0
    """
    counted = Tally(0)
    for scores in customers:
        size = len(scores)
        above = sum(score >= high for score in scores) if high is not None else 0
        below = sum(score <= low for score in scores) if low is not None else 0
        is_point = high is not None or low is not None
        total = float(above - below) if is_point else math.fsum(scores)
        one = Tally(size, total, above, below, 1, total * total, total * size, size * size)
        counted = counted.add(one)
    return counted


def tally_points(size: int, high: int = 0, low: int = 0) -> Tally:
    """The tally of answers of as many customers, by how many count for and against.

    >>> tally_points(5, high=3) == tally([5, 4, 4, 2, 1], high=4)
    True
    """
    return Tally(size, high - low, high, low, size, high + low, high - low, size)


def share(counted: Tally, confidence: float = CONFIDENCE) -> Figure | None:
    """Share of the answers that count for, in percent, with the score interval of Wilson.

    The interval is that of the effective number of answers (:func:`get_effective_size`), which is
    their number where every customer answered once.

    :return: 0…100; ``None`` without an answer

    >>> [round(number, 2) for number in share(tally_points(263, high=81))]
    [30.8, 25.53, 36.62]
    """
    if not counted.size:
        return None
    z = _get_z(confidence)
    ratio = counted.high / counted.size
    size = get_effective_size(counted, confidence)
    middle = ratio + z * z / (2 * size)
    margin = z * math.sqrt(ratio * (1 - ratio) / size + z * z / (4 * size * size))
    scale = 1 + z * z / size
    # At the ends of the scale the bound is the end itself, whatever is lost in rounding.
    low = 0.0 if not counted.high else (middle - margin) / scale
    high = 1.0 if counted.high == counted.size else (middle + margin) / scale
    return Figure(100 * ratio, 100 * low, 100 * high)


def net_promoters(counted: Tally, confidence: float = CONFIDENCE) -> Figure | None:
    """Net promoter score: % that count for - % that count against, with the adjusted Wald interval.

    The interval is that of the difference of two shares of one multinomial sample, after adding
    :data:`NPS_EXTRA` answers spread as ¼, ½, ¼, which keeps its promise for small samples too. The
    sample is of the effective number of answers (:func:`get_effective_size`), which is their number
    where every customer answered once.

    :return: -100…100; ``None`` without an answer

    >>> round(net_promoters(tally_points(100, high=50, low=20)).value)
    30
    """
    if not counted.size:
        return None
    value = (counted.high - counted.low) / counted.size
    size = get_effective_size(counted, confidence)
    adjusted = size + NPS_EXTRA
    high = (counted.high * size / counted.size + NPS_EXTRA / 4) / adjusted
    low = (counted.low * size / counted.size + NPS_EXTRA / 4) / adjusted
    difference = high - low
    margin = _get_z(confidence) * math.sqrt((high + low - difference**2) / adjusted)
    return Figure(
        100 * value,
        100 * max(-1.0, min(value, difference - margin)),
        100 * min(1.0, max(value, difference + margin)),
    )


def get_effective_size(counted: Tally, confidence: float = CONFIDENCE) -> float:
    """How many answers, each of another customer, would say as much as these about their points.

    It is the number of answers divided by the design effect: the variance of their mean point over
    customers, by what it were if answers were independent, both as the intervals of shares have it,
    without a correction for one degree of freedom. The effect is at least 1: that the answers of
    customers differ more than those of strangers is chance. The number is taken down by the square
    of the ratio of Student's t for all answers to that for the customers, because the effect itself
    is only estimated from them.

    Never fewer than if each customer had one opinion and repeated it, unless the measured effect
    says so; and just as many as that where nothing can be measured: one customer, or answers that
    are all alike.

    :param counted: at least one answer, counted as points
    :return: above 0, up to the number of answers, which it is if every customer answered once

    >>> get_effective_size(tally_customers([[9, 9], [2, 2], [7, 7]], high=9, low=6))
    3.0
    """
    size, customers = counted.size, counted.customers
    if customers == size:
        return float(size)
    repeated = counted.pairs / size
    middle = counted.total / size
    independent = counted.high + counted.low - size * middle * middle
    if customers < 2 or independent <= 0:
        return size / repeated
    clustered = counted.squares - 2 * middle * counted.mixed + middle * middle * counted.pairs
    effect = clustered / independent
    unknown = (_get_t(confidence, customers - 1) / _get_t(confidence, size - 1)) ** 2
    return size / min(max(effect, 1.0) * unknown, max(effect, repeated))


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
