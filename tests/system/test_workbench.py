"""The workbench from outside: the same over both protocols, for those who may see it."""

import pytest

PROTOCOLS = ("xmlrpc", "json2")
GRANULARITIES = ["week", "month", "quarter", "year"]


def test_both_protocols_answer_the_same(suite):
    answers = [
        suite.client(protocol, "manager").call(
            "crm.target", "get_workbench", user_id=suite.users["seller"].id, date="2026-11-20"
        )
        for protocol in PROTOCOLS
    ]
    assert answers[0] == answers[1]
    workbench = answers[0]
    assert workbench["user"]["id"] == suite.users["seller"].id
    assert workbench["is_own"] is False
    assert [period["granularity"] for period in workbench["periods"]] == GRANULARITIES


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_own_without_arguments(suite, protocol):
    workbench = suite.client(protocol, "seller").call("crm.target", "get_workbench")
    assert workbench["is_own"] is True
    assert [person["id"] for person in workbench["people"]] == [suite.users["seller"].id]
    assert len(workbench["next_things"]) <= 3


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_that_of_others_is_refused(suite, protocol):
    suite.assert_refused(
        suite.client(protocol, "seller"),
        "crm.target",
        "get_workbench",
        is_access=True,
        user_id=suite.users["manager"].id,
    )
