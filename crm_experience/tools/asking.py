"""When a customer may be asked: limits, quiet hours, expiry and the sample.

Pure: moments come in as naive datetimes in UTC, as Odoo stores them. The limits are rolling
windows; what they hold back waits for the moment that this module names, and is not dropped.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .quiet_hours import DAY, next_moment

BUCKETS = 16**8
#: What is let go as the deadline comes is still sent: the job and a quiet night take their time.
LEEWAY = timedelta(days=1)

History = Sequence[datetime]


@dataclass(frozen=True)
class Limit:
    """How often a customer may be asked.

    :ivar gap_days: days between two invitations; 0: no limit
    :ivar count: invitations at most within the window; 0: no limit
    :ivar window_days: length of the rolling window, at least 1
    """

    gap_days: int = 0
    count: int = 0
    window_days: int = 365


@dataclass(frozen=True)
class Quiet:
    """Hours in which nobody is disturbed, on the customer's own clock.

    :ivar start: hour at which they begin, 0–24
    :ivar end: hour at which they are over, 0–24; equal to ``start``: there are none
    :ivar zone: name of the customer's time zone; ``None``: UTC
    """

    start: float = 0
    end: float = 0
    zone: str | None = None

    def get_next_moment(self, moment: datetime) -> datetime:
        """Return the first moment, from ``moment`` on, that is not quiet.

        :param moment: naive, UTC
        :return: naive, UTC; ``moment`` itself for a whole day of quiet, which is no refusal:
            that has a switch of its own
        """
        if self.start % DAY == self.end % DAY:
            return moment
        return next_moment(moment, self.start, self.end, self.zone)


@dataclass(frozen=True)
class Decision:
    """What becomes of an invitation.

    :ivar action: ``send`` now, ``hold`` until ``until``, or ``expire``
    :ivar reason: why it is held: ``gap``, ``count``, ``survey_gap``, ``survey_count``, ``quiet``;
        why it expires: ``late``; empty for ``send``
    :ivar until: when it is tried again; ``None`` unless it is held
    """

    action: str
    reason: str = ""
    until: datetime | None = None


def is_sampled(key: str, share: float) -> bool:
    """Tell whether a key is drawn into a sample.

    The same key is always in or always out, and stays in when the share grows. The first 32 bits
    of its MD5 are compared with the share, which PostgreSQL does alike:
    ``('x' || substr(md5(key), 1, 8))::bit(32)::bigint``. MD5 protects nothing here.

    :param share: 0…100 (%); at 0 nothing is drawn, at 100 everything
    """
    digest = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) < share / 100 * BUCKETS


def find_free_moment(asked: History, limit: Limit, now: datetime) -> tuple[str, datetime]:
    """Return the first moment from ``now`` on at which a limit lets the customer be asked.

    :param asked: when the customer was asked before, in any order; later ones than ``now`` count
    :return: ``gap`` or ``count``, whichever holds back longer, and the moment; an empty text and
        ``now`` if nothing does
    """
    reason, moment = "", now
    if limit.gap_days and asked:
        free = max(asked) + timedelta(days=limit.gap_days)
        if free > moment:
            reason, moment = "gap", free
    if limit.count and len(asked) >= limit.count:
        # asked again once the oldest of the last `count` invitations has left the window
        oldest = sorted(asked)[-limit.count]
        free = oldest + timedelta(days=limit.window_days)
        if free > moment:
            reason, moment = "count", free
    return reason, moment


def decide(
    now: datetime, deadline: datetime, checks: Sequence[tuple[str, History, Limit]], quiet: Quiet
) -> Decision:
    """Decide what becomes of an invitation that is due.

    Whatever holds back longest is the reason. An invitation is held no longer than its deadline:
    if it could only be sent more than ``LEEWAY`` after it, it waits for the deadline and then
    expires.

    :param deadline: from then on the invitation is given up, unless it is let go just then
    :param checks: limits that hold together: what the reason begins with, when the customer was
        asked what the limit counts, and the limit
    """
    last = deadline + LEEWAY
    if now >= last:
        return Decision("expire", "late")
    reason, moment = "", now
    for prefix, asked, limit in checks:
        held_by, free = find_free_moment(asked, limit, now)
        if free > moment:
            reason, moment = prefix + held_by, free
    loud = quiet.get_next_moment(moment)
    if loud <= now:
        return Decision("send")
    if loud < last:
        return Decision("hold", reason or "quiet", loud)
    if now >= deadline:
        return Decision("expire", "late")
    return Decision("hold", reason or "quiet", deadline)
