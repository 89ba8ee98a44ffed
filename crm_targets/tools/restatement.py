"""Restatements: figures that changed after the week in which they were reported."""

from math import isclose


def is_restated(reported: float | None, current: float | None) -> bool:
    """Whether a figure is no longer what was reported; None is no figure.

    Compared with a tolerance of one billionth: adding the same amounts in another order is no
    change.

    >>> is_restated(10.0, 12.0)
    True
    >>> is_restated(0.3, 0.1 + 0.2)
    False
    >>> is_restated(None, 0.0)
    True
    """
    if reported is None or current is None:
        return reported is not current
    return not isclose(reported, current, rel_tol=1e-9, abs_tol=1e-9)
