"""Which tier a member has.

Two currencies: *qualifying* points decide the tier, redeemable ones are spent. Qualifying points
count in a rolling window. A higher tier is reached at once; a tier is lost when the nightly
evaluation finds too few points in the window, or at once when the order that brought it is
cancelled.

Tiers are given as their thresholds in ascending order; a tier is its rank: 0 is no tier, 1 the
first. The nightly evaluation says the same in SQL (``width_bucket``).
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal


def decide(qualifying: Decimal, thresholds: Sequence[Decimal]) -> int:
    """Rank of the highest tier whose threshold is reached.

    :param qualifying: points in the window, may be negative.
    :param thresholds: points from which each tier is reached, ascending.
    """
    return bisect_right(thresholds, qualifying)


def decide_at_once(
    current: int, qualifying: Decimal, thresholds: Sequence[Decimal], before: int | None = None
) -> int:
    """Rank right after a change of points, before the next nightly evaluation.

    :param current: rank before the change.
    :param before: rank before the upgrade to `current`, if the document that caused that upgrade
        was just taken back; else None. The tier falls no lower than this.
    """
    decided = decide(qualifying, thresholds)
    if decided >= current or before is None:
        return max(decided, current)
    return max(decided, min(before, current))


def get_window_start(today: date, months: int) -> date | None:
    """First day of the rolling window that ends today; None without a window.

    The same day so many months ago, or the last day of that month if it has no such day.

    :param months: length of the window, 0 for all time.
    """
    if months <= 0:
        return None
    index = today.year * 12 + today.month - 1 - months
    year, month = index // 12, index % 12 + 1
    if year < 1:
        return date.min
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def get_progress(qualifying: Decimal, lower: Decimal, upper: Decimal) -> float:
    """How far between two thresholds, in percent from 0 to 100.

    :param lower: threshold of the present tier, 0 without one.
    :param upper: threshold of the next tier.
    """
    if upper <= lower:
        return 100.0
    share = (qualifying - lower) / (upper - lower)
    return float(min(max(share, Decimal(0)), Decimal(1)) * 100)
