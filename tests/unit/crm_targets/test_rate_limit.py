from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.rate_limit import RateLimit


def test_counts_each_key_on_its_own():
    limit = RateLimit(limit=1, seconds=60)
    assert limit.allows("a", 0)
    assert limit.allows("b", 0)
    assert not limit.allows("a", 59)
    assert limit.allows("a", 60)


def test_forgets_rather_than_grows():
    limit = RateLimit(limit=1, seconds=60, most=3)
    assert all(limit.allows(key, 0) for key in range(100))
    assert len(limit._counts) <= 3


@given(
    st.integers(1, 5),
    st.lists(st.floats(0, 1000, allow_nan=False), max_size=60).map(sorted),
)
def test_never_more_than_the_limit_in_a_window(most, times):
    limit = RateLimit(limit=most, seconds=100)
    allowed = [time // 100 for time in times if limit.allows("a", time)]
    assert all(allowed.count(window) <= most for window in allowed)
    asked = [time // 100 for time in times]
    assert all(allowed.count(window) == min(most, asked.count(window)) for window in asked)
