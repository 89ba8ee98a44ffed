"""Every method of ours that can be called from outside: good and bad arguments, both protocols.

Any input ends in a result or in one clear sentence. Any result can be carried by XML-RPC.
"""

import math

import pytest

from tests.support.api import good_calls
from tests.support.place import ADDONS
from tests.support.rpc import RefusedError, find_unportable
from tests.support.suite import check_sentence, run_json

PROTOCOLS = ("xmlrpc", "json2")

JUNK = {
    "None": None,
    "true": True,
    "minus one": -1,
    "zero": 0,
    "an id that is nobody's": 2_000_000_000,
    "two to the 31st": 2**31,
    "two to the 63rd": 2**63,
    "two to the 80th": 2**80,
    "a fraction": 1.5,
    "not a number": math.nan,
    "infinity": math.inf,
    "empty text": "",
    "text": "junk",
    "a number as text": "1",
    "an impossible date": "2026-02-30",
    "a date before all": "0001-01-01",
    "a date after all": "9999-12-31",
    "a long text": "x" * 100_000,
    "text of SQL": "'; DROP TABLE crm_touchpoint; --",
    "a model": "res.users",
    "a model that is none": "no.such.model",
    "an empty list": [],
    "a list of None": [None],
    "a list of true": [True],
    "a list of text": ["junk"],
    "a list of numbers": [0, -1, 2**80],
    "a list of lists": [[[[[]]]]],
    "a list of dictionaries": [{"junk": None}],
    "a list of not a number": [math.nan],
    "ten thousand": list(range(1, 10_001)),
    "an empty dictionary": {},
    "a dictionary": {"junk": [None, {"junk": math.nan}]},
}
# What XML cannot carry.
JUNK_OF_JSON = {
    "a zero byte": "\x00",
    "half a character": "\ud800",
    "a list of zero bytes": ["\x00", "\udfff"],
}
# Parameters that hold a dictionary or a list of them: junk is put in place of each key's value.
RECORD_PARAMETERS = ("answers", "cases", "events", "invitations", "losses", "values")


METHODS = sorted(
    good_calls(
        dict.fromkeys(
            (
                *("team", "partner", "lead", "scorecard", "line", "channel"),
                *("promise", "scenario", "analysis", "rule", "contact"),
            )
        )
    )
)
UNDO = ("crm.touchpoint", "undo_contact")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("model", "method"), METHODS)
def test_good_arguments(suite, calls, protocol, model, method):
    answer = suite.client(protocol, "manager").call(model, method, **calls[model, method])
    assert find_unportable(answer) == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_contact_is_taken_back(suite, calls, protocol):
    client = suite.client(protocol, "manager")
    arguments = calls["crm.touchpoint", "log_contact"]
    logged = client.call("crm.touchpoint", "log_contact", **arguments)
    rows = "SELECT count(*) FROM crm_touchpoint WHERE id = %s"
    assert suite.query_one(rows, logged["id"]) == 1
    for _attempt in range(2):
        assert client.call(*UNDO, touchpoint_id=logged["id"]) is True
        assert suite.query_one(rows, logged["id"]) == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("model", "method"), METHODS)
def test_bad_arguments(suite, calls, protocol, model, method):
    client = suite.client(protocol, "manager")
    good = calls[model, method]
    for parameter in good:
        for junk in junk_for(protocol):
            check_call(client, model, method, {**good, parameter: junk})


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("model", "method"), METHODS)
def test_bad_records(suite, calls, protocol, model, method):
    """Junk one level down, in the dictionaries of a parameter; all at once where it is a list."""
    client = suite.client(protocol, "manager")
    good = calls[model, method]
    for parameter in set(good).intersection(RECORD_PARAMETERS):
        is_list = isinstance(good[parameter], list)
        record = good[parameter][0] if is_list else good[parameter]
        bad = [{**record, key: junk} for key in [*record, "junk"] for junk in junk_for(protocol)]
        for value in [bad] if is_list else bad:
            check_call(client, model, method, {**good, parameter: value})


def junk_for(protocol):
    return [*JUNK.values(), *(JUNK_OF_JSON.values() if protocol == "json2" else ())]


def check_call(client, model, method, arguments):
    """A result that every protocol carries, or a sentence; a crash fails the test."""
    try:
        answer = client.call(model, method, **arguments)
    except RefusedError as refused:
        check_sentence(refused.sentence)
    else:
        assert find_unportable(answer) == [], arguments


# Runs in `odoo shell`: public methods of classes in our addons that no core class has.
PUBLIC_METHODS = """
import json, types
ours = {ours!r}
found = set()
for name, model in env.registry.items():
    by_origin = {{True: {{}}, False: {{}}}}
    for base in model.__mro__:
        is_ours = base.__module__.split(".")[2:3] and base.__module__.split(".")[2] in ours
        by_origin[bool(is_ours)].update(vars(base))
    found |= {{
        (name, attribute)
        for attribute, value in by_origin[True].items()
        if isinstance(value, types.FunctionType)
        and not attribute.startswith("_")
        and not getattr(value, "_api_private", False)
        and attribute not in by_origin[False]
    }}
print("METHODS " + json.dumps(sorted(found)))
"""


def test_nothing_else_is_public(suite):
    """What is callable from outside is in the list above, or is a button of the web client."""
    found = run_json(suite.workshop, suite.database, PUBLIC_METHODS.format(ours=ADDONS), "METHODS")
    undocumented = {
        (model, method)
        for model, method in map(tuple, found)
        if not method.startswith("action_") and (model, method) not in METHODS
    }
    assert undocumented == set()
