"""`./dev shell`: Odoo's Python shell, with `env`, on a database of `./dev run`."""

import argparse

from scripts import instance, odoo_process
from scripts.process import follow
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
        return follow(command, env=odoo_process.environment(workshop.odoo, workshop.connection))


def require(workshop: instance.Workshop, database: str) -> None:
    """Refuse a database that is not there."""
    if not workshop.databases.exists(database):
        raise Failure(f"There is no database {database} yet: ./dev run makes one.")
