"""Bad events in a batch are answered one by one, the good ones are kept, over both protocols."""

import math
from datetime import datetime

import pytest

MEGABYTE = "x" * 1_000_000
NAN = math.nan


@pytest.fixture(scope="module")
def customer(suite):
    """A customer that every key of an event leads to, and one of another company."""
    manager = suite.json2("manager")
    partner_id, *_rest = manager.call(
        "res.partner",
        "create",
        vals_list=[
            {
                "name": "Customer of events",
                "email": "events@example.com",
                "phone": "+32485001122",
                "ref": "EVENTS",
            },
            {"name": "Twin one", "email": "twin@example.com", "ref": "TWIN"},
            {"name": "Twin two", "email": "twin@example.com", "ref": "TWIN"},
        ],
    )
    return partner_id


def event(customer, number, **changes):
    """Return a good event with some keys changed; a key set to `...` is left out."""
    values = {
        "source": "matrix",
        "external_id": f"matrix:{number}",
        "date": "2026-11-20T10:00:00Z",
        "partner_id": customer,
        "channel": "phone",
        **changes,
    }
    return {key: value for key, value in values.items() if value is not ...}


def bad_changes(suite):
    """Return what is wrong by name: changes to a good event, or a whole thing that is none."""
    no_partner = {"partner_id": ...}
    return {
        "no source": {"source": ...},
        "empty source": {"source": ""},
        "source of our own": {"source": "odoo"},
        "source is a number": {"source": 5},
        "no external id": {"external_id": ...},
        "external id is a number": {"external_id": 17},
        "external id is endless": {"external_id": "e" * 10_000},
        "no customer": no_partner,
        "customer unknown": {"partner_id": 2_000_000_000},
        "customer is zero": {"partner_id": 0},
        "customer is negative": {"partner_id": -1},
        "customer is true": {"partner_id": True},
        "customer is huge": {"partner_id": 2**31},
        "customer is enormous": {"partner_id": 2**80},
        "customer is a fraction": {"partner_id": 1.5},
        "customer is text": {"partner_id": "1"},
        "customer is a list": {"partner_id": [1]},
        "customer of another company": {"partner_id": suite.foreign["partner_id"]},
        "email unknown": {**no_partner, "email": "nobody@example.com"},
        "email is none": {**no_partner, "email": "not an address"},
        "email of two": {**no_partner, "email": "twin@example.com"},
        "email is a number": {**no_partner, "email": 1},
        "phone unknown": {**no_partner, "phone": "+32485009999"},
        "phone is none": {**no_partner, "phone": "???"},
        "reference unknown": {**no_partner, "ref": "NOBODY"},
        "reference of two": {**no_partner, "ref": "TWIN"},
        "reference is a list": {**no_partner, "ref": ["EVENTS"]},
        "no channel": {"channel": ...},
        "channel unknown": {"channel": "pigeon"},
        "channel is a list": {"channel": ["phone"]},
        "channel is nested": {"channel": {"code": [["phone"]]}},
        "stage unknown": {"stage": "nirvana"},
        "dimension unknown": {"dimension": "fifth"},
        "direction unknown": {"direction": "sideways"},
        "direction is a list": {"direction": ["in"]},
        "no date": {"date": ...},
        "date is none": {"date": "yesterday"},
        "date is impossible": {"date": "2026-02-30"},
        "date is before all": {"date": "0000-00-00 00:00:00"},
        "date leaves the calendar": {"date": "0001-01-01T00:00:00+12:00"},
        "date ends the calendar": {"date": "9999-12-31T23:59:59-12:00"},
        "date is a number": {"date": 20261120},
        "date is a list": {"date": ["2026-11-20"]},
        "summary of a megabyte": {"summary": MEGABYTE},
        "summary is a number": {"summary": 42},
        "summary is nested": {"summary": [[[["x"]]]]},
        "amount is text": {"amount": "12.50"},
        "amount is true": {"amount": True},
        "amount is not a number": {"amount": NAN},
        "amount is endless": {"amount": math.inf},
        "amount is enormous": {"amount": 10**400},
        "amount is a list": {"amount": [1]},
        "currency unknown": {"currency": "XXY"},
        "currency is a number": {"currency": 1},
        "expectation alone": {"expectation": 5},
        "experience alone": {"experience": 5},
        "expectation too high": {"expectation": 11, "experience": 5},
        "experience too low": {"expectation": 5, "experience": -1},
        "experience is not a number": {"expectation": 5, "experience": NAN},
        "expectation is text": {"expectation": "5", "experience": 5},
        "team unknown": {"team_id": 2_000_000_000},
        "team of another company": {"team_id": suite.foreign["team_id"]},
        "team is text": {"team_id": "sales"},
        "person unknown": {"user_id": 2_000_000_000},
        "person of another company": {"user_id": suite.foreign["user_id"]},
        "person is a portal user": {"user_id": suite.users["portal"].id},
        "person is huge": {"user_id": 2**63},
        "unknown key": {"chanel": "phone"},
        "empty": {},
        "None": None,
        "a list": [],
        "a nested list": [[["phone"]]],
        "text": "phone",
        "a number": 5,
        "not a number": NAN,
    }


# What only one of the protocols can carry.
ONLY_JSON2 = {
    "summary with a zero byte": {"summary": "a\x00b"},
    "external id with a zero byte": {"external_id": "a\x00b"},
    "channel with a zero byte": {"channel": "\x00"},
    "reference with a zero byte": {"partner_id": ..., "ref": "\x00"},
    "email with a zero byte": {"partner_id": ..., "email": "a\x00@example.com"},
    "summary with half a character": {"summary": "\ud800"},
    "external id with half a character": {"external_id": "\udfff"},
    "reference with half a character": {"partner_id": ..., "ref": "\ud800"},
}
ONLY_XMLRPC = {
    "summary is bytes": {"summary": b"bytes"},
    "channel is bytes": {"channel": b"phone"},
}


def make_batch(customer, changes):
    """Return a batch in which good events stand between the bad ones, and the bad names."""
    batch, names = [], []
    for number, (name, change) in enumerate(changes.items()):
        batch.append(event(customer, f"good {name}"))
        whole = change is None or not isinstance(change, dict) or not change
        batch.append(change if whole else event(customer, number, **change))
        names.append(name)
    return batch, names


def test_bad_events_are_answered_one_by_one(suite, customer):
    changes = bad_changes(suite)
    batch, names = make_batch(customer, changes)
    answers = {}
    for protocol in ("xmlrpc", "json2"):
        answers[protocol] = suite.client(protocol, "service").call(
            "crm.touchpoint", "log", events=batch
        )
        check_answers(answers[protocol], names)
    for name, by_xmlrpc, by_json2 in zip(
        names, answers["xmlrpc"][1::2], answers["json2"][1::2], strict=True
    ):
        assert by_xmlrpc == by_json2, name
    good = len(names)
    assert [a["status"] for a in answers["xmlrpc"][::2]] == ["created"] * good
    assert [a["status"] for a in answers["json2"][::2]] == ["existing"] * good
    assert [a["id"] for a in answers["xmlrpc"][::2]] == [a["id"] for a in answers["json2"][::2]]
    assert suite.query_one("SELECT count(*) FROM crm_touchpoint WHERE source = 'matrix'") == good


def check_answers(answers, names):
    """Every bad event has a sentence of its own and no id; every good one an id."""
    for name, good, bad in zip(names, answers[::2], answers[1::2], strict=True):
        assert good["status"] != "error", (name, good)
        assert good["id"] > 0
        assert good["error"] == ""
        assert bad["status"] == "error", (name, bad)
        assert bad["id"] is False, name
        sentence = bad["error"]
        assert 10 <= len(sentence) <= 400, (name, sentence[:500])
        assert sentence[-1] in ".?!", (name, sentence)
        for trace in ("Traceback", "psycopg2", "Error:", "%(", "object at 0x"):
            assert trace not in sentence, (name, sentence)


@pytest.mark.parametrize(("protocol", "changes"), [("json2", ONLY_JSON2), ("xmlrpc", ONLY_XMLRPC)])
def test_bad_events_of_one_protocol(suite, customer, protocol, changes):
    changes = {f"{protocol} {name}": change for name, change in changes.items()}
    batch, names = make_batch(customer, changes)
    check_answers(
        suite.client(protocol, "service").call("crm.touchpoint", "log", events=batch), names
    )


GOOD_CHANGES = {
    "by email": {"partner_id": ..., "email": " Events@Example.com "},
    "by phone": {"partner_id": ..., "phone": "+32485001122"},
    "by reference": {"partner_id": ..., "ref": "EVENTS"},
    "date of Odoo": {"date": "2026-11-20 10:00:00"},
    "date with an offset": {"date": "2026-11-20T12:00:00+02:00"},
    "date with fractions": {"date": "2026-11-20T10:00:00.123Z"},
    "everything": {
        "stage": "buy",
        "dimension": "service",
        "direction": "out",
        "summary": "Ordered a 电话 <b>& more</b> 'quoted'; DROP TABLE crm_touchpoint; --",
        "amount": 12.5,
        "currency": "USD",
        "expectation": 7,
        "experience": 5.5,
    },
    "amount is whole": {"amount": 12},
    "amount is negative": {"amount": -12.5},
    "summary is long": {"summary": "x" * 1000},
    "summary is empty": {"summary": ""},
}


@pytest.mark.parametrize("protocol", ["xmlrpc", "json2"])
def test_good_events(suite, customer, protocol):
    batch = [
        event(customer, f"{protocol} {name}", **change) for name, change in GOOD_CHANGES.items()
    ]
    client = suite.client(protocol, "service")
    answers = client.call("crm.touchpoint", "log", events=batch)
    for name, answer in zip(GOOD_CHANGES, answers, strict=True):
        assert answer["status"] == "created", (name, answer)
    ids = [answer["id"] for answer in answers]
    rows = suite.query(
        "SELECT partner_id, date, summary, amount FROM crm_touchpoint"
        " WHERE id = ANY(%s) ORDER BY array_position(%s, id)",
        ids,
        ids,
    )
    for (partner_id, date, summary, amount), change in zip(
        rows, GOOD_CHANGES.values(), strict=True
    ):
        assert partner_id == customer
        assert date.replace(microsecond=0) == datetime(2026, 11, 20, 10)
        assert (summary or "") == change.get("summary", "")
        assert float(amount or 0) == change.get("amount", 0)
    again = client.call("crm.touchpoint", "log", events=batch)
    assert [answer["status"] for answer in again] == ["existing"] * len(batch)
    assert [answer["id"] for answer in again] == ids


@pytest.mark.parametrize("protocol", ["xmlrpc", "json2"])
def test_the_same_event_twice_in_a_batch(suite, customer, protocol):
    same = event(customer, f"{protocol} same")
    first, second = suite.client(protocol, "service").call(
        "crm.touchpoint", "log", events=[same, same]
    )
    assert (first["status"], second["status"]) == ("created", "existing")
    assert first["id"] == second["id"]


@pytest.mark.parametrize("protocol", ["xmlrpc", "json2"])
def test_size_of_a_batch(suite, customer, protocol):
    client = suite.client(protocol, "service")
    assert client.call("crm.touchpoint", "log", events=[]) == []
    full = [event(customer, f"{protocol} size {number}") for number in range(1000)]
    answers = client.call("crm.touchpoint", "log", events=full)
    assert [answer["status"] for answer in answers] == ["created"] * len(full)
    suite.assert_refused(
        client, "crm.touchpoint", "log", events=[*full, event(customer, f"{protocol} size 1000")]
    )
    count = suite.query_one(
        "SELECT count(*) FROM crm_touchpoint WHERE external_id LIKE %s", f"matrix:{protocol} size%"
    )
    assert count == len(full)
