"""Real data through the real door: the CDNOW sample, by the example clients, killed in between.

The figures are computed here straight from the file, by other means than the client's.
"""

import os
import re
import signal
import subprocess
import sys
from collections import defaultdict

import pytest

from tests.support.place import CDNOW_FILE, EXAMPLES
from tests.support.purchases import ORDERS
from tests.support.suite import run_json

CUSTOMERS = 2357
PURCHASES = 6919
BATCH = 250


@pytest.fixture(scope="module")
def lines():
    if not CDNOW_FILE.exists():
        pytest.fail(f"{CDNOW_FILE} is not there; ./dev test brings it")
    return [line.split() for line in CDNOW_FILE.read_text().splitlines()]


@pytest.fixture(scope="module")
def loaded(suite):
    """All purchases logged: each client killed once on the way, then each run to its end."""
    assert run_client(suite, "xmlrpc", kill_at=2000) == -signal.SIGKILL
    partly = count_touchpoints(suite)
    assert 0 < partly < PURCHASES
    assert run_client(suite, "json2", kill_at=4000) == -signal.SIGKILL
    assert partly < count_touchpoints(suite) < PURCHASES
    assert run_client(suite, "xmlrpc") == 0
    assert run_client(suite, "json2") == 0
    return suite


def run_client(suite, protocol, kill_at=None):
    """Run an example client; kill it once it reports `kill_at` purchases done."""
    script = EXAMPLES / f"load_cdnow_{protocol}.py"
    options = ["--url", suite.url, "--database", suite.database, "--file", str(CDNOW_FILE)]
    user = suite.users["loader"]
    if protocol == "xmlrpc":
        options += ["--login", user.login]
    client = subprocess.Popen(
        [sys.executable, "-u", script, *options, "--batch", str(BATCH)],
        env={**os.environ, "ODOO_PASSWORD": user.key},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in client.stdout:
        done = re.match(r"Purchases: +([\d,]+) of", line)
        if kill_at and done and int(done[1].replace(",", "")) >= kill_at:
            client.kill()
    return client.wait()


def count_touchpoints(suite):
    return suite.query_one("SELECT count(*) FROM crm_touchpoint WHERE source = 'cdnow'")


def test_every_purchase_is_there_once(loaded, lines):
    assert len(lines) == PURCHASES
    assert count_touchpoints(loaded) == PURCHASES
    rows = loaded.query(
        "SELECT t.external_id, p.ref, t.date::date::text, t.amount::float"
        " FROM crm_touchpoint t JOIN res_partner p ON p.id = t.partner_id"
        " WHERE t.source = 'cdnow'"
    )
    expected = {
        f"cdnow:{number}": (
            f"CDNOW-{customer}",
            f"{day[:4]}-{day[4:6]}-{day[6:]}",
            pytest.approx(float(value)),
        )
        for number, (customer, _sample, day, _quantity, value) in enumerate(lines, 1)
    }
    assert {row[0]: tuple(row[1:]) for row in rows} == expected


def test_every_customer_is_there_once(loaded):
    assert (
        loaded.query_one("SELECT count(*) FROM res_partner WHERE ref LIKE 'CDNOW-%%'") == CUSTOMERS
    )


INDICATORS = {
    "cdnow_purchases": {"name": "Purchases", "aggregate": "count"},
    "cdnow_revenue": {"name": "Revenue", "aggregate": "sum", "measure_field": "amount"},
    "cdnow_customers": {
        "name": "Active customers",
        "aggregate": "count_distinct",
        "measure_field": "partner_id",
    },
}


def test_indicators_equal_the_file(loaded, lines):
    """Purchases, revenue and active customers by month, defined and refreshed over the API."""
    admin = loaded.json2("manager")
    perspective_id = admin.call(
        "crm.perspective", "search", domain=[["code", "=", "customers"]], limit=1
    )[0]
    admin.call(
        "crm.indicator",
        "create",
        vals_list=[
            {
                "code": code,
                "perspective_id": perspective_id,
                "source": "records",
                "model_name": "crm.touchpoint",
                "domain": "[('source', '=', 'cdnow')]",
                "date_field": "date",
                "company_field": "company_id",
                "team_field": "team_id",
                "user_field": "user_id",
                "direction": "higher",
                **values,
            }
            for code, values in INDICATORS.items()
        ],
    )
    admin.call(
        "crm.indicator",
        "refresh",
        codes=list(INDICATORS),
        date_from="1997-01-01",
        date_to="1998-06-30",
    )
    values = admin.call(
        "crm.indicator.value",
        "search_read",
        domain=[
            ["indicator_id.code", "in", list(INDICATORS)],
            ["granularity", "=", "month"],
            ["scope", "=", "company"],
        ],
        fields=["indicator_id", "date_from", "value"],
    )
    names = {values["name"]: code for code, values in INDICATORS.items()}
    measured = {code: {} for code in INDICATORS}
    for value in values:
        code = names[value["indicator_id"][1]]
        assert value["date_from"][:7] not in measured[code], "two values for one month"
        measured[code][value["date_from"][:7]] = value["value"]
    expected = figures_by_month(lines)
    for code in INDICATORS:
        assert measured[code] == pytest.approx(expected[code]), code


def figures_by_month(lines):
    by_month = defaultdict(list)
    for customer, _sample, day, _quantity, value in lines:
        by_month[f"{day[:4]}-{day[4:6]}"].append((customer, float(value)))
    return {
        "cdnow_purchases": {month: len(rows) for month, rows in by_month.items()},
        "cdnow_revenue": {month: sum(v for _c, v in rows) for month, rows in by_month.items()},
        "cdnow_customers": {month: len({c for c, _v in rows}) for month, rows in by_month.items()},
    }


def test_shipped_indicators_equal_the_file(suite, lines):
    """The history as orders: who was active in twelve months, came back, was new, by month."""
    code = ORDERS.format(path=str(CDNOW_FILE))
    measured = run_json(suite.workshop, suite.database, code, "FIGURES")
    expected = orders_by_month(lines)
    assert measured.keys() == expected.keys()
    for indicator, figures in expected.items():
        assert measured[indicator] == pytest.approx(figures), indicator


def orders_by_month(lines):
    """Months are counted from 0 of the year 0; a month's twelve end with it."""
    buyers = defaultdict(set)
    orders, amounts, firsts = defaultdict(int), defaultdict(float), {}
    for customer, _sample, day, _quantity, value in lines:
        month = int(day[:4]) * 12 + int(day[4:6]) - 1
        buyers[month].add(customer)
        orders[month] += 1
        amounts[month] += float(value)
        firsts[customer] = min(month, firsts.get(customer, month))

    def active(last):
        return set().union(*(buyers.get(month, ()) for month in range(last - 11, last + 1)))

    figures = defaultdict(dict)
    for month in range(1997 * 12, 1999 * 12):
        name = f"{month // 12}-{month % 12 + 1:02}"
        now, before = active(month), active(month - 12)
        new = sum(first == month for first in firsts.values())
        found = {
            "orders": orders.get(month),
            "signed_amount": amounts.get(month),
            "active_customers": len(buyers.get(month, ())),
            "active_customers_12m": len(now),
            "new_customers": new,
            "active_customers_growth": before and 100 * len(now) / len(before) - 100,
            "customer_retention": before and 100 * len(now & before) / len(before),
        }
        for code, figure in found.items():
            # Nothing counted is no row; nobody stayed is a retention of zero.
            if figure or (before and code in {"active_customers_growth", "customer_retention"}):
                figures[code][name] = figure
    return figures
