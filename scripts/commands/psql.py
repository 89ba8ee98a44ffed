"""`./dev psql [DATABASE] [ARGUMENTS OF PSQL]`: PostgreSQL's own client on a database (crm)."""

from scripts import instance, odoo_process
from scripts.commands.shell import require
from scripts.postgres import programs
from scripts.process import follow


def main(arguments: list[str]) -> int:
    """Open psql; all that follows the database's name is for psql itself."""
    named = bool(arguments) and not arguments[0].startswith("-")
    database, *rest = arguments if named else ["crm", *arguments]
    with instance.workshop() as workshop:
        require(workshop, database)
        command = [str(programs() / "psql"), "-d", database, *rest]
        return follow(command, env=odoo_process.environment(workshop.odoo, workshop.connection))
