"""Few causes, most of the trouble."""

from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Bar(NamedTuple):
    """One cause of a Pareto chart.

    :ivar value: how much it makes up.
    :ivar share: of this one in all, 0 to 1.
    :ivar cumulative: of this one and all bigger ones, 0 to 1.
    :ivar is_vital: whether it is needed to reach the threshold: one of the vital few.
    """

    key: Hashable
    value: float
    share: float
    cumulative: float
    is_vital: bool


def pareto(counts: Mapping[Key, float], threshold: float = 0.8) -> list[Bar]:
    """Return the causes from the biggest to the smallest, with their running share.

    Juran's rule of the vital few: the fewest causes that together make up `threshold` of the
    total. Of equal causes the first given comes first.

    :param counts: 0 or more each; those of 0 are left out.
    :param threshold: 0 to 1.
    """
    total = sum(counts.values())
    bars: list[Bar] = []
    running = 0.0
    for key, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        if count <= 0:
            continue
        is_vital = running < threshold * total
        running += count
        bars.append(Bar(key, count, count / total, running / total, is_vital))
    return bars
