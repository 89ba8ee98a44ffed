"""Windows: over which days the figure of a period is measured."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from .period import Granularity, Period, add_months, get_period, shift_period

Kind = Literal["period", "trailing", "year_to_date", "period_end"]
Unit = Literal["period", "week", "month"]


class Window(NamedTuple):
    """A window: its kind, and how long a trailing one is."""

    kind: Kind = "period"
    length: int = 1
    unit: Unit = "period"


def get_window(
    granularity: Granularity, period: Period, window: Window, first_month: int = 1
) -> Period:
    """The days that the figure of `period` is measured over.

    Windows of periods that follow each other begin and end in the same order, so that the periods
    that a day counts for follow each other too.

    - `period`: the period itself.
    - `trailing`: `length` periods, weeks or months that end with it.
    - `year_to_date`: the fiscal year up to its end. A week belongs to the year that its Thursday
      lies in, as in ISO 8601, and does not reach beyond it.
    - `period_end`: its last day.

    :raises ValueError: on an unknown kind or unit of window, or a length below 1.

    >>> month = Period(date(2026, 2, 1), date(2026, 2, 28))
    >>> get_window("month", month, Window("trailing", 12, "month")).date_from
    datetime.date(2025, 3, 1)
    """
    kind = window.kind
    if kind == "period":
        return period
    if kind == "period_end":
        return Period(period.date_to, period.date_to)
    if kind == "year_to_date":
        day = period.date_from + timedelta(days=3) if granularity == "week" else period.date_to
        year = get_period("year", day, first_month)
        return Period(year.date_from, min(period.date_to, year.date_to))
    if kind != "trailing":
        raise ValueError(f"Unknown window: {kind}")
    if window.length < 1:
        raise ValueError(f"A window of {window.length}")
    return Period(_get_start(granularity, period, window, first_month), period.date_to)


def _get_start(granularity: Granularity, period: Period, window: Window, first_month: int) -> date:
    _kind, length, unit = window
    if unit == "period":
        return shift_period(granularity, period.date_from, 1 - length, first_month).date_from
    end = period.date_to + timedelta(days=1)
    if unit == "week":
        return end - timedelta(weeks=length)
    if unit == "month":
        return add_months(end, -length)
    raise ValueError(f"Unknown unit: {unit}")


def get_window_before(
    granularity: Granularity, period: Period, window: Window, first_month: int = 1
) -> Period:
    """The window as long as that of `period` which ends the day before it begins.

    For a year to date it is the same stretch of the year before, up to the same day.

    >>> month = Period(date(2026, 2, 1), date(2026, 2, 28))
    >>> get_window_before("month", month, Window("trailing", 12, "month")).date_from
    datetime.date(2024, 3, 1)
    """
    now = get_window(granularity, period, window, first_month)
    if window.kind == "year_to_date":
        end = add_months(now.date_to + timedelta(days=1), -12)
        return Period(add_months(now.date_from, -12), end - timedelta(days=1))
    if window.kind == "period_end":
        last = shift_period(granularity, period.date_from, -1, first_month).date_to
        return Period(last, last)
    if window.kind == "period":
        return shift_period(granularity, period.date_from, -1, first_month)
    twice = window._replace(length=2 * window.length)
    start = _get_start(granularity, period, twice, first_month)
    return Period(start, now.date_from - timedelta(days=1))
