"""Measure and print the table: `./dev bench` runs this.

    python -m tests.bench --config FILE --with DATABASE --without DATABASE

`--with` names a database with our addons, `--without` one with the same Odoo but none of
ours; both are filled with rows, so they should be fresh. `--full` adds 10 million rows.
"""

import argparse
import importlib
import sys

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

from .harness import Bench, format_table

# Documents first, while both databases hold the same customers.
MEASUREMENTS = (
    *("documents", "touchpoint_log", "timeline", "refresh", "gamification", "tiers", "journey"),
)
SIZES = (100_000, 1_000_000)
FULL_SIZE = 10_000_000


def open_environment(database):
    registry = Registry(database)
    cr = registry.cursor()
    admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
    return api.Environment(cr, admin.id, {"lang": "en_US", "tz": "UTC"})


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--config", required=True, help="configuration file of Odoo")
    parser.add_argument("--with", dest="with_addons", required=True, metavar="DATABASE")
    parser.add_argument("--without", dest="without_addons", required=True, metavar="DATABASE")
    parser.add_argument("--full", action="store_true", help="also 10 million rows")
    parser.add_argument("--rows", type=int, action="append", help="other sizes than 100 k and 1 M")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of big runs (%(default)s)")
    parser.add_argument("only", nargs="*", help=f"of {', '.join(MEASUREMENTS)}")
    options = parser.parse_args()
    if unknown := set(options.only) - set(MEASUREMENTS):
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")

    config.parse_config(["-c", options.config, "--log-level=error"])
    sizes = tuple(options.rows or SIZES) + ((FULL_SIZE,) if options.full else ())
    bench = Bench(
        open_environment(options.with_addons),
        open_environment(options.without_addons),
        sizes,
        options.pairs,
    )
    for name in options.only or MEASUREMENTS:
        importlib.import_module(f".{name}", __package__).measure(bench)
    print(format_table(bench.rows))
    return 0 if all(row.is_met for row in bench.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
