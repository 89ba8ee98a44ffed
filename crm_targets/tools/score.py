"""Score of an indicator: how good a value is, between its red flag and its goal.

Source: the piecewise-linear scale of balanced-scorecard software. A value at the goal scores 6.6,
at the red flag 3.3; the scale goes on by one more width of the band on either side, where it
reaches 10 and 0.
"""

from math import floor
from typing import Literal, NamedTuple

Direction = Literal["higher", "lower", "range"]
BandName = Literal["good", "fair", "poor", "none"]

BEST = 10.0
GOOD = 6.6
FAIR = 3.3
WORST = 0.0


class Band(NamedTuple):
    """The two values that give the scale its place, in the unit of the indicator."""

    goal: float
    red_flag: float


def get_score(value: float, band: Band, direction: Direction = "higher") -> float:
    """Score of `value`, 0 (worst) to 10 (best).

    With goal G and red flag R: 0 at R - (G - R), 3.3 at R, 6.6 at G, 10 at G + (G - R), straight
    between, flat beyond. Lower is better is simply G < R.

    `range` peaks in the middle: the goal is the middle, the red flag is where it turns red on
    either side. The distance from the middle is scored as lower is better with its goal half way:
    10 in the middle, 6.6 half way to the red flag, 3.3 at it, 0 at one and a half times.

    A band without width (G = R) has no slope: a value better than it scores 10, the value itself
    6.6, a worse one 0; which side is better then follows from `direction`.

    >>> get_score(15, Band(goal=15, red_flag=8))
    6.6
    >>> get_score(8, Band(goal=15, red_flag=8))
    3.3
    >>> get_score(2, Band(goal=2, red_flag=4), "lower")
    6.6
    >>> get_score(20, Band(goal=20, red_flag=24), "range")
    10.0
    """
    goal, red_flag = band
    if direction == "range":
        reach = abs(red_flag - goal)
        if not reach:
            return BEST if value == goal else WORST
        return get_score(abs(value - goal), Band(reach / 2, reach), "lower")
    width = goal - red_flag
    if not width:
        ahead = value - goal if direction == "higher" else goal - value
        return BEST if ahead > 0 else GOOD if ahead == 0 else WORST
    position = (value - red_flag) / width  # 0 at the red flag, 1 at the goal
    if position <= 0:
        return max(WORST, FAIR * (1 + position))
    if position <= 1:
        return FAIR + (GOOD - FAIR) * position
    return min(BEST, GOOD + (BEST - GOOD) * (position - 1))


def get_band(target: float, goal_share: float, red_flag_share: float) -> Band:
    """The band that a target gives; shares are fractions of it (1.0 is the target itself).

    A share means a distance from the target, so that it keeps its side when the target is
    negative: 80 % of -100 is -120, which is worse than -100, not better.

    >>> get_band(200, 1.0, 0.8)
    Band(goal=200.0, red_flag=160.0)
    >>> get_band(-100, 1.0, 0.8)
    Band(goal=-100.0, red_flag=-120.0)
    """
    size = abs(target)
    return Band(
        goal=float(target + (goal_share - 1) * size),
        red_flag=float(target + (red_flag_share - 1) * size),
    )


def get_band_name(score: float | None) -> BandName:
    """The traffic light of a score: good from 6.6, fair from 3.3, else poor; none without score.

    Compared with a tolerance of one billionth, so that a value that is exactly at the goal does
    not turn fair by the rounding of a weighted average.
    """
    if score is None:
        return "none"
    if score >= GOOD - 1e-9:
        return "good"
    return "fair" if score >= FAIR - 1e-9 else "poor"


def get_shown_score(score: float) -> float:
    """A score as it is shown, with one decimal: rounded down, so that none looks like the band
    above it.

    :param score: 0 to 10.

    >>> get_shown_score(6.59), get_shown_score(6.6)
    (6.5, 6.6)
    """
    # The small part makes up for what binary numbers lack.
    return floor(score * 10 + 1e-6) / 10


def get_trend(value: float, previous: float) -> float | None:
    """Relative change against the period before, as a fraction; None when that was zero.

    >>> get_trend(12, 10)
    0.2
    """
    return (value - previous) / abs(previous) if previous else None
