"""Long runs; `./dev soak --seconds 60` for shorter ones."""

import pytest

from scripts import instance


def pytest_addoption(parser):
    parser.addoption(
        "--seconds", type=int, default=300, help="how long each soak run takes (default: 300)"
    )


@pytest.fixture(scope="session")
def seconds(request):
    return request.config.getoption("seconds")


@pytest.fixture(scope="session")
def workshop():
    with instance.workshop() as workshop:
        yield workshop
