"""Periods: weeks as in ISO 8601 (Monday to Sunday), months, quarters and years of the calendar."""

from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

import pytz

Granularity = Literal["week", "month", "quarter", "year"]
GRANULARITIES: tuple[Granularity, ...] = ("week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Period(NamedTuple):
    """First and last day, both belong to the period."""

    date_from: date
    date_to: date


def get_period(granularity: Granularity, day: date) -> Period:
    """The period that `day` lies in.

    :raises ValueError: on an unknown granularity.

    >>> get_period("week", date(2026, 1, 1))
    Period(date_from=datetime.date(2025, 12, 29), date_to=datetime.date(2026, 1, 4))
    """
    if granularity == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if granularity not in _MONTHS:
        raise ValueError(f"Unknown granularity: {granularity}")
    months = _MONTHS[granularity]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, _add_months(first, months) - timedelta(days=1))


def shift_period(granularity: Granularity, day: date, count: int) -> Period:
    """The period `count` periods after (before, if negative) the one that `day` lies in.

    >>> shift_period("month", date(2026, 1, 31), -1)
    Period(date_from=datetime.date(2025, 12, 1), date_to=datetime.date(2025, 12, 31))
    """
    first = get_period(granularity, day).date_from
    if granularity == "week":
        return get_period(granularity, first + timedelta(weeks=count))
    return get_period(granularity, _add_months(first, count * _MONTHS[granularity]))


def get_iso_week(day: date) -> tuple[int, int]:
    """ISO year and ISO week number (1 to 53); the year differs from the calendar's around New Year.

    >>> get_iso_week(date(2027, 1, 1))
    (2026, 53)
    """
    year, week, _weekday = day.isocalendar()
    return year, week


def get_periods(granularity: Granularity, first: date, last: date) -> list[Period]:
    """All periods that touch the days from `first` to `last`, in order.

    >>> [period.date_from.day for period in get_periods("week", date(2026, 1, 1), date(2026, 1, 5))]
    [29, 5]
    """
    periods = [get_period(granularity, first)]
    while periods[-1].date_to < last:
        periods.append(shift_period(granularity, periods[-1].date_from, 1))
    return periods


def get_utc_bounds(period: Period, zone: str) -> tuple[datetime, datetime]:
    """First moment of the period and of the day after it, as naive UTC, for a place in `zone`.

    :param zone: IANA name of a time zone.
    :raises pytz.UnknownTimeZoneError: on an unknown zone.

    >>> get_utc_bounds(Period(date(2026, 7, 1), date(2026, 7, 31)), "Europe/Paris")
    (datetime.datetime(2026, 6, 30, 22, 0), datetime.datetime(2026, 7, 31, 22, 0))
    """
    return (
        _get_utc_midnight(period.date_from, zone),
        _get_utc_midnight(period.date_to + timedelta(days=1), zone),
    )


def get_utc_thresholds(periods: list[Period], zone: str) -> list[datetime]:
    """Where each of the periods begins, and where the last one ends, as naive UTC."""
    ends = [periods[-1].date_to + timedelta(days=1)] if periods else []
    return [_get_utc_midnight(day, zone) for day in [*(p.date_from for p in periods), *ends]]


def _get_utc_midnight(day: date, zone: str) -> datetime:
    """The moment that `day` begins in `zone`, as naive UTC."""
    midnight = pytz.timezone(zone).localize(datetime.combine(day, time.min))
    return midnight.astimezone(pytz.utc).replace(tzinfo=None)


def _add_months(first: date, count: int) -> date:
    """First day of the month `count` months after the month of `first`."""
    years, month = divmod(first.month - 1 + count, 12)
    return date(first.year + years, month + 1, 1)
