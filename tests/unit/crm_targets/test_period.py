from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.period import (
    GRANULARITIES,
    Period,
    get_iso_week,
    get_period,
    get_periods,
    get_utc_bounds,
    get_utc_thresholds,
    shift_period,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
granularities = st.sampled_from(GRANULARITIES)


@pytest.mark.parametrize(
    ("granularity", "day", "first", "last"),
    [
        ("week", date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4)),
        ("week", date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("quarter", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 6, 15), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_known_periods(granularity, day, first, last):
    assert get_period(granularity, day) == Period(first, last)


def test_unknown_granularity():
    with pytest.raises(ValueError, match="fortnight"):
        get_period("fortnight", date(2026, 1, 1))


@given(granularities, days)
def test_day_lies_in_its_period(granularity, day):
    period = get_period(granularity, day)
    assert period.date_from <= day <= period.date_to
    assert get_period(granularity, period.date_from) == period
    assert get_period(granularity, period.date_to) == period


@given(granularities, days)
def test_periods_follow_without_gap(granularity, day):
    period = get_period(granularity, day)
    following = shift_period(granularity, day, 1)
    assert following.date_from == period.date_to + timedelta(days=1)


@given(granularities, days, st.integers(-60, 60))
def test_shift_there_and_back(granularity, day, count):
    there = shift_period(granularity, day, count)
    assert shift_period(granularity, there.date_from, -count) == get_period(granularity, day)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 11, 22), (2026, 47)),
        (date(2027, 1, 1), (2026, 53)),
        (date(2024, 12, 30), (2025, 1)),
    ],
)
def test_iso_week(day, week):
    assert get_iso_week(day) == week


def test_bounds_follow_daylight_saving():
    march = get_period("month", date(2026, 3, 15))
    start, end = get_utc_bounds(march, "Europe/Paris")
    assert (start, end) == (datetime(2026, 2, 28, 23), datetime(2026, 3, 31, 22))
    assert get_utc_bounds(march, "UTC") == (datetime(2026, 3, 1), datetime(2026, 4, 1))


def test_unknown_zone():
    with pytest.raises(pytz.UnknownTimeZoneError):
        get_utc_bounds(get_period("year", date(2026, 1, 1)), "Mars/Olympus")


@given(granularities, days, st.integers(0, 400))
def test_all_periods_of_a_time(granularity, day, length):
    last = day + timedelta(days=length)
    periods = get_periods(granularity, day, last)
    assert periods[0] == get_period(granularity, day)
    assert periods[-1] == get_period(granularity, last)
    for one, following in pairwise(periods):
        assert following.date_from == one.date_to + timedelta(days=1)


@given(granularities, days, st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo"]))
def test_thresholds_are_the_bounds(granularity, day, zone):
    periods = get_periods(granularity, day, day + timedelta(days=100))
    thresholds = get_utc_thresholds(periods, zone)
    bounds = list(pairwise(thresholds))
    assert bounds == [get_utc_bounds(period, zone) for period in periods]
    assert thresholds == sorted(thresholds)
