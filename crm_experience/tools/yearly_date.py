"""Days that come back every year: birthdays, anniversaries, festivals.

The Gregorian calendar, and the Chinese lunar calendar as the library ``lunar_python`` computes it.
Three rules say which day it is in a year that does not have the day itself:

* 29 February is kept on 28 February in a common year: a greeting a day early is kinder than one
  a day late.
* Day 30 of a lunar month that has only 29 days this year is kept on its last day.
* A day in a leap month is kept in the ordinary month of the same number in a year that has no
  such leap month; that is how leap-month birthdays are celebrated.
"""

import calendar as gregorian
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from lunar_python import LunarYear, Solar

GREGORIAN = "gregorian"
LUNAR = "lunar"
CALENDARS = (GREGORIAN, LUNAR)
# What the library has been compared with published tables for.
YEARS = (1900, 2100)
# A lunar year with a leap month, and the month that the day may move by.
MAX_DAYS_AHEAD = 385
_LEAP_YEAR = 2000
_LUNAR_DAYS = 30
_MONTHS = 12


class YearlyDate(NamedTuple):
    """A day without a year.

    :ivar calendar: ``gregorian`` or ``lunar``
    :ivar month: 1 to 12
    :ivar day: 1 to 31, lunar 1 to 30
    :ivar is_leap_month: the leap month that follows the lunar month of this number
    """

    calendar: str
    month: int
    day: int
    is_leap_month: bool = False


def is_day(yearly: YearlyDate) -> bool:
    """Say whether there is such a day in some year."""
    if yearly.calendar not in CALENDARS or not 1 <= yearly.month <= _MONTHS or yearly.day < 1:
        return False
    if yearly.calendar == LUNAR:
        return yearly.day <= _LUNAR_DAYS
    last = gregorian.monthrange(_LEAP_YEAR, yearly.month)[1]
    return yearly.day <= last and not yearly.is_leap_month


def get_occurrence(yearly: YearlyDate, year: int) -> date:
    """Return the day in a year of its calendar.

    :param year: Gregorian, or the lunar year that begins in this Gregorian year
    :raises ValueError: for what :func:`is_day` denies
    """
    if not is_day(yearly):
        raise ValueError(f"no such day: {yearly}")
    if yearly.calendar == LUNAR:
        return _get_lunar(yearly, year)
    last = gregorian.monthrange(year, yearly.month)[1]
    return date(year, yearly.month, min(yearly.day, last))


def get_next(yearly: YearlyDate, today: date) -> date:
    """Return the first occurrence on or after a day, at most 385 days later."""
    return next(day for day in _iterate(yearly, today) if day >= today)


def get_previous(yearly: YearlyDate, today: date) -> date:
    """Return the last occurrence before a day, at most 385 days earlier."""
    return max(day for day in _iterate(yearly, today) if day < today)


def count_years(yearly: YearlyDate, year: int, occurrence: date) -> int:
    """Return the how manieth return of a day an occurrence is.

    :param year: of its calendar, in which the day was for the first time; 0 if that is not known
    :return: 0 if it is not known, or is that first day or one before it
    """
    if year <= 0:
        return 0
    around = (occurrence.year - 1, occurrence.year)
    number = next((y for y in around if get_occurrence(yearly, y) == occurrence), occurrence.year)
    return max(number - year, 0)


def _iterate(yearly: YearlyDate, today: date) -> list[date]:
    """Return every occurrence around a day, in order; a lunar year ends in the next one."""
    around = (today.year - 1, today.year, today.year + 1)
    years = (today.year - 2, *around) if yearly.calendar == LUNAR else around
    return [get_occurrence(yearly, year) for year in years]


def _get_lunar(yearly: YearlyDate, year: int) -> date:
    first, days = _get_lunar_month(year, yearly.month, yearly.is_leap_month)
    return first + timedelta(days=min(yearly.day, days) - 1)


@cache
def _get_lunar_month(year: int, month: int, is_leap: bool) -> tuple[date, int]:
    """Return the first day of a lunar month and its days; kept, for it is slow to compute."""
    months = LunarYear.fromYear(year).getMonthsInYear()
    # the library writes a leap month as a negative number
    numbers = {found.getMonth(): found for found in months if found.getYear() == year}
    lunar_month = numbers[-month if is_leap and -month in numbers else month]
    first = Solar.fromJulianDay(lunar_month.getFirstJulianDay())
    day = date(first.getYear(), first.getMonth(), first.getDay())
    return day, lunar_month.getDayCount()
