"""One installed and served database for all system tests that change nothing for the others."""

import pytest

from scripts import instance
from tests.support.api import EXAMPLES, good_calls
from tests.support.suite import run_json, serve


@pytest.fixture(scope="session")
def workshop():
    with instance.workshop() as workshop:
        yield workshop


@pytest.fixture(scope="session")
def suite(workshop):
    with serve(workshop, "crm_system") as suite:
        yield suite


@pytest.fixture(scope="session")
def calls(suite):
    """Arguments that work for every method of the API."""
    return good_calls(run_json(suite.workshop, suite.database, EXAMPLES, "EXAMPLES"))
