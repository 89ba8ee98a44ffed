import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_targets.tools.reward import Step, get_reward, get_surplus, is_reached

cents = st.integers(-(10**7), 10**7).map(lambda number: number / 100)
amounts = st.integers(0, 10**6).map(lambda number: number / 100)
directions = st.sampled_from(["higher", "lower"])
formulas = st.sampled_from(["fixed", "per_unit", "steps"])
step_lists = st.lists(st.builds(Step, cents, amounts), max_size=5)


@pytest.mark.parametrize(
    ("formula", "value", "standard", "direction", "earned"),
    [
        ("fixed", 10, 10, "higher", 50),
        ("fixed", 9.99, 10, "higher", 0),
        ("fixed", 10, 10, "lower", 50),
        ("fixed", 10.01, 10, "lower", 0),
        ("per_unit", 12, 10, "higher", 100),
        ("per_unit", 10, 10, "higher", 0),
        ("per_unit", 8, 10, "higher", 0),
        ("per_unit", 8, 10, "lower", 100),
        ("per_unit", 10.5, 10, "higher", 25),
    ],
)
def test_examples(formula, value, standard, direction, earned):
    assert get_reward(formula, value, standard, 50, direction=direction) == earned


@pytest.mark.parametrize(
    ("value", "direction", "earned"),
    [
        (79, "higher", 0),
        (80, "higher", 50),
        (90, "higher", 120),
        (99, "higher", 120),
        (91, "lower", 0),
        (90, "lower", 120),
        (80, "lower", 50),
    ],
)
def test_steps(value, direction, earned):
    steps = [Step(90, 120), Step(80, 50)]
    assert get_reward("steps", value, steps=steps, direction=direction) == earned


rules = st.fixed_dictionaries(
    {
        "formula": formulas,
        "standard": cents,
        "amount": amounts,
        "steps": step_lists,
        "cap": st.none() | amounts,
        "direction": directions,
    }
)


@given(cents, rules)
@example(
    0.0,
    # a big amount just below half a cent
    {
        "formula": "per_unit",
        "standard": -12384.8,
        "amount": 188.28,
        "steps": [],
        "cap": None,
        "direction": "higher",
    },
)
def test_in_whole_cents(value, rule):
    """The same by integers: nothing is ever a fraction of a cent but what is rounded at the end."""
    sign = 1 if rule["direction"] == "higher" else -1

    def whole(number):
        return round(100 * number)

    beyond = sign * (whole(value) - whole(rule["standard"]))
    if rule["formula"] == "fixed":
        earned = Fraction(whole(rule["amount"]) if beyond >= 0 else 0)
    elif rule["formula"] == "per_unit":
        earned = Fraction(whole(rule["amount"]) * max(0, beyond), 100)
    else:
        ladder = sorted((sign * whole(step.value), whole(step.amount)) for step in rule["steps"])
        reached = [amount for start, amount in ladder if sign * whole(value) >= start]
        earned = Fraction(reached[-1] if reached else 0)
    if rule["cap"] is not None:
        earned = min(earned, Fraction(whole(rule["cap"])))
    assert whole(get_reward(value=value, **rule)) == math.floor(earned + Fraction(1, 2))


@given(cents, rules)
def test_never_negative_and_never_above_the_cap(value, rule):
    earned = get_reward(value=value, **rule)
    assert earned >= 0
    assert rule["cap"] is None or earned <= rule["cap"] + 0.005
    assert round(earned, 2) == earned


@given(cents, cents, rules)
def test_better_never_earns_less(one, other, rule):
    if rule["formula"] == "steps":
        # where somebody pays less for more, more earns less
        amounts_ = sorted(step.amount for step in rule["steps"])
        values = sorted(
            (step.value for step in rule["steps"]), reverse=rule["direction"] == "lower"
        )
        rule["steps"] = [Step(*step) for step in zip(values, amounts_, strict=True)]
    worse, better = sorted((one, other), reverse=rule["direction"] == "lower")
    assert get_reward(value=worse, **rule) <= get_reward(value=better, **rule)


@given(cents, cents, amounts, directions)
def test_what_is_lower_mirrors_what_is_higher(value, standard, amount, direction):
    other = "lower" if direction == "higher" else "higher"
    for formula in ("fixed", "per_unit"):
        assert get_reward(formula, value, standard, amount, direction=direction) == get_reward(
            formula, -value, -standard, amount, direction=other
        )


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**4))
def test_per_unit_is_exact(value, standard, amount):
    """As fractions have it, to the cent."""
    beyond = max(0, Fraction(value, 100) - Fraction(standard, 100)) * Fraction(amount, 100)
    exact = (Decimal(beyond.numerator) / Decimal(beyond.denominator)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    assert get_reward("per_unit", value / 100, standard / 100, amount / 100) == float(exact)


@given(cents, cents, directions)
def test_reached_and_beyond_agree(value, standard, direction):
    if get_surplus(value, standard, direction) > 0:
        assert is_reached(value, standard, direction)
        assert not is_reached(standard, value, direction)


def test_what_cannot_be():
    for number in (math.nan, math.inf):
        with pytest.raises(ValueError):
            get_reward("fixed", number)
    with pytest.raises(ValueError):
        get_reward("fixed", 1, 0, -1)
    with pytest.raises(ValueError):
        get_reward("steps", 1, steps=[Step(0, -1)])
    with pytest.raises(ValueError):
        get_reward("gift", 1)
    with pytest.raises(ValueError):
        get_reward("per_unit", 1e308, 0, 1e300)
