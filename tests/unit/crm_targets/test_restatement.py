from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.restatement import is_restated

figures = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


@given(figures)
def test_what_is_as_it_was_is_not_restated(figure):
    assert not is_restated(figure, figure)


@given(figures, figures)
def test_both_directions_agree(one, other):
    assert is_restated(one, other) == is_restated(other, one)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_figure_that_comes_or_goes_is_restated(figure):
    assert is_restated(None, figure)


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20))
def test_the_order_of_adding_is_no_change(amounts):
    assert not is_restated(sum(amounts), sum(reversed(amounts)))


@given(st.integers(-(10**6), 10**6), st.integers(1, 100))
def test_a_whole_unit_more_is_a_change(figure, step):
    assert is_restated(float(figure), float(figure + step))
