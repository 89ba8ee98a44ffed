from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.proposal import (
    Proposal,
    propose_average,
    propose_growth,
    propose_pipeline,
)

FIGURES = st.floats(-1e9, 1e9)


def test_growth_on_last_year():
    assert propose_growth(200, 0.1) == Proposal(pytest.approx(220), 200, 1, 0.1)


def test_growth_of_a_loss_makes_it_smaller():
    assert propose_growth(-100, 0.1).value == pytest.approx(-90)


def test_nothing_to_go_by():
    assert propose_growth(None, 0.1) == Proposal(None, None, 0, 0.1)
    assert propose_average([None, None]) == Proposal(None, None, 0, 0)
    assert propose_pipeline(None, 5) == Proposal(None, None, 0, 0)


def test_zero_is_a_figure():
    assert propose_growth(0, 0.5).value == 0
    assert propose_average([0, 0]).number == 2


@given(st.lists(FIGURES, min_size=1), st.integers(0, 5))
def test_average_lies_between_and_gaps_do_not_count(figures, gaps):
    proposal = propose_average([*figures, *[None] * gaps])
    assert proposal.number == len(figures)
    assert min(figures) - 1e-6 <= proposal.value <= max(figures) + 1e-6


@given(FIGURES, st.floats(-1, 10), st.floats(0, 10))
def test_more_growth_is_never_less(last, growth, more):
    assert propose_growth(last, growth + more).value >= propose_growth(last, growth).value


@given(FIGURES, st.floats(0, 1e9))
def test_pipeline_comes_on_top_of_what_is_reached(reached, due):
    assert propose_pipeline(due, reached).base == due + reached


@pytest.mark.parametrize("growth", [-1.01, nan, inf])
def test_bad_growth(growth):
    with pytest.raises(ValueError, match="Growth"):
        propose_growth(1, growth)
