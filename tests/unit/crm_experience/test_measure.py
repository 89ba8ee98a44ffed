from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.measure import (
    SPANS,
    WHOLE,
    Remark,
    Reply,
    read_response,
    rescale,
    spread,
)
from crm_experience.tools.satisfaction import SCALES, is_on_scale, normalise

MEASURES = st.sampled_from(sorted(SPANS))
SPAN = st.tuples(st.integers(-20, 20), st.integers(1, 40)).map(lambda it: (it[0], it[0] + it[1]))


def exact(value, span, measure, is_inverted):
    """The same in fractions, from the end that counts: written without looking at the other."""
    first, last = map(Fraction, span)
    low, high = SPANS[measure]
    steps = (last - value) if is_inverted else (value - first)
    score = low + steps * (high - low) / (last - first)
    if measure not in WHOLE:
        return score
    below = score.numerator // score.denominator
    return below + (score - below >= Fraction(1, 2))


@given(st.data(), MEASURES, SPAN, st.booleans())
def test_rescale_agrees_with_fractions(data, measure, span, is_inverted):
    value = data.draw(st.integers(*span))
    score = rescale(value, span, measure, is_inverted)
    assert score == pytest.approx(float(exact(value, span, measure, is_inverted)), abs=1e-8)
    if measure in WHOLE:
        assert isinstance(score, int)
        assert is_on_scale(measure, score)


@given(MEASURES, SPAN)
def test_ends_meet_ends(measure, span):
    low, high = SPANS[measure]
    assert [rescale(value, span, measure) for value in span] == [low, high]
    assert [rescale(value, span, measure, True) for value in span] == [high, low]


@given(st.data(), MEASURES, SPAN, st.booleans())
def test_a_better_answer_never_counts_for_less(data, measure, span, is_inverted):
    values = sorted(data.draw(st.lists(st.integers(*span), min_size=2)))
    scores = [rescale(value, span, measure, is_inverted) for value in values]
    assert scores == sorted(scores, reverse=is_inverted)


@pytest.mark.parametrize(
    ("value", "span", "measure", "is_inverted", "score"),
    [
        (0, (0, 10), "nps", False, 0),
        (10, (0, 10), "nps", True, 0),
        (1, (1, 7), "ces", True, 7),
        (4, (1, 7), "ces", True, 4),
        (3, (1, 5), "csat", False, 3),
        (3, (1, 3), "csat", False, 5),
        (2, (1, 3), "csat", False, 3),
        (5, (1, 10), "csat", False, 3),
        (1, (0, 10), "csat", False, 1),
        (2, (1, 5), "experience", False, 2.5),
    ],
)
def test_known_answers(value, span, measure, is_inverted, score):
    assert rescale(value, span, measure, is_inverted) == score


@pytest.mark.parametrize(("value", "span"), [(0, (1, 5)), (6, (1, 5)), (1, (1, 1)), (1, (5, 1))])
def test_no_scale_or_off_the_scale(value, span):
    with pytest.raises(ValueError):
        rescale(value, span, "csat")


@given(MEASURES, st.integers(0, 30))
def test_spread_is_even_from_end_to_end(measure, count):
    values = spread(SPANS[measure], count)
    low, high = SPANS[measure]
    assert len(values) == count
    if count == 1:
        assert values == [high]
    if count > 1:
        assert (values[0], values[-1]) == (low, high)
        steps = [after - before for before, after in pairwise(values)]
        assert steps == pytest.approx([(high - low) / (count - 1)] * (count - 1))


def test_spread_of_less_than_nothing():
    with pytest.raises(ValueError):
        spread((1, 5), -1)


REPLIES = st.lists(
    st.builds(
        lambda index, measure, dimension, part: Reply(
            f"q{index}",
            measure,
            round(
                SPANS[measure][0] + part * (SPANS[measure][1] - SPANS[measure][0]),
                0 if measure in WHOLE else 3,
            ),
            dimension,
        ),
        st.integers(1, 500),
        MEASURES,
        st.none() | st.integers(1, 3),
        st.floats(0, 1),
    ),
    max_size=14,
    unique_by=lambda reply: reply.key,
)


@given(REPLIES)
def test_rows_of_a_response(replies):
    rows = read_response(replies)
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        low, high = SCALES[row["metric"]]
        assert low <= row["score"] <= high
        assert 0 <= normalise(row["metric"], row["score"]) <= 10
    singles = [reply for reply in replies if reply.measure in WHOLE]
    assert [row["score"] for row in rows if row["metric"] in WHOLE] == [
        reply.score for reply in singles
    ]
    paired = {
        reply.dimension
        for reply in replies
        if reply.measure == "expectation"
        and any(
            other.measure == "experience" and other.dimension == reply.dimension
            for other in replies
        )
    }
    assert {row["dimension"] for row in rows if row["metric"] == "gap"} == paired
    measures = {reply.measure for reply in replies}
    assert sum(row["metric"] == "value" for row in rows) == ({"value", "cost"} <= measures)
    for row in rows:
        if row["metric"] == "gap":
            assert row["score"] == row["experience"] - row["expectation"]
            assert row["total_value"] is None
        if row["metric"] == "value":
            assert row["score"] == row["total_value"] - row["total_cost"]
            assert row["expectation"] is None


def test_value_and_cost_are_means_of_the_response():
    (row,) = read_response(
        [
            Reply("q1", "value", 8),
            Reply("q2", "value", 6),
            Reply("q3", "cost", 3),
            Reply("q4", "cost", 0),
            Reply("q5", "cost", 6),
        ]
    )
    assert (row["total_value"], row["total_cost"], row["score"]) == (7, 3, 4)
    assert (row["metric"], row["dimension"], row["key"]) == ("value", None, "value")


def test_gaps_pair_by_dimension():
    rows = read_response(
        [
            Reply("q1r1", "expectation", 8, 1),
            Reply("q1r2", "expectation", 5, 2),
            Reply("q2r1", "experience", 6, 1),
            Reply("q2r3", "experience", 9, 3),
        ]
    )
    assert [(row["dimension"], row["score"]) for row in rows] == [(1, -2)]


@pytest.mark.parametrize(
    ("remark", "where"),
    [
        (Remark("whole"), "nps"),
        (Remark("about the price", dimension=7), "csat"),
        (Remark("about nothing asked", dimension=99), "nps"),
        (Remark("beside the question", key="q3"), "ces"),
        (Remark("beside a question that gave nothing", key="q9"), "nps"),
    ],
)
def test_where_a_remark_goes(remark, where):
    replies = [Reply("q2", "csat", 4, 7), Reply("q3", "ces", 5), Reply("q1", "nps", 0)]
    rows = read_response(replies, [remark])
    assert {row["metric"]: row["comment"] for row in rows if row["comment"]} == {where: remark.text}


def test_a_remark_alone_is_no_answer():
    assert read_response([], [Remark("Hello")]) == []


def test_several_remarks_are_joined():
    (row,) = read_response([Reply("q1", "nps", 3)], [Remark("One"), Remark("Two")])
    assert row["comment"] == "One\nTwo"
