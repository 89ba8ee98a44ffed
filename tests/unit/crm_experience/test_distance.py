from math import acos, cos, inf, nan, pi, radians, sin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_experience.tools.distance import (
    EARTH_RADIUS,
    Address,
    Position,
    address_rank,
    haversine,
    position,
    sort_by_nearness,
)

POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
PARIS, LONDON = Position(48.8566, 2.3522), Position(51.5074, -0.1278)


def test_known_distances():
    # Great-circle distances as atlases give them.
    assert haversine(PARIS, LONDON) == pytest.approx(343.6, abs=1)
    assert haversine(Position(31.2304, 121.4737), Position(39.9042, 116.4074)) == pytest.approx(
        1067, abs=3
    )
    # a quarter of a meridian, and the way to the opposite side
    assert haversine(Position(0, 0), Position(90, 0)) == pytest.approx(pi / 2 * EARTH_RADIUS)
    assert haversine(Position(0, 0), Position(0, 180)) == pytest.approx(pi * EARTH_RADIUS)


@given(POSITIONS, POSITIONS)
def test_metric(here, there):
    distance = haversine(here, there)
    assert 0 <= distance <= pi * EARTH_RADIUS * 1.0000001
    assert distance == pytest.approx(haversine(there, here))
    assert haversine(here, here) == 0


@given(POSITIONS, POSITIONS, POSITIONS)
def test_no_detour_is_shorter(here, there, between):
    direct = haversine(here, there)
    assert direct <= haversine(here, between) + haversine(between, there) + 1e-3


@given(POSITIONS, POSITIONS)
def test_agrees_with_the_law_of_cosines(here, there):
    """An independent formula, exact enough where points are not very near or opposite."""
    lat, other = radians(here.latitude), radians(there.latitude)
    cosine = sin(lat) * sin(other) + cos(lat) * cos(other) * cos(
        radians(there.longitude - here.longitude)
    )
    assume(abs(cosine) < 0.999)
    assert haversine(here, there) == pytest.approx(EARTH_RADIUS * acos(cosine), rel=1e-6)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0, 0), (91, 0), (0, 181), (nan, 1), (1, inf), (-90.1, 5)],
)
def test_no_position(latitude, longitude):
    assert position(latitude, longitude) is None


def test_position():
    assert position(0, 5) == (0, 5)
    assert position(-90, 180) == (-90, 180)


def test_address_rank():
    home = Address("20095", "Hamburg", 3, 57)
    near_to_far = [
        Address("20095", "HAMBURG", 3, 57),
        Address("20097", " Hamburg", 3, 57),
        Address("22000", "Hamburg", 3, 57),
        Address("20094", "Elsewhere", 3, 57),
        Address("20095", "Hamburg", 4, 57),
        Address("20095", "Elsewhere", 4, 57),
        Address("99999", "Elsewhere", 4, 57),
        Address("20095", "Hamburg", 0, 99),
    ]
    ranks = [address_rank(home, address) for address in near_to_far]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_unknown_addresses_are_all_the_same():
    assert address_rank(Address(), Address("1", "A", 1, 1)) == address_rank(
        Address(), Address("2", "B", 2, 2)
    )


def test_sort():
    places = [
        (None, Address(city="London")),
        (LONDON, Address()),
        (None, Address(city="Paris")),
        (PARIS, Address()),
    ]
    found = sort_by_nearness(PARIS, Address(city="Paris"), places)
    assert [index for index, _distance in found] == [3, 1, 2, 0]
    assert found[0][1] == 0
    assert found[2][1] is None
    found = sort_by_nearness(None, Address(city="London"), places)
    assert [index for index, _distance in found] == [0, 1, 2, 3]
    assert {distance for _index, distance in found} == {None}
