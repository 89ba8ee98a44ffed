from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.asking import (
    LEEWAY,
    Decision,
    Limit,
    Quiet,
    decide,
    find_free_moment,
    is_sampled,
)
from crm_experience.tools.quiet_hours import is_quiet

NOW = datetime(2026, 11, 29, 12, 0)
HOUR = timedelta(hours=1)
MOMENTS = st.integers(-400 * 24, 0).map(lambda hours: NOW + hours * HOUR)
LIMITS = st.builds(Limit, st.integers(0, 60), st.integers(0, 5), st.integers(1, 120))
NEVER = NOW + timedelta(days=4000)


def is_allowed(moment, asked, limit):
    """The limits in the words of the people who set them; nothing of the code is used."""
    for before in asked:
        if limit.gap_days and moment - before < timedelta(days=limit.gap_days):
            return False
    window = [before for before in asked if moment - before < timedelta(days=limit.window_days)]
    return not limit.count or len(window) < limit.count


@given(st.lists(MOMENTS, max_size=8), LIMITS)
def test_the_free_moment_is_the_first_that_is_allowed(asked, limit):
    reason, moment = find_free_moment(asked, limit, NOW)
    assert is_allowed(moment, asked, limit)
    assert bool(reason) == (not is_allowed(NOW, asked, limit))
    step = NOW
    while not is_allowed(step, asked, limit):
        step += HOUR
    assert moment == step


HISTORIES = st.tuples(st.lists(MOMENTS, max_size=6), st.lists(MOMENTS, max_size=3))


@given(
    HISTORIES,
    st.tuples(LIMITS, LIMITS),
    st.tuples(st.integers(0, 24), st.integers(0, 24)),
    st.integers(0, 23),
)
def test_whoever_always_tries_again_when_told_is_asked_as_early_as_allowed(
    histories, limits, hours, hour
):
    """The queue's way, held and tried again, ends where a search hour by hour does."""
    asked, same = histories[0] + histories[1], histories[1]
    (overall, limit), (start, end) = limits, hours
    checks = (("", asked, overall), ("survey_", same, limit))
    now = NOW.replace(hour=hour)
    quiet = Quiet(start, end)
    moment, tries = now, 0
    while (decision := decide(moment, NEVER, checks, quiet)).action == "hold":
        assert decision.reason
        assert decision.until > moment
        moment, tries = decision.until, tries + 1
        assert tries < 5
    assert decision == Decision("send")
    step = now
    all_day = start % 24 == end % 24
    while (
        not is_allowed(step, asked, overall)
        or not is_allowed(step, same, limit)
        or (not all_day and is_quiet(step.hour + step.minute / 60, start, end))
    ):
        step += HOUR
    assert moment == step


@given(st.lists(MOMENTS, max_size=6), LIMITS, st.integers(-100, 4000))
def test_nothing_is_held_past_its_deadline(asked, limit, hours):
    deadline = NOW + hours * HOUR
    decision = decide(NOW, deadline, [("", asked, limit)], Quiet())
    _reason, free = find_free_moment(asked, limit, NOW)
    if free >= deadline + LEEWAY:
        late = Decision("expire", "late")
        assert decision == late if deadline <= NOW else decision.until == deadline
    elif decision.action == "hold":
        assert NOW < decision.until == free
    else:
        assert decision == Decision("send")


@given(st.integers(1, 400), st.integers(0, 23))
def test_a_hold_as_long_as_the_gap_lets_go(days, hours):
    """Whatever the job and a quiet night took when the other one was sent."""
    asked, deadline = [NOW + hours * HOUR], NOW + timedelta(days=days)
    checks = [("", asked, Limit(days))]
    decision = decide(asked[0], deadline, checks, Quiet())
    assert decision == Decision("hold", "gap", asked[0] + timedelta(days=days))
    assert decide(decision.until, deadline, checks, Quiet()) == Decision("send")


@pytest.mark.parametrize(
    ("days_ago", "overall", "same", "reason", "days"),
    [
        ([], Limit(30), Limit(), "", 0),
        ([10], Limit(30), Limit(), "gap", 20),
        ([30], Limit(30), Limit(), "", 0),
        ([300, 200, 100], Limit(0, 3, 365), Limit(), "count", 65),
        ([400, 200, 100], Limit(0, 3, 365), Limit(), "", 0),
        ([10], Limit(30), Limit(90), "survey_gap", 80),
        ([10], Limit(30), Limit(15), "gap", 20),
        ([10], Limit(0), Limit(0, 1, 180), "survey_count", 170),
    ],
)
def test_known_cases(days_ago, overall, same, reason, days):
    asked = [NOW - timedelta(days=number) for number in days_ago]
    checks = (("", asked, overall), ("survey_", asked, same))
    decision = decide(NOW, NEVER, checks, Quiet())
    until = NOW + timedelta(days=days) if reason else None
    assert decision == Decision("hold" if reason else "send", reason, until)


def test_quiet_hours_are_those_of_the_customer():
    # noon in London is nine in the evening in Tokyo
    decision = decide(NOW, NEVER, (), Quiet(20, 8, "Asia/Tokyo"))
    assert decision == Decision("hold", "quiet", datetime(2026, 11, 29, 23, 0))


def test_the_sample_has_its_size_and_grows_without_losing_anybody():
    keys = [f"7:{number}" for number in range(20_000)]
    drawn = {share: {key for key in keys if is_sampled(key, share)} for share in (0, 10, 50, 100)}
    assert not drawn[0]
    assert drawn[100] == set(keys)
    assert drawn[10] < drawn[50] < drawn[100]
    # 10 % of 20,000: the standard deviation is 42
    assert abs(len(drawn[10]) - 2000) < 4 * 42.4
    assert abs(len(drawn[50]) - 10_000) < 4 * 70.7


@given(st.text(max_size=20), st.floats(0, 100))
def test_a_key_is_always_in_or_always_out(key, share):
    assert is_sampled(key, share) == is_sampled(key, share)
