"""A customer's own way to a goal: how far, how long, where it breaks off.

Purpose: ways of one customer through the steps of a scenario, and the funnel over many ways.
Percentiles are those of PostgreSQL's ``percentile_cont`` (linear interpolation between the
closest ranks; Hyndman & Fan 1996, type 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor
from typing import NamedTuple


class Event(NamedTuple):
    """A contact and the steps that it fits, counted from 0."""

    moment: datetime
    touchpoint: int
    steps: frozenset[int]


@dataclass
class Way:
    """One way of a customer. ``state`` is ``running``, ``done`` or ``broken``.

    :ivar steps: moment and contact of each step taken, in order.
    :ivar alive: the last contact of the step where the customer is.
    """

    steps: list[tuple[datetime, int]] = field(default_factory=list)
    alive: datetime = datetime.min
    state: str = "running"


def find_ways(events: Sequence[Event], limits: Sequence[timedelta], now: datetime) -> list[Way]:
    """Find the ways of one customer, one after the other.

    A way begins with a contact of the first step. The next step must come within its time after
    the last contact of the step before: repeating a step keeps the way alive. One contact takes
    one step. A new way begins only when the one before is at its goal or has broken off.

    :param events: in the order of time, none after ``now``.
    :param limits: how long before each step, the first of them without meaning. Not empty.
    """
    ways: list[Way] = []
    way: Way | None = None
    for event in events:
        if way and event.moment - way.alive > limits[len(way.steps)]:
            way.state = "broken"
            way = None
        if way and len(way.steps) in event.steps:
            way.steps.append((event.moment, event.touchpoint))
            way.alive = event.moment
        elif way and len(way.steps) - 1 in event.steps:
            way.alive = event.moment
        elif way is None and 0 in event.steps:
            way = Way([(event.moment, event.touchpoint)], event.moment)
            ways.append(way)
        if way and len(way.steps) == len(limits):
            way.state = "done"
            way = None
    if way and now - way.alive > limits[len(way.steps)]:
        way.state = "broken"
    return ways


class FunnelStep(NamedTuple):
    """A step of the funnel.

    :ivar reached: ways that took the step.
    :ivar broken: ways that broke off behind it.
    :ivar running: ways that are still there.
    :ivar median: hours since the step before, of those that took it; None for the first step
        and where nobody did. ``p90``: nine of ten were faster.
    """

    reached: int
    broken: int
    running: int
    median: float | None
    p90: float | None


def get_funnel(ways: Sequence[tuple[str, Sequence[float]]], step_count: int) -> list[FunnelStep]:
    """Return what became of ways, step by step.

    :param ways: state, and for every step taken the hours since the step before (the first: 0).
    """
    funnel = []
    for number in range(step_count):
        hours = [taken[number] for _state, taken in ways if len(taken) > number]
        ends = [state for state, taken in ways if len(taken) == number + 1]
        timed = hours if number else []
        funnel.append(
            FunnelStep(
                reached=len(hours),
                broken=ends.count("broken"),
                running=ends.count("running"),
                median=get_percentile(timed, 0.5),
                p90=get_percentile(timed, 0.9),
            )
        )
    return funnel


def get_percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which a share (0 to 1) of the values lies; None without values."""
    if not 0 <= share <= 1:
        raise ValueError("A share is from 0 to 1.")
    if not values:
        return None
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    low = floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)
