"""When somebody who wants to be left alone at certain hours may be contacted.

Hours are local times of day as Odoo keeps them: 21.5 is half past nine in the evening.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 24.0
UTC = ZoneInfo("UTC")


def is_hour(value: float) -> bool:
    """Tell whether ``value`` is a time of day, 0 to 24."""
    return 0 <= value <= DAY


def zone(name: str | None) -> ZoneInfo:
    """Return the time zone of that name; UTC where there is none, or it is unknown."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def is_quiet(hour: float, start: float, end: float) -> bool:
    """Tell whether a time of day lies in the quiet hours.

    The first moment is quiet, the last is not: from 21 to 8, 21:00 is quiet and 8:00 is not.

    :param hour: 0 up to 24
    :param start: 0 to 24
    :param end: 0 to 24; before ``start`` the quiet hours go over midnight
    :return: never where start and end are the same: there are no quiet hours
    """
    if start % DAY == end % DAY:
        return start == 0 and end == DAY
    start, hour = start % DAY, hour % DAY
    if start < end:
        return start <= hour < end
    return hour >= start or hour < end


def next_moment(moment: datetime, start: float, end: float, timezone: str | None) -> datetime:
    """Return the first moment, from ``moment`` on, that is not within the quiet hours.

    :param moment: naive, UTC
    :param start: local time of day, 0 to 24
    :param end: local time of day, 0 to 24
    :param timezone: name of the zone that the hours are of; unknown or none: UTC
    :return: naive, UTC; ``moment`` itself where it is not quiet. Somebody who is quiet all
        day long is written to anyway: that is no refusal, which has a switch of its own.
    """
    local_zone = zone(timezone)
    local = moment.replace(tzinfo=UTC).astimezone(local_zone)
    hour = local.hour + local.minute / 60 + local.second / 3600
    if not is_quiet(hour, start, end) or (start == 0 and end == DAY):
        return moment
    minutes = round(end % DAY * 60) % (24 * 60)
    day = local.date()
    ends = datetime.combine(day, time(minutes // 60, minutes % 60), local_zone)
    if ends.replace(tzinfo=None) <= local.replace(tzinfo=None):
        next_day = day + timedelta(days=1)
        ends = datetime.combine(next_day, time(minutes // 60, minutes % 60), local_zone)
    # An end that the clock jumps over in spring is found as the moment of the jump or later.
    return max(moment, ends.astimezone(UTC).replace(tzinfo=None))
