"""Addons of others that companies have beside ours, to test that both get along."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from . import stamp
from .odoo_source import Odoo
from .place import DEV, LOGS, lock
from .process import run
from .python_env import REQUIREMENTS

ADDONS = ("crm_claim", "helpdesk_mgmt")
PINS = REQUIREMENTS / "community.txt"
FOLDER = DEV / "community"


def beside(odoo: Odoo) -> Odoo:
    """Return the same Odoo with these addons on its path, fetching them when they are not there."""
    wanted = stamp.fingerprint(PINS.read_text(), FOLDER)
    with lock("community", "Waiting for another ./dev that fetches community addons …"):
        if not stamp.is_current(FOLDER / "stamp", wanted):
            _fetch()
            stamp.write(FOLDER / "stamp", wanted)
    return replace(odoo, addons=(*odoo.addons, FOLDER / "odoo/addons"))


def _fetch() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    # They ask for a package `odoo` that is none: what they need is there.
    command: list[str | Path] = [sys.executable, "-m", "pip", "install", "--no-deps"]
    run(
        "Fetching community addons",
        [*command, "--target", FOLDER, "-r", PINS],
        LOGS / "community.log",
        hint="Check the network and run again.",
    )
