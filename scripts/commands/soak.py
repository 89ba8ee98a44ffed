"""`./dev soak`: the long concurrency and kill runs of tests/soak."""

import os
from pathlib import Path

from scripts import instance
from scripts.place import ROOT, lock
from scripts.progress import say
from scripts.pytest_run import WITHOUT_ODOO, run_pytest, split_arguments


def main(arguments: list[str]) -> int:
    """Run tests/soak, or what pytest's arguments name of it."""
    paths, options = split_arguments(arguments, Path.cwd())
    with lock("soak", "Waiting for another ./dev soak to end …"), instance.workshop() as workshop:
        result = run_pytest(
            "soak",
            [*WITHOUT_ODOO, *(paths or [str(ROOT / "tests/soak")]), *options],
            {**os.environ, **workshop.connection.environment()},
        )
    say(f"\n{result.summary}")
    return result.code
