import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.urgency import POINTS, get_urgency

days = st.integers(-400, 400)
reasons = st.tuples(
    st.integers(0, 400),
    st.integers(0, 400),
    st.none() | days,
    st.booleans(),
    st.floats(0, 100, allow_nan=False),
)


def test_points_are_a_hundred():
    assert sum(POINTS.values()) == 100


@given(reasons)
def test_bounds(reason):
    assert 0 <= get_urgency(*reason) <= 100 + 1e-9


@given(reasons, st.integers(1, 50))
def test_more_of_a_reason_is_never_less_urgent(reason, more):
    silent, stage, closing, has_step, ratio = reason
    urgency = get_urgency(*reason) - 1e-9
    assert get_urgency(silent + more, stage, closing, has_step, ratio) >= urgency
    assert get_urgency(silent, stage + more, closing, has_step, ratio) >= urgency
    assert get_urgency(silent, stage, closing, False, ratio) >= urgency
    assert get_urgency(silent, stage, closing, has_step, ratio + more) >= urgency
    if closing is not None:
        assert get_urgency(silent, stage, closing - more, has_step, ratio) >= urgency


@pytest.mark.parametrize(
    ("days_to_close", "points"), [(None, 0), (31, 0), (30, 0), (7, 25), (0, 25), (-90, 25)]
)
def test_closing(days_to_close, points):
    assert get_urgency(0, 0, days_to_close, True, 0.0) == points
