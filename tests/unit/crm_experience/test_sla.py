from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.sla import WorkingTime, escalation_level, time_state

START = datetime(2026, 3, 2)
MINUTE = timedelta(minutes=1)
moments = st.integers(-600, 6000).map(lambda minute: START + minute * MINUTE)
spans = st.lists(st.tuples(moments, moments), max_size=8)


def naive_minutes(time_spans, start, end):
    """Count minute by minute: another way to the same number."""
    count, moment = 0, start
    while moment < end:
        count += any(begin <= moment < finish for begin, finish in time_spans)
        moment += MINUTE
    return count


@given(spans, moments, moments)
def test_hours_are_those_counted_minute_by_minute(time_spans, start, end):
    hours = WorkingTime(time_spans).hours_between(start, end)
    assert hours == pytest.approx(naive_minutes(time_spans, start, end) / 60)


@given(spans, moments, st.integers(0, 3000))
def test_adding_is_the_inverse_of_counting(time_spans, start, minutes):
    time = WorkingTime(time_spans)
    moment = time.add(start, minutes / 60)
    if moment is None:
        assert time.hours_between(start, datetime.max) < minutes / 60
        return
    assert moment >= start
    assert time.hours_between(start, moment) == pytest.approx(minutes / 60, abs=1e-6)
    # the first such moment
    if minutes:
        before = moment - MINUTE
        assert time.hours_between(start, before) < minutes / 60 - 1e-6


@given(spans, moments, st.integers(1, 500), st.integers(1, 500))
def test_waiting_shifts_a_deadline_by_the_hours_waited(time_spans, start, minutes, waited):
    time = WorkingTime(time_spans)
    whole = time.add(start, (minutes + waited) / 60)
    first = time.add(start, waited / 60)
    if whole is not None:
        then = time.add(first, minutes / 60)
        assert abs(then - whole) < timedelta(seconds=1)


def test_days_at_an_office():
    week = [
        (START + timedelta(days=day, hours=8), START + timedelta(days=day, hours=17))
        for day in range(5)
    ]
    time = WorkingTime(week)
    assert time.add(START, 9) == START + timedelta(hours=17)
    assert time.add(START + timedelta(hours=16), 2) == START + timedelta(days=1, hours=9)
    assert time.add(START + timedelta(hours=20), 0) == START + timedelta(hours=20)
    assert time.add(START, 46) is None
    assert WorkingTime([]).add(START, 1) is None
    assert WorkingTime([]).hours_between(START, START + timedelta(days=9)) == 0


@pytest.mark.parametrize(
    ("late", "step", "levels", "expected"),
    [
        *((-1, 8, 3, 0), (0, 8, 3, 1), (7.9, 8, 3, 1), (8, 8, 3, 2), (99, 8, 3, 3)),
        *((1, 0, 2, 2), (5, 8, 0, 0)),
    ],
)
def test_levels(late, step, levels, expected):
    assert escalation_level(late, step, levels) == expected


@given(st.floats(-1e6, 1e6), st.floats(0, 1e4), st.integers(0, 9))
def test_levels_only_rise(late, step, levels):
    level = escalation_level(late, step, levels)
    assert 0 <= level <= levels
    assert escalation_level(late + 1, step, levels) >= level


@pytest.mark.parametrize(
    ("left", "whole", "expected"),
    [(-1, 8, "late"), (0, 8, "late"), (2, 8, "pressing"), (2.1, 8, "fine"), (1, 0, "fine")],
)
def test_time_state(left, whole, expected):
    assert time_state(left, whole) == expected
