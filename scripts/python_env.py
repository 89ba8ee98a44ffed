"""The virtual environment with everything that Odoo, the tests and the checks import.

Every package is pinned, for each Python apart: `requirements/py3XX.txt`. This module runs
on the machine's own Python and needs nothing but its standard library.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import apt, stamp
from .place import DEV, LOGS, lock, scratch
from .process import bound, run
from .progress import Failure, Progress

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
FOLDER = DEV / f"python{VERSION}"
PYTHON = FOLDER / "bin/python"
STAMP = FOLDER / "stamp"
REQUIREMENTS = Path(__file__).parent / "requirements"


def ensure() -> Path:
    """Return the Python of the virtual environment, building it when a pin has changed."""
    pins = own_pins()
    wanted = stamp.fingerprint(pins.read_text(), sys.version, sys.base_prefix, FOLDER)
    with lock("python", "Waiting for another ./dev that installs the Python packages …"):
        if not stamp.is_current(STAMP, wanted):
            _build(pins)
            stamp.write(STAMP, wanted)
    return PYTHON


def is_active() -> bool:
    """Tell whether this very process runs in the environment."""
    return Path(sys.prefix) == FOLDER


def own_pins() -> Path:
    """Return the file with the pins for this Python."""
    return REQUIREMENTS / f"py{VERSION.replace('.', '')}.txt"


def _build(pins: Path) -> None:
    # A virtual environment holds its own path: it is built in place, and again after a kill.
    shutil.rmtree(FOLDER, ignore_errors=True)
    _create(FOLDER)
    total = len(pins.read_text().splitlines())
    seen = 0

    def detail(line: str) -> str:
        nonlocal seen
        found = re.match(r"\s*(?:Collecting|Processing|Looking for) ([\w.-]+)", line)
        seen += bool(found)
        if line.startswith("Installing collected"):
            return f"{total} packages"
        return f"{min(seen, total)} of {total}, {found[1]}" if found else ""

    # The pins are a complete freeze: nothing is left to resolve. Only what is imported is compiled.
    options = ("--no-deps", "--no-compile", "--prefer-binary")
    run(
        "Installing Python packages",
        [PYTHON, "-m", "pip", "install", *options, "-r", pins],
        LOGS / "pip.log",
        detail=detail,
        hint="Check the network and run again.",
        env=_environment(),
    )


def _create(folder: Path) -> None:
    """Create the environment, with pip; Debian keeps both in packages of their own."""
    if not importlib.util.find_spec("venv"):
        raise Failure("This Python has no `venv` module; install it: apt-get install python3-venv.")
    with Progress("Creating the Python environment"):
        command = [sys.executable, "-m", "venv"]
        if importlib.util.find_spec("ensurepip"):
            subprocess.run(bound([*command, folder], "KILL"), check=True)
            return
        subprocess.run(bound([*command, "--without-pip", folder], "KILL"), check=True)
    _bring_pip()


def _bring_pip() -> None:
    """Install pip from Debian's package of its wheel, where `ensurepip` is missing."""
    try:
        suite = apt.Suite("sid")
        suite.update()
        packages = suite.fetch(["python3-pip-whl"])
    except Failure as failure:
        advice = "This Python has no pip; install it: apt-get install python3-venv."
        raise Failure(advice) from failure
    with scratch(DEV / "unpacking") as temporary:
        apt.unpack(packages, temporary)
        wheel = next(temporary.glob("usr/share/python-wheels/pip-*.whl"))
        subprocess.run(
            [PYTHON, wheel / "pip", "install", "--no-index", "--quiet", wheel],
            check=True,
            env=_environment(),
        )


def _environment() -> dict[str, str]:
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
