"""Splitting a whole into parts that add up to it, exactly, in its smallest unit.

Shares rarely come out even: a third of 100 is 33.33, and three of them are 99.99. The largest
remainder method (Hamilton's method of apportionment) gives every part its share rounded down and
hands out what is left, one smallest unit each, to those that lost most.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import isfinite

# A float holds 15 decimal digits; beyond them parts could not be told apart.
MOST_UNITS = 10**15


def round_to(number: float, step: float) -> float:
    """`number` as a multiple of `step`, halves away from zero.

    A number of more than 10¹⁵ steps has no digits left to round.

    >>> round_to(2.675, 0.01)
    2.68
    """
    return number if _is_too_large(number, step) else _to_float(_count(number, step), step)


def split_total(total: float, weights: Sequence[float], step: float = 0.01) -> list[float]:
    """Parts of `total` in proportion to `weights`, in the same order.

    They add up to `total`, rounded to `step`, and each differs from its exact share by less than
    one step. What is left over goes to the largest remainders; equal ones get it in order.

    :param total: may be zero or negative.
    :param weights: each 0 or more, not all zero; their size does not matter.
    :param step: smallest unit, such as 0.01 for cents or 1 for pieces.
    :raises ValueError: without weights, with a weight below zero or that is no number, when all
        are zero, and for a total of more than 10¹⁵ steps.

    >>> split_total(100, [1, 1, 1])
    [33.34, 33.33, 33.33]
    >>> split_total(-5, [2, 0, 1], step=1)
    [-3.0, 0.0, -2.0]
    """
    count = _count(total, step)
    sign = -1 if count < 0 else 1
    units = _share_out(abs(count), _check_weights(weights))
    return [_to_float(sign * unit, step) for unit in units]


def split_table(
    rows: Sequence[float], columns: Sequence[float], step: float = 0.01
) -> list[list[float]]:
    """A table whose rows and columns add up: stores by months, say, of a region's year.

    Every cell is close to row × column ÷ whole. Each column is split by largest remainders; then
    single steps move within columns, from rows that got too much to rows that got too little,
    where the cell is furthest above its exact share.

    :param rows: sums of the rows, all of one sign.
    :param columns: sums of the columns, all of the sign of the rows and with the same whole.
    :raises ValueError: when signs differ or the wholes do.

    >>> split_table([5, 5], [3, 3, 4], step=1)
    [[1.0, 2.0, 2.0], [2.0, 1.0, 2.0]]
    """
    row_counts = [_count(row, step) for row in rows]
    column_counts = [_count(column, step) for column in columns]
    whole = sum(row_counts)
    if whole != sum(column_counts):
        raise ValueError("Rows and columns do not add up to the same whole")
    if min(row_counts + column_counts, default=0) < 0 < max(row_counts + column_counts, default=0):
        raise ValueError("Some parts are above zero and some below")
    sign = -1 if whole < 0 else 1
    wanted = [abs(count) for count in row_counts]
    weights = [Fraction(count) for count in wanted] if whole else [Fraction(1)] * len(rows)
    table = [
        list(row)
        for row in zip(*(_share_out(abs(count), weights) for count in column_counts), strict=True)
    ]
    exact = [
        [
            Fraction(row * abs(column), abs(whole)) if whole else Fraction(0)
            for column in column_counts
        ]
        for row in wanted
    ]
    _balance(table, wanted, exact)
    return [[_to_float(sign * cell, step) for cell in row] for row in table]


def _balance(
    table: list[list[int]], wanted: Sequence[int], exact: Sequence[Sequence[Fraction]]
) -> None:
    """Move single units within columns until every row has what is wanted."""
    excess = [sum(row) - count for row, count in zip(table, wanted, strict=True)]
    while any(excess):
        giver = max(range(len(table)), key=lambda row: excess[row])
        taker = min(range(len(table)), key=lambda row: excess[row])
        filled = [column for column, cell in enumerate(table[giver]) if cell]
        column = max(
            filled,
            key=lambda column: (
                table[giver][column]
                - exact[giver][column]
                - table[taker][column]
                + exact[taker][column]
            ),
        )
        table[giver][column] -= 1
        table[taker][column] += 1
        excess[giver] -= 1
        excess[taker] += 1


def _share_out(count: int, weights: Sequence[Fraction]) -> list[int]:
    whole = sum(weights)
    shares = [count * weight / whole for weight in weights]
    units = [int(share) for share in shares]
    lost = sorted(range(len(shares)), key=lambda place: (units[place] - shares[place], place))
    for place in lost[: count - sum(units)]:
        units[place] += 1
    return units


def _check_weights(weights: Sequence[float]) -> list[Fraction]:
    if not weights:
        raise ValueError("There is nothing to split into")
    if not all(isfinite(weight) and weight >= 0 for weight in weights):
        raise ValueError("A weight is a number of 0 or more")
    if not any(weights):
        raise ValueError("All weights are zero")
    return [Fraction(weight) for weight in weights]


def _is_too_large(number: float, step: float) -> bool:
    return abs(number) > MOST_UNITS * step


def _count(number: float, step: float) -> int:
    """How many steps the number has."""
    if not (isfinite(number) and isfinite(step) and step > 0):
        raise ValueError("Not a number that can be split")
    if _is_too_large(number, step):
        raise ValueError("Too large for its smallest unit")
    steps = Decimal(repr(float(number))) / Decimal(repr(float(step)))
    return int(steps.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _to_float(count: int, step: float) -> float:
    return float(count * Decimal(repr(float(step))))
