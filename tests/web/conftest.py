"""Every test that asks for `house` runs twice: on a SQLite file and on PostgreSQL; `small_house` is on SQLite alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service import channels, settings, store
from service.couriers import MemoryCourier
from tests import databases
from tests.web.house import House, furnish


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keys are kept in a folder of the test."""
    monkeypatch.setenv("ZHIBAN_DATA", str(tmp_path))
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> MemoryCourier:
    """What would have been sent to try a channel out: nobody is rung by a test."""
    memory = MemoryCourier()
    monkeypatch.setattr(channels, "common_desk", lambda: memory)
    return memory


@pytest.fixture(scope="session")
def all_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Databases]:
    with databases.opened(tmp_path_factory.mktemp("databases")) as both:
        yield both


@pytest.fixture(params=databases.KINDS)
def engine(request: pytest.FixtureRequest, all_databases: databases.Databases, tmp_path: Path) -> Iterator[Engine]:
    with databases.empty(all_databases, request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def house(engine: Engine) -> Iterator[House]:
    """The furnished town."""
    made = House(engine, furnish(engine))
    yield made
    made.leave()


@pytest.fixture(scope="session")
def furnished(
    all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """The furnished town as a file to copy, and its tokens."""
    file = tmp_path_factory.mktemp("furnished") / "town.sqlite"
    engine = all_databases.sqlite(file)
    tokens = furnish(engine)
    engine.dispose()
    return file, tokens


@pytest.fixture
def small_house(furnished: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[House]:
    """The furnished town on SQLite."""
    file, tokens = furnished
    shutil.copy(file, tmp_path / "town.sqlite")
    engine = store.open_engine(f"sqlite:///{tmp_path / 'town.sqlite'}")
    made = House(engine, tokens)
    yield made
    made.leave()
    engine.dispose()
