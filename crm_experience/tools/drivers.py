"""Key experiences: which of them drive loyalty, by how much, and of which kind they are.

**Importance.** The target (recommendation in NPS points, or whether the customer came back) is
regressed on the experience of all dimensions at once; intervals and p values are robust against
unequal variances (HC3: J. MacKinnon, H. White, 1985). For coming back it is a logistic regression,
told as average marginal effects in percentage points. Who tests several dimensions finds one by
chance: p values are corrected by the method of S. Holm, "A Simple Sequentially Rejective Multiple
Test Procedure" (1979). What is not significant then is not ranked.

**Importance against performance** (J. Martilla, J. James, "Importance-Performance Analysis", 1977):
four quadrants about the mean importance and the mean performance of all that was looked at.

**Kinds** (D. Brandt, "A Procedure for Identifying Value-Enhancing Service Components Using Customer
Satisfaction Survey Data", 1987; K. Matzler, E. Sauerwein, "The factor structure of customer
satisfaction", 2002): every dimension is told by two dummies, low and high performance against the
middle. Low performance that costs is a *penalty*, high performance that pays a *reward*:

- basic: a penalty and no reward, or a penalty that is the larger of both
- loyalty-making: a reward and no penalty, or a reward at least as large as the penalty
- tolerated irritant: neither, although customers get less than they expect
- indifferent: neither, and customers get about what they expect
- unclear: neither was found, but there are too few low or high answers to say that there is none:
  an effect as large as a medium one (half a standard deviation of the target, J. Cohen, 1988) is
  still within an interval, or zero is not, whatever way it goes

Larger of both is judged by the impact asymmetry of J. Mikulić and D. Prebežac (2008).
"""

import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests
from statsmodels.tools.sm_exceptions import PerfectSeparationError
from statsmodels.tools.tools import add_constant

Kind = Literal["basic", "loyalty", "irritant", "indifferent", "unclear"]
Quadrant = Literal["keep", "improve", "low", "overkill"]
Target = Literal["recommendation", "repeat"]

ALPHA = 0.05
MINIMUM = 30
"""Fewest customers of an analysis at all."""
PER_DRIVER = 10
"""Fewest customers for every dimension that is looked at (F. Harrell, "Regression Modeling
Strategies", 2001: 10 to 20); for coming back, of the rarer outcome."""
TOGETHER = 0.98
"""Share of a dimension that the others explain, from which on its effect cannot be told apart:
a variance inflation of 50."""
LOW, HIGH = 5.0, 8.0
"""Experiences up to here are low, from here on high, on the scale 0–10."""
FEW = 10
"""Fewest customers with a low and with a high experience for saying that it does not matter."""
MEDIUM = 0.5


class Unfit(Exception):
    """Why the answers tell nothing about what matters.

    :ivar reason: ``few`` (``needed``, ``count``), ``constant`` (all customers have the same
        target), ``nothing`` (no dimension with differing answers), ``together`` (``names``: these
        go together so closely that they cannot be told apart), ``separated`` (coming back can be
        told without a doubt from the experience: no logistic regression exists), ``failed`` (the
        numbers lead to no result)
    """

    def __init__(self, reason: str, **values: Any):
        super().__init__(reason)
        self.reason = reason
        self.values = values


class Effect(NamedTuple):
    """An effect in points of the target, its 95 % interval and p values."""

    value: float
    low: float
    high: float
    p_value: float
    p_adjusted: float

    @property
    def is_significant(self) -> bool:
        return self.p_adjusted < ALPHA


class Driver(NamedTuple):
    """What a dimension does.

    :ivar effect: change of the target with one point more of experience
    :ivar importance: the same in standard deviations of both
    :ivar penalty: low against middle performance; None where nobody or everybody is low
    :ivar reward: high against middle performance
    """

    name: int
    effect: Effect
    importance: float
    penalty: Effect | None
    reward: Effect | None
    kind: Kind


class Analysis(NamedTuple):
    """What was found.

    :ivar fit: part of the differences between customers that is explained (R², for coming back
        McFadden's pseudo R²), 0…1
    :ivar fit_p_value: chance of such a fit if nothing mattered
    """

    drivers: list[Driver]
    size: int
    fit: float
    fit_p_value: float


def analyse(
    names: Sequence[int],
    experiences: Sequence[Sequence[float]],
    target: Sequence[float],
    *,
    gaps: Sequence[float | None] = (),
    kind: Target = "recommendation",
    minimum: int = MINIMUM,
    bounds: tuple[float, float] = (LOW, HIGH),
) -> Analysis:
    """Find out what drives the target.

    :param names: of the dimensions
    :param experiences: per customer the experience of every dimension, 0–10
    :param target: per customer -100, 0 or 100 (detractor, passive, promoter), or 0 or 1
    :param gaps: of every dimension the upper end of the interval of experience - expectation;
        below zero customers get less than they expect; None if unknown
    :param minimum: fewest customers
    :param bounds: see :data:`LOW`, :data:`HIGH`
    :raises Unfit: if the answers tell nothing
    """
    x = np.asarray(experiences, dtype=float).reshape(len(target), len(names))
    y = np.asarray(target, dtype=float)
    _check(names, x, y, kind, minimum)
    with warnings.catch_warnings():
        # What they warn of is looked for and said in a sentence.
        warnings.simplefilter("ignore")
        try:
            fitted = _fit_logistic(x, y) if kind == "repeat" else _fit_linear(x, y)
            contrasts = _contrast(x, y * (100 if kind == "repeat" else 1), bounds)
        except np.linalg.LinAlgError as error:
            raise Unfit("failed") from error
    effects, fit, fit_p_value = fitted
    spread = float(np.std(y)) * (100 if kind == "repeat" else 1)
    drivers = []
    for number, name in enumerate(names):
        penalty, reward, is_clear = contrasts[number]
        upper_gap = gaps[number] if number < len(gaps) else None
        drivers.append(
            Driver(
                name,
                effects[number],
                effects[number].value * float(np.std(x[:, number])) / spread,
                penalty,
                reward,
                classify(penalty, reward, upper_gap, MEDIUM * spread, is_clear),
            )
        )
    return Analysis(drivers, len(y), fit, fit_p_value)


def classify(
    penalty: Effect | None,
    reward: Effect | None,
    upper_gap: float | None,
    medium: float,
    is_clear: bool = True,
) -> Kind:
    """Sort a dimension; see the module for the rule.

    :param medium: size of an effect that counts as medium, in points of the target
    :param is_clear: whether enough customers were low and high to say that there is no effect
    """
    lost = -penalty.value if penalty and penalty.is_significant and penalty.value < 0 else 0.0
    gained = reward.value if reward and reward.is_significant and reward.value > 0 else 0.0
    if lost or gained:
        return "loyalty" if gained >= lost else "basic"
    found = [effect for effect in (penalty, reward) if effect]
    if not is_clear or len(found) < 2:
        return "unclear"
    # whatever way it goes, zero is not in the interval: it is not said that there is no effect
    if any(effect.low > 0 or effect.high < 0 for effect in found):
        return "unclear"
    if penalty and reward and (penalty.low < -medium or reward.high > medium):
        return "unclear"
    return "irritant" if upper_gap is not None and upper_gap < 0 else "indifferent"


def get_quadrants(
    points: Sequence[tuple[float, float]], centre: tuple[float, float]
) -> list[Quadrant]:
    """Where what is ranked stands.

    :param points: importance and performance of what is ranked
    :param centre: mean importance and mean performance of all dimensions that were looked at; an
        importance below zero, which is no importance, counts as zero

    >>> get_quadrants([(0.5, 4), (0.1, 9)], (0.3, 6.5))
    ['improve', 'overkill']
    """
    names: dict[tuple[bool, bool], Quadrant] = {
        (True, True): "keep",
        (True, False): "improve",
        (False, False): "low",
        (False, True): "overkill",
    }
    return [
        names[importance >= centre[0], performance >= centre[1]]
        for importance, performance in points
    ]


def holm(p_values: Sequence[float]) -> list[float]:
    """p values corrected for how many there are.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    if not len(p_values):
        return []
    return [float(p) for p in multipletests(p_values, alpha=ALPHA, method="holm")[1]]


# ------------------------------------------------------------
# Checks
# ------------------------------------------------------------


def _check(names: Sequence[int], x: Any, y: Any, kind: Target, minimum: int) -> None:
    """Say what stands in the way of any regression."""
    if not len(names):
        raise Unfit("nothing")
    needed = max(minimum, MINIMUM, PER_DRIVER * len(names))
    if len(y) < needed:
        raise Unfit("few", needed=needed, count=len(y))
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise Unfit("failed")
    if np.ptp(y) == 0:
        raise Unfit("constant")
    if kind == "repeat":
        rarer = int(min(y.sum(), len(y) - y.sum()))
        if rarer < max(FEW, PER_DRIVER * len(names) // 2):
            raise Unfit("few", needed=max(FEW, PER_DRIVER * len(names) // 2), count=rarer)
    if (np.ptp(x, axis=0) == 0).any():
        raise Unfit("constant")
    together = _get_together(x)
    if together:
        raise Unfit("together", names=[names[number] for number in together])


def _get_together(x: Any) -> list[int]:
    """The dimensions that the others explain almost wholly; none, if all can be told apart."""
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    found = []
    for number in range(z.shape[1] if z.shape[1] > 1 else 0):
        others = np.delete(z, number, axis=1)
        fitted = others @ np.linalg.lstsq(others, z[:, number], rcond=None)[0]
        if 1 - float(np.mean((z[:, number] - fitted) ** 2)) > TOGETHER:
            found.append(number)
    return found


# ------------------------------------------------------------
# Regressions
# ------------------------------------------------------------


def _fit_linear(x: Any, y: Any) -> tuple[list[Effect], float, float]:
    result = OLS(y, add_constant(x)).fit(cov_type="HC3", use_t=True)
    effects = _get_effects(result.params, result.bse, result.pvalues, result.conf_int(ALPHA), 1)
    return effects, float(result.rsquared), _to_p(result.f_pvalue)


def _fit_logistic(x: Any, y: Any) -> tuple[list[Effect], float, float]:
    try:
        result = Logit(y, add_constant(x)).fit(disp=False, maxiter=100)
    except PerfectSeparationError as error:
        raise Unfit("separated") from error
    odds = np.abs(result.params[1:] * x.std(axis=0))
    # Coefficients that run away mean that somebody's outcome is beyond doubt.
    if not result.mle_retvals["converged"] or not np.isfinite(result.bse).all() or odds.max() > 15:
        raise Unfit("separated")
    margins = result.get_margeff(at="overall", method="dydx")
    effects = _get_effects(
        100 * margins.margeff,
        100 * margins.margeff_se,
        margins.pvalues,
        100 * margins.conf_int(ALPHA),
        0,
    )
    return effects, float(result.prsquared), _to_p(result.llr_pvalue)


def _get_effects(values: Any, errors: Any, p_values: Any, bounds: Any, skip: int) -> list[Effect]:
    """Effects with corrected p values, without the first ones."""
    if not np.isfinite(errors).all():
        raise Unfit("failed")
    p_values = [_to_p(p) for p in p_values[skip:]]
    return [
        Effect(float(value), float(low), float(high), p_value, adjusted)
        for value, (low, high), p_value, adjusted in zip(
            values[skip:], bounds[skip:], p_values, holm(p_values), strict=True
        )
    ]


def _to_p(value: Any) -> float:
    """A p value; where the numbers give none, nothing was shown."""
    number = float(np.squeeze(value))
    return number if 0 <= number <= 1 else 1.0


def _contrast(
    x: Any, y: Any, bounds: tuple[float, float]
) -> list[tuple[Effect | None, Effect | None, bool]]:
    """Penalty and reward of every dimension, and whether enough customers were low and high.

    Dummies that hardly anybody has, or that repeat another, are left out.
    """
    low, high = (x <= bounds[0]).astype(float), (x >= bounds[1]).astype(float)
    columns: list[Any] = []
    places: dict[tuple[int, int], int] = {}
    for number in range(x.shape[1]):
        for side, dummy in enumerate((low[:, number], high[:, number])):
            if 2 <= dummy.sum() <= len(dummy) - 2:
                candidate = np.column_stack([np.ones(len(y)), *columns, dummy])
                if np.linalg.matrix_rank(candidate) == candidate.shape[1] < len(y):
                    places[number, side] = len(columns)
                    columns.append(dummy)
    if not columns:
        return [(None, None, False)] * x.shape[1]
    result = OLS(y, add_constant(np.column_stack(columns))).fit(cov_type="HC3", use_t=True)
    found = _get_effects(result.params, result.bse, result.pvalues, result.conf_int(ALPHA), 1)
    return [
        (
            found[places[number, 0]] if (number, 0) in places else None,
            found[places[number, 1]] if (number, 1) in places else None,
            bool(min(low[:, number].sum(), high[:, number].sum()) >= FEW),
        )
        for number in range(x.shape[1])
    ]
