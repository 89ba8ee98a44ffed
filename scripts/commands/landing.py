"""`./dev landing NUMBER [COMMIT]`: keep the addons as a commit has them, for the upgrade test.

Customers' databases are made by what was released; the upgrade test makes one with the
archive (a clone may have no history) and upgrades it with the addons of today. Write a
`tests/upgrade/landing-NUMBER.py` beside it: what people did with that release.
"""

import argparse
import io
import lzma
import subprocess
import tarfile
from pathlib import Path, PurePosixPath

from scripts.addons import ADDONS
from scripts.place import ROOT, readable
from scripts.progress import Failure, say

FOLDER = ROOT / "tests/upgrade"
# What no database holds a copy of.
LEFT_OUT = ({"tests"}, {"i18n"}, {"static", "description"}, {"static", "tests"})


def main(arguments: list[str]) -> int:
    """Write the archive of a commit, HEAD unless another one is named."""
    parser = argparse.ArgumentParser(prog="./dev landing", description=__doc__)
    parser.add_argument("number", type=int, help="1 for the first landing, and so on")
    parser.add_argument("commit", nargs="?", default="HEAD")
    options = parser.parse_args(arguments)
    source = subprocess.run(
        ["git", "archive", options.commit, *ADDONS], cwd=ROOT, capture_output=True, check=False
    )
    if source.returncode:
        raise Failure(source.stderr.decode().strip())
    target = FOLDER / f"landing-{options.number}.tar.xz"
    pack(source.stdout, target)
    say(f"Wrote {readable(target)} ({target.stat().st_size // 1024} kB).")
    return 0


def pack(archive: bytes, target: Path) -> None:
    """Write what a database is made of to `target`; the same commit gives the same file."""
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as source,
        lzma.open(target, "wb", preset=9) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as kept,
    ):
        for member in source:
            parts = PurePosixPath(member.name).parts[1:]
            if member.isfile() and not any(out <= set(parts[:2]) for out in LEFT_OUT):
                kept.addfile(member, source.extractfile(member))


def unpack(archive: Path, folder: Path) -> tuple[str, ...]:
    """Lay the addons of a landing into `folder` and return their names."""
    with tarfile.open(archive) as kept:
        kept.extractall(folder)
    return tuple(sorted(path.parent.name for path in folder.glob("*/__manifest__.py")))
