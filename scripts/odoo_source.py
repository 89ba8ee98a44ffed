"""Odoo 19's source: Debian's package, unpacked, or the one that ODOO_HOME names."""

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from . import apt
from .place import DEV, lock, readable, replace_folder, scratch
from .progress import Failure
from .stamp import fingerprint

SERIES = "19.0"
FOLDER = DEV / "odoo"
# Odoo's scripts and fonts are links into these packages.
PACKAGES = {
    "sid": (
        "odoo-19",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-inconsolata",
        "fonts-ocr-b",
    ),
    # Unstable's Font Awesome has other file names than the links expect.
    "trixie": ("fonts-font-awesome",),
}
# Left out of Debian's package (blurs the background of video calls). Without a file in its
# place every tour in the browser fails on a console error.
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class Odoo:
    """An Odoo that can be run: the folder for PYTHONPATH, its addons, and what it is."""

    home: Path
    addons: tuple[Path, ...]
    version: str


def ensure() -> Odoo:
    """Return Odoo 19, fetching it when it is not there yet."""
    named = os.environ.get("ODOO_HOME")
    if named:
        return _existing(Path(named).expanduser().resolve())
    wanted = fingerprint(PACKAGES, LEFT_OUT)
    record = FOLDER / "version.json"
    with lock("odoo", "Waiting for another ./dev that fetches Odoo …"):
        if not record.is_file() or json.loads(record.read_text())["built_from"] != wanted:
            _build(wanted)
    home = FOLDER / "usr/lib/python3/dist-packages"
    return Odoo(home, (home / "odoo/addons",), json.loads(record.read_text())["version"])


def _build(wanted: str) -> None:
    packages = apt.recall(wanted) or _fetch(wanted)
    with scratch(DEV / "unpacking") as temporary:
        new = temporary / "odoo"
        new.mkdir()
        apt.unpack(packages, new)
        addons = new / "usr/lib/python3/dist-packages/odoo/addons"
        (addons / LEFT_OUT).parent.mkdir(parents=True, exist_ok=True)
        (addons / LEFT_OUT).touch()
        _check_links(addons / "web")
        record = {
            "built_from": wanted,
            "version": packages[0].version,
            "packages": [asdict(package) for package in packages],
        }
        (new / "version.json").write_text(json.dumps(record, indent=1) + "\n")
        replace_folder(new, FOLDER)


def _fetch(wanted: str) -> list[apt.Package]:
    packages = []
    for name, names in PACKAGES.items():
        suite = apt.Suite(name)
        suite.update()
        packages += suite.fetch(names)
    apt.remember(packages, wanted)
    return packages


def _check_links(addon: Path) -> None:
    """Refuse an Odoo whose web client would lack a script or a font."""
    broken = [path for path in addon.rglob("*") if path.is_symlink() and not path.exists()]
    if broken:
        raise Failure(
            f"Odoo's link {broken[0].relative_to(addon.parent)} leads nowhere: Debian has moved "
            f"the file; {apt.WAY_OUT}."
        )


def _existing(home: Path) -> Odoo:
    """Return the Odoo of ODOO_HOME: a checkout, or a folder that has the package `odoo`."""
    release = home / "odoo/release.py"
    if not release.is_file():
        raise Failure(f"ODOO_HOME is {home}, but there is no odoo/release.py in it.")
    found = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.MULTILINE)
    if not found or f"{found[1]}.{found[2]}" != SERIES:
        raise Failure(f"ODOO_HOME is {home}, which is not Odoo {SERIES}.")
    addons = [path for path in (home / "addons", home / "odoo/addons") if path.is_dir()]
    if not any((path / "sale_crm").is_dir() for path in addons):
        raise Failure(f"ODOO_HOME is {readable(home)}, but Odoo's addons are not in it.")
    return Odoo(home, tuple(addons), f"{SERIES}+{fingerprint(release.read_text(), home)}")
