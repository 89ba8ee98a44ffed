"""Days that come back every year, against published tables and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import Solar

from crm_experience.tools.yearly_date import (
    MAX_DAYS_AHEAD,
    YearlyDate,
    count_years,
    get_next,
    get_occurrence,
    get_previous,
    is_day,
)

# First days of the lunar year as the Hong Kong Observatory publishes them.
NEW_YEARS = {
    1985: date(1985, 2, 20),
    2000: date(2000, 2, 5),
    2020: date(2020, 1, 25),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2033: date(2033, 1, 31),
    2034: date(2034, 2, 19),
}
MID_AUTUMNS = {
    2023: date(2023, 9, 29),
    2024: date(2024, 9, 17),
    2025: date(2025, 10, 6),
    2026: date(2026, 9, 25),
}
# First days of leap months: (year, month) → day.
LEAP_MONTHS = {
    (2020, 4): date(2020, 5, 23),
    (2023, 2): date(2023, 3, 22),
    (2025, 6): date(2025, 7, 25),
    (2028, 5): date(2028, 6, 23),
    (2033, 11): date(2033, 12, 22),
}

TODAYS = st.dates(date(1930, 1, 1), date(2090, 12, 31))
GREGORIAN = st.builds(
    lambda day: YearlyDate("gregorian", day.month, day.day),
    st.dates(date(2000, 1, 1), date(2000, 12, 31)),
)
LUNAR = st.builds(
    YearlyDate, st.just("lunar"), st.integers(1, 12), st.integers(1, 30), st.booleans()
)


@pytest.mark.parametrize("year", NEW_YEARS)
def test_lunar_new_year(year):
    assert get_occurrence(YearlyDate("lunar", 1, 1), year) == NEW_YEARS[year]


@pytest.mark.parametrize("year", MID_AUTUMNS)
def test_mid_autumn(year):
    assert get_occurrence(YearlyDate("lunar", 8, 15), year) == MID_AUTUMNS[year]


@pytest.mark.parametrize(("year", "month"), LEAP_MONTHS)
def test_leap_month(year, month):
    leap = get_occurrence(YearlyDate("lunar", month, 1, True), year)
    assert leap == LEAP_MONTHS[year, month]
    ordinary = get_occurrence(YearlyDate("lunar", month, 1), year)
    assert timedelta(29) <= leap - ordinary <= timedelta(30)


def test_leap_month_in_a_year_without_it():
    """Born in the leap second month of 2023: kept in the second month of 2024."""
    born = YearlyDate("lunar", 2, 1, True)
    assert get_occurrence(born, 2024) == get_occurrence(YearlyDate("lunar", 2, 1), 2024)
    assert get_next(born, date(2023, 3, 23)) == date(2024, 3, 10)


def test_lunar_eve_is_the_last_day_of_a_short_month():
    """Day 30 of the twelfth month: 29 in lunar 2024, 2025; always the eve of the New Year."""
    for year, new_year in NEW_YEARS.items():
        eve = get_occurrence(YearlyDate("lunar", 12, 30), year - 1)
        assert eve == new_year - timedelta(1)


def test_29_february():
    leap_day = YearlyDate("gregorian", 2, 29)
    assert get_next(leap_day, date(2026, 1, 1)) == date(2026, 2, 28)
    assert get_next(leap_day, date(2026, 3, 1)) == date(2027, 2, 28)
    assert get_next(leap_day, date(2027, 12, 1)) == date(2028, 2, 29)
    assert get_next(leap_day, date(2028, 2, 29)) == date(2028, 2, 29)
    # a hundredth year is a common one, a four hundredth is not
    assert get_occurrence(leap_day, 2100) == date(2100, 2, 28)
    assert get_occurrence(leap_day, 2000) == date(2000, 2, 29)


@pytest.mark.parametrize(
    "yearly",
    [
        YearlyDate("gregorian", 2, 30),
        YearlyDate("gregorian", 4, 31),
        YearlyDate("gregorian", 13, 1),
        YearlyDate("gregorian", 0, 1),
        YearlyDate("gregorian", 1, 0),
        YearlyDate("gregorian", 1, 1, True),
        YearlyDate("lunar", 1, 31),
        YearlyDate("lunar", 13, 1),
        YearlyDate("julian", 1, 1),
    ],
)
def test_no_such_day(yearly):
    assert not is_day(yearly)
    with pytest.raises(ValueError, match="no such day"):
        get_occurrence(yearly, 2026)


@given(GREGORIAN, TODAYS)
def test_next_gregorian(yearly, today):
    found = get_next(yearly, today)
    assert today <= found <= today + timedelta(365 + (yearly.month == 2))
    assert found.month == yearly.month
    # independently: the first day that fits, day by day
    fits = [yearly.day, 28] if (yearly.month, yearly.day) == (2, 29) else [yearly.day]
    day = today
    while not (
        day.month == yearly.month
        and day.day in fits
        and (day.day == yearly.day or (day + timedelta(1)).month != 2)
    ):
        day += timedelta(1)
    assert found == day


@given(LUNAR, TODAYS)
def test_next_lunar(yearly, today):
    found = get_next(yearly, today)
    assert timedelta(0) <= found - today <= timedelta(MAX_DAYS_AHEAD)
    lunar = Solar.fromYmd(found.year, found.month, found.day).getLunar()
    assert abs(lunar.getMonth()) == yearly.month
    assert lunar.getDay() in (yearly.day, 29)
    assert lunar.getDay() == yearly.day or yearly.day == 30
    if not yearly.is_leap_month:
        assert lunar.getMonth() > 0


@given(st.one_of(GREGORIAN, LUNAR), TODAYS)
def test_previous_and_next_follow_each_other(yearly, today):
    previous, following = get_previous(yearly, today), get_next(yearly, today)
    assert previous < today <= following
    assert get_next(yearly, previous + timedelta(1)) == following
    assert get_previous(yearly, following) == previous
    assert timedelta(350) <= following - previous <= timedelta(MAX_DAYS_AHEAD)


@given(st.one_of(GREGORIAN, LUNAR), st.integers(1950, 2060), st.integers(0, 30))
def test_years_are_counted_in_the_own_calendar(yearly, year, years):
    occurrence = get_occurrence(yearly, year + years)
    assert count_years(yearly, year, occurrence) == years


def test_years_that_nobody_knows():
    birthday = YearlyDate("gregorian", 5, 4)
    assert count_years(birthday, 0, date(2026, 5, 4)) == 0
    assert count_years(birthday, 2030, date(2026, 5, 4)) == 0
    assert count_years(birthday, 1990, date(2026, 5, 4)) == 36
    # lunar 1984, day 1 of month 12, was in January 1985
    assert count_years(YearlyDate("lunar", 12, 1), 1984, date(2026, 1, 19)) == 41
