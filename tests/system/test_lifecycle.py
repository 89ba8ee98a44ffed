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


@pytest.fixture(scope="module")
def used(workshop):
    """A database that was in use without our addons, and what it is made of."""
    name = "crm_lifecycle_used"
    workshop.create_database(name, ())
    workshop.execute(name, HISTORY)
    yield name
    workshop.drop_database(name)


@pytest.fixture
def database(workshop, used):
    name = "crm_lifecycle"
    workshop.databases.copy(used, name)
    yield name
    workshop.drop_database(name)


@pytest.mark.parametrize("addon", ADDONS)
def test_life_on_a_used_database(workshop, database, addon):
    """Installed, used, upgraded, and uninstalled from the highest down: nothing is left."""
    before = catalog.take(workshop.dsn(database))
    documents = count_documents(workshop, database)
    addons = ADDONS[: ADDONS.index(addon) + 1]
    workshop.install(database, [addon])
    if addon == "crm_loyalty":
        assert rows(workshop, database, UNBALANCED) == []
        check_opening_entries(workshop, database)
        workshop.execute(database, USE)
    workshop.upgrade(database, addons)
    if addon == "crm_loyalty":
        assert rows(workshop, database, UNBALANCED) == []
    for name in reversed(addons):
        workshop.uninstall(database, [name])
    assert catalog.differences(before, catalog.take(workshop.dsn(database))) == {}
    assert count_documents(workshop, database) == documents


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


def test_installed_again_after_uninstall(workshop, database):
    """What an uninstall leaves does not stand in the way of the next install."""
    workshop.install(database, ADDONS)
    for name in reversed(ADDONS):
        workshop.uninstall(database, [name])
    workshop.install(database, ADDONS)
    assert rows(workshop, database, UNBALANCED) == []
