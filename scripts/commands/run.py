"""`./dev run`: a database with the three addons, served on this machine."""

import argparse
import fcntl
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripts import addons as own
from scripts import instance
from scripts.addons import ADDONS
from scripts.place import DEV, STATE, readable, write_text
from scripts.progress import Failure, Progress, say

LOGINS = {
    "administrator": "admin",
    "sales manager": "manager",
    "store lead": "lead",
    "salesperson": "sales",
}
WORTH_SHOWING = re.compile(r"^[\d-]+ [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) ")
LOG_LINE = re.compile(r"^[\d-]+ [\d:,]+ \d+ [A-Z]+ ")


def main(arguments: list[str]) -> int:
    """Serve until Ctrl-C."""
    options = _parse(arguments)
    with _only_one(options.database, options.port), instance.workshop() as workshop:
        _prepare(workshop, options.database, demo=options.demo)
        server = workshop.server(options.database, port=options.port)
        try:
            with Progress("Starting Odoo"):
                server.start()
                server.wait_until_ready()
            _welcome(server, demo=options.demo)
            _watch(server)
        except KeyboardInterrupt:
            say("\nStopping …")
        finally:
            if server.process:
                server.stop()
    say("Stopped.")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev run", description=__doc__.partition(": ")[2])
    parser.add_argument("--port", type=int, default=8069, help="port on 127.0.0.1 (8069)")
    parser.add_argument(
        "--database", help="its name (crm, or crm_plain without demonstration data)"
    )
    parser.add_argument(
        "--without-demo", dest="demo", action="store_false", help="no demonstration data"
    )
    options = parser.parse_args(arguments)
    options.database = options.database or ("crm" if options.demo else "crm_plain")
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,40}", options.database):
        parser.error("a database is named with small letters, digits, _ and -")
    return options


@contextmanager
def _only_one(database: str, port: int) -> Iterator[None]:
    """Hold the database and the port, or say who does."""
    folder = DEV / "lock"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"run-{database}").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise Failure(
                f"Another ./dev run serves {database} already, at {handle.read()}; "
                "stop it, or choose another --database and --port."
            ) from None
        if not instance.is_port_free(port):
            raise Failure(f"Port {port} is in use by another program; choose one with --port.")
        handle.truncate(0)
        handle.write(f"http://127.0.0.1:{port}")
        handle.flush()
        yield


def _prepare(workshop: instance.Workshop, database: str, *, demo: bool) -> None:
    """Make the database, or upgrade the addons whose files have changed since."""
    record = STATE / f"{database}.json"
    databases = workshop.databases
    current = {addon: own.content(addon) for addon in ADDONS}
    if not databases.exists(database):
        building = f"{database}_building"
        databases.create(building, ADDONS, demo=demo)
        made = {"identity": databases.identity(building), "demo": demo, "addons": current}
        write_text(record, json.dumps(made))
        databases.rename(building, database)
        return
    state: dict[str, Any] = json.loads(record.read_text()) if record.is_file() else {}
    if state.get("identity") != databases.identity(database):
        raise Failure(f"./dev did not make the database {database}; choose another --database.")
    if state["demo"] != demo:
        kind = "with" if state["demo"] else "without"
        raise Failure(f"{database} was made {kind} demonstration data; choose another --database.")
    changed = tuple(addon for addon in ADDONS if state["addons"].get(addon) != current[addon])
    if changed:
        databases.upgrade(database, own.in_order(changed))
        write_text(record, json.dumps({**state, "addons": current}))


def _welcome(server: instance.Server, *, demo: bool) -> None:
    say(f"\nOdoo is ready: {server.base_url}\n")
    logins = LOGINS if demo else {"administrator": LOGINS["administrator"]}
    for role, login in logins.items():
        say(f"  {role:<14} login {login:<8} password {login}")
    say(f"\nIts log is {readable(server.log)}. Ctrl-C stops it.")


def _watch(server: instance.Server) -> None:
    """Show the server's warnings and errors until it ends."""
    shown = False
    with server.log.open(errors="replace") as log:
        while True:
            for line in log:
                if LOG_LINE.match(line):
                    shown = bool(WORTH_SHOWING.match(line))
                if shown:
                    say(line.rstrip())
            if server.running.poll() is not None:
                raise Failure(f"The server ended by itself (log: {readable(server.log)}).")
            time.sleep(0.3)
