"""What the addons of this repository are, what they stand on, and whether they changed."""

import ast
from pathlib import Path
from typing import Any

from .odoo_source import Odoo
from .place import ROOT
from .stamp import fingerprint, fingerprint_of_files

ADDONS = tuple(sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py")))
# Apps that most databases have beside what the addons need; the tests cover them, too.
COMPANY = ("contacts", "privacy_lookup", "sale_management")
# Files that a running database does not hold a copy of.
NOT_LOADED = ("tests", "static/src", "static/tests")


def core_modules() -> tuple[str, ...]:
    """Return the modules of Odoo that a template database has installed."""
    named = {name for addon in ADDONS for name in _manifest(addon)["depends"]}
    return tuple(sorted(named.difference(ADDONS).union(COMPANY)))


def in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return addons so that each comes after those it depends on."""
    ordered: list[str] = []

    def add(name: str) -> None:
        for needed in _manifest(name)["depends"]:
            if needed in ADDONS:
                add(needed)
        if name not in ordered:
            ordered.append(name)

    for name in names:
        add(name)
    return tuple(name for name in ordered if name in names)


def content(addon: str) -> str:
    """Return a fingerprint of what a database loads from an addon."""
    return fingerprint_of_files(ROOT / addon, NOT_LOADED)


def contents(names: tuple[str, ...]) -> str:
    """Return a fingerprint of several addons."""
    return fingerprint(*((name, content(name)) for name in sorted(names)))


def addons_path(odoo: Odoo, root: Path = ROOT) -> str:
    """Return Odoo's addons and ours, as Odoo's configuration wants them.

    :param root: where other addons than those of this clone are
    """
    return ",".join(str(path) for path in (*odoo.addons, root))


def _manifest(addon: str) -> dict[str, Any]:
    path: Path = ROOT / addon / "__manifest__.py"
    return ast.literal_eval(path.read_text())
