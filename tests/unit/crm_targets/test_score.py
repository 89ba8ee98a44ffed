import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_targets.tools.score import (
    Band,
    get_band,
    get_band_name,
    get_score,
    get_shown_score,
    get_trend,
)

numbers = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
directions = st.sampled_from(["higher", "lower", "range"])


@pytest.mark.parametrize(
    ("value", "goal", "red_flag", "score"),
    [
        (15, 15, 8, 6.6),
        (8, 15, 8, 3.3),
        (22, 15, 8, 10),
        (1, 15, 8, 0),
        (100, 15, 8, 10),
        (-5, 15, 8, 0),
        (11.5, 15, 8, 4.95),
        (2, 2, 4, 6.6),
        (4, 2, 4, 3.3),
        (0, 2, 4, 10),
        (6, 2, 4, 0),
    ],
)
def test_published_points(value, goal, red_flag, score):
    direction = "higher" if goal > red_flag else "lower"
    assert get_score(value, Band(goal, red_flag), direction) == pytest.approx(score)


@pytest.mark.parametrize(
    ("value", "score"), [(20, 10), (22, 6.6), (18, 6.6), (24, 3.3), (16, 3.3), (26, 0), (14, 0)]
)
def test_range_peaks_in_the_middle(value, score):
    assert get_score(value, Band(20, 24), "range") == pytest.approx(score)
    assert get_score(value, Band(20, 16), "range") == pytest.approx(score)


@pytest.mark.parametrize(
    ("direction", "value", "score"),
    [
        ("higher", 6, 10),
        ("higher", 5, 6.6),
        ("higher", 4, 0),
        ("lower", 4, 10),
        ("lower", 5, 6.6),
        ("lower", 6, 0),
        ("range", 5, 10),
        ("range", 5.1, 0),
    ],
)
def test_band_without_width(direction, value, score):
    assert get_score(value, Band(5, 5), direction) == score


@given(numbers, numbers, numbers, directions)
def test_score_is_bounded(value, goal, red_flag, direction):
    assert 0 <= get_score(value, Band(goal, red_flag), direction) <= 10


@given(numbers, numbers, numbers, numbers)
def test_better_never_scores_less(value, other, goal, red_flag):
    direction = "higher" if goal >= red_flag else "lower"
    worse, better = sorted((value, other), reverse=direction == "lower")
    band = Band(goal, red_flag)
    assert get_score(worse, band, direction) <= get_score(better, band, direction) + 1e-9


@given(numbers, numbers, numbers)
def test_lower_is_better_mirrors_higher(value, goal, red_flag):
    assume(goal != red_flag)
    mirrored = get_score(-value, Band(-goal, -red_flag))
    assert get_score(value, Band(goal, red_flag)) == pytest.approx(mirrored)


@given(numbers, st.floats(0.5, 1.5), st.floats(0.1, 0.9))
def test_share_of_target_keeps_its_side(target, goal_share, distance):
    assume(target)
    band = get_band(target, goal_share, goal_share - distance)
    assert band.red_flag < band.goal


def test_band_names():
    names = [get_band_name(score) for score in (None, 0, 3.29, 3.3, 6.59, 6.6, 10)]
    assert names == ["none", "poor", "poor", "fair", "fair", "good", "good"]


def test_trend():
    assert get_trend(12, 10) == pytest.approx(0.2)
    assert get_trend(-8, -10) == pytest.approx(0.2)
    assert get_trend(5, 0) is None


@given(st.floats(0, 10))
def test_a_score_is_shown_in_its_own_band(score):
    shown = get_shown_score(score)
    assert abs(score - shown) <= 0.1
    assert get_band_name(shown) == get_band_name(score) or get_band_name(score + 1e-6) != (
        get_band_name(score)
    )
