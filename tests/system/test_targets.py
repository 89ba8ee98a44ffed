"""The life of a target from outside: set, split, submitted, approved, locked, over both protocols.

Whatever is sent ends in a result or in one sentence.
"""

from itertools import count

import pytest

from tests.support.rpc import RefusedError, find_unportable
from tests.support.suite import check_sentence, run_json
from tests.system.test_api import check_call, junk_for

PROTOCOLS = ("xmlrpc", "json2")
STEPS = ("action_submit", "action_approve", "action_lock")
ACTIONS = (
    *STEPS,
    *("action_submit_parts", "action_approve_parts", "action_lock_parts"),
    *("action_push_up_units", "action_push_up_periods"),
    *("action_push_down_units", "action_push_down_periods"),
)
YEARS = count(2030)

# Runs in `odoo shell`: a region and a store below it; the manager leads neither.
PLACES = """
import json
users = {user.login: user.id for user in env["res.users"].search([])}
region = env["crm.team"].create({"name": "Region of targets"})
store = env["crm.team"].create({
    "name": "Store of targets", "parent_id": region.id,
    "member_ids": [(6, 0, [users["seller"], users["service"]])],
})
indicator = env["crm.indicator"].create({
    "name": "Targets from outside", "code": "api_targets", "source": "manual",
    "perspective_id": env.ref("crm_targets.crm_perspective_customers").id, "aggregate": "sum",
})
partner = env["res.partner"].create({"name": "Customer of a target"})
print("PLACES " + json.dumps({
    "company": env.company.id, "region": region.id, "store": store.id, "users": users,
    "indicator": indicator.id, "partner": partner.id,
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
def target(manager, places):
    """A draft of the store, of a year that no other test has."""
    [target_id] = create(manager, places, next(YEARS))
    return target_id


def create(client, places, year, **values):
    return client.call(
        "crm.target",
        "create",
        vals_list=[
            {
                "indicator_id": places["indicator"],
                "granularity": "year",
                "date_from": f"{year}-01-01",
                "scope": "team",
                "company_id": places["company"],
                "team_id": places["store"],
                "value": 101,
                **values,
            }
        ],
    )


def read(suite, target_id, column="state"):
    return suite.query_one(f"SELECT {column} FROM crm_target WHERE id = %s", target_id)


def test_the_life_of_a_target(suite, manager, target):
    for action, state in zip(STEPS, ("submitted", "approved", "locked"), strict=True):
        answer = manager.call("crm.target", action, ids=[target])
        assert answer is True
        assert read(suite, target) == state
    suite.assert_refused(manager, "crm.target", "write", ids=[target], vals={"value": 1})
    suite.assert_refused(manager, "crm.target", "unlink", ids=[target])
    suite.assert_refused(manager, "crm.target", "action_draft", ids=[target])
    assert manager.call("crm.target", "action_draft", ids=[target], reason="Too high") is True
    assert read(suite, target) == "draft"
    assert read(suite, target, "return_reason") == "Too high"


def test_split_and_plan(suite, manager, places, target):
    [split] = manager.call(
        "crm.target.split",
        "create",
        vals_list=[{"target_ids": [[6, 0, [target]]], "method": "equal"}],
    )
    action = manager.call("crm.target.split", "action_split", ids=[split])
    assert find_unportable(action) == []
    parts = suite.query("SELECT value FROM crm_target WHERE parent_id = %s ORDER BY value", target)
    assert [float(value) for (value,) in parts] == [50, 51]
    row = {"target_id": target, "partner_id": places["partner"], "amount": 40}
    manager.call("crm.target.customer", "create", vals_list=[row])
    assert float(read(suite, target, "plan_rest")) == 61
    suite.assert_refused(manager, "crm.target.customer", "create", vals_list=[row])


def test_propose(suite, manager, places):
    year = next(YEARS)
    manager.call(
        "crm.indicator",
        "record",
        values=[
            {
                "code": "api_targets",
                "granularity": "year",
                "date": f"{year - 1}-06-01",
                "team_id": places["store"],
                "value": 200,
            }
        ],
    )
    values = {
        "indicator_id": places["indicator"],
        "date_from": f"{year}-05-05",
        "team_ids": [[6, 0, [places["store"]]]],
        "for_company": False,
        "growth": 5,
    }
    [proposal] = manager.call("crm.target.proposal", "create", vals_list=[values])
    manager.call("crm.target.proposal", "action_create_targets", ids=[proposal])
    found = suite.query(
        "SELECT value FROM crm_target WHERE team_id = %s AND date_from = %s",
        places["store"],
        f"{year}-01-01",
    )
    assert [float(value) for (value,) in found] == [210]
    for bad in ({"period_count": 10**9}, {"growth": -200}, {"average_count": 0}):
        with_bad = [{**values, **bad}]
        suite.assert_refused(manager, "crm.target.proposal", "create", vals_list=with_bad)


def test_nobody_sets_or_approves_their_own(suite, protocol, manager, places):
    own = {"scope": "person", "team_id": False, "user_id": places["users"]["manager"]}
    year = next(YEARS)
    values = [{"indicator_id": places["indicator"], "granularity": "year", **own, "value": 1}]
    values[0]["date_from"] = f"{year}-01-01"
    suite.assert_refused(manager, "crm.target", "create", is_access=True, vals_list=values)
    seller = {"scope": "person", "team_id": False, "user_id": places["users"]["seller"]}
    [target_id] = create(manager, places, year, **seller)
    client = suite.client(protocol, "seller")
    for action in (*ACTIONS, "action_draft"):
        if action.startswith(("action_push", "action_submit_parts")):
            continue
        suite.assert_refused(client, "crm.target", action, is_access=True, ids=[target_id])
    for vals in ({"state": "approved"}, {"value": 1}):
        suite.assert_refused(
            client, "crm.target", "write", is_access=True, ids=[target_id], vals=vals
        )
    assert read(suite, target_id) == "draft"


def test_states_are_not_written_past_the_steps(suite, manager, target):
    for state in ("locked", "junk"):
        suite.assert_refused(manager, "crm.target", "write", ids=[target], vals={"state": state})
    manager.call("crm.target", "action_approve", ids=[target])
    suite.assert_refused(manager, "crm.target", "write", ids=[target], vals={"state": "draft"})


def test_overlapping_and_incomplete_targets(suite, manager, places, target):
    year = str(read(suite, target, "date_from"))[:4]
    for values in (
        {},
        {"indicator_id": False},
        {"indicator_id": 2_000_000_000},
        {"scope": "person"},
        {"granularity": "decade"},
        {"scope": "junk"},
        {"scope": [1]},
        {"state": "junk"},
        {"date_from": "yesterday"},
        {"date_from": {"junk": 1}},
        {"value": "many"},
        {"value": []},
        {"date_from": "9999-12-31"},
        {"parent_id": target},
    ):
        with pytest.raises(RefusedError) as refused:
            create(manager, places, year, **values)
        check_sentence(refused.value.sentence)


def test_bad_arguments(manager, protocol, target):
    for reason in junk_for(protocol):
        check_call(manager, "crm.target", "action_draft", {"ids": [target], "reason": reason})
    for action in ACTIONS:
        for ids in ([], [target], [2_000_000_000]):
            check_call(manager, "crm.target", action, {"ids": ids})
