"""Rewards from outside: a rule is made, worked out, approved and paid, over both protocols.

Whatever is sent ends in a result or in one sentence, and nobody is paid twice.
"""

from itertools import count

import pytest

from tests.support.rpc import RefusedError, find_unportable
from tests.support.suite import check_sentence, run_json
from tests.system.test_api import check_call, junk_for

PROTOCOLS = ("xmlrpc", "json2")
YEARS = count(1990)

# Runs in `odoo shell`: an indicator whose figures are sent; the manager is an administrator.
PLACES = """
import json
indicator = env["crm.indicator"].create({
    "name": "Visits from outside", "code": "api_visits", "source": "manual", "aggregate": "sum",
    "perspective_id": env.ref("crm_targets.crm_perspective_people").id, "unit": "visits",
})
print("PLACES " + json.dumps({
    "users": {user.login: user.id for user in env["res.users"].search([])},
    "indicator": indicator.id,
}))
"""


@pytest.fixture(scope="module")
def places(suite):
    return run_json(suite.workshop, suite.database, PLACES, "PLACES")


@pytest.fixture(params=PROTOCOLS)
def protocol(request):
    return request.param


@pytest.fixture
def manager(suite, protocol):
    return suite.client(protocol, "manager")


@pytest.fixture
def year():
    """A year that no other test has."""
    return next(YEARS)


@pytest.fixture
def rule(manager, places, year):
    """Five for every visit beyond ten a year; the seller had sixteen."""
    [answer] = manager.call("crm.indicator", "record", values=[figure(places, year, 16)])
    assert answer["status"] == "created"
    [rule_id] = manager.call(
        "crm.reward.rule",
        "create",
        vals_list=[
            {
                "name": "Visit bonus",
                "indicator_id": places["indicator"],
                "granularity": "year",
                "date_from": f"{year}-01-01",
                "standard": 10,
                "amount": 5,
            }
        ],
    )
    return rule_id


def figure(places, year, value):
    unit = {"user_id": places["users"]["seller"]}
    day = f"{year}-05-05"
    return {"code": "api_visits", "granularity": "year", "date": day, "value": value, **unit}


def compute(client, rule, year):
    """Work out a year; the rewards as the payable list has them."""
    action = client.call("crm.reward.rule", "action_compute", ids=[rule], date=f"{year}-07-01")
    assert find_unportable(action) == []
    fields = ["user_id", "value", "surplus", "amount", "difference", "state"]
    return client.call("crm.reward", "search_read", domain=action["domain"], fields=fields)


def act(client, action, reward, **arguments):
    return client.call("crm.reward", action, ids=[reward["id"]], **arguments)


def test_the_life_of_a_reward(suite, manager, places, rule, year):
    [reward] = compute(manager, rule, year)
    assert reward["user_id"][0] == places["users"]["seller"]
    assert (reward["value"], reward["surplus"], reward["amount"]) == (16, 6, 30)
    assert [one["id"] for one in compute(manager, rule, year)] == [reward["id"]], "nothing twice"
    assert act(manager, "action_approve", reward) is True
    assert act(manager, "action_draft", reward, reason="Counted anew") is True
    assert act(manager, "action_approve", reward) is True
    manager.call("crm.indicator", "record", values=[figure(places, year, 20)])
    [reward] = compute(manager, rule, year)
    assert (reward["amount"], reward["difference"]) == (30, 20), "what is approved is frozen"
    for _twice in range(2):
        assert act(manager, "action_pay", reward) is True
    [paid] = compute(manager, rule, year)
    assert (paid["state"], paid["amount"]) == ("paid", 30)
    suite.assert_refused(manager, "crm.reward", "action_draft", ids=[reward["id"]])
    suite.assert_refused(manager, "crm.reward", "unlink", ids=[reward["id"]])
    vals = {"granularity": "month"}
    suite.assert_refused(manager, "crm.reward.rule", "write", ids=[rule], vals=vals)


def test_the_list_as_an_action(manager, rule):
    action = manager.call("crm.reward.rule", "action_view_rewards", ids=[rule])
    assert action["res_model"] == "crm.reward"
    assert find_unportable(action) == []


def test_nobody_pays_or_writes_without_the_right(suite, protocol, manager, rule, year):
    [reward] = compute(manager, rule, year)
    ids = [reward["id"]]
    seller = suite.client(protocol, "seller")
    assert seller.call("crm.reward", "read", ids=ids, fields=["amount"])[0]["amount"] == 30
    for client in (seller, suite.client(protocol, "service")):
        for action in ("action_approve", "action_pay", "action_draft"):
            if client is seller and action == "action_draft":
                continue  # nothing is approved that could be taken back
            suite.assert_refused(client, "crm.reward", action, ids=ids)
        suite.assert_refused(client, "crm.reward.rule", "action_compute", ids=[rule])
        suite.assert_refused(client, "crm.reward.rule", "write", ids=[rule], vals={"amount": 9})
    for client in (seller, manager):
        suite.assert_refused(client, "crm.reward", "write", ids=ids, vals={"amount": 1000})
        vals = {"rule_id": rule, "state": "paid"}
        suite.assert_refused(client, "crm.reward", "create", vals_list=[vals])
    [[found]] = [manager.call("crm.reward", "read", ids=ids, fields=["state", "amount"])]
    assert (found["state"], found["amount"]) == ("draft", 30)


def test_bad_arguments(manager, protocol, rule, year):
    [reward] = compute(manager, rule, year)
    for junk in junk_for(protocol):
        check_call(manager, "crm.reward.rule", "action_compute", {"ids": [rule], "date": junk})
        check_call(manager, "crm.reward", "action_draft", {"ids": [reward["id"]], "reason": junk})
    for ids in ([], [2_000_000_000]):
        for action in ("action_approve", "action_pay", "action_draft"):
            check_call(manager, "crm.reward", action, {"ids": ids})
        for action in ("action_compute", "action_view_rewards"):
            check_call(manager, "crm.reward.rule", action, {"ids": ids})


def test_bad_rules(manager, rule):
    good = {"formula": "per_unit", "standard": 10, "amount": 5}
    for values in (
        *({"indicator_id": 2_000_000_000}, {"indicator_id": False}, {"formula": "steps"}),
        *({"amount": -1}, {"amount": 1e300}, {"standard": 1e300}, {"standard_share": 0}),
        *({"has_cap": True, "cap": -1}, {"date_to": "1900-01-01"}),
    ):
        with pytest.raises(RefusedError) as refused:
            manager.call("crm.reward.rule", "write", ids=[rule], vals={**good, **values})
        check_sentence(refused.value.sentence)
