"""What a stranger sent in a form, made safe to work with or refused.

A browser sends texts, but a program can send files, nothing, or anything else under any name.
Nothing here raises anything but :class:`FormError`.
"""

import re
import unicodedata
from datetime import date
from math import isfinite

MOST_ID = 2**31 - 1
"""Ids are 32-bit integers; the database refuses to compare with a larger one."""

ALLOWED_TYPES = {
    "application/pdf",
    "application/msword",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
    "video/mp4",
    "video/quicktime",
    "audio/mpeg",
    "audio/mp4",
}
"""Photos, recordings and papers. Nothing that a browser would run: no HTML, no SVG, no program."""

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024


class FormError(ValueError):
    """What was sent cannot be used.

    :ivar code: ``missing``, ``long``, ``date``, ``early``, ``late``, ``choice``, ``number``,
        ``range``, ``time``, ``files``, ``size``, ``type``
    :ivar key: which field of the form
    :ivar params: for the sentence: ``limit``, ``name``
    """

    def __init__(self, code: str, key: str, **params: object):
        super().__init__(f"{code}: {key}")
        self.code = code
        self.key = key
        self.params = params


def read_text(form: dict[str, object], key: str, limit: int, required: bool = False) -> str:
    """Return a text without control characters and without space around it; empty if none.

    :param limit: most characters; a longer text is refused, never cut
    :raises FormError: ``missing``, ``long``
    """
    text = _raw(form, key)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Controls and lone surrogates cannot be stored; line breaks and tabs belong to a text.
    text = "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    ).strip()
    if required and not text:
        raise FormError("missing", key)
    if len(text) > limit:
        raise FormError("long", key, limit=limit)
    return text


def read_line(form: dict[str, object], key: str, limit: int, required: bool = False) -> str:
    """Return a text of one line: breaks and repeated spaces become single spaces."""
    joined = " ".join(_raw(form, key).split())
    return read_text({key: joined}, key, limit, required)


def read_choice(form: dict[str, object], key: str, choices: set[str], required: bool = True) -> str:
    """Return one of the choices; empty if there is none and none is required.

    :raises FormError: ``missing``, ``choice``
    """
    value = _raw(form, key).strip()
    if not value:
        if required:
            raise FormError("missing", key)
        return ""
    if value not in choices:
        raise FormError("choice", key)
    return value


def read_id(value: object) -> int:
    """Return the id of a record; 0 for everything that cannot be one."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,10}", value, re.ASCII):
        return 0
    number = int(value)
    return number if number <= MOST_ID else 0


def read_date(
    form: dict[str, object], key: str, low: date | None = None, high: date | None = None
) -> date | None:
    """Return a day written as 2026-01-31, none if there is none.

    :param low: first day allowed
    :param high: last day allowed
    :raises FormError: ``date``, ``early``, ``late``
    """
    text = _raw(form, key).strip()
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        raise FormError("date", key)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise FormError("date", key) from error
    if low and day < low:
        raise FormError("early", key, limit=low)
    if high and day > high:
        raise FormError("late", key, limit=high)
    return day


def read_number(form: dict[str, object], key: str, low: float, high: float) -> float:
    """Return a number, with a point or a comma before its decimals.

    :param low: the number is greater than this
    :param high: the number is at most this
    :raises FormError: ``missing``, ``number``, ``range``
    """
    text = _raw(form, key).strip().replace(",", ".")
    if not text:
        raise FormError("missing", key)
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", text, re.ASCII):
        raise FormError("number", key)
    number = float(text)
    if not low < number <= high:
        raise FormError("range", key, limit=high)
    return number


def read_degrees(form: dict[str, object], key: str) -> float:
    """Return degrees as a browser tells where it is; not a number for everything else."""
    text = _raw(form, key).strip()
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", text, re.ASCII):
        return float("nan")
    number = float(text)
    return number if isfinite(number) and abs(number) <= 180 else float("nan")


def read_hour(form: dict[str, object], key: str) -> float:
    """Return a time of day written as 21:30 as hours, 0 for none.

    :raises FormError: ``time``
    """
    text = _raw(form, key).strip()
    if not text:
        return 0.0
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:[0-9]{2})?", text, re.ASCII)
    if not match or int(match[1]) > 24 or int(match[2]) > 59:
        raise FormError("time", key)
    hour = int(match[1]) + int(match[2]) / 60
    if hour > 24:
        raise FormError("time", key)
    return hour


def write_hour(hour: float) -> str:
    """Return hours as 21:30, as :func:`read_hour` reads it; 24:00 is midnight, 00:00."""
    minutes = round(hour * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def check_file(key: str, name: str, size: int, mimetype: str) -> None:
    """Refuse a file that is too large, empty, or of a type that is not for us.

    :param mimetype: as the content says, not as the sender does
    :raises FormError: ``size``, ``type``
    """
    if not 0 < size <= MOST_BYTES:
        raise FormError("size", key, name=name, limit=MOST_BYTES // 1024**2)
    if mimetype not in ALLOWED_TYPES:
        raise FormError("type", key, name=name)


def clean_file_name(name: object) -> str:
    """Return the name of a file without its folders and whatever could deceive."""
    text = name if isinstance(name, str) else ""
    text = re.split(r"[/\\]", text)[-1]
    # Cf: a mark that turns the direction of writing makes "exe.jpg" of "gpj.exe".
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    text = " ".join(text.split()).strip(" .")
    return text[-100:] or "file"


def _raw(form: dict[str, object], key: str) -> str:
    value = form.get(key)
    return value if isinstance(value, str) else ""
