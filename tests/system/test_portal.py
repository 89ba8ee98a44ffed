"""The customer's page under pressure: floods, and forms that are sent many times at once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support.suite import run_json

SETUP = """
import json
company = env.ref("base.main_company")
company.experience_portal = True
logins = ("flood", "honest")
for login in logins:
    partner = env["res.partner"].create({{"name": login.title(), "email": login + "@example.com"}})
    env["res.users"].with_context(no_reset_password=True).create({{
        "partner_id": partner.id, "login": login, "password": {password!r},
        "company_id": company.id, "company_ids": [(6, 0, company.ids)],
        "group_ids": [(6, 0, [env.ref("base.group_portal").id])],
    }})
env.cr.commit()
print("PORTAL " + json.dumps(True))
"""
PASSWORD = "a word that nobody guesses"


@pytest.fixture(scope="module")
def customers(suite):
    run_json(suite.workshop, suite.database, SETUP.format(password=PASSWORD), "PORTAL")
    return {login: _sign_in(suite, login) for login in ("flood", "honest")}


def _sign_in(suite, login):
    session = requests.Session()
    page = session.get(f"{suite.url}/web/login", timeout=60).text
    session.post(
        f"{suite.url}/web/login",
        data={"login": login, "password": PASSWORD, "csrf_token": _token(page)},
        timeout=60,
    ).raise_for_status()
    return session


def _token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def _count(suite, title):
    return suite.query_one("SELECT count(*) FROM crm_case WHERE title = %s", title)


def test_the_same_form_at_once_is_one_case(suite, customers):
    honest = customers["honest"]
    page = honest.get(f"{suite.url}/my/cases/new", timeout=60).text
    form = {
        "csrf_token": _token(page),
        "key": re.search(r'name="key" value="([^"]+)"', page)[1],
        "kind": "question",
        "title": "Sent by a nervous thumb",
        "description": "Once is enough.",
    }

    def send(_number):
        return requests.post(
            f"{suite.url}/my/cases/new",
            data=form,
            cookies=honest.cookies,
            allow_redirects=False,
            timeout=120,
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(send, range(8)))
    assert set(states) == {303}, states
    assert _count(suite, form["title"]) == 1


def test_a_flood_loses_no_honest_question(suite, customers):
    """500 requests from one place within a minute, and somebody there who has a question."""
    flood, honest = customers["flood"], customers["honest"]

    def ask_for_a_page(_number):
        return requests.get(
            f"{suite.url}/my/experience/stores",
            cookies=flood.cookies,
            allow_redirects=False,
            timeout=120,
        ).status_code

    def ask_a_question(number):
        page = honest.get(f"{suite.url}/my/cases/new", timeout=120).text
        response = honest.post(
            f"{suite.url}/my/cases/new",
            data={
                "csrf_token": _token(page),
                "key": re.search(r'name="key" value="([^"]+)"', page)[1],
                "kind": "question",
                "title": f"Honest {number}",
                "description": "Is anybody there?",
            },
            allow_redirects=False,
            timeout=120,
        )
        return response.status_code

    with ThreadPoolExecutor(6) as pool:
        pages = [pool.submit(ask_for_a_page, number) for number in range(500)]
        questions = [ask_a_question(number) for number in range(5)]
    states = [page.result() for page in pages]
    assert set(states) == {200, 429}, set(states)
    assert states.count(429) >= 500 - 2 * 2 * 120, "each of two processes counts for itself"
    assert set(questions) == {303}
    for number in range(5):
        assert _count(suite, f"Honest {number}") == 1


def test_plain_records_over_both_protocols(suite):
    """What customers own is read and written as any record, by whoever meets the customer."""
    for protocol in ("xmlrpc", "json2"):
        service = suite.client(protocol, "loader")
        partner_id = service.call("res.partner", "create", vals_list=[{"name": protocol}])[0]
        values = {"partner_id": partner_id, "name": "Radio", "serial_number": f"{protocol}-1"}
        (product_id,) = service.call("crm.registered.product", "create", vals_list=[values])
        service.call(
            "crm.registered.product",
            "write",
            ids=[product_id],
            vals={"date_warranty_end": "2030-01-31"},
        )
        (row,) = service.call(
            "crm.registered.product",
            "search_read",
            domain=[["has_warranty", "=", True], ["partner_id", "=", partner_id]],
            fields=["name", "serial_number", "date_warranty_end"],
        )
        assert row["serial_number"] == f"{protocol}-1"
        suite.assert_refused(
            service, "crm.registered.product", "unlink", is_access=True, ids=[product_id]
        )
        for login in ("portal", "employee", "salesperson"):
            suite.assert_refused(
                suite.client(protocol, login),
                "crm.registered.product",
                "create",
                is_access=True,
                vals_list=[values],
            )


def test_answers_over_both_protocols(suite):
    """Anybody drafts, leads publish and withdraw; what is answered is the same by every way."""
    for protocol in ("xmlrpc", "json2"):
        staff, lead = suite.client(protocol, "loader"), suite.client(protocol, "manager")
        values = {"name": f"Why {protocol}?", "body": "<p>Because.</p>", "keywords": "reason"}
        (answer_id,) = staff.call("crm.answer", "create", vals_list=[values])
        suite.assert_refused(staff, "crm.answer", "action_publish", ids=[answer_id])
        assert lead.call("crm.answer", "action_publish", ids=[answer_id]) is True
        (row,) = staff.call(
            "crm.answer",
            "search_read",
            domain=[["is_published", "=", True], ["id", "=", answer_id]],
            fields=["name", "body", "helpful_count"],
        )
        assert (row["name"], row["helpful_count"]) == (values["name"], 0)
        # what is published is no longer theirs to change
        suite.assert_refused(
            staff,
            "crm.answer",
            "write",
            is_access=True,
            ids=[answer_id],
            vals={"body": "<p>No</p>"},
        )
        assert lead.call("crm.answer", "action_withdraw", ids=[answer_id]) is True
        staff.call("crm.answer", "write", ids=[answer_id], vals={"body": ""})
        suite.assert_refused(lead, "crm.answer", "action_publish", ids=[answer_id])
        for login in ("portal", "employee", "salesperson"):
            suite.assert_refused(
                suite.client(protocol, login),
                "crm.answer",
                "search_read",
                is_access=True,
                domain=[],
                fields=["name"],
            )
