"""Key experiences found in data of which the truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import longley, spector

from crm_experience.tools.drivers import (
    Effect,
    Unfit,
    _fit_linear,
    _fit_logistic,
    analyse,
    classify,
    get_quadrants,
    holm,
)

NAMES = [1, 2, 3, 4]


def _experiences(size, count=4, seed=7):
    return np.random.default_rng(seed).integers(0, 11, (size, count)).astype(float)


def _recommend(strength):
    """Whole answers to be -100, 0 or 100, as NPS counts them."""
    return np.where(strength >= 9, 100, np.where(strength <= 6, -100, 0))


def _sure(value, half=1.0):
    return Effect(value, value - half, value + half, 0.0001, 0.001)


def _unsure(value, half):
    return Effect(value, value - half, value + half, 0.5, 1.0)


# ------------------------------------------------------------
# Importance
# ------------------------------------------------------------


def test_what_matters_is_found_and_nothing_else():
    x = _experiences(600)
    noise = np.random.default_rng(1).normal(0, 2, 600)
    result = analyse(NAMES, x, _recommend(3 + 0.8 * x[:, 0] + 0.3 * x[:, 2] + noise))
    effects = {driver.name: driver.effect for driver in result.drivers}
    assert effects[1].is_significant and effects[3].is_significant
    assert not effects[2].is_significant and not effects[4].is_significant
    assert effects[1].value > effects[3].value > 0
    assert effects[1].low > effects[3].high
    assert result.fit > 0.3 and result.fit_p_value < 1e-6 and result.size == 600


def test_nothing_is_found_where_nothing_is():
    """Of 60 analyses without any truth, about 5 % rank anything at all."""
    false_alarms = 0
    for seed in range(60):
        x = _experiences(80, seed=seed)
        y = np.random.default_rng(1000 + seed).choice([-100, 0, 100], 80)
        drivers = analyse(NAMES, x, y).drivers
        false_alarms += any(driver.effect.is_significant for driver in drivers)
    assert false_alarms <= 8


def test_the_interval_holds_the_truth():
    held = 0
    for seed in range(60):
        x = _experiences(120, count=2, seed=seed)
        y = 5 * x[:, 0] - 2 * x[:, 1] + np.random.default_rng(seed).normal(0, 30, 120)
        effect = analyse([1, 2], x, y).drivers[0].effect
        held += effect.low <= 5 <= effect.high
    assert held / 60 >= 0.88


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(40, 120))
def test_effects_as_least_squares_has_them(seed, size):
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 11, (size, 3)).astype(float)
    y = draw.choice([-100.0, 0.0, 100.0], size)
    result = analyse(NAMES[:3], x, y)
    design = np.column_stack([np.ones(size), x])
    plain, errors = _fit_by_hand(design, y)
    residuals = y - design @ plain
    assert [driver.effect.value for driver in result.drivers] == pytest.approx(plain[1:])
    assert result.fit == pytest.approx(1 - residuals.var() / y.var())
    for driver, error in zip(result.drivers, errors[1:], strict=True):
        width = driver.effect.high - driver.effect.low
        assert width == pytest.approx(2 * error * _t_quantile(size - 4), rel=1e-3)
    deviations = x.std(axis=0) / y.std()
    assert [driver.importance for driver in result.drivers] == pytest.approx(
        list(plain[1:] * deviations)
    )


def _fit_by_hand(design, y):
    """Coefficients of least squares and their standard errors (HC3)."""
    plain, *_rest = np.linalg.lstsq(design, y, rcond=None)
    inverse = np.linalg.inv(design.T @ design)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    meat = design.T @ (design * (((y - design @ plain) / (1 - leverage)) ** 2)[:, None])
    return plain, np.sqrt(np.diag(inverse @ meat @ inverse))


def _t_quantile(freedom):
    """Cornish–Fisher expansion of the 97.5 % quantile of Student's t."""
    z = 1.959963985
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def test_longley():
    """J. Longley, "An Appraisal of Least Squares Programs" (1967), as NIST has certified it."""
    data = longley.load_pandas()
    effects, fit, _p_value = _fit_linear(data.exog.to_numpy(), data.endog.to_numpy())
    assert [effect.value for effect in effects] == pytest.approx(
        [
            *(15.0618722713733, -0.358191792925910e-1, -2.02022980381683),
            *(-1.03322686717359, -0.511041056535807e-1, 1829.15146461355),
        ],
        rel=1e-6,
    )
    assert fit == pytest.approx(0.995479004577296)


def test_spector_and_mazzeo():
    """L. Spector, M. Mazzeo (1980): who improves in economics; the average partial effects of the
    logit model as W. Greene, "Econometric Analysis", prints them, here in percentage points."""
    data = spector.load_pandas()
    effects, fit, _p_value = _fit_logistic(data.exog.to_numpy(), data.endog.to_numpy())
    assert [round(effect.value / 100, 3) for effect in effects] == [0.363, 0.012, 0.305]
    assert round(fit, 4) == 0.3740


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(150, 400))
def test_coming_back_by_newton(seed, size):
    """The logistic curve fitted by Newton's method, and what one point more does to it, by a small
    step of every customer."""
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 11, (size, 2)).astype(float)
    y = (draw.random(size) < 1 / (1 + np.exp(1.5 - 0.3 * x[:, 0]))).astype(float)
    result = analyse(NAMES[:2], x, y, kind="repeat")
    design = np.column_stack([np.ones(size), x])

    def chance(rows):
        return 1 / (1 + np.exp(-rows @ found))

    found = np.zeros(3)
    for _step in range(30):
        expected = chance(design)
        curvature = design.T @ (design * (expected * (1 - expected))[:, None])
        found = found + np.linalg.solve(curvature, design.T @ (y - expected))
    for number, driver in enumerate(result.drivers, 1):
        up, down = design.copy(), design.copy()
        up[:, number] += 1e-4
        down[:, number] -= 1e-4
        effect = 100 * float(np.mean(chance(up) - chance(down))) / 2e-4
        assert driver.effect.value == pytest.approx(effect, rel=1e-4, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(80, 200))
def test_penalties_and_rewards_as_least_squares_has_them(seed, size):
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 11, (size, 2)).astype(float)
    y = draw.choice([-100.0, 0.0, 100.0], size)
    result = analyse(NAMES[:2], x, y)
    columns = [dummy for one in x.T for dummy in (one <= 5, one >= 8)]
    plain, errors = _fit_by_hand(np.column_stack([np.ones(size), *columns]).astype(float), y)
    found = [
        effect for driver in result.drivers for effect in (driver.penalty, driver.reward) if effect
    ]
    assert [effect.value for effect in found] == pytest.approx(list(plain[1:]))
    widths = [effect.high - effect.low for effect in found]
    assert widths == pytest.approx(list(2 * errors[1:] * _t_quantile(size - 5)), rel=1e-3)


def test_coming_back():
    x = _experiences(800, count=3)
    chance = 1 / (1 + np.exp(-(0.5 * x[:, 0] - 2.5)))
    y = (np.random.default_rng(3).random(800) < chance).astype(float)
    result = analyse(NAMES[:3], x, y, kind="repeat")
    first, second, third = result.drivers
    assert first.effect.is_significant
    assert not second.effect.is_significant and not third.effect.is_significant
    # the average marginal effect of the truth, in percentage points
    truth = 100 * float(np.mean(0.5 * chance * (1 - chance)))
    assert first.effect.low <= truth <= first.effect.high
    # one point more for everybody, told by the fitted curve itself
    assert first.effect.value == pytest.approx(truth, rel=0.25)
    assert 0 < result.fit < 1


# ------------------------------------------------------------
# Kinds
# ------------------------------------------------------------


def test_kinds_are_found():
    """Dimension 1 only costs, 2 only pays, 3 does nothing, 4 does nothing and disappoints."""
    x = _experiences(1200)
    noise = np.random.default_rng(5).normal(0, 1, 1200)
    y = _recommend(7.5 - 4 * (x[:, 0] <= 5) + 4 * (x[:, 1] >= 8) + noise)
    result = analyse(NAMES, x, y, gaps=[0.5, 0.5, 0.5, -0.4])
    kinds = [driver.kind for driver in result.drivers]
    assert kinds == ["basic", "loyalty", "indifferent", "irritant"]
    basic = result.drivers[0]
    assert basic.penalty.high < 0 and basic.penalty.is_significant
    assert not basic.reward.is_significant


@pytest.mark.parametrize(
    ("penalty", "reward", "gap", "kind"),
    [
        (_sure(-30), _unsure(2, 9), 1, "basic"),
        (_unsure(-2, 9), _sure(30), 1, "loyalty"),
        (_sure(-30), _sure(10), 1, "basic"),
        (_sure(-10), _sure(30), 1, "loyalty"),
        (_sure(-20), _sure(20), 1, "loyalty"),
        (_unsure(-2, 9), _unsure(2, 9), 1, "indifferent"),
        (_unsure(-2, 9), _unsure(2, 9), None, "indifferent"),
        (_unsure(-2, 9), _unsure(2, 9), -0.1, "irritant"),
        (_unsure(-2, 60), _unsure(2, 9), 1, "unclear"),
        (_unsure(-2, 9), _unsure(2, 60), 1, "unclear"),
        (None, _unsure(2, 9), 1, "unclear"),
        (None, _sure(30), 1, "loyalty"),
        # what goes the wrong way is neither, nor is it nothing
        (_sure(30, 5), _sure(-30, 5), 1, "unclear"),
        # perhaps something: it is not said that there is nothing
        (_unsure(-2, 9), _unsure(20, 9), -1, "unclear"),
        (_unsure(20, 9), _unsure(2, 9), 1, "unclear"),
    ],
)
def test_the_rule(penalty, reward, gap, kind):
    assert classify(penalty, reward, gap, medium=40) == kind


def test_too_few_low_answers_say_nothing():
    assert classify(_unsure(0, 1), _unsure(0, 1), 1, medium=40, is_clear=False) == "unclear"


def test_quadrants():
    points = [(0.4, 9), (0.4, 3), (0.1, 9), (0.1, 3), (0.25, 6)]
    quadrants = ["keep", "improve", "overkill", "low", "keep"]
    assert get_quadrants(points, (0.25, 6)) == quadrants
    assert get_quadrants([], (0, 5)) == []


# ------------------------------------------------------------
# Correction
# ------------------------------------------------------------


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_by_hand(p_values):
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    expected, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, (len(p_values) - rank) * p_values[place])
        expected[place] = min(1.0, highest)
    assert holm(p_values) == pytest.approx(expected)


# ------------------------------------------------------------
# What cannot be answered ends in a reason
# ------------------------------------------------------------


def _reason(*args, **kwargs):
    with pytest.raises(Unfit) as caught:
        analyse(*args, **kwargs)
    return caught.value


def test_reasons():
    x = _experiences(100)
    y = _recommend(x[:, 0])
    assert _reason(NAMES, x[:39], y[:39]).values == {"needed": 40, "count": 39}
    assert _reason(NAMES, x, y, minimum=101).reason == "few"
    assert _reason([], np.empty((100, 0)), y).reason == "nothing"
    assert _reason(NAMES, x, np.full(100, 100)).reason == "constant"
    same = x.copy()
    same[:, 1] = 7
    assert _reason(NAMES, same, y).reason == "constant"
    twin = x.copy()
    twin[:, 3] = twin[:, 1]
    assert _reason(NAMES, twin, y).values == {"names": [2, 4]}
    mixed = x.copy()
    mixed[:, 3] = mixed[:, :3].sum(axis=1) / 3
    assert _reason(NAMES, mixed, y).reason == "together"
    broken = x.copy()
    broken[0, 0] = math.nan
    assert _reason(NAMES, broken, y).reason == "failed"


def test_separation_is_said():
    x = _experiences(100, count=2)
    y = (x[:, 0] >= 5).astype(float)
    assert _reason([1, 2], x, y, kind="repeat").reason == "separated"


def test_rare_outcomes_are_too_few():
    x = _experiences(100, count=2)
    y = np.zeros(100)
    y[:5] = 1
    reason = _reason([1, 2], x, y, kind="repeat")
    assert (reason.reason, reason.values["count"]) == ("few", 5)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(0, 90),
    st.integers(1, 5),
    st.sampled_from(["recommendation", "repeat"]),
    st.integers(1, 4),
)
def test_any_answers_end_in_a_result_or_a_reason(seed, size, count, kind, levels):
    """Few levels give constant, doubled and separated data by themselves."""
    draw = np.random.default_rng(seed)
    x = draw.integers(0, levels + 1, (size, count)) * (10 / levels)
    y = draw.integers(0, 2, size) if kind == "repeat" else draw.choice([-100, 0, 100], size)
    try:
        result = analyse(list(range(count)), x, y, kind=kind)
    except Unfit as unfit:
        assert unfit.reason in {"few", "constant", "nothing", "together", "separated", "failed"}
        return
    for driver in result.drivers:
        assert driver.effect.low <= driver.effect.value <= driver.effect.high
        assert 0 <= driver.effect.p_value <= driver.effect.p_adjusted <= 1
        assert all(map(math.isfinite, driver.effect)) and math.isfinite(driver.importance)
    assert 0 <= result.fit <= 1 + 1e-9
