"""What a counter device sends: taps, and which of them count.

Pure and total: whatever is sent ends in a list of taps or in an error code. A tap carries a key
of its own and the moment it was made, by the clock of the server: so it can be sent again after
a lost connection without counting twice, and cannot be sent again after its key is forgotten.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .intake import parse_moment

SCORES = (1, 5)
"""Lowest and highest tap: five faces or five stars."""
MAX_TAPS = 100
"""Taps in one message."""
MAX_AGE = timedelta(days=7)
"""How long a device may be without a connection until its taps are too old."""
MAX_AHEAD = timedelta(minutes=5)
"""How far a clock may run ahead."""
LEAST_TOGETHER = 5
"""Taps that become answers together at least: fewer could be told from each other."""
WINDOW = timedelta(minutes=1)
"""Length of the window in which taps are counted."""
WINDOW_LIMIT = 15
"""Taps in any window: the page thanks for three seconds, so that nobody honest makes more."""

_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class TapError(ValueError):
    """A message that is no list of taps."""


class Tap(NamedTuple):
    """One touch of a face or star.

    :ivar key: UUID in lower case, made by the device.
    :ivar score: 1–5.
    :ivar date: naive UTC.
    :ivar dimension: id of the dimension that was touched afterwards, 0 for none.
    """

    key: str
    score: int
    date: datetime
    dimension: int


def parse_taps(message: Any, now: datetime) -> tuple[list[Tap], list[str]]:
    """Read what a device sent.

    :param message: `{"taps": [{"key", "score", "date", "dimension"}]}` as JSON gave it.
    :param now: naive UTC.
    :return: the taps with their keys made unique, and the keys of those that can never count:
        no score, or a moment out of reach
    :raises TapError: for anything else
    """
    items = message.get("taps") if isinstance(message, Mapping) else None
    if not isinstance(items, list) or len(items) > MAX_TAPS:
        raise TapError("not a list of taps")
    taps: dict[str, Tap] = {}
    refused = []
    for item in items:
        key = item.get("key") if isinstance(item, Mapping) else None
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise TapError("a tap without a key")
        tap = _parse_tap(key, item, now)
        if tap:
            taps.setdefault(key, tap)
        else:
            refused.append(key)
    return list(taps.values()), refused


def _parse_tap(key: str, item: Mapping[str, Any], now: datetime) -> Tap | None:
    score: Any = item.get("score")
    dimension: Any = item.get("dimension") or 0
    date = parse_moment(item.get("date"))
    if not _is_whole(score, *SCORES) or not _is_whole(dimension, 0, 2**31 - 1):
        return None
    if date is None or not now - MAX_AGE <= date <= now + MAX_AHEAD:
        return None
    return Tap(key, score, min(date, now), dimension)


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def admit(
    taps: Iterable[Tap],
    dates: Iterable[datetime],
    limit: int = WINDOW_LIMIT,
    window: timedelta = WINDOW,
) -> tuple[list[Tap], list[Tap]]:
    """Divide new taps into those that count and those beyond what people can do.

    No window contains more than `limit` of the taps that count, those before included: a child
    that plays with the screen, or a program, changes little.

    :param taps: new taps, in any order.
    :param dates: moments of the taps of the device that were admitted before.
    :param limit: at least 1.
    :param window: both ends excluded: two taps exactly this far apart are in no window together.
    :return: the admitted, by date; and the others
    """
    known = sorted(dates)
    admitted, others = [], []
    for tap in sorted(taps, key=lambda tap: (tap.date, tap.key)):
        if _is_crowded(known, tap.date, limit, window):
            others.append(tap)
        else:
            insort(known, tap.date)
            admitted.append(tap)
    return admitted, others


def _is_crowded(known: list[datetime], date: datetime, limit: int, window: timedelta) -> bool:
    """Tell whether some window around `date` is full already."""
    near = known[bisect_right(known, date - window) : bisect_left(known, date + window)]
    return any(
        max(last, date) - min(first, date) < window
        for first, last in zip(near, near[limit - 1 :], strict=False)
    )


def blur(dates: Sequence[datetime], least: int) -> list[datetime]:
    """Return the hours that are kept of taps: no hour is that of fewer than `least` of them.

    Whoever stood at the counter knows who was there at nine: if a single tap of nine o'clock were
    among those that become answers together, it would be known whose it is. So taps that follow
    each other share the hour of the last of them.

    :param dates: moments of the taps, in any order; at least `least` of them
    :param least: how many share an hour at least, 1 or more
    :return: one hour per tap, in the order of `dates`
    :raises ValueError: for too few taps

    >>> blur([datetime(2026, 11, 29, hour, 30) for hour in (9, 10, 11)], 2)[0].hour
    11
    """
    if not 0 < least <= len(dates):
        raise ValueError(f"{len(dates)} taps are fewer than {least}")
    order = sorted(range(len(dates)), key=dates.__getitem__)
    hours = list(dates)
    for number in range(len(order) // least):
        is_last = number == len(order) // least - 1
        together = order[number * least : None if is_last else (number + 1) * least]
        hour = dates[together[-1]].replace(minute=0, second=0, microsecond=0)
        for index in together:
            hours[index] = hour
    return hours
