"""Several clients at once on a server with several worker processes; short. See tests/soak."""

import random
from collections import Counter
from functools import partial

import pytest

from tests.support.crowd import at_once
from tests.support.shop import PRICE, REWARD_COST, Shop, is_conflict

ROUNDS = 8
CLIENTS = 6
# clients that log the same events, how many of them, and how many in a call
LOGGERS = 8
CROWD = 10_000
BATCH = 1000


@pytest.fixture(scope="module")
def shop(suite):
    return Shop(suite)


def check_failures(results):
    """Whoever failed got a clean refusal or lost a race; nobody got anything else."""
    for result in results:
        assert not isinstance(result, Exception) or is_conflict(result), result


def test_the_same_points_are_spent_once(suite, shop):
    """Two quotations claim the same points; both are confirmed at once; one succeeds."""
    for _round in range(ROUNDS):
        card_id = shop.customer(points=REWARD_COST)
        clients = [suite.json2("seller"), suite.json2("seller")]
        orders = [shop.order(client, card_id) for client in clients]
        for client, order_id in zip(clients, orders, strict=True):
            shop.claim(client, order_id)
            assert shop.spent(order_id) == REWARD_COST
        results = at_once(
            partial(shop.confirm, clients[0], orders[0]),
            partial(shop.confirm, clients[1], orders[1]),
        )
        check_failures(results)
        assert sorted(shop.states(orders)) == ["draft", "sale"], results
        # The order that was confirmed earned less than the reward that it spent.
        assert 0 <= shop.balance(card_id) < REWARD_COST
    shop.check_books()


def test_an_order_is_confirmed_once(suite, shop):
    """The same order confirmed, then cancelled, by several clients at once: counted once."""
    for _round in range(ROUNDS // 2):
        card_id = shop.customer(points=0)
        client = suite.json2("seller")
        order_id = shop.order(client, card_id, quantity=2)
        check_failures(at_once(*[partial(shop.confirm, client, order_id)] * CLIENTS))
        assert shop.balance(card_id) == pytest.approx(2 * PRICE)
        check_failures(at_once(*[partial(shop.cancel, client, order_id)] * CLIENTS))
        assert shop.balance(card_id) == pytest.approx(0)
        assert shop.states([order_id]) == ["cancel"]
    shop.check_books()


def test_ledger_after_a_mix(suite, shop):
    """Orders of a few customers confirmed and cancelled at random by several clients."""
    cards = [shop.customer(points=REWARD_COST) for _card in range(2)]
    done = Counter()

    def work(seed):
        client = suite.json2("seller")
        chance = random.Random(seed)
        for _step in range(ROUNDS):
            order_id = shop.order(client, chance.choice(cards), chance.randint(1, 3))
            for step in (shop.claim, shop.confirm, shop.cancel):
                try:
                    if chance.random() < 0.7:
                        step(client, order_id)
                        done[step.__name__] += 1
                except Exception as error:
                    if not is_conflict(error):
                        raise

    results = at_once(*(partial(work, seed) for seed in range(CLIENTS)))
    assert results == [None] * CLIENTS
    assert min(done[name] for name in ("claim", "confirm", "cancel")) > 0, done
    shop.check_books()


def test_the_same_events_are_logged_once(suite):
    """Clients log the same 10,000 events at once, each in another order, in batches of 1,000.

    Nobody waits in a circle, and no event is lost or counted twice, whoever came first.
    """
    (partner_id,) = suite.json2("manager").call(
        "res.partner", "create", vals_list=[{"name": "Crowded customer"}]
    )
    events = [
        {
            "source": "crowd",
            "external_id": f"crowd:{number}",
            "date": "2026-11-20T10:00:00Z",
            "partner_id": partner_id,
            "channel": "web",
            **({"expectation": 7, "experience": 5} if number % 10 == 0 else {}),
        }
        for number in range(CROWD)
    ]

    def log(seed):
        client = suite.client(("xmlrpc", "json2")[seed % 2], "service")
        shuffled = random.Random(seed).sample(events, len(events))
        answers = []
        for start in range(0, CROWD, BATCH):
            answers += client.call("crm.touchpoint", "log", events=shuffled[start : start + BATCH])
        return {
            event["external_id"]: answer for event, answer in zip(shuffled, answers, strict=True)
        }

    results = at_once(*(partial(log, seed) for seed in range(LOGGERS)))
    for result in results:
        assert isinstance(result, dict), result
    created = Counter()
    for event in events:
        answers = [result[event["external_id"]] for result in results]
        assert len({answer["id"] for answer in answers}) == 1
        created.update(answer["status"] for answer in answers)
    assert created == {"created": CROWD, "existing": CROWD * (LOGGERS - 1)}
    counts = suite.query(
        "SELECT count(*), count(DISTINCT external_id) FROM crm_touchpoint WHERE source = 'crowd'"
    )
    assert counts == [(CROWD, CROWD)]
    answered = suite.query_one(
        "SELECT count(*) FROM crm_feedback WHERE source = 'crowd' AND external_id LIKE 'crowd:%%'"
    )
    assert answered == CROWD // 10
