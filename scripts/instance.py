"""Databases and real server processes, for the system tests, the soak runs and the bench.

    with instance.workshop() as workshop:
        workshop.create_database("orders", demo=True)
        with workshop.server("orders", workers=2) as server:
            requests.get(f"{server.base_url}/web/login")

Runs in the Python of `.dev` (`./dev test`, `./dev soak` and `./dev bench` see to that).
"""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from . import odoo_process, odoo_source, postgres
from .addons import ADDONS, addons_path
from .database import Databases
from .odoo_source import Odoo
from .place import LOGS, ROOT
from .postgres import Connection
from .process import explain
from .progress import Failure

ADMIN = ("admin", "admin")


@contextmanager
def workshop() -> Iterator["Workshop"]:
    """Yield a workshop on the server of this clone (or of PGHOST), which runs meanwhile."""
    with postgres.session() as connection:
        yield Workshop(odoo_source.ensure(), connection)


class Workshop:
    """Makes databases and starts servers on them.

    :param odoo: the Odoo to run
    :param connection: the PostgreSQL server
    """

    def __init__(self, odoo: Odoo, connection: Connection) -> None:
        self.odoo = odoo
        self.connection = connection
        self.databases = Databases(odoo, connection)

    def create_database(
        self,
        name: str,
        addons: Sequence[str] = ADDONS,
        *,
        demo: bool = False,
        core: Sequence[str] = (),
    ) -> None:
        """Make a fresh database; about a second once its template is there.

        :param addons: which of our addons to install; `()` for none
        :param demo: with demonstration data, and Chinese beside English
        :param core: Odoo's modules it has instead of all that our addons need; `("base",)`
            is the database on which an addon must bring all its dependencies itself
        """
        self.databases.create(name, tuple(addons), demo=demo, core=tuple(core))

    def drop_database(self, name: str) -> None:
        """Drop a database and its files."""
        self.databases.drop(name)

    def install(self, name: str, modules: Sequence[str], *, root: Path = ROOT) -> None:
        """Install modules in a database, as `odoo -i` does.

        :param root: where our addons are, if not in this clone
        """
        self.databases.install(name, tuple(modules), path=addons_path(self.odoo, root))

    def upgrade(self, name: str, modules: Sequence[str]) -> None:
        """Upgrade modules of a database, as `odoo -u` does."""
        self.databases.upgrade(name, tuple(modules))

    def uninstall(self, name: str, modules: Sequence[str]) -> None:
        """Uninstall modules, as the Apps screen does."""
        self.execute(
            name,
            f"env['ir.module.module'].search([('name', 'in', {list(modules)!r})])"
            ".button_immediate_uninstall()",
        )

    def execute(self, name: str, code: str, *, root: Path = ROOT) -> str:
        """Run Python code in `odoo shell` (`env` is there), commit, and return what it printed.

        :param root: where our addons are, if not in this clone
        :raise Failure: when it raises
        """
        process = self.start(name, f"{code}\nenv.cr.commit()\n", root=root)
        output, errors = process.communicate()
        if process.returncode:
            raise Failure(f"Code in the database {name} failed:\n{errors}")
        return output

    def start(self, name: str, code: str, *, root: Path = ROOT) -> subprocess.Popen[str]:
        """Start a process that runs code in `odoo shell`, and leave it to the caller."""
        process = subprocess.Popen(
            odoo_process.command(
                *(self.odoo, self.connection, "-d", name, "--no-http", "--log-level=warn"),
                f"--addons-path={addons_path(self.odoo, root)}",
                subcommand="shell",
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=odoo_process.environment(self.odoo, self.connection),
        )
        assert process.stdin
        process.stdin.write(code)
        process.stdin.close()
        process.stdin = None
        return process

    def dsn(self, name: str) -> str:
        """Return psycopg2's connection string of a database."""
        return self.connection.dsn(name)

    def server(self, database: str, **options: Any) -> "Server":
        """Return a server for a database, not started yet; use it as a context."""
        return Server(self, database, **options)


class Server:
    """An Odoo server process on 127.0.0.1.

    As a context it starts, is ready when the block begins, and stops at its end.

    :param shop: where it gets Odoo and PostgreSQL from
    :param database: the only database it serves
    :param workers: worker processes; 0 serves with threads in one process
    :param arguments: more of Odoo's own arguments
    :param port: its port; a free one by default
    :param variables: more environment variables
    """

    def __init__(
        self,
        shop: Workshop,
        database: str,
        *,
        workers: int = 0,
        arguments: Sequence[str] = (),
        port: int = 0,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.shop = shop
        self.database = database
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log = LOGS / f"server-{database}-{self.port}.log"
        self.arguments = [
            *("-d", database, f"--db-filter=^{database}$", f"--http-port={self.port}"),
            *(f"--gevent-port={free_port()}", f"--workers={workers}"),
            *arguments,
        ]
        self.variables = variables or {}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def dsn(self) -> str:
        """The connection string of its database."""
        return self.shop.dsn(self.database)

    @property
    def pid(self) -> int:
        """The process id of the server, which is also its process group."""
        return self.running.pid

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The process that was started."""
        if not self.process:
            raise Failure(f"The server of {self.database} was not started.")
        return self.process

    def start(self) -> None:
        """Start the process. It ends with this one, however this one ends."""
        LOGS.mkdir(parents=True, exist_ok=True)
        odoo, connection = self.shop.odoo, self.shop.connection
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [
                    "setpriv",
                    "--pdeathsig=TERM",
                    *odoo_process.command(odoo, connection, *self.arguments),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**odoo_process.environment(odoo, connection), **self.variables},
                cwd=LOGS,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Wait until the server answers on its database.

        :raise Failure: when it ends, or does not answer in time
        """
        give_up = time.monotonic() + seconds
        while not self._answers():
            if self.running.poll() is not None:
                raise Failure(
                    f"The server ended: {explain(self.log) or 'no reason given'} (log: {self.log})."
                )
            if time.monotonic() > give_up:
                raise Failure(
                    f"The server did not answer within {seconds:.0f} s (log: {self.log})."
                )
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/web/login", timeout=60) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self, seconds: float = 20) -> None:
        """Stop the server in good order; what does not end in time is killed."""
        if self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.running.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power-off of Odoo would."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.running.wait()

    def __enter__(self) -> "Server":
        self.start()
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_port_free(port: int) -> bool:
    """Tell whether a server could listen on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
