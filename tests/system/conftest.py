"""One installed and served database for all system tests that change nothing for the others."""

import pytest

from scripts import instance
from tests.support.suite import serve


@pytest.fixture(scope="session")
def workshop():
    with instance.workshop() as workshop:
        yield workshop


@pytest.fixture(scope="session")
def suite(workshop):
    with serve(workshop, "crm_system") as suite:
        yield suite
