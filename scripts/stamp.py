"""Fingerprints of what something was built from, and the stamps that remember them.

A stamp is written last: a build that was killed has none and is made again.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from .place import write_text

SKIPPED_FOLDERS = {"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}


def fingerprint(*parts: object) -> str:
    """Return a short hash of the parts; their order and their borders matter."""
    digest = hashlib.sha256()
    for part in parts:
        text = str(part).encode()
        digest.update(b"%d:" % len(text) + text)
    return digest.hexdigest()[:16]


def fingerprint_of_files(folder: Path, skipped: Iterable[str] = ()) -> str:
    """Return a hash of the names and contents of all files in a folder.

    :param skipped: paths below `folder`, with `/`, that do not count
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or SKIPPED_FOLDERS & set(path.parts):
            continue
        if any(name == part or name.startswith(f"{part}/") for part in skipped):
            continue
        digest.update(f"{name}\0{checksum(path)}\n".encode())
    return digest.hexdigest()[:16]


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def is_current(stamp: Path, value: str) -> bool:
    """Tell whether `stamp` was written for `value`."""
    return stamp.is_file() and stamp.read_text() == value


def write(stamp: Path, value: str) -> None:
    """Remember that what belongs to `stamp` is finished for `value`."""
    write_text(stamp, value)
