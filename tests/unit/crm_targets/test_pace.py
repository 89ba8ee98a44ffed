from datetime import date, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_targets.tools.pace import (
    MONDAY_TO_FRIDAY,
    Outlook,
    Progress,
    get_average_completion,
    get_baseline_progress,
    get_completion,
    get_forecast,
    get_outlook,
    get_pace,
    get_progress,
    get_ranks,
    get_shortage,
    get_status,
    get_week_type,
    get_working_days,
)

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
OFFICE = dict.fromkeys(range(5), (8.0, 17.0))
HALF = Progress(20, 10, 11)

figures = st.floats(-1e6, 1e6).map(lambda figure: round(figure, 2))
targets = st.floats(0.01, 1e6).map(lambda figure: round(figure, 2))
directions = st.sampled_from(["higher", "lower", "range"])
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@st.composite
def progresses(draw):
    total = draw(st.integers(1, 260))
    elapsed = draw(st.integers(0, total))
    return Progress(total, elapsed, min(total, elapsed + draw(st.integers(0, 1))))


def at(day, hour=0, minute=0, second=0):
    return datetime(2026, 11, day, hour, minute, second)


# ------------------------------------------------------------
# Working days
# ------------------------------------------------------------


def test_weekends_are_free():
    found = get_working_days([OFFICE], [], FIRST, LAST)
    assert len(found) == 21
    assert {day.weekday() for day in found} == set(range(5))


def test_a_holiday_of_a_whole_day_is_free():
    holiday = (at(11), at(11, 23, 59, 59))
    assert date(2026, 11, 11) not in get_working_days([OFFICE], [holiday], FIRST, LAST)
    # also where no working hours are known
    found = get_working_days([MONDAY_TO_FRIDAY], [holiday], FIRST, LAST)
    assert date(2026, 11, 11) not in found
    assert len(found) == 20


@pytest.mark.parametrize("leave", [(at(11, 8), at(11, 12)), (at(11, 9), at(11, 17))])
def test_half_a_day_off_is_a_working_day(leave):
    assert date(2026, 11, 11) in get_working_days([OFFICE], [leave], FIRST, LAST)


def test_time_off_reaches_into_the_period():
    leave = (datetime(2026, 10, 1, 8), datetime(2026, 11, 4, 17))
    found = get_working_days([OFFICE], [leave], FIRST, LAST)
    assert found[0] == date(2026, 11, 5)


def test_alternating_weeks():
    short = dict.fromkeys(range(3), (8.0, 17.0))
    found = get_working_days([OFFICE, short], [], FIRST, LAST)
    for day in found:
        assert day.weekday() < (5, 3)[get_week_type(day)]
    assert len(found) == 5 + 3 + 5 + 3 + 1
    assert get_week_type(FIRST) != get_week_type(FIRST + timedelta(days=7))


@given(days, st.integers(0, 400), st.lists(st.tuples(days, st.integers(0, 20)), max_size=5))
def test_working_days_lie_in_the_period_in_order(first, length, leaves):
    last = first + timedelta(days=length)
    leaves = [
        (datetime(day.year, day.month, day.day), datetime(day.year, day.month, day.day, 23, 59, 59))
        for day, _length in leaves
    ]
    found = get_working_days([OFFICE], leaves, first, last)
    assert all(one < other for one, other in pairwise(found))
    assert all(first <= day <= last and day.weekday() < 5 for day in found)
    assert not {start.date() for start, _end in leaves}.intersection(found)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 10, 31), Progress(21, 0, 0)),  # the day before
        (date(2026, 11, 1), Progress(21, 0, 0)),  # a Sunday
        (date(2026, 11, 2), Progress(21, 0, 1)),
        (date(2026, 11, 3), Progress(21, 1, 2)),
        (date(2026, 11, 30), Progress(21, 20, 21)),
        (date(2026, 12, 1), Progress(21, 21, 21)),  # the day after
    ],
)
def test_progress(today, expected):
    around = get_working_days([OFFICE], [], date(2026, 1, 1), date(2026, 12, 31))
    assert get_progress(around, FIRST, LAST, today) == expected


def test_a_period_of_holidays_elapses_by_calendar_days():
    assert get_progress([], FIRST, LAST, date(2026, 11, 16)) == Progress(30, 15, 16)


@given(days, st.integers(0, 400), days)
def test_progress_only_grows(first, length, today):
    last = first + timedelta(days=length)
    found = get_working_days([OFFICE], [], first, last)
    before, after = (
        get_progress(found, first, last, day) for day in (today, today + timedelta(days=1))
    )
    assert 0 <= before.elapsed <= before.with_today <= before.total
    assert before.with_today == after.elapsed
    assert 0 <= before.share <= after.share <= 1


# ------------------------------------------------------------
# Formulas
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [(50, 100, 0.5), (0, 100, 0.0), (150, 100, 1.5), (-20, 100, -0.2), (-100, -100, 1.0)],
)
def test_completion(value, target, expected):
    assert get_completion(value, target) == pytest.approx(expected)


def test_what_has_no_quotient_is_nothing():
    assert get_completion(5, 0) is None
    assert get_completion(1e300, 1e-300) is None
    assert get_baseline_progress(5, 3, 3) is None


@pytest.mark.parametrize(
    ("value", "target", "baseline", "expected"),
    [(40, 20, 40, 0.0), (20, 20, 40, 1.0), (10, 20, 40, 1.5), (50, 100, -100, 0.75)],
)
def test_baseline_progress(value, target, baseline, expected):
    assert get_baseline_progress(value, target, baseline) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "expected", "direction", "status"),
    [
        (99, 100, "higher", "on_track"),
        (98.9, 100, "higher", "behind"),
        (81, 100, "higher", "behind"),
        (80.9, 100, "higher", "at_risk"),
        (101, 100, "lower", "on_track"),
        (119, 100, "lower", "behind"),
        (119.1, 100, "lower", "at_risk"),
        (101, 100, "range", "on_track"),
        (81, 100, "range", "behind"),
        (120, 100, "range", "at_risk"),
        (-100, -100, "higher", "on_track"),
        (-119, -100, "higher", "behind"),
        (-200, -100, "higher", "at_risk"),
        (0, 0, "higher", "on_track"),
        (-1, 0, "higher", "at_risk"),
        (0, 0, "lower", "on_track"),
        (1, 0, "lower", "at_risk"),
        (1, 0, "range", "at_risk"),
    ],
)
def test_status(value, expected, direction, status):
    assert get_status(value, expected, direction) == status


@given(figures, figures, figures)
def test_more_is_never_worse_where_higher_is_better(one, other, expected):
    order = ("at_risk", "behind", "on_track")
    low, high = sorted((one, other))
    assert order.index(get_status(low, expected)) <= order.index(get_status(high, expected))
    assert order.index(get_status(high, expected, "lower")) <= order.index(
        get_status(low, expected, "lower")
    )


def test_forecast():
    assert get_forecast(0, Progress(20, 0, 1)) is None
    assert get_forecast(0, Progress(20, 0, 1), pipeline=70) == 70
    assert get_forecast(90, Progress(20, 20, 20), pipeline=70) == 90
    # a quarter is over: 10 and a quarter of 30 by run rate and three quarters of 70 by pipeline
    assert get_forecast(10, Progress(20, 5, 6), pipeline=70) == pytest.approx(10 + 7.5 + 52.5)


@given(st.floats(0, 1e6), progresses(), st.floats(0, 1e6))
def test_forecast_lies_between_run_rate_and_pipeline(value, progress, pipeline):
    assume(progress.elapsed)
    by_rate = get_forecast(value, progress)
    by_pipeline = value + (pipeline if progress.elapsed < progress.total else 0)
    low, high = sorted((by_rate, by_pipeline))
    tolerance = 1e-6 * (1 + abs(high))
    assert low - tolerance <= get_forecast(value, progress, pipeline) <= high + tolerance


@given(targets, progresses())
def test_steady_work_reaches_the_target(target, progress):
    assume(progress.elapsed)
    steady = get_pace(target, progress.share)
    assert get_forecast(steady, progress) == pytest.approx(target)
    assert get_status(steady, steady) == "on_track"


@given(figures, figures, st.floats(0, 1e6))
def test_shortage_is_never_negative_and_closes_the_gap(value, target, pipeline):
    shortage = get_shortage(value, target, pipeline)
    assert shortage >= 0
    assert value + pipeline + shortage >= target - 1e-6


# ------------------------------------------------------------
# Outlook
# ------------------------------------------------------------


def test_half_way():
    outlook = get_outlook(40, 100, HALF, pipeline=30)
    assert outlook == Outlook(
        completion=pytest.approx(0.4),
        pace=50,
        forecast=pytest.approx(40 + 20 + 15),
        shortage=30,
        due_today=pytest.approx(15),
        status="at_risk",
    )


def test_before_the_first_day_is_over_there_is_no_status():
    morning = Progress(20, 0, 1)
    assert get_outlook(0, 100, morning).status is None
    assert get_outlook(3, 10, morning, "lower").status is None
    assert get_outlook(100, 100, morning).status == "on_track"


def test_on_a_day_off_nothing_is_due():
    assert get_outlook(0, 100, Progress(20, 10, 10)).due_today is None


def test_a_period_that_is_over_is_judged_as_a_whole():
    over = get_outlook(90, 100, Progress(20, 20, 20), pipeline=500)
    assert (over.pace, over.forecast, over.shortage) == (100, 90, 10)
    assert over.due_today is None
    assert over.status == "behind"


def test_a_limit_has_no_shortage():
    outlook = get_outlook(4, 10, HALF, "lower")
    assert (outlook.pace, outlook.status) == (5, "on_track")
    assert outlook.shortage is outlook.due_today is None


def test_what_does_not_build_up_is_compared_with_the_target():
    outlook = get_outlook(45, 50, HALF, cumulative=False, pipeline=10)
    assert outlook == Outlook(completion=pytest.approx(0.9), status="behind")


@given(figures, figures, progresses(), directions, st.none() | st.floats(0, 1e6))
def test_outlook_holds_only_numbers(value, target, progress, direction, pipeline):
    outlook = get_outlook(value, target, progress, direction, pipeline=pipeline)
    numbers = [figure for figure in outlook[:-1] if figure is not None]
    assert all(isinstance(figure, float) for figure in numbers)
    assert all(abs(figure) < 1e12 for figure in numbers)


# ------------------------------------------------------------
# Ranking
# ------------------------------------------------------------


def test_average_completion():
    assert get_average_completion([]) is None
    assert get_average_completion([None]) is None
    assert get_average_completion([0.5, None, 1.0]) == 0.75
    assert get_average_completion([-2.0, 20.0]) == 0.75


@given(st.lists(st.floats(0, 2)))
def test_better_results_have_better_places(results):
    ranks = get_ranks(results)
    for (one, place), (other, other_place) in product(zip(results, ranks, strict=True), repeat=2):
        assert (one > other) == (place < other_place)
    assert not results or min(ranks) == 1
