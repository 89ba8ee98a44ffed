"""Periods: weeks as in ISO 8601 (Monday to Sunday), months, quarters and years.

Quarters and years follow the fiscal year: it begins on the first day of `first_month`, 1 (January,
the calendar year) to 12. Weeks and months are the same whenever it begins.
"""

import calendar
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


def get_period(granularity: Granularity, day: date, first_month: int = 1) -> Period:
    """The period that `day` lies in.

    :param first_month: month in which the fiscal year begins.
    :raises ValueError: on an unknown granularity or month.

    >>> get_period("week", date(2026, 1, 1))
    Period(date_from=datetime.date(2025, 12, 29), date_to=datetime.date(2026, 1, 4))
    >>> get_period("year", date(2026, 3, 31), first_month=4)
    Period(date_from=datetime.date(2025, 4, 1), date_to=datetime.date(2026, 3, 31))
    """
    if granularity == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if granularity not in _MONTHS:
        raise ValueError(f"Unknown granularity: {granularity}")
    if not 1 <= first_month <= 12:
        raise ValueError(f"Not a month: {first_month}")
    months = _MONTHS[granularity]
    first = add_months(day.replace(day=1), -((day.month - first_month) % months))
    return Period(first, add_months(first, months) - timedelta(days=1))


def shift_period(granularity: Granularity, day: date, count: int, first_month: int = 1) -> Period:
    """The period `count` periods after (before, if negative) the one that `day` lies in.

    >>> shift_period("month", date(2026, 1, 31), -1)
    Period(date_from=datetime.date(2025, 12, 1), date_to=datetime.date(2025, 12, 31))
    """
    first = get_period(granularity, day, first_month).date_from
    if granularity == "week":
        return get_period(granularity, first + timedelta(weeks=count))
    return get_period(granularity, add_months(first, count * _MONTHS[granularity]), first_month)


def get_year_before(granularity: Granularity, day: date, first_month: int = 1) -> Period:
    """The period of the year before that compares with the one that `day` lies in.

    A week compares with the week of the same ISO number; week 53 with the last one, where the year
    before has only 52.

    >>> get_year_before("week", date(2026, 12, 31))  # week 53
    Period(date_from=datetime.date(2025, 12, 22), date_to=datetime.date(2025, 12, 28))
    """
    return shift_years(granularity, day, -1, first_month)


def shift_years(granularity: Granularity, day: date, count: int, first_month: int = 1) -> Period:
    """The period that compares with the one that `day` lies in, `count` years later.

    Of a week the one with the same ISO number; of week 53 the last one, in years of 52 weeks.

    >>> shift_years("week", date(2026, 12, 31), 1)  # week 53
    Period(date_from=datetime.date(2027, 12, 27), date_to=datetime.date(2028, 1, 2))
    """
    if granularity != "week":
        periods = count * 12 // _MONTHS[granularity] if granularity in _MONTHS else 0
        return shift_period(granularity, day, periods, first_month)
    year, week = get_iso_week(day)
    last = get_iso_week(date(year + count, 12, 28))[1]
    return get_period("week", date.fromisocalendar(year + count, min(week, last), 1))


def get_iso_week(day: date) -> tuple[int, int]:
    """ISO year and ISO week number (1 to 53); the year differs from the calendar's around New Year.

    >>> get_iso_week(date(2027, 1, 1))
    (2026, 53)
    """
    year, week, _weekday = day.isocalendar()
    return year, week


def get_fiscal_year(day: date, first_month: int = 1) -> tuple[int, int]:
    """The calendar years in which the fiscal year of `day` begins and ends.

    >>> get_fiscal_year(date(2026, 3, 31), first_month=4)
    (2025, 2026)
    """
    year = get_period("year", day, first_month)
    return year.date_from.year, year.date_to.year


def get_periods(
    granularity: Granularity, first: date, last: date, first_month: int = 1
) -> list[Period]:
    """All periods that touch the days from `first` to `last`, in order.

    >>> [period.date_from.day for period in get_periods("week", date(2026, 1, 1), date(2026, 1, 5))]
    [29, 5]
    """
    periods = [get_period(granularity, first, first_month)]
    while periods[-1].date_to < last:
        periods.append(shift_period(granularity, periods[-1].date_from, 1, first_month))
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


def add_months(day: date, count: int) -> date:
    """The same day `count` months later (earlier, if negative), or the last one of that month.

    >>> add_months(date(2026, 3, 31), -1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
