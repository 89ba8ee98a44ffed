from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.scenario import Event, find_ways, get_funnel, get_percentile

numpy = pytest.importorskip("numpy")
START = datetime(2026, 1, 1)
LIMITS = [timedelta(days=14), timedelta(days=14), timedelta(days=7)]


def hour(number):
    return START + timedelta(hours=number)


def event(days, *steps):
    return Event(hour(24 * days), days, frozenset(steps))


def states(ways):
    return [(way.state, [touchpoint for _moment, touchpoint in way.steps]) for way in ways]


def test_to_the_goal():
    events = [event(0, 0), event(3, 1), event(5, 2), event(6, 2)]
    assert states(find_ways(events, LIMITS, hour(500))) == [("done", [0, 3, 5])]


def test_broken_off_and_on_the_way():
    assert states(find_ways([event(0, 0)], LIMITS, hour(24 * 14))) == [("running", [0])]
    assert states(find_ways([event(0, 0)], LIMITS, hour(24 * 15))) == [("broken", [0])]


def test_too_late_begins_anew():
    events = [event(0, 0), event(20, 0, 1), event(21, 1)]
    assert states(find_ways(events, LIMITS, hour(24 * 22))) == [
        ("broken", [0]),
        ("running", [20, 21]),
    ]


def test_repeating_a_step_keeps_the_way_alive():
    events = [event(0, 0), event(10, 0), event(20, 1)]
    assert states(find_ways(events, LIMITS, hour(24 * 21))) == [("running", [0, 20])]


def test_one_contact_takes_one_step():
    assert states(find_ways([event(0, 0, 1, 2)], LIMITS, hour(1))) == [("running", [0])]


def test_one_step_alone():
    assert states(find_ways([event(0, 0), event(1, 0)], LIMITS[:1], hour(48))) == [
        ("done", [0]),
        ("done", [1]),
    ]


def walk(events, limits, now):
    """The same once more: look ahead from each beginning."""
    found, index = [], 0
    while index < len(events):
        if 0 not in events[index].steps:
            index += 1
            continue
        taken, alive, state = [events[index].touchpoint], events[index].moment, None
        index += 1
        while len(taken) < len(limits):
            limit = alive + limits[len(taken)]
            nearest = next(
                (
                    number
                    for number in range(index, len(events))
                    if {len(taken), len(taken) - 1} & events[number].steps
                ),
                None,
            )
            if nearest is None or events[nearest].moment > limit:
                # whatever comes after the limit belongs to another way
                state = "broken" if nearest is not None or now > limit else "running"
                while index < len(events) and events[index].moment <= limit:
                    index += 1
                break
            if len(taken) in events[nearest].steps:
                taken.append(events[nearest].touchpoint)
            alive = events[nearest].moment
            index = nearest + 1
        found.append((state or "done", taken))
    return found


@st.composite
def histories(draw):
    count = draw(st.integers(1, 4))
    hours = sorted(draw(st.lists(st.integers(0, 400), max_size=15)))
    events = [
        Event(hour(number), key, frozenset(draw(st.sets(st.integers(0, count - 1), min_size=1))))
        for key, number in enumerate(hours)
    ]
    limits = [timedelta(hours=draw(st.integers(1, 100))) for _step in range(count)]
    return events, limits, hour(draw(st.integers(400, 600)))


@given(histories())
def test_looking_ahead(history):
    assert states(find_ways(*history)) == walk(*history)


@given(histories())
def test_each_contact_is_taken_once_and_in_order(history):
    taken = [key for way in find_ways(*history) for _moment, key in way.steps]
    assert taken == sorted(set(taken))


def test_funnel():
    ways = [("done", [0, 5, 1]), ("broken", [0, 15]), ("broken", [0]), ("running", [0])]
    first, second, third = get_funnel(ways, 3)
    assert (first.reached, first.broken, first.running, first.median) == (4, 1, 1, None)
    assert (second.reached, second.broken, second.median) == (2, 1, 10)
    assert second.p90 == pytest.approx(14)
    assert (third.reached, third.broken, third.p90) == (1, 0, 1)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0, 1))
def test_percentile_is_that_of_numpy(values, share):
    assert get_percentile(values, share) == pytest.approx(
        float(numpy.quantile(values, share)), rel=1e-9, abs=1e-6
    )


def test_percentile_of_nothing():
    assert get_percentile([], 0.5) is None
    with pytest.raises(ValueError, match="A share"):
        get_percentile([1.0], 1.5)
