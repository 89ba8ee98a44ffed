from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.opening_hours import Days, group_days, join_spans

SPANS = st.lists(
    st.tuples(st.integers(0, 48), st.integers(0, 48)).map(
        lambda pair: (min(pair) / 2, max(pair) / 2)
    ),
    max_size=4,
)


def test_shop():
    week = {day: [(9, 12), (13, 18)] for day in range(5)} | {5: [(10, 14)]}
    assert group_days(week) == [
        Days(0, 4, ((9, 12), (13, 18))),
        Days(5, 5, ((10, 14),)),
        Days(6, 6, ()),
    ]
    assert group_days({}) == [Days(0, 6, ())]


@given(SPANS)
def test_joined_spans_cover_the_same_and_lie_apart(spans):
    joined = join_spans(spans)
    for quarter in range(97):
        hour = quarter / 4 + 0.1
        assert any(a <= hour < b for a, b in joined) == any(a <= hour < b for a, b in spans)
    for (_start, end), (start, _end) in pairwise(joined):
        assert end < start


@given(st.dictionaries(st.integers(0, 6), SPANS))
def test_every_day_once(week):
    grouped = group_days(week)
    days = [day for group in grouped for day in range(group.first, group.last + 1)]
    assert days == list(range(7))
    for group in grouped:
        for day in range(group.first, group.last + 1):
            assert group.spans == join_spans(week.get(day, ()))
    for one, other in pairwise(grouped):
        assert one.spans != other.spans
