"""Service times: deadlines in working hours, what is left of them, and when to escalate.

Moments are naive and in UTC. Working time is a list of spans, whoever made it: a calendar of
Odoo, or a test.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import floor

#: Share of the time for a deadline at whose start a case is shown as pressing.
PRESSING = 0.25


class WorkingTime:
    """Working time over a while, laid out so that any number of deadlines is looked up in it.

    :param spans: beginning and end of every stretch of work, in any order; they may touch and
        overlap, and those that end before they begin are left out.
    """

    def __init__(self, spans: Iterable[tuple[datetime, datetime]]):
        self._begins: list[datetime] = []
        self._ends: list[datetime] = []
        for begin, end in sorted(spans):
            if begin >= end:
                continue
            if self._ends and begin <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._begins.append(begin)
                self._ends.append(end)
        # working time before each span
        self._before = [timedelta()]
        for begin, end in zip(self._begins, self._ends, strict=True):
            self._before.append(self._before[-1] + (end - begin))

    def _worked_until(self, moment: datetime) -> timedelta:
        place = bisect_right(self._begins, moment)
        if not place:
            return timedelta()
        return (
            self._before[place - 1] + min(moment, self._ends[place - 1]) - self._begins[place - 1]
        )

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Return the working hours from `start` to `end`: 0 or more, also if `end` is earlier."""
        return max((self._worked_until(end) - self._worked_until(start)) / timedelta(hours=1), 0.0)

    def add(self, start: datetime, hours: float) -> datetime | None:
        """Return the first moment by which `hours` of work have passed since `start`.

        :param hours: finite; zero and less give `start`.
        :return: a moment within working time, up to its end; `None` if the spans do not reach so
            far, for the caller to ask again with more of them.
        """
        if hours <= 0:
            return start
        goal = self._worked_until(start) + timedelta(hours=hours)
        place = bisect_right(self._before, goal - timedelta(microseconds=1)) - 1
        if place >= len(self._begins):
            return None
        return self._begins[place] + (goal - self._before[place])


def escalation_level(late: float, step: float, levels: int) -> int:
    """Return how far up a late case must be known: 0 nobody, 1 the team's leader, 2 above, …

    :param late: working hours since the deadline, negative before it.
    :param step: working hours until the next level; with none, all levels are reached at once.
    :param levels: of people there are to tell, 0 or more.
    """
    if late < 0 or levels <= 0:
        return 0
    if late >= step * (levels - 1):
        return levels
    return 1 + floor(late / step)


def time_state(left: float, whole: float) -> str:
    """Return how pressing a deadline is: `late`, `pressing` or `fine`.

    :param left: hours until it, negative after it.
    :param whole: hours there were for it in all; without any it is late or pressing.
    """
    if left <= 0:
        return "late"
    return "pressing" if left <= whole * PRESSING else "fine"
