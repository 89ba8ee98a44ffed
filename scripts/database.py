"""Databases: made from templates in a second, never half-made.

A template is a database whose name holds the fingerprint of all it was built from, so
that it is rebuilt when Odoo, the modules or the addons change, and only then. It is built
under another name and renamed when it is finished.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

from . import addons as own
from . import odoo_process
from .odoo_process import DATA
from .odoo_source import Odoo
from .place import ROOT, lock
from .postgres import Connection
from .stamp import fingerprint

# A server of PGHOST may serve several clones, and each keeps its own files.
PREFIX = f"crm_{fingerprint(ROOT)[:6]}_"
BUILDING = f"{PREFIX}building"
CHINESE = "zh_CN"
# The first one is what everybody speaks who chose nothing.
LANGUAGES = f"en_US,{CHINESE}"


class Databases:
    """The databases of a server, and the files that Odoo keeps for each.

    :param odoo: the Odoo that fills them
    :param connection: the server
    """

    def __init__(self, odoo: Odoo, connection: Connection) -> None:
        self.odoo = odoo
        self.connection = connection

    def exists(self, name: str) -> bool:
        """Tell whether a database is there."""
        return bool(self._query("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def identity(self, name: str) -> str:
        """Return what tells a database from a later one of the same name."""
        return str(self._query("SELECT oid FROM pg_database WHERE datname = %s", name)[0][0])

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected, and its files."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        shutil.rmtree(_files(name), ignore_errors=True)

    def copy(self, source: str, name: str) -> None:
        """Copy a database that nobody uses, and its files, which come first.

        The web client's bundles lie in the files: without them every page fails.
        """
        self.drop(name)
        if _files(source).is_dir():
            shutil.copytree(_files(source), _files(name))
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, source)

    def rename(self, name: str, new_name: str) -> None:
        """Rename a database that nobody uses, and its files, which come first."""
        shutil.rmtree(_files(new_name), ignore_errors=True)
        if _files(name).is_dir():
            _files(name).rename(_files(new_name))
        self._execute("ALTER DATABASE {} RENAME TO {}", name, new_name)

    def install(
        self, name: str, modules: tuple[str, ...], *, demo: bool = False, path: str = ""
    ) -> None:
        """Install modules, ours or Odoo's, in a database.

        :param path: Odoo's addons path, if not the one of this clone
        """
        options = (*_demo(demo), f"--addons-path={path}") if path else _demo(demo)
        self._odoo(f"Installing {', '.join(modules)}", name, "-i", ",".join(modules), *options)

    def upgrade(self, name: str, modules: tuple[str, ...]) -> None:
        """Load our addons anew in a database, their translations included."""
        names = ",".join(modules)
        self._odoo(
            f"Upgrading {', '.join(modules)}", name, "-u", names, "-i", names, "--i18n-overwrite"
        )

    def create(
        self,
        name: str,
        addons: tuple[str, ...] = (),
        *,
        demo: bool = False,
        core: tuple[str, ...] = (),
    ) -> None:
        """Make a database with `core` (all that our addons need) and `addons` installed.

        What was called `name` before is dropped. With demonstration data it speaks
        Chinese, too.
        """
        core = core or own.core_modules()
        base = PREFIX + fingerprint(self.odoo.version, core, LANGUAGES if demo else "")
        with lock("template", "Waiting for another ./dev that prepares a database …"):
            if not self.exists(base):
                self._create(BUILDING, core, demo=demo)
                self.rename(BUILDING, base)
            template = f"{base}_{own.contents(addons)}" if addons else base
            if not self.exists(template):
                self.copy(base, BUILDING)
                self.install(BUILDING, own.in_order(addons), demo=demo)
                self._replace_older(f"{base}: {' '.join(sorted(addons))}")
                self.rename(BUILDING, template)
            self.copy(template, name)

    def _create(self, name: str, modules: tuple[str, ...], *, demo: bool) -> None:
        self.drop(name)
        self._execute("CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0", name)
        language = ("--load-language", LANGUAGES) if demo else ()
        title = "Preparing a database with Odoo's modules"
        self._odoo(title, name, "-i", ",".join(modules), *_demo(demo), *language)

    def _replace_older(self, kind: str) -> None:
        """Drop the templates of a kind that were built from older files of the addons."""
        older = self._query(
            "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = %s", kind
        )
        for (name,) in older:
            self.drop(name)
        self._execute(f"COMMENT ON DATABASE {{}} IS '{kind}'", BUILDING)

    def _odoo(self, title: str, name: str, *arguments: str) -> None:
        odoo_process.finish(title, self.odoo, self.connection, name, arguments)

    def _query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def _execute(self, statement: str, *names: str) -> None:
        """Run a statement on whole databases, which no transaction may surround."""
        with self._cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    @contextmanager
    def _cursor(self) -> Iterator[psycopg2.extensions.cursor]:
        with closing(psycopg2.connect(self.connection.dsn())) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor


def _files(name: str) -> Path:
    return DATA / "filestore" / name


def _demo(wanted: bool) -> tuple[str, ...]:
    return ("--with-demo",) if wanted else ()
