"""What the answers of a questionnaire count as: scales, direction, and the rows they give.

Pure: a response comes in as the list of what was answered, and goes out as the answers of the
customer that can be read from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .satisfaction import RATING_SCALE, SCALES, SIDES, delivered_value, gap, is_on_scale

SPANS: dict[str, tuple[int, int]] = {
    "nps": SCALES["nps"],
    "csat": SCALES["csat"],
    "ces": SCALES["ces"],
    "expectation": RATING_SCALE,
    "experience": RATING_SCALE,
    "value": RATING_SCALE,
    "cost": RATING_SCALE,
}
"""Lowest and highest score of everything that a question can measure, both included."""

WHOLE = ("nps", "csat", "ces")
"""What is measured in whole numbers."""

PRIORITY = ("nps", "csat", "ces", "value", "gap")
"""Whose answer a comment on the whole goes with: the first that is there."""


@dataclass(frozen=True)
class Reply:
    """What a customer answered to one question, or in one row of a matrix.

    :ivar key: identity of the question and row, the same whenever the response is read
    :ivar measure: one of :data:`SPANS`
    :ivar score: on the scale of what is measured, see :func:`rescale`
    :ivar dimension: id of the dimension; ``None`` if it is about the whole
    """

    key: str
    measure: str
    score: float
    dimension: int | None = None


@dataclass(frozen=True)
class Remark:
    """Words of a customer.

    :ivar text: not empty
    :ivar dimension: id of the dimension that they are about, if known
    :ivar key: of the question that they were said beside, if any
    """

    text: str
    dimension: int | None = None
    key: str = ""


def rescale(
    value: float, span: tuple[float, float], measure: str, is_inverted: bool = False
) -> float:
    """Map an answer from the scale of its question linearly onto that of what it measures.

    :param value: the answer
    :param span: lowest and highest answer that the question allows
    :param is_inverted: whether the lowest answer counts for the highest score
    :return: NPS 0–10, CSAT 1–5, CES 1–7 as whole numbers, halves rounded up; else 0–10
    :raises ValueError: for a span that is none, or an answer outside of it

    >>> rescale(1, (1, 7), "ces", is_inverted=True)
    7
    >>> rescale(3, (1, 5), "nps")
    5
    """
    first, last = span
    if not first < last:
        raise ValueError(f"{first}–{last} is no scale")
    if not first <= value <= last:
        raise ValueError(f"{value} is outside {first}–{last}")
    share = (value - first) / (last - first)
    low, high = SPANS[measure]
    score = low + (1 - share if is_inverted else share) * (high - low)
    # float(…) sums may end a hair off a half: the ninth decimal is no opinion of a customer
    return int(round(score, 9) + 0.5) if measure in WHOLE else round(score, 9)


def spread(span: tuple[int, int], count: int) -> list[float]:
    """Spread choices evenly over a scale, the first at its lowest, the last at its highest.

    :param count: number of choices; a single one stands at the highest
    :raises ValueError: for a negative count

    >>> spread((1, 5), 3)
    [1.0, 3.0, 5.0]
    """
    if count < 0:
        raise ValueError(f"{count} choices")
    low, high = span
    if count == 1:
        return [float(high)]
    return [low + (high - low) * index / (count - 1) for index in range(count)]


def read_response(replies: Sequence[Reply], remarks: Sequence[Remark] = ()) -> list[dict[str, Any]]:
    """Return the answers of the customer that a response holds.

    * every NPS, CSAT and CES reply is one answer
    * expectation and experience of the same dimension are one ``gap``, each the mean of its
      replies; one without the other is none
    * all values and all costs of the response are one ``value``, each the mean of its replies
    * a remark goes with the answer of its question, else with the first of its dimension, else
      with the first in the order of :data:`PRIORITY`; several are joined by lines

    :return: dictionaries with ``key``, ``metric``, ``dimension``, ``score``, the sides of a
        difference, and ``comment`` (``None`` if there is none); in the order of the replies
    """
    rows = [
        _row(f"{reply.measure}:{reply.key}", reply.measure, reply.dimension, reply.score)
        for reply in replies
        if reply.measure in WHOLE and is_on_scale(reply.measure, reply.score)
    ]
    for dimension in dict.fromkeys(reply.dimension for reply in replies):
        own = [reply for reply in replies if reply.dimension == dimension]
        expectation, experience = _mean(own, "expectation"), _mean(own, "experience")
        difference = gap(expectation, experience)
        if difference is not None:
            sides = {"expectation": expectation, "experience": experience}
            rows.append(_row(f"gap:{dimension or 0}", "gap", dimension, difference, sides))
    total_value, total_cost = _mean(replies, "value"), _mean(replies, "cost")
    difference = delivered_value(total_value, total_cost)
    if difference is not None:
        sides = {"total_value": total_value, "total_cost": total_cost}
        rows.append(_row("value", "value", None, difference, sides))
    for remark in remarks:
        row = _find_row(rows, remark)
        if row:
            row["comment"] = "\n".join(filter(None, (row["comment"], remark.text)))
    return rows


def _row(
    key: str,
    metric: str,
    dimension: int | None,
    score: float,
    sides: dict[str, float | None] | None = None,
) -> dict[str, Any]:
    empty = {side: None for names in SIDES.values() for side in names}
    row = {"key": key, "metric": metric, "dimension": dimension, "score": score, "comment": None}
    return row | empty | (sides or {})


def _mean(replies: Sequence[Reply], measure: str) -> float | None:
    scores = [reply.score for reply in replies if reply.measure == measure]
    return sum(scores) / len(scores) if scores else None


def _find_row(rows: list[dict[str, Any]], remark: Remark) -> dict[str, Any] | None:
    """Return the answer that a remark goes with; ``None`` if there is no answer at all."""
    by_priority = sorted(rows, key=lambda row: PRIORITY.index(row["metric"]))
    for row in rows:
        if remark.key and row["key"].partition(":")[2] == remark.key:
            return row
    for row in by_priority:
        if remark.dimension and row["dimension"] == remark.dimension:
            return row
    return by_priority[0] if by_priority else None
