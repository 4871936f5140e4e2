"""The whole state in one file, taken while everything runs, and back; the same file fits SQLite and PostgreSQL.

A backup is a gzipped tar: `about.json` (format, schema revision, rows per table), one `<table>.jsonl` each, and the key
that seals addresses, if it lives in the data folder. Keep it as safe as the data themselves. Prefect's own run history
is not in it: nothing of ours depends on that.
"""

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Engine, MetaData, Table, func, select

from service import migrate
from service.errors import Conflict, Refused
from service.settings import settings

FORMAT = 1
ROWS_AT_ONCE = 5_000
KEY = "secret.key"
MADE_AGAIN = "hazardwords"  # and its index: the words of hazards, made by the triggers of their table


def backup(engine: Engine, file: Path) -> dict[str, int]:
    """Write the whole state to `file`, as of one moment; answers the rows per table. An older file is replaced last."""
    at, _ = migrate.revisions(engine)
    tables = reflected(engine)
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {"reads_only": True}
    part = file.with_name(file.name + ".part")
    counts: dict[str, int] = {}
    try:
        with engine.execution_options(**level).connect() as connection, tarfile.open(part, "w:gz") as tar:
            for table in tables:
                counts[table.name] = add_table(tar, connection, table)
            about = {"format": FORMAT, "revision": at, "rows": counts}
            add_bytes(tar, "about.json", json.dumps(about).encode())
            key = settings().data / KEY
            if not settings().secret and key.exists():
                add_bytes(tar, KEY, key.read_bytes())
        os.chmod(part, 0o600)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return counts


def restore(engine: Engine, file: Path, *, replace: bool = False) -> dict[str, int]:
    """Bring back a backup, all of it or nothing. Conflict when the database holds rows already, unless `replace`."""
    if not file.is_file():
        raise Refused("There is no file {file}", file=str(file))
    try:
        with tarfile.open(file, "r:gz") as tar:
            about = json.loads(member(tar, "about.json").read())
            if about.get("format") != FORMAT:
                raise Refused("This backup has a format that this version does not know")
            fill(engine, tar, about, replace)
            bring_key(tar)
    except (tarfile.TarError, KeyError, ValueError, EOFError, OSError) as broken:
        raise Refused("{file} is not a whole backup: {why}", file=str(file), why=str(broken)) from broken
    migrate.upgrade(engine)
    return dict(about["rows"])


def fill(engine: Engine, tar: tarfile.TarFile, about: dict[str, Any], replace: bool) -> None:
    migrate.upgrade(engine, about["revision"])
    tables = reflected(engine)
    with engine.begin() as connection:
        for table in reversed(tables):
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                if not replace:
                    raise Conflict("The database is not empty; say --replace to put the backup in its place")
                connection.execute(table.delete())
        for table in tables:
            for rows in parents_first(batches(member(tar, f"{table.name}.jsonl"), table), table):
                connection.execute(table.insert(), rows)
        if engine.dialect.name == "postgresql":
            sequence = "pg_get_serial_sequence('journal', 'id')"
            connection.exec_driver_sql(
                f"SELECT setval({sequence}, (SELECT coalesce(max(id), 0) + 1 FROM journal), false)"
            )


def reflected(engine: Engine) -> list[Table]:
    """The tables as the database has them, those that others refer to first; not what triggers make of them."""
    found = MetaData()
    found.reflect(engine, only=lambda name, _: name != "alembic_version" and not name.startswith(MADE_AGAIN))
    return found.sorted_tables


def add_table(tar: tarfile.TarFile, connection: Connection, table: Table) -> int:
    """One table as JSON lines, in the order of its tree or its key."""
    ordered = select(table).order_by(table.c.path if "path" in table.c else next(iter(table.primary_key)))
    count = 0
    with tempfile.TemporaryFile() as out:
        for row in connection.execute(ordered).mappings().yield_per(ROWS_AT_ONCE):
            out.write(json.dumps(dict(row), ensure_ascii=False, default=iso).encode() + b"\n")
            count += 1
        info = tarfile.TarInfo(f"{table.name}.jsonl")
        info.size = out.tell()
        out.seek(0)
        tar.addfile(info, out)
    return count


def iso(value: Any) -> str:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return str(value.isoformat())


def add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o600
    tar.addfile(info, io.BytesIO(data))


def member(tar: tarfile.TarFile, name: str) -> Any:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def batches(lines: Any, table: Table) -> Iterator[list[dict[str, Any]]]:
    """The rows of a member in batches, dates and instants as the driver wants them."""
    readers: dict[str, Any] = {}
    for column in table.columns:
        if isinstance(column.type, DateTime):
            readers[column.name] = datetime.fromisoformat if column.type.timezone else naive
        elif isinstance(column.type, Date):
            readers[column.name] = date.fromisoformat
    batch: list[dict[str, Any]] = []
    for line in lines:
        row = json.loads(line)
        for name, read in readers.items():
            if row[name] is not None:
                row[name] = read(row[name])
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def parents_first(batches: Iterator[list[dict[str, Any]]], table: Table) -> Iterator[list[dict[str, Any]]]:
    """The batches of a table that refers to itself, each row held back until the one above it has come."""
    above = {
        column.name: one.column.name
        for column in table.columns
        for one in column.foreign_keys
        if one.column.table is table
    }
    if not above:
        yield from batches
        return
    ((parent, key),) = above.items()
    come: set[Any] = {None}
    held: dict[Any, list[dict[str, Any]]] = {}
    for batch in batches:
        ready: list[dict[str, Any]] = []
        for row in batch:
            if row[parent] not in come:
                held.setdefault(row[parent], []).append(row)
                continue
            ready.append(row)
            come.add(row[key])
        for row in ready:  # grows while it is walked: whoever waited for a row follows it
            freed = held.pop(row[key], [])
            ready += freed
            come.update(one[key] for one in freed)
        yield ready
    if held:
        raise ValueError(f"{table.name} refers to rows that it lacks")


def naive(text: str) -> datetime:
    """SQLite keeps UTC without its offset."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def bring_key(tar: tarfile.TarFile) -> None:
    if KEY not in tar.getnames() or settings().secret:
        return
    key = settings().data / KEY
    key.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(member(tar, KEY).read())
