from contextlib import suppress
from datetime import date
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools import portal_form
from crm_experience.tools.portal_form import (
    MOST_BYTES,
    MOST_ID,
    FormError,
    check_file,
    clean_file_name,
    read_choice,
    read_date,
    read_degrees,
    read_hour,
    read_id,
    read_line,
    read_number,
    read_text,
    write_hour,
)

ANYTHING = st.one_of(
    st.text(), st.none(), st.integers(), st.binary(), st.lists(st.text()), st.floats()
)


def code(read, *args, **kwargs):
    with pytest.raises(FormError) as caught:
        read(*args, **kwargs)
    return caught.value.code


@given(ANYTHING)
def test_nothing_but_form_errors(value):
    form = {"x": value}
    for read in (
        lambda: read_text(form, "x", 50),
        lambda: read_line(form, "x", 50),
        lambda: read_choice(form, "x", {"a"}),
        lambda: read_date(form, "x"),
        lambda: read_number(form, "x", 0, 10),
        lambda: read_hour(form, "x"),
    ):
        with suppress(FormError):
            read()
    assert 0 <= read_id(value) <= MOST_ID
    degrees = read_degrees(form, "x")
    assert isnan(degrees) or abs(degrees) <= 180
    name = clean_file_name(value)
    assert 0 < len(name) <= 100
    assert not {"/", "\\", "\0"} & set(name)


@given(st.text())
def test_text_can_be_stored(text):
    found = read_text({"x": text}, "x", len(text) * 4 + 1)
    assert "\0" not in found
    found.encode()  # lone surrogates would fail
    assert found == found.strip()
    # what is clean stays as it is
    assert read_text({"x": found}, "x", len(found) + 1) == found


def test_text():
    assert read_text({"x": " a\r\nb\0\x1b "}, "x", 10) == "a\nb"
    assert read_text({}, "x", 10) == ""
    assert code(read_text, {"x": " \0 "}, "x", 10, required=True) == "missing"
    assert code(read_text, {"x": "a" * 11}, "x", 10) == "long"
    assert read_line({"x": "a\n  b\tc"}, "x", 10) == "a b c"


def test_choice():
    assert read_choice({"x": "a"}, "x", {"a"}) == "a"
    assert read_choice({}, "x", {"a"}, required=False) == ""
    assert code(read_choice, {}, "x", {"a"}) == "missing"
    assert code(read_choice, {"x": "b"}, "x", {"a"}, required=False) == "choice"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("7", 7), ("2147483647", 2147483647), ("2147483648", 0), ("-1", 0), ("٣", 0), ("1e3", 0)],
)
def test_id(value, expected):
    assert read_id(value) == expected


def test_date():
    assert read_date({"x": "2026-02-28"}, "x") == date(2026, 2, 28)
    assert read_date({"x": " "}, "x") is None
    for bad in ("2026-02-29", "28.2.2026", "2026-W01-1", "20260228", "0000-00-00", "٢٠٢٦-01-01"):
        assert code(read_date, {"x": bad}, "x") == "date"
    assert code(read_date, {"x": "1899-12-31"}, "x", low=date(1900, 1, 1)) == "early"
    assert code(read_date, {"x": "2026-01-02"}, "x", high=date(2026, 1, 1)) == "late"


def test_number():
    assert read_number({"x": "1,5"}, "x", 0, 2) == 1.5
    for bad, expected in (
        ("", "missing"),
        ("nan", "number"),
        ("1e9", "number"),
        ("0", "range"),
        ("-1", "range"),
        ("2.1", "range"),
    ):
        assert code(read_number, {"x": bad}, "x", 0, 2) == expected


@given(st.integers(0, 24 * 60 - 1))
def test_hours_there_and_back(minutes):
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    assert write_hour(read_hour({"x": text}, "x")) == text


def test_hour():
    assert read_hour({"x": "21:30"}, "x") == 21.5
    assert read_hour({"x": "21:30:00"}, "x") == 21.5
    assert read_hour({"x": "24:00"}, "x") == 24
    assert read_hour({}, "x") == 0
    for bad in ("24:01", "25:00", "12:60", "noon", "-1:00"):
        assert code(read_hour, {"x": bad}, "x") == "time"


def test_degrees():
    assert read_degrees({"x": "-33.8688"}, "x") == -33.8688
    for bad in ("181", "nan", "inf", "", "1e2"):
        assert isnan(read_degrees({"x": bad}, "x"))


def test_files():
    check_file("files", "a.jpg", 1, "image/jpeg")
    assert code(check_file, "files", "a.jpg", 0, "image/jpeg") == "size"
    assert code(check_file, "files", "a.jpg", MOST_BYTES + 1, "image/jpeg") == "size"
    for mimetype in ("text/html", "image/svg+xml", "application/x-dosexec", ""):
        assert code(check_file, "files", "a", 1, mimetype) == "type"
    assert not {"text/html", "image/svg+xml"} & portal_form.ALLOWED_TYPES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fake\\photo.jpg", "photo.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("..", "file"),
        ("", "file"),
        ("发票.pdf", "发票.pdf"),
    ],
)
def test_file_names(name, expected):
    assert clean_file_name(name) == expected
