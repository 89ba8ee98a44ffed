from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.quiet_hours import UTC, is_hour, is_quiet, next_moment, zone

HOURS = st.integers(0, 96).map(lambda quarter: quarter / 4)
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", None])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


@pytest.mark.parametrize(
    ("hour", "start", "end", "expected"),
    [
        (21, 21, 8, True),
        (8, 21, 8, False),
        (3, 21, 8, True),
        (12, 21, 8, False),
        (12.5, 12, 14, True),
        (14, 12, 14, False),
        (23, 22, 24, True),
        (0, 22, 24, False),
        (5, 0, 0, False),
        (5, 7, 7, False),
        (5, 24, 0, False),
        (5, 24, 24, False),
        (5, 24, 8, True),
        (5, 0, 24, True),
    ],
)
def test_is_quiet(hour, start, end, expected):
    assert is_quiet(hour, start, end) is expected


def test_hours_and_zones():
    assert is_hour(0)
    assert is_hour(24)
    assert not is_hour(-0.5)
    assert not is_hour(24.01)
    assert zone("No/Where") is UTC
    assert zone("") is UTC
    assert zone("../etc/passwd") is UTC


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # 22:30 in Shanghai waits for 8 in the morning there, midnight UTC
        (datetime(2026, 3, 1, 14, 30), datetime(2026, 3, 2)),
        # 1:00 in Shanghai, the same morning
        (datetime(2026, 3, 1, 17), datetime(2026, 3, 2)),
        (datetime(2026, 3, 1, 4), datetime(2026, 3, 1, 4)),
    ],
)
def test_over_midnight(moment, expected):
    assert next_moment(moment, 21, 8, "Asia/Shanghai") == expected


def test_summer_time():
    # On 29 March 2026 in Berlin the clock jumps from 2 to 3.
    assert next_moment(datetime(2026, 3, 28, 22), 22, 7, "Europe/Berlin") == datetime(
        2026, 3, 29, 5
    )
    # On 25 October 2026 there are two hours from 2 to 3.
    assert next_moment(datetime(2026, 10, 24, 22), 22, 7, "Europe/Berlin") == datetime(
        2026, 10, 25, 6
    )


@given(MOMENTS, HOURS, HOURS, ZONES)
def test_never_early_never_quiet_within_two_days(moment, start, end, timezone):
    found = next_moment(moment, start, end, timezone)
    assert found >= moment
    assert (found - moment).total_seconds() <= 26 * 3600
    local = found.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone(timezone))
    hour = local.hour + local.minute / 60 + local.second / 3600
    all_day = start == 0 and end == 24
    # An end within the hour that is skipped in spring is later on the clock, never earlier.
    assert all_day or not is_quiet(hour, start, end)
    # It waits only if it must.
    before = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone(timezone))
    if not is_quiet(before.hour + before.minute / 60 + before.second / 3600, start, end):
        assert found == moment
