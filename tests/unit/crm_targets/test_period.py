from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.period import (
    GRANULARITIES,
    Period,
    get_fiscal_year,
    get_iso_week,
    get_period,
    get_periods,
    get_utc_bounds,
    get_utc_thresholds,
    get_year_before,
    shift_period,
)

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
granularities = st.sampled_from(GRANULARITIES)
months = st.integers(1, 12)


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


@pytest.mark.parametrize("month", [-1, 0, 13])
def test_unknown_month(month):
    with pytest.raises(ValueError, match=str(month)):
        get_period("year", date(2026, 1, 1), month)


@given(granularities, days, months)
def test_day_lies_in_its_period(granularity, day, month):
    period = get_period(granularity, day, month)
    assert period.date_from <= day <= period.date_to
    assert get_period(granularity, period.date_from, month) == period
    assert get_period(granularity, period.date_to, month) == period


@given(granularities, days, months)
def test_periods_follow_without_gap(granularity, day, month):
    period = get_period(granularity, day, month)
    following = shift_period(granularity, day, 1, month)
    assert following.date_from == period.date_to + timedelta(days=1)


@given(granularities, days, st.integers(-60, 60), months)
def test_shift_there_and_back(granularity, day, count, month):
    there = shift_period(granularity, day, count, month)
    back = shift_period(granularity, there.date_from, -count, month)
    assert back == get_period(granularity, day, month)


@given(days, months)
def test_fiscal_year_is_four_quarters(day, month):
    year = get_period("year", day, month)
    assert year.date_from.month == month
    assert year.date_from.day == 1
    quarters = get_periods("quarter", year.date_from, year.date_to, month)
    assert len(quarters) == 4
    assert (quarters[0].date_from, quarters[-1].date_to) == year
    assert get_fiscal_year(day, month) == (year.date_from.year, year.date_to.year)


@pytest.mark.parametrize(
    ("granularity", "day", "first"),
    [
        ("week", date(2026, 12, 31), date(2025, 12, 22)),  # week 53: the year before has 52
        ("week", date(2027, 1, 4), date(2025, 12, 29)),  # week 1 and week 1
        ("month", date(2024, 2, 29), date(2023, 2, 1)),
        ("quarter", date(2026, 5, 1), date(2025, 4, 1)),
        ("year", date(2026, 5, 1), date(2025, 1, 1)),
    ],
)
def test_known_year_before(granularity, day, first):
    assert get_year_before(granularity, day).date_from == first


@given(granularities, days, months)
def test_year_before_is_a_period_of_a_year_ago(granularity, day, month):
    period = get_period(granularity, day, month)
    before = get_year_before(granularity, day, month)
    assert before == get_period(granularity, before.date_from, month)
    assert 357 <= (period.date_from - before.date_from).days <= 371


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


@given(granularities, days, st.integers(0, 400), months)
def test_all_periods_of_a_time(granularity, day, length, month):
    last = day + timedelta(days=length)
    periods = get_periods(granularity, day, last, month)
    assert periods[0] == get_period(granularity, day, month)
    assert periods[-1] == get_period(granularity, last, month)
    for one, following in pairwise(periods):
        assert following.date_from == one.date_to + timedelta(days=1)


@given(granularities, days, st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo"]))
def test_thresholds_are_the_bounds(granularity, day, zone):
    periods = get_periods(granularity, day, day + timedelta(days=100))
    thresholds = get_utc_thresholds(periods, zone)
    bounds = list(pairwise(thresholds))
    assert bounds == [get_utc_bounds(period, zone) for period in periods]
    assert thresholds == sorted(thresholds)
