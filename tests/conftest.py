"""What every test shares: databases of both kinds, and sockets to loopback only."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests import databases


def pytest_runtest_setup(item: pytest.Item) -> None:
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def all_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Databases]:
    with databases.opened(tmp_path_factory.mktemp("databases")) as both:
        yield both


@pytest.fixture(params=databases.KINDS)
def engine(request: pytest.FixtureRequest, all_databases: databases.Databases, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with the schema, of either kind."""
    with databases.empty(all_databases, request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    """Monday, 23 November 2026, eight in the morning in Shanghai."""
    return datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
