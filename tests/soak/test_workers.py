"""Clients at work for long; in the second run workers of the server are killed in between."""

import os
import random
import signal
import time

import psutil
import pytest

from tests.support.shop import Shop
from tests.support.suite import serve
from tests.support.traffic import Traffic

CLIENTS = 6
WORKERS = 3
KILL_EVERY = 3


@pytest.fixture(scope="module")
def suite(workshop):
    with serve(workshop, "crm_soak", workers=WORKERS) as suite:
        yield suite


@pytest.fixture(scope="module")
def shop(suite):
    return Shop(suite)


def test_many_clients(suite, shop, seconds):
    traffic = Traffic(suite, shop)
    traffic.run(seconds, CLIENTS)
    print(f"\n{traffic.done}")
    traffic.check()


def test_killed_workers(suite, shop, seconds):
    traffic = Traffic(suite, shop)
    killed = []

    def kill_workers(end):
        chance = random.Random(1)
        while time.monotonic() < end - 2 * KILL_EVERY:
            time.sleep(KILL_EVERY * chance.uniform(0.5, 1.5))
            workers = [child.pid for child in psutil.Process(suite.server.pid).children()]
            pid = chance.choice(workers)
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    traffic.run(seconds, CLIENTS, kill_workers)
    print(f"\n{len(killed)} workers killed; {traffic.done}")
    assert killed
    suite.server.wait_until_ready()
    traffic.check()
