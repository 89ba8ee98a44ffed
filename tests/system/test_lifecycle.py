"""Install, upgrade and uninstall, also on a database that has been in use.

An addon installs with no more than what it depends on; uninstalled, it leaves nothing.
"""

from contextlib import closing

import psycopg2
import pytest

from tests.support import catalog
from tests.support.history import HISTORY, USE
from tests.support.place import ADDONS
from tests.support.shop import UNBALANCED


def rows(workshop, database, statement):
    with closing(psycopg2.connect(workshop.dsn(database))) as connection, connection.cursor() as cr:
        cr.execute(statement)
        return cr.fetchall()


def test_each_addon_installs_alone(workshop):
    """On a database with nothing but Odoo's base, one after the other, lowest first."""
    name = "crm_lifecycle_alone"
    workshop.create_database(name, (), core=("base",))
    for number, addon in enumerate(ADDONS, 1):
        workshop.install(name, [addon])
        installed = {
            module
            for (module,) in rows(
                workshop, name, "SELECT name FROM ir_module_module WHERE state = 'installed'"
            )
        }
        assert installed.intersection(ADDONS) == set(ADDONS[:number])
    workshop.drop_database(name)


@pytest.fixture
def used(workshop):
    """A database that was in use without our addons."""
    name = "crm_lifecycle_used"
    workshop.create_database(name, ())
    workshop.execute(name, HISTORY)
    yield name
    workshop.drop_database(name)


def test_life_on_a_used_database(workshop, used):
    """Installed one by one, used, upgraded, uninstalled one by one, and installed again.

    Each uninstall leads back to exactly what was there before that addon came.
    """
    documents = count_documents(workshop, used)
    states = []
    for addon in ADDONS:
        states.append(catalog.take(workshop.dsn(used)))
        workshop.install(used, [addon])
    assert rows(workshop, used, UNBALANCED) == []
    check_opening_entries(workshop, used)
    workshop.execute(used, USE)
    workshop.upgrade(used, ADDONS)
    assert rows(workshop, used, UNBALANCED) == []
    for addon in reversed(ADDONS):
        workshop.uninstall(used, [addon])
        left = catalog.differences(states.pop(), catalog.take(workshop.dsn(used)))
        if addon != ADDONS[0]:  # the addons below keep what people did with them
            left = {kind: change for kind, change in left.items() if kind not in catalog.OF_PEOPLE}
        assert left == {}, addon
    assert count_documents(workshop, used) == documents
    workshop.install(used, ADDONS)
    assert rows(workshop, used, UNBALANCED) == []


def check_opening_entries(workshop, database):
    """One opening entry for each card that holds points, archived or not, of any company."""
    openings = rows(
        workshop,
        database,
        "SELECT card_id, round(points::numeric, 4), kind FROM loyalty_entry ORDER BY card_id",
    )
    cards = rows(
        workshop,
        database,
        "SELECT id, round(points::numeric, 4), 'opening' FROM loyalty_card"
        " WHERE points != 0 ORDER BY id",
    )
    assert len(cards) >= 6
    assert openings == cards


def count_documents(workshop, database):
    tables = ("res_partner", "crm_lead", "sale_order", "loyalty_card", "account_move", "crm_team")
    return {
        table: rows(workshop, database, f"SELECT count(*) FROM {table}")[0][0] for table in tables
    }
