"""Cursor of the timeline: where the next page begins.

Pages are found by the key of their last row, never by counting rows: page 100 costs what
page 1 costs, and a contact that arrives meanwhile shifts nothing.
"""

import re
from datetime import datetime

_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)_(\d{1,10})", re.ASCII)
_MAX_ID = 2**31 - 1


def encode_cursor(date: datetime, row_id: int) -> str:
    """Return the cursor behind the row of this date (naive UTC) and id."""
    return f"{date:%Y-%m-%dT%H:%M:%S}_{row_id}"


def decode_cursor(cursor: str) -> tuple[datetime, int]:
    """Return date and id of the last row seen.

    :raises ValueError: for a text that :func:`encode_cursor` did not write
    """
    match = _CURSOR.fullmatch(cursor)
    if not match or int(match[2]) > _MAX_ID:
        raise ValueError("not a cursor")
    return datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S"), int(match[2])
