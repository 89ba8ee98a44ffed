"""Debian packages without root: a private apt of our own, which checks Debian's signature.

Its lists and its configuration lie in `.dev`; nothing on the machine is installed or
changed. Packages are kept in the user's cache with their checksums.
"""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from . import apt_sources
from .place import CACHE, DEV, LOGS, write_text
from .process import bound, run
from .progress import Failure, Progress
from .stamp import checksum

# The machine's own hooks and pins do not apply to a private apt; its proxy settings do.
CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::Contents-deb;
Dir::Etc::sourcelist "{place}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{place}/state";
Dir::State::status "{place}/status";
Dir::Cache "{place}/cache";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
"""
# What helps in every trouble with Debian's packages.
WAY_OUT = "set ODOO_HOME to a folder with the source of Odoo 19"


@dataclass(frozen=True)
class Package:
    """A downloaded package: its file in the cache is proved by its checksum."""

    name: str
    version: str
    file: str
    sha256: str


@dataclass(frozen=True)
class _Offer:
    """A package as the mirror offers it, with its size in bytes."""

    package: Package
    size: int


class Suite:
    """One suite of the Debian archive, asked through the private apt.

    :param name: a suite (`sid`) or the codename of a release
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.place = DEV / "apt" / name

    def update(self) -> None:
        """Fetch the list of packages from the first mirror of the machine that has the suite."""
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise Failure(f"This machine has no apt-get and dpkg-deb; {WAY_OUT}.")
        mirrors = apt_sources.debian_mirrors(
            apt_sources.read_sources(), apt_sources.machine_codename()
        )
        if not mirrors:
            raise Failure(f"The machine's apt names no Debian mirror; {WAY_OUT}.")
        for index, mirror in enumerate(mirrors, start=1):
            self._configure(mirror)
            try:
                run(
                    f"Fetching Debian's list of packages ({self.name})",
                    self._apt("apt-get", "update", "--error-on=any"),
                    LOGS / f"apt-{self.name}.log",
                    detail=_shown_by_apt,
                    hint=f"Check the network and run again, or {WAY_OUT}.",
                    env=_environment(),
                )
                return
            except Failure:
                if index == len(mirrors):
                    raise

    def fetch(self, names: Sequence[str]) -> list[Package]:
        """Download packages into the cache and return them.

        :raise Failure: when the mirror does not carry one of them
        """
        offered = self._resolve(names)
        kept = CACHE / "debian"
        kept.mkdir(parents=True, exist_ok=True)
        missing = [offer for offer in offered if not _is_kept(offer.package)]
        if missing:
            self._download(missing)
        return [offer.package for offer in offered]

    def _resolve(self, names: Sequence[str]) -> list["_Offer"]:
        """Ask the signed lists for file, size and SHA-256 of each package."""
        answer = subprocess.run(
            self._apt("apt-get", "download", "--print-uris", *names),
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
        )
        found = re.findall(r"^'.*' (\S+) (\d+) SHA256:(\w+)$", answer.stdout, re.MULTILINE)
        if answer.returncode or len(found) != len(names):
            raise Failure(
                f"The Debian mirror does not carry {' '.join(names)} in {self.name}; {WAY_OUT}."
            )
        offers = {}
        for file, size, sha256 in found:
            name, version, _ = re.sub(r"%3a", ":", file, flags=re.IGNORECASE).split("_")
            offers[name] = _Offer(Package(name, version, file, sha256), int(size))
        return [offers[name] for name in names]

    def _download(self, offers: Sequence["_Offer"]) -> None:
        """Let apt download packages; it goes on where a killed download stopped."""
        partial = CACHE / "debian/partial"
        partial.mkdir(exist_ok=True)
        names = [offer.package.name for offer in offers]
        files = [partial / offer.package.file for offer in offers]
        total = sum(offer.size for offer in offers)
        title = f"Downloading {offers[0].package.name} and what it needs ({total / 1e6:.0f} MB)"
        with Progress(title) as progress:
            process = subprocess.Popen(
                bound(self._apt("apt-get", "download", "-qq", *names), "KILL"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                cwd=partial,
                env=_environment(),
            )
            with _watch(progress, files, total):
                _, complaint = process.communicate()
            if process.returncode:
                raise Failure(
                    f"The download failed: {complaint.strip().splitlines()[-1]}. "
                    "Check the network and run again; it goes on where it stopped."
                )
        for offer, file in zip(offers, files, strict=True):
            if checksum(file) != offer.package.sha256:
                file.unlink()
                raise Failure(f"{offer.package.name} arrived damaged; run again.")
            os.replace(file, CACHE / "debian" / offer.package.file)

    def _configure(self, mirror: apt_sources.Mirror) -> None:
        for folder in ("state/lists/partial", "cache/archives/partial"):
            (self.place / folder).mkdir(parents=True, exist_ok=True)
        options = f"[signed-by={mirror.signed_by}] " if mirror.signed_by else ""
        write_text(self.place / "sources.list", f"deb {options}{mirror.uri} {self.name} main\n")
        write_text(self.place / "status", "")
        write_text(self.place / "apt.conf", CONFIGURATION.format(place=self.place))

    def _apt(self, program: str, *arguments: str) -> list[str]:
        return [program, f"-c={self.place / 'apt.conf'}", *arguments]


def unpack(packages: Sequence[Package], folder: Path) -> None:
    """Unpack downloaded packages beside each other, as they would lie below `/`."""
    with Progress("Unpacking Debian packages") as progress:
        for package in packages:
            progress.update(package.name)
            archive = CACHE / "debian" / package.file
            subprocess.run(bound(["dpkg-deb", "-x", archive, folder], "KILL"), check=True)


def remember(packages: Sequence[Package], name: str) -> None:
    """Keep in the cache which packages belong together, for the next clone."""
    text = json.dumps([asdict(package) for package in packages], indent=1)
    write_text(CACHE / "debian" / f"{name}.json", text + "\n")


def recall(name: str) -> list[Package]:
    """Return the packages kept under `name`, or nothing when one is missing or damaged."""
    record = CACHE / "debian" / f"{name}.json"
    if not record.is_file():
        return []
    packages = [Package(**fields) for fields in json.loads(record.read_text())]
    return packages if all(map(_is_kept, packages)) else []


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def _shown_by_apt(line: str) -> str:
    return line.strip() if line.startswith(("Get:", "Hit:")) else ""


def _is_kept(package: Package) -> bool:
    """Tell whether the cache holds a package, undamaged."""
    file = CACHE / "debian" / package.file
    return file.is_file() and checksum(file) == package.sha256


@contextmanager
def _watch(progress: Progress, files: Sequence[Path], total: int) -> Iterator[None]:
    """Show how much has arrived, as apt says nothing without a terminal."""
    finished = threading.Event()

    def look() -> None:
        while not finished.wait(0.5):
            arrived = sum(file.stat().st_size for file in files if file.exists())
            progress.update(f"{arrived * 100 // total} %")

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()
