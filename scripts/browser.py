"""Chromium and a font with Chinese: the only things that are installed on the machine itself."""

import os
import shutil
import subprocess

from .place import LOGS, lock
from .process import run
from .progress import Failure

# The names under which Odoo's tests look for it.
EXECUTABLES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def ensure() -> None:
    """Install what is missing through apt.

    :raise Failure: when this user may not, with the command that an administrator runs
    """
    with lock("browser", "Waiting for another ./dev that installs Chromium …"):
        missing = [
            *([] if executable() else ["chromium"]),
            *([] if _has_chinese_font() else ["fonts-noto-cjk"]),
        ]
        if missing:
            _install(missing)


def executable() -> str:
    """Return the path of the browser, or nothing."""
    return next((path for path in map(shutil.which, EXECUTABLES) if path), "")


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=True)
    return bool(fonts.stdout.strip())


def _install(packages: list[str]) -> None:
    wanted = " ".join(packages)
    advice = f"The browser tests need {wanted}; ask an administrator for: apt-get install {wanted}"
    administrator = _as_administrator()
    if administrator is None or not shutil.which("apt-get"):
        raise Failure(advice)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    steps = {
        "Fetching the machine's list of packages": ["update"],
        f"Installing {wanted}": ["install", "--yes", "--no-install-recommends", *packages],
    }
    for title, arguments in steps.items():
        run(
            title,
            [*administrator, "apt-get", *arguments],
            LOGS / "apt-browser.log",
            detail=lambda line: line.strip() if line.startswith(("Get:", "Setting up")) else "",
            hint=advice,
            env=environment,
        )


def _as_administrator() -> list[str] | None:
    """Return how to run a command as root without a question, or None where that is not allowed."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return None if allowed.returncode else ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"]
