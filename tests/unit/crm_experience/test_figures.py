"""Figures of answers against published examples and independent implementations."""

import itertools
import math
import random
import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from crm_experience.tools.figures import (
    NPS_EXTRA,
    Overlap,
    Tally,
    get_effective_size,
    mean,
    net_promoters,
    share,
    tally,
    tally_customers,
    tally_points,
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
    figure = share(tally_points(size, high=hits))
    assert (round(figure.low, 2), round(figure.high, 2)) == (low, high)


@given(hits=counts, others=counts)
def test_shares_as_statsmodels_has_them(hits, others):
    size = hits + others
    assume(size)
    figure = share(tally_points(size, high=hits))
    low, high = proportion_confint(hits, size, method="wilson")
    assert figure == pytest.approx((100 * hits / size, 100 * low, 100 * high), abs=1e-9)
    assert 0 <= figure.low <= figure.value <= figure.high <= 100


@given(promoters=counts, passives=counts, detractors=counts)
def test_nps_by_its_own_variance(promoters, passives, detractors):
    """The interval is that of the mean of answers that are 100, 0 and -100."""
    size = promoters + passives + detractors
    assume(size)
    figure = net_promoters(tally_points(size, promoters, detractors))
    part = NPS_EXTRA / 4
    answers = DescrStatsW(
        [100, 0, -100], [promoters + part, passives + 2 * part, detractors + part], ddof=0
    )
    margin = stats.norm.ppf(0.975) * answers.std / math.sqrt(size + NPS_EXTRA)
    low, high = max(-100, answers.mean - margin), min(100, answers.mean + margin)
    assert figure.value == pytest.approx(100 * (promoters - detractors) / size)
    assert figure.low == pytest.approx(min(low, figure.value))
    assert figure.high == pytest.approx(max(high, figure.value))


answers_of_customers = st.lists(
    st.lists(st.integers(0, 10), min_size=1, max_size=6), min_size=1, max_size=20
)
METRICS = {
    "nps": (net_promoters, {"high": 9, "low": 6}, lambda score: (score >= 9) - (score <= 6)),
    "csat": (share, {"high": 4}, lambda score: int(score >= 4)),
}


def effective_size_by_hand(points):
    """Answers over the design effect, answer by answer; the variances are those of statsmodels."""
    answers = [point for each in points for point in each]
    groups = [number for number, each in enumerate(points) for _point in each]
    size, customers = len(answers), len(points)
    as_one_opinion = size**2 / sum(len(each) ** 2 for each in points)
    if size == customers:
        return size
    if customers == 1 or len(set(answers)) == 1:
        return as_one_opinion
    plain = OLS(answers, [1.0] * size).fit()
    robust = plain.get_robustcov_results(
        "cluster", groups=groups, use_correction=False, df_correction=True
    )
    effect = robust.bse[0] ** 2 / (plain.bse[0] ** 2 * (size - 1) / size)
    quantiles = [stats.t.ppf(0.975, count - 1) for count in (size, customers)]
    measured = size / max(1, effect) * (quantiles[0] / quantiles[1]) ** 2
    return max(measured, min(as_one_opinion, size / effect if effect else size))


@pytest.mark.parametrize("metric", METRICS)
@given(customers=answers_of_customers)
def test_intervals_of_points_over_customers(metric, customers):
    """Wilson's and the adjusted Wald interval, of the effective number of answers."""
    figure_of, limits, point = METRICS[metric]
    points = [[point(score) for score in each] for each in customers]
    answers = [one for each in points for one in each]
    counted = tally_customers(customers, **limits)
    size = effective_size_by_hand(points)
    assert get_effective_size(counted) == pytest.approx(size, rel=1e-6)
    assert 0 < size <= len(answers)
    figure = figure_of(counted)
    value = statistics.fmean(answers)
    if metric == "csat":
        low, high = proportion_confint(value * size, size, method="wilson")
    else:
        extra = [1] * 3 + [0] * 6 + [-1] * 3
        weights = [size / len(answers)] * len(answers) + [0.25] * len(extra)
        both = DescrStatsW(answers + extra, weights, ddof=0)
        margin = stats.norm.ppf(0.975) * both.std / math.sqrt(size + 3)
        low, high = max(-1, both.mean - margin), min(1, both.mean + margin)
        low, high = min(low, value), max(high, value)
    assert figure == pytest.approx((100 * value, 100 * low, 100 * high), abs=1e-5)


@pytest.mark.parametrize("metric", METRICS)
@given(scores=st.lists(st.integers(0, 10), min_size=1, max_size=40))
def test_customers_who_answer_once_have_the_published_interval(metric, scores):
    """To the last digit: nothing changes where nobody answered twice."""
    figure_of, limits, _point = METRICS[metric]
    counted = tally(scores, **limits)
    assert counted == tally_points(len(scores), counted.high, counted.low)
    assert get_effective_size(counted) == len(scores)
    assert figure_of(counted) == figure_of(tally_points(len(scores), counted.high, counted.low))


@pytest.mark.parametrize("metric", METRICS)
@given(scores=st.lists(st.integers(0, 10), min_size=1, max_size=30), times=st.integers(2, 5))
def test_who_says_the_same_again_makes_no_share_surer(metric, scores, times):
    figure_of, limits, _point = METRICS[metric]
    again = figure_of(tally_customers([[score] * times for score in scores], **limits))
    assert again == pytest.approx(figure_of(tally(scores, **limits)), abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
@given(customers=answers_of_customers)
def test_repeated_answers_never_make_an_interval_narrower(metric, customers):
    figure_of, limits, _point = METRICS[metric]
    one = figure_of(tally_customers(customers, **limits))
    strangers = figure_of(tally((score for each in customers for score in each), **limits))
    assert one.value == strangers.value
    assert one.high - one.low >= strangers.high - strangers.low - 1e-9
    assert one.low <= one.value <= one.high


@given(promoters=counts, detractors=counts, passives=counts)
def test_nps_turned_round_is_its_mirror(promoters, detractors, passives):
    size = promoters + passives + detractors
    assume(size)
    one = net_promoters(tally_points(size, promoters, detractors))
    other = net_promoters(tally_points(size, detractors, promoters))
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


def by_hand(weights, customers):
    """The weighted mean gap and its standard error, customer by customer.

    :param customers: per customer ``{dimension: [gap, …]}``
    """
    points = sum(weights.values())
    gaps = {one: [gap for each in customers for gap in each.get(one, ())] for one in weights}
    means = {one: statistics.fmean(gaps[one]) for one in weights}
    value = sum(weights[one] * means[one] for one in weights) / points
    pulls = [
        sum(
            weights[one] / points / len(gaps[one]) * (gap - means[one])
            for one in weights
            for gap in each.get(one, ())
        )
        for each in customers
    ]
    fewest = min(sum(bool(each.get(one)) for each in customers) for one in weights)
    return value, math.sqrt(sum(pull**2 for pull in pulls) * fewest / (fewest - 1)), fewest - 1


def tally_dimensions(weights, customers):
    """The tallies of dimensions and their overlaps, as the database counts them."""
    parts = [
        (weight, tally_customers([each[one] for each in customers if each.get(one)]))
        for one, weight in weights.items()
    ]
    overlaps = {}
    for first, second in itertools.combinations(range(len(weights)), 2):
        both = [
            (each[first], each[second])
            for each in customers
            if each.get(first) and each.get(second)
        ]
        overlaps[first, second] = Overlap(
            sum(sum(one) * sum(other) for one, other in both),
            sum(sum(one) * len(other) for one, other in both),
            sum(len(one) * sum(other) for one, other in both),
            sum(len(one) * len(other) for one, other in both),
        )
    return parts, overlaps


answered = st.dictionaries(
    st.integers(0, 2), st.lists(st.integers(-10, 10), min_size=1, max_size=3), max_size=3
)


@given(
    st.lists(answered, min_size=4, max_size=30),
    st.lists(st.integers(1, 100), min_size=3, max_size=3),
)
def test_weighted_total_over_customers(customers, points):
    weights = dict(enumerate(points))
    assume(all(sum(bool(each.get(one)) for each in customers) >= 2 for one in weights))
    figure = weighted_total(*tally_dimensions(weights, customers))
    value, error, freedom = by_hand(weights, customers)
    margin = stats.t.ppf(0.975, freedom) * error
    assert figure.value == pytest.approx(value, abs=1e-9)
    assert (figure.low, figure.high) == pytest.approx((value - margin, value + margin), abs=1e-5)


@given(
    st.lists(st.tuples(st.integers(-10, 10), st.integers(-10, 10)), min_size=3, max_size=40),
    st.integers(1, 99),
)
def test_who_answers_about_everything_has_one_weighted_gap(customers, points):
    """SERVQUAL as it is written: the weighted gap of every customer, and Student's interval."""
    weights = {0: points, 1: 100 - points}
    own = [points * one / 100 + (100 - points) * other / 100 for one, other in customers]
    assume(statistics.pstdev(own) > 0.01)
    figure = weighted_total(
        *tally_dimensions(weights, [{0: [one], 1: [other]} for one, other in customers])
    )
    low, high = stats.t.interval(0.95, len(own) - 1, statistics.fmean(own), stats.sem(own))
    assert figure == pytest.approx((statistics.fmean(own), low, high), abs=1e-6)


@given(st.lists(st.lists(st.integers(-10, 10), min_size=1, max_size=5), min_size=3, max_size=20))
def test_means_over_customers_as_statsmodels_has_them(customers):
    """The cluster-robust interval of a regression on nothing but a constant."""
    scores = [score for each in customers for score in each]
    groups = [number for number, each in enumerate(customers) for _score in each]
    figure = mean(tally_customers(customers))
    fitted = OLS(scores, [1.0] * len(scores)).fit(
        cov_type="cluster",
        cov_kwds={"groups": groups, "use_correction": False, "df_correction": True},
        use_t=True,
    )
    size = len(customers)
    margin = stats.t.ppf(0.975, size - 1) * fitted.bse[0] * math.sqrt(size / (size - 1))
    assert figure.value == pytest.approx(statistics.fmean(scores), abs=1e-9)
    assert figure.high - figure.value == pytest.approx(margin, abs=1e-5)


def test_a_customer_who_answers_twice_makes_nothing_surer():
    scores = [-3, 1, 4, -2, 0]
    assert mean(tally_customers([[score, score] for score in scores])) == pytest.approx(
        mean(tally(scores))
    )


def test_the_interval_keeps_its_promise():
    """Of a thousand samples of customers who differ, 95 % of the intervals hold the truth; those
    that took the answers of a customer as independent would hold it far less often."""
    draw = random.Random(7)
    held = naive = 0
    for _sample in range(1000):
        customers = []
        for _customer in range(25):
            mood = draw.gauss(0, 2)
            customers.append({one: [mood + draw.gauss(0, 1)] for one in range(5)})
        weights = dict.fromkeys(range(5), 20)
        parts, overlaps = tally_dimensions(weights, customers)
        figure, independent = weighted_total(parts, overlaps), weighted_total(parts)
        held += figure.low <= 0 <= figure.high
        naive += independent.low <= 0 <= independent.high
    assert 930 <= held <= 970
    assert naive < 800


@pytest.mark.parametrize("metric", METRICS)
def test_the_interval_of_a_share_keeps_its_promise(metric):
    """Customers of whom each leans to one side and answers five times."""
    figure_of, limits, _point = METRICS[metric]
    if metric == "nps":
        chances = [(0.85, 0.1), (0.1, 0.3), (0.3, 0.5)]  # of a promoter, of a detractor
        truth = 100 * sum(high - low for high, low in chances) / 3
    else:
        chances = [(0.95, 0.0), (0.75, 0.0), (0.25, 0.0)]
        truth = 100 * sum(high for high, _low in chances) / 3
    draw = random.Random(11)
    held = naive = 0
    for _sample in range(1000):
        customers = []
        for _customer in range(25):
            high, low = draw.choice(chances)
            weights = [high, 1 - high - low, low]
            likes = (10, 7, 0) if metric == "nps" else (5, 3, 3)
            customers.append(draw.choices(likes, weights, k=5))
        figure = figure_of(tally_customers(customers, **limits))
        strangers = figure_of(tally(itertools.chain(*customers), **limits))
        held += figure.low <= truth <= figure.high
        naive += strangers.low <= truth <= strangers.high
    assert 930 <= held <= 975
    assert naive < 880


@given(gaps)
def test_dimensions_of_different_customers_are_independent(one):
    assume(statistics.pstdev(one) > 0.1)
    other = [-score for score in one]
    figure = weighted_total([(50, tally(one)), (50, tally(other))])
    error = math.sqrt(2 * stats.sem(one) ** 2) / 2
    margin = stats.t.ppf(0.975, len(one) - 1) * error
    assert figure.high - figure.value == pytest.approx(margin, abs=1e-6)


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
