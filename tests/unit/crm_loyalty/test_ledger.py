from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_loyalty.tools.ledger import (
    ADJUSTED,
    EARNED,
    KINDS,
    OPENING,
    OTHER,
    RETURNED,
    REVERSED,
    SPENT,
    UNIT,
    Document,
    Part,
    Source,
    get_qualifying,
    is_spending,
    split,
    to_ledger,
)

BALANCES = st.floats(-1e12, 1e12)
DECIMALS = st.decimals(-(10**9), 10**9, places=4)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (0.1 + 0.2, "0.3"),
        (0.00005, "0.0001"),
        (-0.00005, "-0.0001"),
        (0.000049, "0"),
        (1 / 3, "0.3333"),
        (123456789012.12345, "123456789012.123"),
        (1e300, "1e300"),
    ],
)
def test_to_ledger(points, expected):
    assert to_ledger(points) == Decimal(expected)


@pytest.mark.parametrize("points", [float("nan"), float("inf"), float("-inf")])
def test_to_ledger_refuses_what_is_no_number(points):
    with pytest.raises(ValueError, match="finite"):
        to_ledger(points)


@given(BALANCES)
def test_to_ledger_is_near_and_symmetric(points):
    assert abs(float(to_ledger(points)) - points) <= float(UNIT) / 2 + abs(points) * 1e-14
    assert to_ledger(-points) == -to_ledger(points)
    assert to_ledger(float(to_ledger(points))) == to_ledger(points)


@given(st.lists(BALANCES, min_size=1))
def test_changes_add_up_to_the_balance(balances):
    """However often the balance moves, nothing is lost to rounding."""
    rounded = [Decimal(0), *map(to_ledger, balances)]
    lines = [part for old, new in pairwise(rounded) for part in split(new - old, Source(), 1)]
    assert sum((line.points for line in lines), Decimal(0)) == to_ledger(balances[-1])


@given(DECIMALS, st.lists(st.tuples(st.sampled_from(KINDS), DECIMALS)))
def test_split_adds_up_whatever_was_known(delta, known):
    source = Source(gain=EARNED, loss=SPENT)
    source.parts[1] = [Part(kind, points, points) for kind, points in known]
    parts = split(delta, source, 1)
    assert sum((part.points for part in parts), Decimal(0)) == delta
    assert all(part.points or part.qualifying for part in parts)
    assert 1 not in source.parts
    assert source.cards == {1}


def test_split_uses_known_parts_once():
    order = Document("sale.order", 7, "S7")
    source = Source(gain=RETURNED, loss=SPENT, document=order)
    known = [Part(EARNED, Decimal(20), Decimal(20), order), Part(SPENT, Decimal(-100), Decimal(0))]
    source.parts[1] = known
    assert split(Decimal(-80), source, 1) == known
    assert split(Decimal(5), source, 1) == [Part(RETURNED, Decimal(5), Decimal(0), order)]
    source.parts[1] = known
    assert split(Decimal(-79), source, 1) == [*known, Part(OTHER, Decimal(1), Decimal(1))]


def test_split_keeps_what_only_qualifies():
    source = Source()
    source.parts[1] = [
        Part(REVERSED, Decimal(-10), Decimal(-10)),
        Part(RETURNED, Decimal(10), Decimal(0)),
    ]
    assert len(split(Decimal(0), source, 1)) == 2
    assert split(Decimal(0), source, 1) == []


@given(st.sampled_from(KINDS), DECIMALS)
def test_qualifying(kind, points):
    counted = get_qualifying(kind, points)
    if kind in (EARNED, REVERSED, ADJUSTED):
        assert counted == points
    elif kind in (OPENING, OTHER):
        assert counted == max(points, Decimal(0))
    else:
        assert counted == 0


def test_is_spending():
    assert is_spending([Part(EARNED, Decimal(1), Decimal(1)), Part(SPENT, Decimal(-1), Decimal(0))])
    assert not is_spending([Part(REVERSED, Decimal(-1), Decimal(-1))])
