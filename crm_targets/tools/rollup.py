"""Roll-up of scores: from indicators to perspectives to the scorecard."""

from collections.abc import Iterable


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
