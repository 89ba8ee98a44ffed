"""Clients that log contacts, order, spend and cancel until a time is up, whatever breaks.

They know what the server told them was done, so that afterwards it can be checked that
nothing of it was lost and nothing counts twice.
"""

import http.client
import random
import threading
import time
from collections import Counter
from functools import partial

from .crowd import at_once
from .rpc import CrashedError
from .shop import is_conflict

SOURCE = "traffic"
# Events are few and drawn at random, so that many clients send the same.
EVENTS = 20_000
BATCH = 50
CARDS = 8
# Seconds that a client waits after a call that failed.
PAUSE = 0.2
# What a client sees when the server or the database goes away in the middle of a call.
BROKEN = (OSError, http.client.HTTPException)
BROKEN_DATABASE = ("OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown")


class Traffic:
    """The clients, and the book of what they were told.

    :param suite: the served database
    :param shop: a `Shop` in it
    """

    def __init__(self, suite, shop):
        self.suite = suite
        self.shop = shop
        self.cards = [shop.customer(points=200) for _card in range(CARDS)]
        (self.partner_id,) = suite.json2("manager").call(
            "res.partner", "create", vals_list=[{"name": "Traffic customer"}]
        )
        self.logged = {}
        self.twice = []
        self.done = Counter()
        self.lock = threading.Lock()

    def run(self, seconds, clients, *troublemakers):
        """Run clients for some time, and each of `troublemakers` with the moment of the end."""
        end = time.monotonic() + seconds
        results = at_once(
            *(partial(self._work, seed, end) for seed in range(clients)),
            *(partial(troublemaker, end) for troublemaker in troublemakers),
        )
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _work(self, seed, end):
        chance = random.Random(seed)
        protocol = ("json2", "xmlrpc")[seed % 2]
        while time.monotonic() < end:
            try:
                if chance.random() < 0.3:
                    self._log(self.suite.client(protocol, "service"), chance)
                else:
                    self._trade(self.suite.json2("seller"), chance)
            except Exception as error:
                self._count(type(error).__name__)
                if not is_harmless(error):
                    raise
                time.sleep(PAUSE)

    def _log(self, client, chance):
        numbers = chance.sample(range(EVENTS), BATCH)
        answers = client.call(
            "crm.touchpoint", "log", events=[self._make_event(number) for number in numbers]
        )
        with self.lock:
            for number, answer in zip(numbers, answers, strict=True):
                assert answer["status"] != "error", answer
                known = self.logged.setdefault(number, answer["id"])
                if known != answer["id"]:
                    self.twice.append((number, known, answer["id"]))
            self.done["log"] += 1

    def _make_event(self, number):
        return {
            "source": SOURCE,
            "external_id": f"traffic:{number}",
            "date": "2026-11-20T10:00:00Z",
            "partner_id": self.partner_id,
            "channel": "web",
        }

    def _trade(self, client, chance):
        order_id = self.shop.order(client, chance.choice(self.cards), chance.randint(1, 3))
        for step, share in ((self.shop.claim, 0.5), (self.shop.confirm, 0.9)):
            if chance.random() < share:
                step(client, order_id)
                self._count(step.__name__)
        if chance.random() < 0.4:
            self.shop.cancel(client, order_id)
            self._count("cancel")

    def _count(self, what):
        with self.lock:
            self.done[what] += 1

    def check(self):
        """Whatever was answered is there, once; the books are right; the clients did their work."""
        assert self.twice == []
        rows = self.suite.query(
            "SELECT id, external_id FROM crm_touchpoint WHERE source = %s", SOURCE
        )
        ids = {int(external_id.split(":")[1]): row_id for row_id, external_id in rows}
        assert len(rows) == len(ids), "an event counts twice"
        lost = {number for number, row_id in self.logged.items() if ids.get(number) != row_id}
        assert lost == set(), f"{len(lost)} events were answered and are lost"
        self.shop.check_books()
        for what in ("log", "claim", "confirm", "cancel"):
            assert self.done[what] > 0, self.done


def is_harmless(error):
    """Tell what a client of a server under fire may see from what it must never see."""
    if isinstance(error, CrashedError):
        return is_conflict(error) or any(name in str(error) for name in BROKEN_DATABASE)
    return isinstance(error, BROKEN) or is_conflict(error)
