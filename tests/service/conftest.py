"""The invented town that tests of the service live in; databases come from `tests/conftest.py`."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from service import store
from tests.service.towns import settle


@pytest.fixture
def town(engine: Engine, now: datetime) -> Engine:
    """A database in which the invented town of `towns.py` has been founded."""
    with store.transaction(engine) as session:
        settle(session, now)
    return engine
