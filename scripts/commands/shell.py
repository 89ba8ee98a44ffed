"""`./dev shell`: Odoo's Python shell, with `env`, on a database of `./dev run`."""

import argparse
import signal
import subprocess

from scripts import instance, odoo_process
from scripts.progress import Failure


def main(arguments: list[str]) -> int:
    """Open the shell."""
    parser = argparse.ArgumentParser(prog="./dev shell", description=__doc__.partition(": ")[2])
    parser.add_argument("database", nargs="?", default="crm", help="its name (crm)")
    database = parser.parse_args(arguments).database
    with instance.workshop() as workshop:
        require(workshop, database)
        command = odoo_process.command(
            *(workshop.odoo, workshop.connection, "-d", database, "--no-http"),
            subcommand="shell",
        )
        return interact(command, odoo_process.environment(workshop.odoo, workshop.connection))


def require(workshop: instance.Workshop, database: str) -> None:
    """Refuse a database that is not there."""
    if not workshop.databases.exists(database):
        raise Failure(f"There is no database {database} yet: ./dev run makes one.")


def interact(command: list[str], environment: dict[str, str]) -> int:
    """Run a program at the terminal; Ctrl-C is for the program."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(
        command,
        env=environment,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ).returncode
