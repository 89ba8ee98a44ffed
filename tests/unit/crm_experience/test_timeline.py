"""The cursor of the timeline."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.timeline import decode_cursor, encode_cursor

moment = st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31)).map(
    lambda value: value.replace(microsecond=0)
)


@given(moment, st.integers(1, 2**31 - 1))
def test_what_is_written_is_read(date, row_id):
    assert decode_cursor(encode_cursor(date, row_id)) == (date, row_id)


@given(st.text())
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError):
        decode_cursor(text)


@pytest.mark.parametrize("text", ["2026-02-30T10:00:00_1", "2026-01-01T10:00:00_9999999999"])
def test_what_only_looks_like_a_cursor_is_refused(text):
    with pytest.raises(ValueError):
        decode_cursor(text)
