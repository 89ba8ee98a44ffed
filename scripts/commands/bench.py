"""`./dev bench`: the ratios of tests/bench, on a database with the addons and one without."""

import sys

from scripts import instance, odoo_process
from scripts.place import ROOT, lock
from scripts.process import follow

WITH, WITHOUT = "crm_bench", "crm_bench_bare"
# what Odoo itself has for figures of people
COMPARED = "gamification"


def main(arguments: list[str]) -> int:
    """Measure and print the table; tests/bench knows the arguments."""
    with lock("bench", "Waiting for another ./dev bench to end …"), instance.workshop() as workshop:
        odoo, connection = workshop.odoo, workshop.connection
        if not {"-h", "--help"} & set(arguments):
            workshop.create_database(WITH)
            workshop.create_database(WITHOUT, ())
            for name in (WITH, WITHOUT):
                workshop.install(name, [COMPARED])
        config = odoo_process.configuration(odoo, connection)
        command = [
            *(sys.executable, "-m", "tests.bench"),
            *("--config", str(config), "--with", WITH, "--without", WITHOUT),
            *arguments,
        ]
        environment = odoo_process.environment(odoo, connection)
        return follow(command, cwd=ROOT, env=environment)
