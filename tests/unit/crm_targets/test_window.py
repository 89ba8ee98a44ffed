from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.period import GRANULARITIES, Period, get_period, get_periods, shift_period
from crm_targets.tools.window import Window, get_window, get_window_before

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
granularities = st.sampled_from(GRANULARITIES)
counts = st.integers(1, 30)
units = st.sampled_from(("period", "week", "month"))
kinds = st.sampled_from(("period", "trailing", "year_to_date", "period_end"))
windows = st.builds(Window, kinds, counts, units)
adjoining = st.builds(Window, st.sampled_from(("period", "trailing")), counts, units)
months = st.integers(1, 12)


@pytest.mark.parametrize(
    ("granularity", "day", "window", "expected"),
    [
        (
            "month",
            date(2026, 2, 9),
            ("trailing", 12, "month"),
            (date(2025, 3, 1), date(2026, 2, 28)),
        ),
        (
            "month",
            date(2026, 2, 9),
            ("trailing", 3, "period"),
            (date(2025, 12, 1), date(2026, 2, 28)),
        ),
        (
            "week",
            date(2026, 11, 18),
            ("trailing", 12, "month"),
            (date(2025, 11, 23), date(2026, 11, 22)),
        ),
        (
            "week",
            date(2026, 11, 18),
            ("trailing", 4, "week"),
            (date(2026, 10, 26), date(2026, 11, 22)),
        ),
        ("quarter", date(2026, 5, 1), ("year_to_date",), (date(2026, 1, 1), date(2026, 6, 30))),
        # Week 53 of 2026 ends in 2027 but belongs to 2026; week 1 of 2026 begins in 2025.
        ("week", date(2027, 1, 2), ("year_to_date",), (date(2026, 1, 1), date(2026, 12, 31))),
        ("week", date(2025, 12, 30), ("year_to_date",), (date(2026, 1, 1), date(2026, 1, 4))),
        ("month", date(2026, 2, 9), ("period_end",), (date(2026, 2, 28), date(2026, 2, 28))),
    ],
)
def test_known_windows(granularity, day, window, expected):
    assert get_window(granularity, get_period(granularity, day), Window(*window)) == Period(
        *expected
    )


def test_fiscal_year_to_date():
    march = get_period("month", date(2026, 3, 5))
    window = get_window("month", march, Window("year_to_date"), first_month=4)
    assert window == Period(date(2025, 4, 1), date(2026, 3, 31))


@pytest.mark.parametrize("arguments", [("sideways",), ("trailing", 0), ("trailing", 1, "day")])
def test_refused(arguments):
    with pytest.raises(ValueError, match=r"Unknown|A window"):
        get_window("month", get_period("month", date(2026, 1, 1)), Window(*arguments))


@given(granularities, days, windows, months)
def test_windows_follow_in_order(granularity, day, window, month):
    """The engine looks up the first and the last window of a day in sorted bounds."""
    periods = get_periods(granularity, day, day + timedelta(days=500), month)
    spans = [get_window(granularity, period, window, month) for period in periods]
    for one, following in pairwise(spans):
        assert one.date_from <= following.date_from
        assert one.date_to < following.date_to
    for period, span in zip(periods, spans, strict=True):
        assert span.date_from <= span.date_to <= period.date_to


@given(granularities, days, counts, months)
def test_trailing_periods_are_that_many(granularity, day, count, month):
    period = get_period(granularity, day, month)
    span = get_window(granularity, period, Window("trailing", count, "period"), month)
    assert len(get_periods(granularity, *span, month)) == count


@given(granularities, days, adjoining, months)
def test_window_before_adjoins(granularity, day, window, month):
    period = get_period(granularity, day, month)
    now = get_window(granularity, period, window, month)
    before = get_window_before(granularity, period, window, month)
    assert before.date_to == now.date_from - timedelta(days=1)
    assert before.date_from <= before.date_to


@given(granularities, days, counts, months)
def test_window_before_is_the_window_of_a_period_before(granularity, day, count, month):
    period = get_period(granularity, day, month)
    before = get_window_before(granularity, period, Window("trailing", count, "period"), month)
    earlier = shift_period(granularity, period.date_from, -count, month)
    assert before == get_window(granularity, earlier, Window("trailing", count, "period"), month)


@given(granularities, days, windows, months)
def test_windows_before_follow_in_order(granularity, day, window, month):
    periods = get_periods(granularity, day, day + timedelta(days=500), month)
    spans = [get_window_before(granularity, period, window, month) for period in periods]
    for one, following in pairwise(spans):
        assert one.date_from <= following.date_from
        assert one.date_to <= following.date_to
