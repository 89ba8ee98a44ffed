import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.disclosure import get_hidden

sizes = st.dictionaries(st.integers(), st.integers(0, 40), max_size=12)
minimums = st.integers(1, 20)


@given(sizes, minimums)
def test_nothing_small_is_shown_or_can_be_worked_out(groups, minimum):
    hidden = get_hidden(groups, minimum)
    for key, size in groups.items():
        if key not in hidden:
            assert size == 0 or size >= minimum
    if hidden:
        rest = sum(groups[key] for key in hidden)
        all_hidden = hidden == {key for key, size in groups.items() if size}
        assert all_hidden or (len(hidden) > 1 and rest >= minimum)


@given(sizes, minimums)
def test_no_more_is_hidden_than_needed(groups, minimum):
    hidden = get_hidden(groups, minimum)
    small = {key for key, size in groups.items() if 0 < size < minimum}
    assert small <= hidden
    assert len(hidden - small) <= 1


@pytest.mark.parametrize(
    ("groups", "hidden"),
    [
        ({}, set()),
        ({"a": 5, "b": 7}, set()),
        ({"a": 0, "b": 7}, set()),
        ({"a": 4}, {"a"}),
        ({"a": 4, "b": 20}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 20, "d": 30}, {"a", "b", "c"}),
    ],
)
def test_examples(groups, hidden):
    assert get_hidden(groups, 5) == hidden
