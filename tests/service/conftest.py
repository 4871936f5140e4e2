"""Every test that asks for `engine` runs twice: on a SQLite file and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service import store
from tests import databases
from tests.service.towns import settle


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


@pytest.fixture
def town(engine: Engine, now: datetime) -> Engine:
    """A database in which the invented town of `towns.py` has been founded."""
    with store.transaction(engine) as session:
        settle(session, now)
    return engine
