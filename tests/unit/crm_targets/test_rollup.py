import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.rollup import get_scores_below, get_shares, get_weighted_average

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


trees = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        st.lists(scores, min_size=size, max_size=size),
        st.tuples(*(st.integers(-1, number - 1) for number in range(size))),
        st.lists(st.floats(0.01, 100), min_size=size, max_size=size),
    )
)


def _below(tree, factor=1.0):
    own, parents, weights = tree
    return get_scores_below(
        dict(enumerate(own)),
        dict(enumerate(parents)),
        {number: weight * factor for number, weight in enumerate(weights)},
    )


def test_a_region_without_figures_hands_on_its_stores():
    below = get_scores_below(
        {"shop": 4.0, "kiosk": 7.0, "coast": None, "all": 5.0},
        {"shop": "coast", "kiosk": "coast", "coast": "all"},
        {"shop": 2, "kiosk": 1, "coast": 1},
    )
    assert below == {"shop": None, "kiosk": None, "coast": 5.0, "all": 5.0}


def test_nothing_counts_into_itself():
    with pytest.raises(ValueError, match="itself"):
        get_scores_below({1: 5.0, 2: 5.0}, {1: 2, 2: 1}, {1: 1, 2: 1})


@given(trees)
def test_scores_below_lie_between_the_scores_of_all(tree):
    known = [score for score in tree[0] if score is not None]
    for score in _below(tree).values():
        if score is not None:
            assert min(known) - 1e-9 <= score <= max(known) + 1e-9


@given(trees)
def test_there_is_a_score_below_where_something_below_has_one(tree):
    own, parents, _weights = tree
    below = _below(tree)
    for node in range(len(own)):
        children = [child for child, parent in enumerate(parents) if parent == node]
        assert (below[node] is not None) == any(
            own[child] is not None or below[child] is not None for child in children
        )


@given(trees, st.floats(0.01, 100))
def test_unit_of_the_weights_above_does_not_matter(tree, factor):
    scaled = _below(tree, factor)
    for node, score in _below(tree).items():
        assert scaled[node] == (None if score is None else pytest.approx(score))


@given(trees, st.integers(0, 11), st.floats(0, 10))
def test_a_better_store_never_lowers_what_is_above(tree, number, score):
    own, parents, weights = tree
    node = number % len(own)
    if own[node] is None:
        return
    better = [*own]
    better[node] = max(own[node], score)
    before, after = _below(tree), _below((better, parents, weights))
    for above, value in before.items():
        if value is not None:
            assert after[above] >= value - 1e-9
