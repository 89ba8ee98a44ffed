"""Proposals of targets: a figure, and what it was made of, so that it can be argued about."""

from collections.abc import Sequence
from math import fsum, isfinite
from typing import NamedTuple


class Proposal(NamedTuple):
    """A proposed figure with its reasons, all in the unit of the indicator.

    :ivar value: what is proposed; None when there is nothing to go by.
    :ivar base: figure that it starts from, before growth; None when there is none.
    :ivar number: how many figures `base` was made of.
    :ivar growth: relative growth on top, as a fraction.
    """

    value: float | None
    base: float | None
    number: int
    growth: float


def propose_growth(last: float | None, growth: float = 0.0) -> Proposal:
    """Last year's same period, and growth on top of it.

    Growth moves a figure up, whatever its sign: a loss of 100 with growth of 10 % is one of 90.

    :param last: figure of the same period a year before; None when there is none.
    :param growth: as a fraction, -1 or more; 0.05 is five per cent.
    :raises ValueError: for growth below -1 or that is no number.

    >>> propose_growth(200, 0.05).value
    210.0
    """
    _check_growth(growth)
    if last is None:
        return Proposal(None, None, 0, growth)
    return Proposal(float(last + abs(last) * growth), float(last), 1, growth)


def propose_average(figures: Sequence[float | None], growth: float = 0.0) -> Proposal:
    """Average of the last periods, and growth on top of it. Periods without a figure do not count.

    >>> propose_average([90, None, 110])
    Proposal(value=100.0, base=100.0, number=2, growth=0.0)
    """
    known = [figure for figure in figures if figure is not None]
    average = fsum(known) / len(known) if known else None
    return propose_growth(average, growth)._replace(number=len(known))


def propose_pipeline(due: float | None, reached: float = 0.0, growth: float = 0.0) -> Proposal:
    """What the period has brought so far and what is open for it, weighted, and growth on top.

    :param due: weighted pipeline of the period, 0 or more; None where none feeds the indicator.
    :param reached: figure of the period so far, 0 before it begins.

    >>> propose_pipeline(500, reached=100, growth=0.1).value
    660.0
    """
    return propose_growth(None if due is None else due + reached, growth)


def _check_growth(growth: float) -> None:
    if not isfinite(growth) or growth < -1:
        raise ValueError("Growth is a number of -100 % or more")
