"""Where things lie, and how two `./dev` at once keep out of each other's way.

Everything that is brought or built lies in `.dev`; downloads are also kept in the
user's cache folder, so that a second clone need not fetch them again.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .progress import say

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / ".dev"
LOGS = DEV / "log"
STATE = DEV / "state"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "customer-suite"


@contextmanager
def lock(name: str, waiting: str = "") -> Iterator[None]:
    """Hold the lock `name` of this clone. The kernel frees it when the process dies, however.

    `waiting` is said once when somebody else holds it.
    """
    folder = DEV / "lock"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Yield a temporary folder beside its destination, so that a rename is all that is left to do.

    Call it under the lock that guards `parent`: what a killed run left there is removed first.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for leftover in parent.glob("scratch-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replace_folder(new: Path, destination: Path) -> None:
    """Put the finished folder `new` in the place of `destination`."""
    if destination.exists():
        destination.rename(new.with_name(new.name + "-old"))
    new.rename(destination)


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".new-", delete=False) as handle:
        handle.write(text)
    os.replace(handle.name, path)


def readable(path: Path) -> str:
    """Return the path as the developer would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
