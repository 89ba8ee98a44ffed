import uuid
from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.rating_device import (
    MAX_AGE,
    MAX_TAPS,
    Tap,
    TapError,
    admit,
    blur,
    parse_taps,
)

NOW = datetime(2026, 11, 29, 12)
KEY = str(uuid.UUID(int=1))

seconds = st.integers(0, 200)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["taps", "key", "score", "date", "dimension"]), inner)
    ),
    max_leaves=12,
)


def item(**changes):
    return {"key": KEY, "score": 5, "date": "2026-11-29T11:59:30Z"} | changes


def tap(number, second):
    return Tap(str(uuid.UUID(int=number)), 5, NOW + timedelta(seconds=second), 0)


def test_a_good_message():
    taps, refused = parse_taps({"taps": [item(), item(score=1)]}, NOW)
    assert taps == [Tap(KEY, 5, datetime(2026, 11, 29, 11, 59, 30), 0)]
    assert refused == []


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 0},
        {"score": 6},
        {"score": True},
        {"score": 4.0},
        {"score": None},
        {"date": "yesterday"},
        {"date": None},
        {"date": (NOW - MAX_AGE - timedelta(seconds=1)).isoformat()},
        {"date": (NOW + timedelta(minutes=6)).isoformat()},
        {"dimension": "1"},
        {"dimension": -1},
        {"dimension": 2**31},
    ],
)
def test_what_can_never_count(changes):
    assert parse_taps({"taps": [item(**changes)]}, NOW) == ([], [KEY])


@pytest.mark.parametrize(
    "message",
    [
        *(None, [], {}, {"taps": None}, {"taps": [1]}, {"taps": [{}]}),
        *({"taps": [item(key=key)]} for key in ("x", KEY[:-1] + "F", KEY + "0", None, 7)),
        {"taps": [item()] * (MAX_TAPS + 1)},
    ],
)
def test_no_list_of_taps(message):
    with pytest.raises(TapError):
        parse_taps(message, NOW)


@given(json)
def test_anything_ends_in_taps_or_in_the_error(message):
    try:
        taps, refused = parse_taps(message, NOW)
    except TapError:
        return
    assert len(taps) + len(refused) <= MAX_TAPS


def test_a_clock_a_little_ahead_is_now():
    (one,), _refused = parse_taps({"taps": [item(date="2026-11-29T12:04:00Z")]}, NOW)
    assert one.date == NOW


@given(st.lists(seconds, max_size=40), st.lists(seconds, max_size=40), st.integers(1, 6))
def test_no_window_holds_more_than_the_limit(before, new, limit):
    window = timedelta(seconds=30)
    known, _others = admit([tap(n, second) for n, second in enumerate(before)], [], limit, window)
    taps = [tap(1000 + n, second) for n, second in enumerate(new)]
    admitted, others = admit(taps, [one.date for one in known], limit, window)
    assert sorted(admitted + others) == sorted(taps)
    dates = sorted(one.date for one in known + admitted)
    for index, first in enumerate(dates):
        assert sum(date - first < window for date in dates[index:]) <= limit
    # nobody is turned away without need
    for one in others:
        with_it = sorted([*dates, one.date])
        assert any(
            sum(date - first < window for date in with_it[index:]) > limit
            for index, first in enumerate(with_it)
        )


def test_nobody_honest_is_turned_away():
    taps = [tap(n, 4 * n) for n in range(100)]
    assert admit(taps, []) == (taps, [])


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=60), st.integers(1, 8))
def test_every_hour_is_shared(offsets, least):
    dates = [NOW + timedelta(seconds=offset) for offset in offsets]
    if len(dates) < least:
        with pytest.raises(ValueError):
            blur(dates, least)
        return
    hours = blur(dates, least)
    assert min(Counter(hours).values()) >= least
    assert all((hour.minute, hour.second) == (0, 0) for hour in hours)
    # no tap is moved behind the last one, nor out of its order
    assert max(hours) <= max(dates)
    pairs = sorted(zip(dates, hours, strict=True))
    assert [hour for _date, hour in pairs] == sorted(hours)


def test_taps_that_follow_each_other_share_the_hour_of_the_last():
    dates = [datetime(2026, 11, 29, hour, 59) for hour in (9, 14, 10, 13, 11)]
    assert [hour.hour for hour in blur(dates, 2)] == [10, 14, 10, 14, 14]
