"""Parts sum to the whole: any split, any tree, any rounding."""

from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_targets.tools.split import MOST_UNITS, round_to, split_table, split_total

STEPS = st.sampled_from([0.01, 0.05, 0.001, 1.0, 5.0, 10.0, 1e-6])
TOTALS = st.floats(-1e8, 1e8)
WEIGHT = st.one_of(st.integers(0, 10**6), st.floats(0, 1e9), st.floats(1e-300, 1e300))
WEIGHTS = st.lists(WEIGHT, min_size=1, max_size=60).filter(any)
# A tree of weights: a leaf is a weight, a knot is a weight and what hangs below it.
TREE = st.recursive(
    WEIGHT.map(lambda weight: (weight, [])),
    lambda below: st.tuples(WEIGHT, st.lists(below, min_size=1, max_size=5)),
    max_leaves=40,
)


def exact(number):
    return Decimal(repr(number))


def exact_sum(numbers):
    return sum(map(exact, numbers), Decimal(0))


@given(TOTALS, WEIGHTS, STEPS)
def test_parts_sum_to_the_whole(total, weights, step):
    parts = split_total(total, weights, step)
    assert exact_sum(parts) == exact(round_to(total, step))
    assert all(exact(part) % exact(step) == 0 for part in parts)


@given(TOTALS, WEIGHTS, STEPS)
def test_parts_are_near_their_exact_share(total, weights, step):
    whole = exact(round_to(total, step))
    weighed = [exact(float(weight)) for weight in weights]
    for part, weight in zip(split_total(total, weights, step), weighed, strict=True):
        share = whole * weight / sum(weighed)
        assert abs(exact(part) - share) <= exact(step) * Decimal("1.000001")


@given(TOTALS, TREE, STEPS)
def test_any_tree_sums_on_every_level(total, tree, step):
    leaves = []

    def split(value, below):
        if not below or not any(weight for weight, _below in below):
            leaves.append(value)
            return
        parts = split_total(value, [weight for weight, _below in below], step)
        assert exact_sum(parts) == exact(value)
        for part, (_weight, deeper) in zip(parts, below, strict=True):
            split(part, deeper)

    split(round_to(total, step), tree[1])
    assert exact_sum(leaves) == exact(round_to(total, step))


@given(WEIGHTS, STEPS, st.integers(0, 10**9))
def test_negative_totals_mirror_positive_ones(weights, step, units):
    positive = split_total(units * step, weights, step)
    assert split_total(-units * step, weights, step) == [-part for part in positive]


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_equal_weights_differ_by_one_step_and_the_first_get_it(units, count):
    parts = split_total(units, [1] * count, 1)
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@given(WEIGHTS, st.sampled_from([2, 10, 0.5]))
def test_size_of_weights_does_not_matter(weights, factor):
    weights = [min(weight, 1e9) for weight in weights if weight > 1e-9] or [1]
    scaled = [weight * factor for weight in weights]
    parts, others = split_total(1000, weights, 1), split_total(1000, scaled, 1)
    assert max(abs(part - other) for part, other in zip(parts, others, strict=True)) <= 1


def test_nothing_for_a_weight_of_zero():
    assert split_total(10, [0, 1, 0], 1) == [0, 10, 0]


def test_zero_is_split_into_zeros():
    assert split_total(0, [1, 2, 3]) == [0, 0, 0]


def test_swiss_francs():
    assert split_total(1, [1, 1, 1], 0.05) == [0.35, 0.35, 0.3]


@pytest.mark.parametrize(
    ("total", "weights", "step", "reason"),
    [
        (1, [], 1, "nothing to split"),
        (1, [0, 0], 1, "All weights are zero"),
        (1, [1, -1], 1, "0 or more"),
        (1, [nan], 1, "0 or more"),
        (1, [inf], 1, "0 or more"),
        (nan, [1], 1, "Not a number"),
        (inf, [1], 1, "Not a number"),
        (1, [1], 0, "Not a number"),
        (MOST_UNITS * 2.0, [1], 1, "Too large"),
        (1e300, [1], 0.01, "Too large"),
    ],
)
def test_bad_input_is_named(total, weights, step, reason):
    with pytest.raises(ValueError, match=reason):
        split_total(total, weights, step)


@pytest.mark.parametrize(
    ("number", "step", "rounded"),
    [(0.125, 0.01, 0.13), (-0.125, 0.01, -0.13), (7, 5, 5), (8, 5, 10), (1e300, 0.01, 1e300)],
)
def test_round_to(number, step, rounded):
    assert round_to(number, step) == rounded


# ------------------------------------------------------------
# Tables
# ------------------------------------------------------------


@st.composite
def margins(draw):
    """Sums of rows and of columns with the same whole, in units of 1, all of one sign."""
    cells = draw(
        st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=1, max_size=8)
    )
    sign = draw(st.sampled_from([1, -1]))
    rows = [sign * sum(row) for row in cells]
    columns = [sign * sum(column) for column in zip(*cells, strict=True)]
    return rows, columns


@given(margins())
def test_table_sums_both_ways(sums):
    rows, columns = sums
    table = split_table(rows, columns, 1)
    assert [sum(row) for row in table] == rows
    assert [sum(column) for column in zip(*table, strict=True)] == columns
    sign = -1 if sum(rows) < 0 else 1
    assert all(cell * sign >= 0 for row in table for cell in row)


def test_table_of_cents():
    table = split_table([33.34, 33.33, 33.33], [8.34] + [8.33] * 8 + [8.34] * 3, 0.01)
    assert [round(sum(row), 2) for row in table] == [33.34, 33.33, 33.33]


@pytest.mark.parametrize(
    ("rows", "columns", "reason"),
    [([1, 2], [4], "same whole"), ([2, -1], [1], "above zero"), ([1], [2, -1], "above zero")],
)
def test_bad_tables(rows, columns, reason):
    with pytest.raises(ValueError, match=reason):
        split_table(rows, columns, 1)
