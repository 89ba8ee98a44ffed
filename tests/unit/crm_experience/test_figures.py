"""Figures of answers against published examples and independent implementations."""

import math
import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from crm_experience.tools.figures import (
    NPS_EXTRA,
    Tally,
    mean,
    net_promoters,
    share,
    tally,
    weighted_total,
)
from crm_experience.tools.satisfaction import ces, csat, nps

counts = st.integers(0, 500)
gaps = st.lists(st.floats(-10, 10).map(lambda gap: round(gap, 1)), min_size=2, max_size=60)


@pytest.mark.parametrize(
    ("hits", "size", "low", "high"),
    [
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
        (1, 29, 0.61, 17.18),
    ],
)
def test_the_examples_of_newcombe(hits, size, low, high):
    figure = share(Tally(size, high=hits))
    assert (round(figure.low, 2), round(figure.high, 2)) == (low, high)


@given(hits=counts, others=counts)
def test_shares_as_statsmodels_has_them(hits, others):
    size = hits + others
    assume(size)
    figure = share(Tally(size, high=hits))
    low, high = proportion_confint(hits, size, method="wilson")
    assert figure == pytest.approx((100 * hits / size, 100 * low, 100 * high), abs=1e-9)
    assert 0 <= figure.low <= figure.value <= figure.high <= 100


@given(promoters=counts, passives=counts, detractors=counts)
def test_nps_by_its_own_variance(promoters, passives, detractors):
    """The interval is that of the mean of answers that are 100, 0 and -100."""
    size = promoters + passives + detractors
    assume(size)
    figure = net_promoters(Tally(size, high=promoters, low=detractors))
    part = NPS_EXTRA / 4
    answers = DescrStatsW(
        [100, 0, -100], [promoters + part, passives + 2 * part, detractors + part], ddof=0
    )
    margin = stats.norm.ppf(0.975) * answers.std / math.sqrt(size + NPS_EXTRA)
    low, high = max(-100, answers.mean - margin), min(100, answers.mean + margin)
    assert figure.value == pytest.approx(100 * (promoters - detractors) / size)
    assert figure.low == pytest.approx(min(low, figure.value))
    assert figure.high == pytest.approx(max(high, figure.value))


@given(promoters=counts, detractors=counts, passives=counts)
def test_nps_turned_round_is_its_mirror(promoters, detractors, passives):
    size = promoters + passives + detractors
    assume(size)
    one = net_promoters(Tally(size, high=promoters, low=detractors))
    other = net_promoters(Tally(size, high=detractors, low=promoters))
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


@given(gaps)
def test_means_as_scipy_has_them(scores):
    figure = mean(tally(scores))
    assert figure.value == pytest.approx(statistics.fmean(scores), abs=1e-9)
    error = stats.sem(scores)
    if error > 1e-6:
        low, high = stats.t.interval(0.95, len(scores) - 1, statistics.fmean(scores), error)
        assert (figure.low, figure.high) == pytest.approx((low, high), abs=1e-6)
    else:
        assert figure.high - figure.low < 1e-3


def test_the_sleep_of_student():
    """Student (1908): the hours of sleep gained by ten patients."""
    gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    figure = mean(tally(gained))
    assert [round(number, 3) for number in figure] == [1.58, 0.700, 2.460]


@given(st.lists(st.tuples(st.integers(1, 100), gaps), min_size=1, max_size=6))
def test_weighted_total(parts):
    figure = weighted_total([(weight, tally(scores)) for weight, scores in parts])
    points = sum(weight for weight, _scores in parts)
    expected = sum(weight * statistics.fmean(scores) for weight, scores in parts) / points
    assert figure.value == pytest.approx(expected, abs=1e-9)
    assert figure.low <= figure.value + 1e-12 and figure.value <= figure.high + 1e-12


@given(gaps, gaps)
def test_two_equal_weights_are_the_interval_of_welch(one, other):
    assume(statistics.pstdev(one) > 0.1 and statistics.pstdev(other) > 0.1)
    figure = weighted_total([(50, tally(one)), (50, tally(other))])
    interval = stats.ttest_ind(
        one, [-score for score in other], equal_var=False
    ).confidence_interval()
    assert (2 * figure.low, 2 * figure.high) == pytest.approx(tuple(interval), abs=1e-6)


@given(st.lists(st.integers(0, 10), min_size=1), st.lists(st.integers(0, 10), min_size=1))
def test_tallies_add_up(one, other):
    both = tally(one, 9, 6).add(tally(other, 9, 6))
    assert both == tally(one + other, 9, 6)
    assert net_promoters(both).value == pytest.approx(nps(one + other))


@given(st.lists(st.integers(1, 5), min_size=1))
def test_figures_agree_with_the_plain_formulas(scores):
    assert share(tally(scores, high=4)).value == pytest.approx(csat(scores))
    assert share(tally(scores, high=5)).value == pytest.approx(ces(scores)[0])


def test_nothing_is_no_figure():
    assert share(Tally(0)) is net_promoters(Tally(0)) is mean(Tally(0)) is mean(tally([5])) is None
    assert weighted_total([]) is weighted_total([(50, tally([1]))]) is None
