"""What a measured figure earns by a reward rule.

A figure is *beyond* the standard by how much better it is: above it where higher is better, below
it where lower is better.
"""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal, NamedTuple

Formula = Literal["fixed", "per_unit", "steps"]
Direction = Literal["higher", "lower"]

# Sums of decimals are not exact: 0.1 + 0.2 reaches 0.3.
_TOLERANCE = 1e-9
_EXACT_DIGITS = 9


class Step(NamedTuple):
    """From this figure on (down to it, where lower is better) this amount."""

    value: float
    amount: float


def get_surplus(value: float, standard: float, direction: Direction = "higher") -> float:
    """By how much a figure is beyond the standard; 0 where it just reaches or misses it.

    :raises ValueError: if a number is not finite

    >>> get_surplus(12, 10), get_surplus(12, 10, "lower"), get_surplus(3, 5, "lower")
    (2, 0.0, 2)
    """
    _check(value, standard)
    surplus = value - standard if direction == "higher" else standard - value
    return surplus if surplus > _get_margin(value, standard) else 0.0


def is_reached(value: float, standard: float, direction: Direction = "higher") -> bool:
    """Whether a figure is as good as the standard.

    :raises ValueError: if a number is not finite

    >>> is_reached(0.1 + 0.2, 0.3), is_reached(0.2, 0.3), is_reached(0.2, 0.3, "lower")
    (True, False, True)
    """
    _check(value, standard)
    shortage = standard - value if direction == "higher" else value - standard
    return shortage <= _get_margin(value, standard)


def get_reward(
    formula: Formula,
    value: float,
    standard: float = 0.0,
    amount: float = 0.0,
    *,
    steps: Sequence[Step] = (),
    cap: float | None = None,
    direction: Direction = "higher",
    digits: int = 2,
) -> float:
    """The amount that a figure earns.

    :param formula: ``fixed``: the amount, if the standard is reached; ``per_unit``: the amount for
        every unit beyond the standard, parts of a unit in proportion; ``steps``: the amount of
        the best step that is reached
    :param amount: not negative
    :param steps: in any order
    :param cap: never more than this; None: no limit
    :param digits: decimal places of the currency; halves are rounded away from zero
    :return: not negative
    :raises ValueError: if a number is not finite, an amount negative, or the formula unknown

    >>> get_reward("per_unit", 12, 10, 2.5)
    5.0
    >>> get_reward("steps", 95, steps=[Step(90, 100), Step(80, 50)])
    100.0
    """
    _check(value, standard, amount, *(number for step in steps for number in step))
    if amount < 0 or any(step.amount < 0 for step in steps) or (cap is not None and cap < 0):
        raise ValueError("An amount is negative.")
    if formula == "fixed":
        earned = _exact(amount if is_reached(value, standard, direction) else 0.0)
    elif formula == "per_unit":
        earned = _exact(amount) * _exact(get_surplus(value, standard, direction))
    elif formula == "steps":
        reached = [step for step in steps if is_reached(value, step.value, direction)]
        sign = 1 if direction == "higher" else -1
        best = max(reached, key=lambda step: (sign * step.value, step.amount), default=None)
        earned = _exact(best.amount if best else 0.0)
    else:
        raise ValueError(f"Unknown formula: {formula}")
    if cap is not None:
        earned = min(earned, _exact(cap))
    return _round(earned, digits)


def _exact(number: float) -> Decimal:
    """The decimal that was meant, without what binary fractions add to it."""
    if not math.isfinite(number):
        raise ValueError("The amount is out of range.")
    return Decimal(repr(round(number, _EXACT_DIGITS)))


def _round(value: Decimal, digits: int) -> float:
    try:
        return float(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    except InvalidOperation as error:
        raise ValueError("The amount is out of range.") from error


def _get_margin(value: float, standard: float) -> float:
    return _TOLERANCE * max(1.0, abs(value), abs(standard))


def _check(*numbers: float) -> None:
    if not all(map(math.isfinite, numbers)):
        raise ValueError("A number is not finite.")
