"""Whether a mail was written by a person or by a machine: those are not answered (RFC 3834)."""

from collections.abc import Mapping

# Headers that are set by answering machines alone, whatever they say.
_ANSWERING = ("x-autoreply", "x-autorespond", "x-auto-reply")
_BULK = ("auto_reply", "bulk", "junk", "list")


def is_automatic(headers: Mapping[str, str]) -> bool:
    """Return whether a machine sent the mail: an absence note, a list, a notification.

    :param headers: of the mail; a mapping that does not mind upper case, such as
        ``email.message.Message``. Nothing in them is trusted to be well formed.
    """

    def read(name: str) -> str:
        value = headers.get(name)
        return str(value or "").partition(";")[0].strip().lower()

    return (
        read("Auto-Submitted") not in ("", "no")
        or read("Precedence") in _BULK
        or bool(read("List-Id"))
        or any(headers.get(name) is not None for name in _ANSWERING)
    )
