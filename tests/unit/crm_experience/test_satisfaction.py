"""Gap, NPS, CSAT, CES and delivered value."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.satisfaction import (
    SCALES,
    ces,
    csat,
    delivered_value,
    gap,
    is_on_scale,
    normalise,
    nps,
)

metric = st.sampled_from(sorted(SCALES))
rating = st.floats(0, 10)


def test_gap():
    assert gap(7, 5) == -2
    assert gap(0, 0) == 0
    assert gap(None, 5) is None
    assert gap(5, None) is None


@given(rating, rating)
def test_a_gap_is_on_its_scale(expectation, experience):
    assert is_on_scale("gap", gap(expectation, experience))


def test_a_zero_is_an_answer():
    assert is_on_scale("nps", 0)
    assert nps([0]) == -100
    assert normalise("nps", 0) == 0


@pytest.mark.parametrize(
    ("name", "score", "expected"),
    [
        ("nps", 10, True),
        ("nps", 11, False),
        ("nps", 7.5, False),
        ("csat", 0, False),
        ("csat", 1, True),
        ("csat", 6, False),
        ("ces", 7, True),
        ("ces", 8, False),
        ("gap", -10, True),
        ("gap", 2.5, True),
        ("gap", 10.1, False),
    ],
)
def test_scale(name, score, expected):
    assert is_on_scale(name, score) is expected


def test_nps():
    # two promoters, two passives, one detractor: 40 % - 20 %
    assert nps([9, 10, 7, 8, 6]) == 20
    assert nps([]) is None


@given(st.lists(st.integers(0, 10), min_size=1))
def test_nps_by_counting_each_answer(scores):
    count = Counter(scores)
    promoters, detractors = count[9] + count[10], sum(count[score] for score in range(7))
    assert nps(scores) == pytest.approx(100 * (promoters - detractors) / len(scores))


@given(rating, rating)
def test_delivered_value_turns_round(total_value, total_cost):
    value = delivered_value(total_value, total_cost)
    assert value == pytest.approx(-delivered_value(total_cost, total_value))
    assert is_on_scale("value", value)


@given(st.lists(st.integers(0, 10), min_size=1))
def test_nps_is_between_all_detractors_and_all_promoters(scores):
    assert -100 <= nps(scores) <= 100


def test_csat_does_not_count_a_three():
    assert csat([5, 4, 3, 1]) == 50
    assert csat([]) is None


def test_ces():
    assert ces([7, 5, 4, 1]) == (50, 4.25)
    assert ces([]) is None


@given(metric, st.data())
def test_normalise_keeps_the_order(name, data):
    low, high = SCALES[name]
    lower, upper = sorted(data.draw(st.tuples(st.integers(low, high), st.integers(low, high))))
    assert 0 <= normalise(name, lower) <= normalise(name, upper) <= 10


def test_normalise():
    assert [normalise("csat", score) for score in (1, 3, 5)] == [0, 5, 10]
    assert normalise("gap", 0) == 5
    with pytest.raises(ValueError, match="outside"):
        normalise("csat", 0)
    with pytest.raises(KeyError):
        normalise("stars", 1)
