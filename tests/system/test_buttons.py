"""The table of the README is the API; its buttons answer over both protocols, to whoever may."""

import re
from pathlib import Path

import pytest

from tests.support.rpc import RefusedError, find_unportable
from tests.support.suite import check_sentence

from .test_access import OUTSIDERS, PROTOCOLS
from .test_api import METHODS, UNDO

README = Path(__file__).parents[2] / "README.md"
# In the order in which a case goes through them.
CASE_BUTTONS = (
    *("action_take", "action_note_response", "action_wait", "action_resume"),
    *("action_solve", "action_confirm", "action_reopen", "action_cancel"),
)
SOLUTION = {"outcome": "solved", "solution": "Changed it."}
# Values of a record for the buttons of its model; on all others they are pressed on nothing.
SAMPLES = {
    "crm.case": {"title": "Battery is empty"},
    "crm.answer": {"name": "How?", "body": "<p>So.</p>"},
    "crm.key.experience": {"name": "Everybody"},
    "res.partner": {"name": "Erased"},
}
# pressed by tests of their own
OTHERS = ("crm.target", "crm.target.proposal", "crm.target.split", "crm.target.copy")


def find_documented():
    """Return (model, method) of every method in the README, in its order."""
    found, text = [], README.read_text()
    for cell in re.findall(r"^\| (`.*?) \| ", text, re.MULTILINE):
        model = ""
        for name in re.findall(r"`([a-z_.]+)\(", cell):
            *path, method = name.split(".")
            model = ".".join(path) or model
            if model:
                found.append((model, method))
    # told in a sentence: a model, then its buttons in brackets
    for model, sentence in re.findall(r"`(crm\.[a-z.]+)`\s\(([^()]*(?:\(\)[^()]*)*)\)", text):
        found += [(model, button) for button in re.findall(r"`(action_[a-z_]+)\(", sentence)]
    return found


BUTTONS = [
    (model, method)
    for model, method in find_documented()
    if method.startswith("action_") and model not in OTHERS
]


def test_the_readme_tells_of_every_method_once():
    documented = [pair for pair in find_documented() if not pair[1].startswith("action_")]
    assert sorted(documented) == sorted({*METHODS, UNDO})
    assert {("crm.case", button) for button in CASE_BUTTONS} <= set(BUTTONS)
    assert {("crm.answer", "action_publish"), ("crm.answer", "action_withdraw")} <= set(BUTTONS)
    assert len(BUTTONS) == len(set(BUTTONS))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_way_of_a_case(suite, protocol):
    client = suite.client(protocol, "manager")
    case = create(client, "crm.case")
    cause = client.call("crm.case.cause", "create", vals_list=[{"name": "Battery"}])
    client.call("crm.case", "write", ids=[case], vals={**SOLUTION, "cause_id": cause[0]})
    for button in CASE_BUTTONS:
        if button == "action_cancel":
            client.call("crm.case", "write", ids=[case], vals=SOLUTION)
        assert client.call("crm.case", button, ids=[case]) is True


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("model", "button"), BUTTONS)
def test_buttons(suite, protocol, model, button):
    """Good ids, none, nobody's and impossible ones: a result that can be carried, or a sentence."""
    client = suite.client(protocol, "manager")
    good = [create(client, model)] if model in SAMPLES else []
    for ids in (good, [], [2_000_000_000], [0], [-1]):
        try:
            answer = client.call(model, button, ids=ids)
        except RefusedError as refused:
            check_sentence(refused.sentence)
        else:
            assert find_unportable(answer) == [], (ids, answer)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("login", OUTSIDERS)
def test_outsiders_press_no_button(suite, protocol, login):
    manager, client = suite.client(protocol, "manager"), suite.client(protocol, login)
    for model, button in BUTTONS:
        ids = [create(manager, model)] if model in SAMPLES else [1]
        suite.assert_refused(client, model, button, ids=ids, is_access=True)


def create(client, model):
    (record_id,) = client.call(model, "create", vals_list=[SAMPLES[model]])
    return record_id
