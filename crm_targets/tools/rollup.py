"""Roll-up of scores: from indicators to perspectives to the scorecard, on to team and company."""

from collections.abc import Hashable, Iterable, Mapping


def get_weighted_average(items: Iterable[tuple[float | None, float]]) -> float | None:
    """Average of (score, weight), level by level.

    What has no score takes no part: the weights of the others share its place, so that a figure
    that is still missing neither lifts nor lowers the whole. None when nothing has a score and a
    weight above zero.

    :param items: score 0 to 10 or None; weight ≥ 0 in any unit.
    :raises ValueError: on a negative weight.

    >>> get_weighted_average([(6.0, 50), (None, 25), (3.0, 25)])
    5.0
    """
    total = weights = 0.0
    for score, weight in items:
        if weight < 0:
            raise ValueError(f"A weight cannot be negative: {weight}")
        if score is not None:
            total += score * weight
            weights += weight
    return total / weights if weights else None


def get_shares(weights: Iterable[float]) -> list[float]:
    """Weights as percentages of their sum, 0 to 100; all zero when the sum is zero.

    >>> get_shares([1, 3])
    [25.0, 75.0]
    """
    weights = list(weights)
    total = sum(weights)
    return [100 * weight / total if total else 0.0 for weight in weights]


def get_scores_below(
    scores: Mapping[Hashable, float | None],
    parents: Mapping[Hashable, Hashable | None],
    weights: Mapping[Hashable, float],
) -> dict[Hashable, float | None]:
    """For every scorecard, the score of those below it: from stores to regions to the company.

    It is the average of the scorecards directly below, by their weights. One that has no score of
    its own stands for those below it, so that a region that measures nothing itself hands on what
    its stores achieve. Scores roll up, figures never do: they are measured again for every unit.

    :param scores: the own score of each scorecard, 0 to 10, or None.
    :param parents: the scorecard that each counts into; None, or one that is not among `scores`,
        where it counts into nothing.
    :param weights: weight of each scorecard in the one above, ≥ 0 in any unit.
    :return: a score for every key of `scores`; None for what has nothing below it.
    :raises ValueError: on a negative weight, and on scorecards that count into themselves.

    >>> get_scores_below(
    ...     {"shop": 4.0, "kiosk": 7.0, "coast": None, "all": 5.0},
    ...     {"shop": "coast", "kiosk": "coast", "coast": "all"},
    ...     {"shop": 2, "kiosk": 1, "coast": 1},
    ... )["all"]
    5.0
    """
    children: dict[Hashable, list[Hashable]] = {}
    for node in scores:
        children.setdefault(parents.get(node), []).append(node)
    below: dict[Hashable, float | None] = {}
    order = [node for node in scores if parents.get(node) not in scores]
    for node in order:  # grows while it is walked: parents stand before what is below them
        order.extend(children.get(node, ()))
    if len(order) < len(scores):
        raise ValueError("A scorecard counts into itself")
    for node in reversed(order):
        below[node] = get_weighted_average(
            (below[child] if scores[child] is None else scores[child], weights[child])
            for child in children.get(node, ())
        )
    return below
