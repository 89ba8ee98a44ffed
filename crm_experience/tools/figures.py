"""Figures of answers with their 95 % intervals.

Answers are counted in tallies: what is known of a group of answers, so that the tally of several
groups is their sum and no figure is ever an average of averages.

Sources: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference"
(1927), with the examples of R. Newcombe, "Two-sided confidence intervals for the single
proportion" (1998); B. Rocks, "Interval Estimation for the Net Promoter Score" (2016) for the
adjusted Wald interval of NPS; "Student", "The Probable Error of a Mean" (1908);
B. L. Welch (1947) and F. E. Satterthwaite (1946) for the degrees of freedom of a weighted sum.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scipy.special import ndtri, stdtrit

CONFIDENCE = 0.95
NPS_EXTRA = 3
"""Answers that the adjusted Wald interval of NPS adds: ¾ promoter, 1½ passives, ¾ detractor."""


class Tally(NamedTuple):
    """What is known of a group of answers.

    :ivar size: number of answers
    :ivar total: sum of their scores
    :ivar squares: sum of the squares of their scores
    :ivar high: answers that count for (promoters, satisfied, low effort)
    :ivar low: answers that count against (detractors)
    """

    size: int
    total: float = 0.0
    squares: float = 0.0
    high: int = 0
    low: int = 0

    def add(self, other: "Tally") -> "Tally":
        """The tally of both groups together."""
        return Tally(
            self.size + other.size,
            self.total + other.total,
            self.squares + other.squares,
            self.high + other.high,
            self.low + other.low,
        )


class Figure(NamedTuple):
    """A figure and its interval; all on the scale of the figure, ``low <= value <= high``."""

    value: float
    low: float
    high: float


def tally(scores: Iterable[float], high: float = math.inf, low: float = -math.inf) -> Tally:
    """Count answers.

    :param high: scores from here on count for
    :param low: scores up to here count against
    """
    counted = Tally(0)
    for score in scores:
        counted = counted.add(Tally(1, score, score * score, int(score >= high), int(score <= low)))
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
    """Mean score with the interval of Student's t.

    :return: on the scale of the scores; ``None`` with fewer than two answers: one answer says
        nothing about how much answers differ
    """
    if counted.size < 2:
        return None
    value = counted.total / counted.size
    error = math.sqrt(_get_variance(counted) / counted.size)
    margin = _get_t(confidence, counted.size - 1) * error
    return Figure(value, value - margin, value + margin)


def weighted_total(
    parts: Sequence[tuple[float, Tally]], confidence: float = CONFIDENCE
) -> Figure | None:
    """SERVQUAL: the weighted mean of the mean gaps of dimensions.

    Weights are points, usually 100 in all; what counts is their proportion. The interval takes
    the dimensions as independent samples and the degrees of freedom of Welch and Satterthwaite.

    :param parts: weight > 0 and answers of every dimension
    :return: -10…10; ``None`` if there is no part, or one with fewer than two answers

    >>> weighted_total([(75, tally([-2, -2])), (25, tally([2, 2]))]).value
    -1.0
    """
    points = math.fsum(weight for weight, _counted in parts)
    if not parts or points <= 0 or any(counted.size < 2 for _weight, counted in parts):
        return None
    value = spread = degrees = 0.0
    for weight, counted in parts:
        ratio = weight / points
        part = ratio * ratio * _get_variance(counted) / counted.size
        value += ratio * counted.total / counted.size
        spread += part
        degrees += part * part / (counted.size - 1)
    freedom = spread * spread / degrees if degrees else 1.0
    margin = _get_t(confidence, freedom) * math.sqrt(spread)
    return Figure(value, value - margin, value + margin)


def _get_variance(counted: Tally) -> float:
    """Sample variance, from the sums of a tally."""
    centre = counted.total / counted.size
    return max(0.0, (counted.squares - counted.total * centre) / (counted.size - 1))


def _get_z(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))


def _get_t(confidence: float, freedom: float) -> float:
    return float(stdtrit(freedom, (1 + confidence) / 2))
