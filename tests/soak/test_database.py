"""The database is killed while clients are at work; what was answered survives.

The server of this run is our own, with its data in a folder of its own and everything
switched on that makes a commit safe.
"""

import os
import shutil
import signal
import subprocess
import time

import pytest

from scripts.instance import Workshop
from scripts.place import DEV
from scripts.postgres import Cluster, programs
from tests.support.shop import Shop
from tests.support.suite import Suite
from tests.support.traffic import Traffic

NAME = "crm_soak_crash"
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
CLIENTS = 4
KILL_EVERY = 15


@pytest.fixture
def cluster():
    folder = DEV / "soak-postgres"
    shutil.rmtree(folder, ignore_errors=True)
    cluster = Cluster(folder, SAFE)
    cluster.start()
    yield cluster
    cluster.stop("immediate")
    shutil.rmtree(folder)


@pytest.fixture
def suite(workshop, cluster):
    """A database made on the usual server, with its files, and moved to ours."""
    workshop.create_database(NAME)
    move(workshop, cluster)
    server = Workshop(workshop.odoo, cluster.connection).server(
        NAME, workers=2, arguments=["--max-cron-threads=0"]
    )
    server.start()
    try:
        server.wait_until_ready()
        yield Suite(server.shop, server)
    finally:
        server.kill()
        workshop.drop_database(NAME)


def move(workshop, cluster):
    dump = subprocess.Popen(
        [programs() / "pg_dump", "--no-owner", workshop.dsn(NAME)], stdout=subprocess.PIPE
    )
    psql = [programs() / "psql", "--quiet", "--output", os.devnull, "-v", "ON_ERROR_STOP=1"]
    create = f"CREATE DATABASE {NAME} ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
    subprocess.run([*psql, cluster.connection.dsn(), "-c", create], check=True)
    subprocess.run([*psql, cluster.connection.dsn(NAME)], stdin=dump.stdout, check=True)
    assert dump.wait() == 0


def test_killed_database(suite, cluster, seconds):
    traffic = Traffic(suite, Shop(suite))
    kills = 0

    def kill_database(end):
        nonlocal kills
        while time.monotonic() < end - KILL_EVERY:
            time.sleep(KILL_EVERY)
            os.kill(cluster.pid, signal.SIGKILL)
            time.sleep(1)
            cluster.start()
            kills += 1

    traffic.run(max(seconds, 3 * KILL_EVERY), CLIENTS, kill_database)
    print(f"\n{kills} times killed; {traffic.done}")
    assert kills
    suite.server.wait_until_ready()
    traffic.check()
