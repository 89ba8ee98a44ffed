"""Satisfaction formulas: gap, NPS, CSAT, CES and delivered value.

Sources: A. Parasuraman, V. Zeithaml, L. Berry, "SERVQUAL" (1988) for the gap;
F. Reichheld, "The One Number You Need to Grow" (2003) for NPS; M. Dixon, K. Freeman,
N. Toman, "Stop Trying to Delight Your Customers" (2010) for CES; P. Kotler, "Marketing
Management" (1994) for delivered value: total customer value minus total customer cost.
"""

from collections.abc import Iterable

SCALES: dict[str, tuple[int, int]] = {
    "nps": (0, 10),
    "csat": (1, 5),
    "ces": (1, 7),
    "gap": (-10, 10),
    "value": (-10, 10),
}
"""Lowest and highest score of each metric, both included."""

RATING_SCALE = (0, 10)
"""Scale of an expectation, of an experience, of a total value and of a total cost."""

SIDES: dict[str, tuple[str, str]] = {
    "gap": ("expectation", "experience"),
    "value": ("total_cost", "total_value"),
}
"""Metrics whose score is a difference: what is taken away, and what it is taken from."""


def is_on_scale(metric: str, score: float) -> bool:
    """Tell whether ``score`` is an answer that the metric allows.

    NPS, CSAT and CES are whole numbers on their scale; a difference is any number on its own.

    :raises KeyError: for a metric that is not in :data:`SCALES`
    """
    low, high = SCALES[metric]
    return low <= score <= high and (metric in SIDES or score == int(score))


def gap(expectation: float | None, experience: float | None) -> float | None:
    """Satisfaction as the gap between what was lived through and what was expected.

    :param expectation: 0–10, or ``None`` if unknown
    :param experience: 0–10, or ``None`` if unknown
    :return: experience - expectation, -10…10; ``None`` if one of the two is unknown
    """
    if expectation is None or experience is None:
        return None
    return experience - expectation


def delivered_value(total_value: float | None, total_cost: float | None) -> float | None:
    """Value that was delivered: what the customer got, less what it cost in all.

    :param total_value: 0–10, or ``None`` if unknown
    :param total_cost: money, time and effort, 0–10, or ``None`` if unknown
    :return: total_value - total_cost, -10…10; ``None`` if one of the two is unknown
    """
    if total_value is None or total_cost is None:
        return None
    return total_value - total_cost


def normalise(metric: str, score: float) -> float:
    """Map a score linearly from the scale of its metric onto 0–10.

    0 is the worst answer of any metric and 10 the best; a difference of 0 is 5:
    just as expected, or worth just what it cost.

    :raises KeyError: for a metric that is not in :data:`SCALES`
    :raises ValueError: for a score outside the scale
    """
    low, high = SCALES[metric]
    if not low <= score <= high:
        raise ValueError(f"{score} is outside {low}–{high}")
    return 10 * (score - low) / (high - low)


def nps(scores: Iterable[float]) -> float | None:
    """Net promoter score: % of 9–10 - % of 0–6, over all answers.

    :param scores: answers 0–10
    :return: -100…100; ``None`` without an answer
    """
    total = balance = 0
    for score in scores:
        total += 1
        balance += (score >= 9) - (score <= 6)
    return 100 * balance / total if total else None


def csat(scores: Iterable[float]) -> float | None:
    """Customer satisfaction: % of answers 4–5 on the scale 1–5; a 3 is not satisfied.

    :return: 0…100; ``None`` without an answer
    """
    total = satisfied = 0
    for score in scores:
        total += 1
        satisfied += score >= 4
    return 100 * satisfied / total if total else None


def ces(scores: Iterable[float]) -> tuple[float, float] | None:
    """Customer effort score on the scale 1–7, where 7 is the least effort.

    :return: % of answers 5–7 (low effort) and the mean; ``None`` without an answer
    """
    answers = list(scores)
    if not answers:
        return None
    easy = sum(score >= 5 for score in answers)
    return 100 * easy / len(answers), sum(answers) / len(answers)
