"""A data folder of one's own, with a small county in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service import clock, migrate, store
from service.settings import settings
from tests.stories.counties import found


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The database that the settings name, with one county whose drive is under way."""
    monkeypatch.setenv("ZHIBAN_DATA", str(tmp_path))
    settings.cache_clear()
    engine = store.open_engine(settings().database())
    migrate.upgrade(engine)
    found(engine, clock.now(), roots=1)
    yield engine
    engine.dispose()
    settings.cache_clear()
