"""Parser of what comes in from outside: events and answers.

Pure and total: any JSON-like value ends either in a dictionary of clean values or in
an :class:`IntakeError` that names what is wrong. The error carries a code and its
values, not a sentence: the caller words it in the language of its user.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

MIN_YEAR = 1900
MAX_YEAR = 2200
MAX_ID = 2**31 - 1
MAX_AMOUNT = 10.0**12
PARTNER_KEYS = ("partner_id", "email", "phone", "ref")

_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?"
    r" ?(?:(Z)|([+-])(\d\d):?(\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)
# the database stores neither NUL nor half a surrogate pair
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_SHOWN = 40


class IntakeError(ValueError):
    """One value that cannot be accepted: ``code`` says why, ``values`` fill the sentence."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def shorten(value: Any) -> str:
    """Show an arbitrary value in at most a few dozen printable characters."""
    if isinstance(value, (dict, list, tuple, set)):
        return type(value).__name__
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 128:
        return "…"
    text = value if isinstance(value, str) else repr(value)
    text = text[: _SHOWN + 1].encode("utf-8", "replace").decode()
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


@dataclass(frozen=True)
class Field:
    """What one key of an item may hold. Subclasses parse the value."""

    required: bool = False

    def parse(self, key: str, value: Any) -> Any:
        """Return the clean value.

        :raises IntakeError: if the value cannot be accepted
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Field):
    """Text of at most ``limit`` characters, without surrounding space."""

    limit: int = 64

    def parse(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise IntakeError("text", key=key)
        value = value.strip()
        if len(value) > self.limit:
            raise IntakeError("long", key=key, length=len(value), limit=self.limit)
        if _UNSTORABLE.search(value):
            raise IntakeError("characters", key=key)
        return value


@dataclass(frozen=True)
class Choice(Field):
    """One of a few words."""

    choices: tuple[str, ...] = ()

    def parse(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise IntakeError(
                "choice", key=key, value=shorten(value), choices=", ".join(self.choices)
            )
        return value


@dataclass(frozen=True)
class Number(Field):
    """A finite number between ``low`` and ``high``, both included."""

    low: float = -MAX_AMOUNT
    high: float = MAX_AMOUNT

    def parse(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise IntakeError("number", key=key)
        if isinstance(value, float) and not math.isfinite(value):
            raise IntakeError("number", key=key)
        if not self.low <= value <= self.high:
            raise IntakeError("range", key=key, low=f"{self.low:g}", high=f"{self.high:g}")
        return float(value)


@dataclass(frozen=True)
class Whole(Field):
    """A whole number between ``low`` and ``high``, both included."""

    low: int = 1
    high: int = MAX_ID

    def parse(self, key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise IntakeError("number", key=key)
        if not self.low <= value <= self.high:
            raise IntakeError("range", key=key, low=f"{self.low}", high=f"{self.high}")
        return value


@dataclass(frozen=True)
class Identifier(Field):
    """The database id of a record."""

    def parse(self, key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAX_ID:
            raise IntakeError("id", key=key, value=shorten(value))
        return value


@dataclass(frozen=True)
class Moment(Field):
    """A date and time, see :func:`parse_moment`."""

    def parse(self, key: str, value: Any) -> datetime:
        moment = parse_moment(value)
        if moment is None:
            raise IntakeError("date", key=key, value=shorten(value))
        if not MIN_YEAR <= moment.year <= MAX_YEAR:
            raise IntakeError("year", key=key, value=shorten(value), low=MIN_YEAR, high=MAX_YEAR)
        return moment


def parse_moment(value: Any) -> datetime | None:
    """Read a moment in ISO 8601 or in Odoo's format; without an offset it is UTC.

    A date without a time is noon UTC: the same day in nearly every time zone.

    :return: naive UTC without fractions of a second; ``None`` if it is no moment
    """
    moment: datetime | None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time(12))
    elif isinstance(value, str) and (match := _DATE.fullmatch(value.strip())):
        moment = _moment_from(match)
    else:
        moment = None
    if moment is None:
        return None
    try:
        if moment.tzinfo is not None:
            moment = moment.astimezone(timezone.utc)
    except OverflowError:
        return None
    return moment.replace(tzinfo=None, microsecond=0)


def _moment_from(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second, _zulu, sign, hours, minutes = match.groups()
    try:
        if hour is None:
            return datetime(int(year), int(month), int(day), 12)
        zone = None
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            zone = timezone(-offset if sign == "-" else offset)
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=zone
        )
    except ValueError:
        return None


def parse_values(item: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Check the values of an item against its fields.

    ``None`` and the empty text count as absent.

    :return: the clean values of the keys that are present
    :raises IntakeError: naming the first thing that is wrong
    """
    if not isinstance(item, Mapping):
        raise IntakeError("not_a_dict")
    values = {}
    for key, value in item.items():
        field = fields.get(key) if isinstance(key, str) else None
        if field is None:
            raise IntakeError("unknown_key", key=shorten(key))
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        values[key] = field.parse(key, value)
    for key, field in fields.items():
        if field.required and key not in values:
            raise IntakeError("missing", key=key)
    return values


def parse_item(item: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Check one event or answer: its values, and that it says whose it is.

    :return: the clean values, with exactly one of :data:`PARTNER_KEYS`
    :raises IntakeError: naming the first thing that is wrong
    """
    values = parse_values(item, fields)
    partner_keys = [key for key in PARTNER_KEYS if key in values]
    if not partner_keys:
        raise IntakeError("no_partner")
    if len(partner_keys) > 1:
        raise IntakeError("many_partners", keys=", ".join(partner_keys))
    return values


def check_rating(values: Mapping[str, Any]) -> None:
    """A gap needs both of its sides.

    :raises IntakeError: if only one of expectation and experience is there
    """
    if ("expectation" in values) != ("experience" in values):
        raise IntakeError("half_gap")
