"""`engine`: a fresh database for each test, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from service import store
from tests import databases


@pytest.fixture(params=databases.ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The engine of a database that nobody else has, at the newest revision and empty."""
    with databases.database(request.param) as url:
        opened = store.open_engine(url)
        yield opened
        opened.dispose()
