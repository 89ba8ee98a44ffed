"""Opening hours of a week, as short as people write them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

Spans = tuple[tuple[float, float], ...]


class Days(NamedTuple):
    """Days of the week that are alike: 0 is Monday, both included, hours from and to."""

    first: int
    last: int
    spans: Spans


def join_spans(spans: Iterable[tuple[float, float]]) -> Spans:
    """Put hours in order and join those that touch or overlap.

    >>> join_spans([(13, 18), (9, 12), (12, 13)])
    ((9, 18),)
    """
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def group_days(week: Mapping[int, Iterable[tuple[float, float]]]) -> list[Days]:
    """Join neighbouring days with the same hours.

    :param week: hours, from and to as 9.5 for half past nine, by day, 0 is Monday
    :return: every day of the week once, from Monday; a closed day has no hours
    """
    grouped: list[Days] = []
    for day in range(7):
        spans = join_spans(week.get(day, ()))
        if grouped and grouped[-1].spans == spans:
            grouped[-1] = grouped[-1]._replace(last=day)
        else:
            grouped.append(Days(day, day, spans))
    return grouped
