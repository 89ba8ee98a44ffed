"""Whoever lacks our groups gets a clean refusal from every API method, over both protocols."""

import pytest

from tests.support.rpc import Json2, XmlRpc

PROTOCOLS = ("xmlrpc", "json2")
OUTSIDERS = ("salesperson", "employee", "portal")
# What is open is told to everybody who may read the customer.
FOR_STAFF = ("crm.case", "get_open_cases")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("login", OUTSIDERS)
def test_outsiders_are_refused(suite, calls, protocol, login):
    client = suite.client(protocol, login)
    before = count_rows(suite)
    for (model, method), arguments in calls.items():
        if (model, method) == FOR_STAFF and login != "portal":
            assert "cases" in client.call(model, method, **arguments)
            continue
        suite.assert_refused(client, model, method, is_access=True, **arguments)
    assert count_rows(suite) == before


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_public_is_refused(suite, calls, protocol):
    public_id = suite.query_one(
        "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'public_user'"
    )
    before = count_rows(suite)
    strangers = {
        "xmlrpc": [
            XmlRpc(suite.url, suite.database, public_id, ""),
            XmlRpc(suite.url, suite.database, public_id, "public"),
            XmlRpc(suite.url, suite.database, suite.users["manager"].id, "wrong"),
        ],
        "json2": [
            Json2(suite.url, suite.database, ""),
            Json2(suite.url, suite.database, "0" * 40),
        ],
    }
    for client in strangers[protocol]:
        for (model, method), arguments in calls.items():
            suite.assert_refused(client, model, method, is_access=True, **arguments)
    assert count_rows(suite) == before


def count_rows(suite):
    tables = ("crm_touchpoint", "crm_feedback", "crm_indicator_value", "loyalty_entry")
    return [suite.query_one(f"SELECT count(*) FROM {table}") for table in tables]
