"""How an Odoo process is started: its configuration, its environment, its command line."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from .addons import addons_path
from .odoo_source import Odoo
from .place import DEV, LOGS, ROOT, write_text
from .postgres import Connection, programs
from .process import run
from .progress import Failure

DATA = DEV / "odoo-data"
# What Odoo goes on after, and what must still fail a preparation.
BROKEN = re.compile(r" (ERROR|CRITICAL) |demo data failed to install")


def environment(odoo: Odoo, connection: Connection) -> dict[str, str]:
    """Return the variables for a process that imports Odoo.

    Compiled Python goes to `.dev`, so that the addons' folders stay clean and a second
    start is quick whatever the caller's environment says.
    """
    inherited = {
        key: value
        for key, value in os.environ.items()
        if key not in {"ODOO_RC", "OPENERP_SERVER", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME"}
    }
    return {
        **inherited,
        **connection.environment(),
        "PATH": f"{programs()}:{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(odoo.home),
        "PYTHONPYCACHEPREFIX": str(DEV / "pycache"),
    }


def configuration(odoo: Odoo, connection: Connection) -> Path:
    """Write Odoo's configuration file and return it."""
    options = {
        "addons_path": addons_path(odoo),
        "data_dir": str(DATA),
        "db_host": connection.host,
        "db_port": connection.port,
        "db_user": connection.user,
        "http_interface": "127.0.0.1",
        "list_db": "True",
        "without_demo": "True",
    }
    if connection.password:
        options["db_password"] = connection.password
    lines = "".join(f"{key} = {value}\n" for key, value in options.items())
    path = DEV / "odoo.conf"
    write_text(path, f"[options]\n{lines}")
    return path


def command(
    odoo: Odoo, connection: Connection, *arguments: str, subcommand: str = "server"
) -> list[str]:
    """Return the command line of an Odoo process."""
    config = configuration(odoo, connection)
    start = ROOT / "scripts/bin/start_odoo.py"
    return [sys.executable, str(start), subcommand, "-c", str(config), *arguments]


def finish(
    title: str, odoo: Odoo, connection: Connection, database: str, arguments: Sequence[str]
) -> None:
    """Run Odoo on a database until what `arguments` ask for is done, and show how far it is.

    :raise Failure: also when Odoo only logged an error and went on without what failed
    """
    log = LOGS / f"odoo-{database}.log"
    run(
        title,
        command(
            odoo,
            connection,
            *("-d", database, "--stop-after-init", "--no-http", "--max-cron-threads=0"),
            *arguments,
        ),
        log,
        detail=_loading,
        env=environment(odoo, connection),
        cwd=DEV,
    )
    for line in log.read_text(errors="replace").splitlines():
        if BROKEN.search(line):
            message = re.sub(r"^[\d-]+ [\d:,]+ \d+ \w+ \S+ ", "", line)
            raise Failure(f"{title} failed: {message.rstrip('. ')} (log: {log}).")


def _loading(line: str) -> str:
    found = re.search(r"Loading module (\S+) \((\d+)/(\d+)\)", line)
    return f"{found[2]} of {found[3]}, {found[1]}" if found else ""
