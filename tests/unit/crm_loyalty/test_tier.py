from datetime import date
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from crm_loyalty.tools.tier import decide, decide_at_once, get_progress, get_window_start

POINTS = st.decimals(-(10**6), 10**7, places=2)
THRESHOLDS = st.lists(st.decimals(0, 10**6, places=2), unique=True, max_size=8).map(sorted)
SILVER_GOLD = [Decimal(100), Decimal(300)]


@pytest.mark.parametrize(
    ("points", "rank"), [("-1", 0), ("0", 0), ("99.99", 0), ("100", 1), ("299", 1), ("300", 2)]
)
def test_decide(points, rank):
    assert decide(Decimal(points), SILVER_GOLD) == rank


def test_decide_without_tiers():
    assert decide(Decimal(5), []) == 0


@given(POINTS, THRESHOLDS)
def test_decide_counts_reached_thresholds(points, thresholds):
    assert decide(points, thresholds) == sum(threshold <= points for threshold in thresholds)


@given(POINTS, POINTS, THRESHOLDS)
def test_more_points_never_give_a_lower_tier(one, other, thresholds):
    low, high = sorted((one, other))
    assert decide(low, thresholds) <= decide(high, thresholds)


@given(POINTS, THRESHOLDS, st.data())
def test_at_once_never_falls_below_what_it_may(points, thresholds, data):
    current = data.draw(st.integers(0, len(thresholds)))
    before = data.draw(st.none() | st.integers(0, current))
    rank = decide_at_once(current, points, thresholds, before)
    decided = decide(points, thresholds)
    assert rank >= decided
    if before is None:
        assert rank == max(current, decided)
    else:
        assert rank == max(decided, before)


@pytest.mark.parametrize(
    ("today", "months", "start"),
    [
        (date(2026, 11, 22), 12, date(2025, 11, 22)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, None),
        (date(2026, 1, 15), 1200, date(1926, 1, 15)),
        (date(50, 1, 15), 1200, date.min),
    ],
)
def test_window_start(today, months, start):
    assert get_window_start(today, months) == start


@given(st.dates(date(1500, 1, 1)), st.integers(1, 1200))
def test_window_start_agrees_with_dateutil(today, months):
    assert get_window_start(today, months) == today - relativedelta(months=months)


@pytest.mark.parametrize(
    ("points", "lower", "upper", "progress"),
    [(150, 100, 200, 50), (50, 100, 200, 0), (250, 100, 200, 100), (5, 10, 10, 100)],
)
def test_progress(points, lower, upper, progress):
    assert get_progress(Decimal(points), Decimal(lower), Decimal(upper)) == progress
