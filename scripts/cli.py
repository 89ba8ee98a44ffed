"""The commands of `./dev`, and the way from the machine's Python into our own."""

import argparse
import os
import signal
from importlib import import_module

from . import python_env
from .place import ROOT
from .progress import Failure, say

COMMANDS = {
    "run": "serve a database with the three addons and demonstration data",
    "test": "run the tests, all or those that pytest's arguments name; --core: Odoo's own",
    "lint": "check style, manifests, XML, translations and names",
    "soak": "run the long concurrency and kill runs",
    "bench": "measure the ratios that ARCHITECTURE.md promises; --full: 10 M rows",
    "shell": "open Odoo's Python shell on a database",
    "psql": "open psql on a database",
    "i18n": "write the .pot files, merge them into the translations, list what is missing",
    "landing": "keep the addons as they are released, for the upgrade test",
    "pins": "freeze newer Python packages for the Python that runs this",
}

WITHOUT_ENVIRONMENT = {"landing", "pins"}


def main(arguments: list[str]) -> int:
    """Run `./dev ARGUMENTS` and return its exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    parser = argparse.ArgumentParser(prog="./dev", description="Run, test and check the addons.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, help_text in COMMANDS.items():
        commands.add_parser(name, help=help_text, add_help=False)
    if not arguments:
        parser.print_help()
        return 2
    parser.parse_args(arguments[:1])
    try:
        if arguments[0] not in WITHOUT_ENVIRONMENT:
            python = python_env.ensure()
            if not python_env.is_active():
                os.execv(python, [str(python), str(ROOT / "dev"), *arguments])
        return import_module(f"{__package__}.commands.{arguments[0]}").main(arguments[1:])
    except Failure as failure:
        say(f"./dev: {failure}")
        return 1
    except KeyboardInterrupt:
        return 130


def _interrupt(*details: object) -> None:
    """Let SIGTERM take the same way out as Ctrl-C: servers are stopped, then we end."""
    raise KeyboardInterrupt
