"""`./dev psql`: PostgreSQL's own client on a database of `./dev run`."""

import argparse

from scripts import instance, odoo_process
from scripts.commands.shell import require
from scripts.postgres import programs
from scripts.process import follow


def main(arguments: list[str]) -> int:
    """Open psql; what follows the database's name is for psql itself."""
    parser = argparse.ArgumentParser(prog="./dev psql", description=__doc__.partition(": ")[2])
    parser.add_argument("database", nargs="?", default="crm", help="its name (crm)")
    options, rest = parser.parse_known_args(arguments)
    with instance.workshop() as workshop:
        require(workshop, options.database)
        command = [str(programs() / "psql"), "-d", options.database, *rest]
        return follow(command, env=odoo_process.environment(workshop.odoo, workshop.connection))
