"""How near a store is to a customer: by position where both are known, else by address."""

from collections.abc import Sequence
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS = 6371.0088
"""Mean radius in kilometres (IUGG); the earth is up to 0.5 % off a sphere."""


class Position(NamedTuple):
    """Degrees: latitude -90 to 90, longitude -180 to 180."""

    latitude: float
    longitude: float


class Address(NamedTuple):
    """What is compared of an address; countries and states by their ids, 0 is unknown."""

    zip: str = ""
    city: str = ""
    state: int = 0
    country: int = 0


def position(latitude: float, longitude: float) -> Position | None:
    """Return the position, or none where there is no such place.

    Odoo keeps an unknown position as 0, 0, which is a place in the sea.
    """
    if not (isfinite(latitude) and isfinite(longitude)):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        return None
    return Position(latitude, longitude)


def haversine(here: Position, there: Position) -> float:
    """Distance over the surface of the earth in kilometres, 0 to 20,015.

    Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
    """
    latitude, other = radians(here.latitude), radians(there.latitude)
    across = radians(there.longitude - here.longitude)
    half_chord = sin((other - latitude) / 2) ** 2
    half_chord += cos(latitude) * cos(other) * sin(across / 2) ** 2
    # Rounding may lead a hair beyond 1 for points that lie opposite.
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, half_chord)))


def address_rank(here: Address, there: Address) -> tuple[int, ...]:
    """Say how far apart two addresses are, as far as their words tell: the smaller the nearer.

    The same country counts first, then the state, the city, and how much of the postcode is the
    same from its beginning, as postcodes of neighbours begin alike.

    :return: numbers to sort by; they are no distance
    """
    same_country = bool(here.country and here.country == there.country)
    same_state = bool(here.state and here.state == there.state)
    same_city = bool(_plain(here.city)) and _plain(here.city) == _plain(there.city)
    same = 0
    if same_country or not (here.country and there.country):
        for mine, theirs in zip(_plain(here.zip), _plain(there.zip), strict=False):
            if mine != theirs:
                break
            same += 1
    return (int(not same_country), int(not same_state), int(not same_city), -same)


def sort_by_nearness(
    here: Position | None,
    address: Address,
    places: Sequence[tuple[Position | None, Address]],
) -> list[tuple[int, float | None]]:
    """Order places from near to far.

    :param here: where the customer is, if that is known
    :param address: of the customer, for the places that no distance can be said of
    :return: per place its index and distance in kilometres, none where it is unknown; those with
        a distance come first, equals stay in their order
    """
    found = [
        (index, haversine(here, place) if here and place else None)
        for index, (place, _address) in enumerate(places)
    ]
    return sorted(
        found,
        key=lambda item: (
            item[1] is None,
            item[1] or 0.0,
            address_rank(address, places[item[0]][1]),
        ),
    )


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
