"""Cases on a server with several worker processes: opened once, shared out, taken once."""

import time
from collections import Counter
from functools import partial

import pytest

from tests.support.crowd import at_once
from tests.support.suite import run_json

CLIENTS = 6
PEOPLE = 3
# Runs in `odoo shell`.
TEAM = f"""
import json
group = env.ref("crm_experience.group_crm_experience_user")
people = env["res.users"].with_context(no_reset_password=True).create([
    {{"name": f"Person {{number}}", "login": f"case_person_{{number}}",
      "group_ids": [(4, group.id)]}}
    for number in range({PEOPLE})])
team = env["crm.team"].create({{
    "name": "Case crowd", "case_assignment": "rotation", "member_ids": people.ids}})
partner = env["res.partner"].create({{"name": "Case crowd", "email": "crowd@case.example"}})
print("TEAM " + json.dumps(
    {{"team": team.id, "people": people.ids, "partner": partner.id}}))
"""


@pytest.fixture(scope="module")
def team(suite):
    """A team of three who take turns, and a customer."""
    return run_json(suite.workshop, suite.database, TEAM, "TEAM")


def item(team, number, **values):
    return {
        "source": "crowd",
        "external_id": f"case {number}",
        "partner_id": team["partner"],
        "title": f"Case {number}",
        "team_id": team["team"],
        **values,
    }


def submit(suite, items, seed):
    return suite.client(("xmlrpc", "json2")[seed % 2], "service").call(
        "crm.case", "submit", cases=items
    )


def test_clients_who_send_the_same_cases_open_each_once(suite, team):
    items = [item(team, number) for number in range(60)]
    results = at_once(*(partial(submit, suite, items, seed) for seed in range(CLIENTS)))
    for result in results:
        assert isinstance(result, list), result
    statuses = Counter(answer["status"] for result in results for answer in result)
    assert statuses == {"created": 60, "existing": 60 * (CLIENTS - 1)}
    ids = {tuple(answer["id"] for answer in result) for result in results}
    assert len(ids) == 1


def test_clients_at_once_get_numbers_of_their_own_and_fair_turns(suite, team):
    results = at_once(
        *(
            partial(submit, suite, [item(team, f"{seed}:{n}") for n in range(30)], seed)
            for seed in range(CLIENTS)
        )
    )
    ids = [answer["id"] for result in results for answer in result]
    assert len(set(ids)) == 30 * CLIENTS, results
    rows = suite.query("SELECT name, user_id FROM crm_case WHERE id = ANY(%s)", ids)
    assert len({name for name, _user in rows}) == len(ids)
    owners = Counter(user for _name, user in rows)
    assert set(owners) == set(team["people"])
    # a retry after a conflict skips a turn, so it need not be exact
    assert max(owners.values()) - min(owners.values()) <= CLIENTS


def test_a_case_is_taken_once(suite, team):
    for number in range(5):
        (answer,) = submit(suite, [item(team, f"take {number}", team_id=None)], 1)
        case_id = answer["id"]
        results = at_once(
            *(
                partial(suite.json2(login).call, "crm.case", "action_take", ids=[case_id])
                for login in ("service", "manager")
            )
        )
        assert sum(result is True for result in results) == 1, results


def test_a_bad_answer_opens_a_case_within_seconds(suite, team):
    """Over the API, however many at once: the job starts as soon as they are saved."""
    answers = [
        {
            "source": "crowd",
            "external_id": f"bad {number}",
            "date": "2026-11-20",
            "partner_id": team["partner"],
            "metric": "nps",
            "score": 0,
        }
        for number in range(300)
    ]

    def count():
        return suite.query_one(
            "SELECT count(*) FROM crm_case c JOIN crm_feedback f ON f.id = c.feedback_id"
            " WHERE f.source = 'crowd' AND f.external_id LIKE 'bad %%'"
        )

    client = suite.json2("service")
    client.call("crm.feedback", "submit", answers=answers[:3])
    assert count() == 3
    # The server of the other tests runs no jobs.
    with suite.workshop.server(suite.database):
        results = at_once(*[partial(client.call, "crm.feedback", "submit", answers=answers)] * 3)
        assert all(isinstance(result, list) for result in results), results
        deadline = time.monotonic() + 40
        while count() < 300 and time.monotonic() < deadline:
            time.sleep(0.2)
    assert count() == 300
