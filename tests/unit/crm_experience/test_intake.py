"""The parser of what comes from outside."""

import math
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_experience.tools.intake import (
    MAX_ID,
    PARTNER_KEYS,
    Choice,
    Identifier,
    IntakeError,
    Moment,
    Number,
    Text,
    check_rating,
    parse_item,
    parse_moment,
    parse_values,
    shorten,
)

FIELDS = {
    "source": Text(required=True),
    "date": Moment(required=True),
    "partner_id": Identifier(),
    "email": Text(limit=20),
    "phone": Text(),
    "ref": Text(),
    "direction": Choice(choices=("in", "out")),
    "amount": Number(),
    "experience": Number(low=0, high=10),
}
GOOD = {"source": "shop", "date": "2026-01-31 10:00:00", "partner_id": 7}

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text()
    | st.text(st.characters(categories=["Cs", "Cc"]))
    | st.datetimes()
    | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(sorted(FIELDS)) | st.text(max_size=5) | st.integers() | st.none()


def error_of(function, *args):
    with pytest.raises(IntakeError) as caught:
        function(*args)
    return caught.value.code


@given(anything)
def test_any_value_is_parsed_or_refused(item):
    try:
        assert isinstance(parse_item(item, FIELDS), dict)
    except IntakeError as error:
        assert error.code


@given(st.dictionaries(keys, anything))
@example({"amount": math.nan})
@example({"partner_id": 2**80})
@example({"date": "9999-12-31T23:59:59-12:00"})
def test_any_value_of_any_key_is_parsed_or_refused(changes):
    try:
        values = parse_item(GOOD | changes, FIELDS)
    except IntakeError as error:
        assert error.code
        assert all(len(str(value)) < 200 for value in error.values.values())
    else:
        assert values.keys() <= FIELDS.keys()
        assert sum(key in values for key in PARTNER_KEYS) == 1
        assert values["date"].tzinfo is None
        for value in values.values():
            # what the database takes
            if isinstance(value, str):
                assert "\0" not in value.encode().decode()


@given(anything)
def test_any_value_can_be_shown(value):
    text = shorten(value)
    assert len(text) <= 41
    assert text.isprintable()
    text.encode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": None}, "missing"),
        ({"source": "  "}, "missing"),
        ({"source": 5}, "text"),
        ({"source": False}, "text"),
        ({"source": "x" * 65}, "long"),
        ({"email": "a\0b", "partner_id": None}, "characters"),
        ({"email": "\ud800", "partner_id": None}, "characters"),
        ({"partner_id": None}, "no_partner"),
        ({"email": "a@b.example"}, "many_partners"),
        ({"partner_id": True}, "id"),
        ({"partner_id": 0}, "id"),
        ({"partner_id": MAX_ID + 1}, "id"),
        ({"partner_id": 1.0}, "id"),
        ({"direction": "up"}, "choice"),
        ({"direction": ["in"]}, "choice"),
        ({"amount": "5"}, "number"),
        ({"amount": True}, "number"),
        ({"amount": math.nan}, "number"),
        ({"amount": -math.inf}, "number"),
        ({"amount": 10**400}, "range"),
        ({"experience": 10.5}, "range"),
        ({"experience": -1}, "range"),
        ({"date": 20260131}, "date"),
        ({"date": "0001-01-01"}, "year"),
        ({"date": "2999-01-01"}, "year"),
        ({"chanel": "phone"}, "unknown_key"),
        ({7: "phone"}, "unknown_key"),
    ],
)
def test_what_is_wrong_is_named(changes, code):
    assert error_of(parse_item, GOOD | changes, FIELDS) == code


@pytest.mark.parametrize("item", [None, [], "event", 5, math.nan, [("source", "shop")]])
def test_only_a_dictionary_is_an_item(item):
    assert error_of(parse_item, item, FIELDS) == "not_a_dict"


def test_absent_values_leave_no_key():
    values = parse_values(GOOD | {"email": "", "amount": None}, FIELDS)
    assert values.keys() == GOOD.keys()


def test_zero_is_a_value():
    assert parse_values(GOOD | {"experience": 0, "amount": 0.0}, FIELDS)["experience"] == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31 10:00:00", datetime(2026, 1, 31, 10)),
        ("2026-01-31T10:00:00Z", datetime(2026, 1, 31, 10)),
        ("2026-01-31t10:00:00z", datetime(2026, 1, 31, 10)),
        ("2026-01-31T10:00:00.123456Z", datetime(2026, 1, 31, 10)),
        ("2026-01-31T10:00", datetime(2026, 1, 31, 10)),
        ("2026-01-31T10:00:00+02:00", datetime(2026, 1, 31, 8)),
        ("2026-01-31T10:00:00-0530", datetime(2026, 1, 31, 15, 30)),
        ("2026-01-31T23:30:00-01", datetime(2026, 2, 1, 0, 30)),
        (" 2026-01-31 ", datetime(2026, 1, 31, 12)),
        ("2024-02-29", datetime(2024, 2, 29, 12)),
        ("2026-02-29", None),
        ("2026-13-01", None),
        ("2026-01-31T25:00:00", None),
        ("2026-01-31T10:00:60", None),
        ("2026-01-31T10:00:00+25:00", None),
        ("2026-01-31Z", None),
        ("31.01.2026", None),
        ("20260131", None),
        ("yesterday", None),
        ("\u0662\u0660\u0662\u0666-01-31", None),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00+12:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("", None),
    ],
)
def test_moment(text, expected):
    assert parse_moment(text) == expected


def test_moment_from_other_types():
    zone = timezone(timedelta(hours=2))
    assert parse_moment(datetime(2026, 1, 31, 10, 0, 0, 5, zone)) == datetime(2026, 1, 31, 8)
    assert parse_moment(date(2026, 1, 31)) == datetime(2026, 1, 31, 12)
    assert parse_moment(None) is None
    assert parse_moment(1_700_000_000) is None


@given(st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30), timezones=st.timezones()))
def test_a_moment_keeps_its_instant(moment):
    try:
        text = moment.isoformat(timespec="seconds")
    except ValueError:
        return
    parsed = parse_moment(text)
    if parsed is not None:
        offset = datetime.fromisoformat(text).utcoffset()
        assert parsed == moment.replace(tzinfo=None, microsecond=0) - offset


def test_a_gap_needs_both_sides():
    check_rating({})
    check_rating({"expectation": 0, "experience": 0})
    assert error_of(check_rating, {"experience": 0}) == "half_gap"
    assert error_of(check_rating, {"expectation": 0}) == "half_gap"
