"""Pace: where a target should stand today, where it is going, and what nothing covers yet.

A period is measured in working days: a month with two bank holidays has fewer days to sell in, and
nobody falls behind over a weekend. A working day counts as elapsed when it is over, because the
figures of a day are complete when it is.

What builds up in a period (counts and sums) grows from zero to its target along the working days.
What does not, such as a ratio, an average or the state at the end of the period, has no pace: it is
compared with the target itself, whatever the day.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from .score import Direction

Status = Literal["on_track", "behind", "at_risk"]

ON_TRACK = 0.99
BEHIND = 0.81
MOST = 1.5
# Calendars without hours of their own, such as flexible ones, say nothing about weekdays.
MONDAY_TO_FRIDAY = {weekday: (0.0, 24.0) for weekday in range(5)}

# Per week type (0 or 1, alternating) and weekday (0 is Monday): first and last working hour.
Hours = Sequence[dict[int, tuple[float, float]]]


class Outlook(NamedTuple):
    """What is known about a target on a day; None where there is nothing to say.

    :ivar completion: part of the target that is reached, 1.0 is all of it; may be below 0 or
        above 1. Of a limit (lower is better) it is the part that is used up.
    :ivar pace: where the figure should stand.
    :ivar forecast: where the figure is likely to stand at the end of the period.
    :ivar shortage: part of the target that neither results nor pipeline cover, 0 or more.
    :ivar due_today: what is missing this evening to be on pace then, 0 or more.
    :ivar status: on track, behind or at risk.
    """

    completion: float | None = None
    pace: float | None = None
    forecast: float | None = None
    shortage: float | None = None
    due_today: float | None = None
    status: Status | None = None


class Progress(NamedTuple):
    """Working days of a period as seen from a day.

    :ivar total: working days of the period.
    :ivar elapsed: those that are over.
    :ivar with_today: those that are over when this day is.
    """

    total: int
    elapsed: int
    with_today: int

    @property
    def share(self) -> float:
        """Elapsed share of the period, 0 to 1."""
        return self.elapsed / self.total

    @property
    def share_tonight(self) -> float:
        """Elapsed share of the period when this day is over, 0 to 1."""
        return self.with_today / self.total


# ------------------------------------------------------------
# Working days
# ------------------------------------------------------------


def get_week_type(day: date) -> int:
    """Which of two alternating weeks the day lies in, counted as Odoo's working schedules do."""
    return (day.toordinal() - 1) // 7 % 2


def get_working_days(
    hours: Hours, leaves: Iterable[tuple[datetime, datetime]], first: date, last: date
) -> list[date]:
    """The days from `first` to `last` on which there is work, in order.

    A day is free when one leave covers all of its working hours: half a day off is a working day.

    :param hours: working hours of the weekdays, for one week or for two alternating ones.
    :param leaves: from and to, in local time: public holidays and time off.

    >>> get_working_days([MONDAY_TO_FRIDAY], [], date(2026, 11, 20), date(2026, 11, 24))
    [datetime.date(2026, 11, 20), datetime.date(2026, 11, 23), datetime.date(2026, 11, 24)]
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    bounds = {
        day: bound
        for day in days
        if (bound := hours[get_week_type(day) % len(hours)].get(day.weekday()))
    }
    for start, end in leaves:
        day = max(start.date(), first)
        while day <= min(end.date(), last):
            if day in bounds and _covers(start, end, day, *bounds[day]):
                del bounds[day]
            day += timedelta(days=1)
    return list(bounds)


def _covers(start: datetime, end: datetime, day: date, hour_from: float, hour_to: float) -> bool:
    midnight = datetime.combine(day, time.min)
    # A leave of a whole day ends a second, or less, before midnight.
    tolerance = timedelta(minutes=1)
    begins_before = start <= midnight + timedelta(hours=hour_from)
    return begins_before and end + tolerance >= midnight + timedelta(hours=hour_to)


def get_progress(working_days: Sequence[date], first: date, last: date, today: date) -> Progress:
    """How far the period from `first` to `last` has come on the morning of `today`.

    Before the period nothing has elapsed, after it all has. A period without a working day, such
    as a week of holidays, elapses by calendar days.

    :param working_days: of the period, in order; days outside of it are left out.

    >>> days = get_working_days([MONDAY_TO_FRIDAY], [], date(2026, 11, 2), date(2026, 11, 29))
    >>> get_progress(days, date(2026, 11, 2), date(2026, 11, 29), date(2026, 11, 16))
    Progress(total=20, elapsed=10, with_today=11)
    """
    days = working_days[
        bisect_left(working_days, first) : bisect_left(working_days, last + timedelta(days=1))
    ]
    days = days or [first + timedelta(days=number) for number in range((last - first).days + 1)]
    tomorrow = today + timedelta(days=1)
    return Progress(len(days), bisect_left(days, today), bisect_left(days, tomorrow))


# ------------------------------------------------------------
# Formulas
# ------------------------------------------------------------


def get_pace(target: float, share: float) -> float:
    """Where a figure that builds up should stand: target × elapsed share of the period (0 to 1).

    >>> get_pace(200, 0.25)
    50.0
    """
    return float(target * share)


def get_completion(value: float, target: float) -> float | None:
    """Part of the target that is reached, as a fraction; None for a target of zero.

    For a target above zero this is value ÷ target. A negative target is reached where the value
    is, too, and every step towards zero is more than that, not less.

    >>> get_completion(60, 80)
    0.75
    >>> get_completion(-50, -100)
    1.5
    """
    return _divide(value - target, abs(target), plus=1.0)


def get_baseline_progress(value: float, target: float, baseline: float) -> float | None:
    """Way from the baseline to the target, as a fraction; None when they are the same.

    Holds for both directions: a target below its baseline is reached by going down.

    >>> get_baseline_progress(30, 20, 40)
    0.5
    """
    return _divide(value - baseline, target - baseline)


def get_forecast(value: float, progress: Progress, pipeline: float | None = None) -> float | None:
    """Where a figure that builds up is likely to stand at the end of its period.

    What the remaining days will bring is estimated in two ways: by the run rate (what an elapsed
    working day brought, times the working days that remain) and by the weighted pipeline that
    falls due in the period. They are not added up, because usual days are what closes usual
    deals; and neither is good all the time: on the first days the run rate hangs on a single deal,
    on the last days it knows more than any probability. So they are averaged by the elapsed share
    of the period: the more of it is over, the more the run rate counts.

    :param pipeline: weighted, 0 or more; None for figures that no pipeline feeds.
    :return: None when no working day is over and there is no pipeline to go by.

    >>> get_forecast(40, Progress(total=20, elapsed=10, with_today=11))
    80.0
    >>> get_forecast(40, Progress(total=20, elapsed=10, with_today=11), pipeline=100)
    110.0
    """
    if progress.elapsed == progress.total:
        return float(value)
    remaining = progress.total - progress.elapsed
    if not progress.elapsed:
        return None if pipeline is None else float(value + pipeline)
    by_rate = value / progress.elapsed * remaining
    by_pipeline = by_rate if pipeline is None else pipeline
    return float(value + progress.share * by_rate + (1 - progress.share) * by_pipeline)


def get_shortage(value: float, target: float, pipeline: float = 0.0) -> float:
    """Part of the target that neither results nor pipeline cover, 0 or more.

    >>> get_shortage(40, 100, pipeline=35)
    25.0
    """
    return float(max(0.0, target - value - pipeline))


def get_status(value: float, expected: float, direction: Direction = "higher") -> Status:
    """How a figure stands against what is expected of it: its pace, or its target.

    On track from 99 % of it, behind from 81 %, else at risk. Where lower is better, what is above
    the expected counts against it; within a range, so does the distance on either side. Where
    nothing is expected, nothing may be missing or too much.

    >>> get_status(81, 100), get_status(80, 100)
    ('behind', 'at_risk')
    >>> get_status(60, 100, "lower"), get_status(120, 100, "lower")
    ('on_track', 'at_risk')
    """
    gap = value - expected
    lack = {"higher": -gap, "lower": gap, "range": abs(gap)}[direction]
    size = abs(expected)
    # A tolerance of one billionth, so that a figure exactly at a limit does not fail by rounding.
    if lack <= (1 - ON_TRACK + 1e-9) * size:
        return "on_track"
    return "behind" if lack <= (1 - BEHIND + 1e-9) * size else "at_risk"


def get_outlook(
    value: float,
    target: float,
    progress: Progress,
    direction: Direction = "higher",
    *,
    cumulative: bool = True,
    pipeline: float | None = None,
) -> Outlook:
    """All that is known about a target on a day.

    Before its first working day is over a period has no status, unless the target is reached
    already. What does not build up is compared with the target itself, and only a figure that is to
    grow can lack something: limits and ranges have no shortage.

    :param cumulative: whether the figure builds up over the days, as counts and sums do.
    :param pipeline: weighted pipeline that falls due until the end of the period; None where none
        feeds the figure.

    >>> get_outlook(40, 100, Progress(20, 10, 11)).status
    'at_risk'
    """
    completion = get_completion(value, target)
    if not cumulative:
        return Outlook(completion=completion, status=get_status(value, target, direction))
    over = progress.elapsed == progress.total
    pace = get_pace(target, progress.share)
    status: Status | None = None
    if progress.elapsed:
        status = get_status(value, pace, direction)
    elif direction == "higher" and target > 0 and get_status(value, target) == "on_track":
        status = "on_track"
    shortage = due_today = None
    if direction == "higher":
        shortage = get_shortage(value, target, 0.0 if over else pipeline or 0.0)
        if progress.with_today > progress.elapsed:
            due_today = get_shortage(value, get_pace(target, progress.share_tonight))
    return Outlook(
        completion=completion,
        pace=pace,
        forecast=_keep_finite(get_forecast(value, progress, pipeline)),
        shortage=shortage,
        due_today=due_today,
        status=status,
    )


def get_average_completion(completions: Iterable[float | None]) -> float | None:
    """Average of completions, each counted from nothing to one and a half times its target.

    So that one small target that was exceeded tenfold does not hide those that were missed. None
    where there is none.

    >>> get_average_completion([0.5, 9.0, None])
    1.0
    """
    known = [
        min(MOST, max(0.0, completion)) for completion in completions if completion is not None
    ]
    return sum(known) / len(known) if known else None


def get_ranks(results: Sequence[float]) -> list[int]:
    """Place of every result, 1 is the best; equal results share a place.

    >>> get_ranks([1.2, 0.9, 1.3, 0.9])
    [2, 3, 1, 3]
    """
    ordered = sorted(results, reverse=True)
    return [ordered.index(result) + 1 for result in results]


def _divide(numerator: float, denominator: float, plus: float = 0.0) -> float | None:
    """The quotient, unless there is none that a number can hold."""
    if not denominator:
        return None
    return _keep_finite(numerator / denominator + plus)


def _keep_finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
