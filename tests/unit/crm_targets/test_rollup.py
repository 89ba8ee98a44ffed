import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.rollup import get_shares, get_weighted_average

scores = st.one_of(st.none(), st.floats(0, 10))
items = st.lists(st.tuples(scores, st.floats(0.01, 100)), max_size=8)


def test_missing_scores_take_no_part():
    assert get_weighted_average([(6.0, 50), (None, 25), (3.0, 25)]) == 5.0


@pytest.mark.parametrize("empty", [[], [(None, 10)], [(5.0, 0)]])
def test_nothing_to_average(empty):
    assert get_weighted_average(empty) is None


def test_negative_weight_is_refused():
    with pytest.raises(ValueError, match="negative"):
        get_weighted_average([(5.0, -1)])


@given(items)
def test_average_lies_between_its_parts(pairs):
    known = [score for score, _weight in pairs if score is not None]
    average = get_weighted_average(pairs)
    assert (average is None) == (not known)
    if known:
        assert min(known) - 1e-9 <= average <= max(known) + 1e-9


@given(items, st.floats(0.01, 100))
def test_unit_of_weights_does_not_matter(pairs, factor):
    scaled = [(score, weight * factor) for score, weight in pairs]
    average, other = get_weighted_average(pairs), get_weighted_average(scaled)
    assert other == (None if average is None else pytest.approx(average))


@given(st.lists(st.floats(0, 100), min_size=1))
def test_shares_sum_to_the_whole(weights):
    assert sum(get_shares(weights)) == pytest.approx(100 if sum(weights) else 0)
