"""Set-based writes: rows in, the keys that were really written out. One statement for many rows, on both engines.

SQLite takes one `VALUES` list with as many rows as its variables allow. PostgreSQL takes arrays (`unnest`) for small
batches, and for large ones `COPY` into a temporary table followed by one `INSERT … SELECT`: about twice as fast
from a thousand rows on.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import JSON, Connection, String, Table
from sqlalchemy.engine import Dialect
from sqlmodel.sql.sqltypes import AutoString

SQLITE_VARIABLES = 32_766
SQLITE_ROWS = 1_000
COPY_FROM_ROWS = 1_000
NUL = "\0"
TEXTS = (String, AutoString)

type_names: dict[tuple[Table, str], str] = {}


class Stored(dict[Any, Any]):
    """Python value → database value, remembered: a batch repeats its instants and dates thousands of times."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self.convert = convert

    def __missing__(self, value: Any) -> Any:
        stored = self[value] = self.convert(value)
        return stored


def columns_of(
    table: Table, names: Sequence[str], values: Sequence[Sequence[Any]], dialect: Dialect
) -> list[list[Any]]:
    """The values column by column as the driver wants them.

    Naive instants are refused here (ValueError), and text with a NUL, which SQLite would keep and PostgreSQL would not.
    """
    stored: list[list[Any]] = []
    for name, column in zip(names, values, strict=True):
        if isinstance(table.c[name].type, TEXTS) and NUL in "".join(filter(None, column)):
            raise ValueError(f"{table.name}.{name}: text can't hold the character NUL")
        convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if convert is None:
            stored.append(list(column))
        elif isinstance(table.c[name].type, JSON):
            stored.append([convert(value) for value in column])
        else:
            stored.append(list(map(Stored(convert).__getitem__, column)))
    return stored


def insert_new(
    connection: Connection, table: Table, names: Sequence[str], values: Sequence[Sequence[Any]], *, keyed: bool = True
) -> list[str]:
    """Insert the rows (given column by column) whose key does not stand yet; answers the keys that were inserted.

    `keyed=False` is for tables without a natural key (the journal): everything is inserted and nothing answered.
    """
    dialect = connection.dialect
    columns = columns_of(table, names, values, dialect)
    if dialect.name == "sqlite":
        return insert_sqlite(connection, table, names, columns, keyed)
    if len(columns[0]) >= COPY_FROM_ROWS:
        return copy_postgresql(connection, table, names, columns, keyed)
    return insert_postgresql(connection, table, names, columns, keyed)


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def conflict_clause(keyed: bool) -> str:
    return ' ON CONFLICT ("key") DO NOTHING RETURNING "key"' if keyed else ""


def insert_sqlite(
    connection: Connection, table: Table, names: Sequence[str], columns: list[list[Any]], keyed: bool
) -> list[str]:
    rows = list(zip(*columns, strict=True))
    head = f'INSERT INTO "{table.name}" ({quoted(names)}) VALUES '
    if not keyed:
        connection.exec_driver_sql(f"{head}({', '.join('?' * len(names))})", rows)
        return []
    most = min(SQLITE_ROWS, SQLITE_VARIABLES // len(names))
    row = f"({', '.join('?' * len(names))})"
    written: list[str] = []
    for start in range(0, len(rows), most):
        batch = rows[start : start + most]
        flat = tuple(chain.from_iterable(batch))
        # the WHERE-less VALUES + ON CONFLICT form is unambiguous to SQLite's parser, unlike INSERT … SELECT
        sql = head + ", ".join([row] * len(batch)) + conflict_clause(True)
        written.extend(connection.exec_driver_sql(sql, flat).scalars())
    return written


def insert_postgresql(
    connection: Connection, table: Table, names: Sequence[str], columns: list[list[Any]], keyed: bool
) -> list[str]:
    arrays = ", ".join(f"%s::{type_name(table, name)}[]" for name in names)
    sql = f'INSERT INTO "{table.name}" ({quoted(names)}) SELECT * FROM unnest({arrays}){conflict_clause(keyed)}'
    result = connection.exec_driver_sql(sql, tuple(columns))
    return list(result.scalars()) if keyed else []


def copy_postgresql(
    connection: Connection, table: Table, names: Sequence[str], columns: list[list[Any]], keyed: bool
) -> list[str]:
    target = table.name if not keyed else f"new_{table.name}"
    if keyed:
        connection.exec_driver_sql(
            f'CREATE TEMPORARY TABLE IF NOT EXISTS "{target}" (LIKE "{table.name}") ON COMMIT DELETE ROWS'
        )
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f'COPY "{target}" ({quoted(names)}) FROM STDIN') as copy:
            for row in zip(*columns, strict=True):
                copy.write_row(row)
    finally:
        cursor.close()
    if not keyed:
        return []
    sql = f'INSERT INTO "{table.name}" ({quoted(names)}) SELECT {quoted(names)} FROM "{target}"{conflict_clause(True)}'
    written = list(connection.exec_driver_sql(sql).scalars())
    connection.exec_driver_sql(f'TRUNCATE "{target}"')
    return written


def type_name(table: Table, name: str) -> str:
    """The PostgreSQL type of a column as an array cast wants it, without its collation."""
    from sqlalchemy.dialects import postgresql

    if (table, name) not in type_names:
        words = table.c[name].type.compile(postgresql.dialect())
        type_names[table, name] = words.split(" COLLATE")[0]
    return type_names[table, name]


def change_rows(
    connection: Connection, table: Table, names: Sequence[str], values: Sequence[Sequence[Any]]
) -> list[str]:
    """Write new values where the version is still the expected one; answers the keys that were written.

    The first two of `names` are "key" and "version" (the expected one); every written row's version grows by one.
    What all the rows have alike is sent once and not for each of them.
    """
    dialect = connection.dialect
    columns = columns_of(table, names, values, dialect)
    alike = [at for at, column in enumerate(columns) if at > 1 and column.count(column[0]) == len(column)]
    each = [at for at in range(len(names)) if at not in alike]
    settings = [f'"{names[at]}" = v."{names[at]}"' for at in each[2:]]
    settings += [f'"{names[at]}" = {mark(table, names[at], dialect)}' for at in alike]
    settings += [f'"version" = "{table.name}"."version" + 1']
    statement = (
        f'UPDATE "{table.name}" SET {", ".join(settings)} FROM v WHERE "{table.name}"."key" = v."key" '
        f'AND "{table.name}"."version" = v."version" RETURNING "{table.name}"."key"'
    )
    rows = [columns[at] for at in each]
    return write_where(connection, table, [names[at] for at in each], rows, statement, [columns[at][0] for at in alike])


def mark(table: Table, name: str, dialect: Dialect) -> str:
    """Where a value of a column goes in a statement."""
    return "?" if dialect.name == "sqlite" else f"%s::{type_name(table, name)}"


def remove_rows(connection: Connection, table: Table, keys: Sequence[str], versions: Sequence[int]) -> list[str]:
    """Take away the rows that are still at the expected version; answers their keys."""
    sql = f'DELETE FROM "{table.name}" WHERE ("key", "version") IN (SELECT "key", "version" FROM v) RETURNING "key"'
    return write_where(connection, table, ("key", "version"), [list(keys), list(versions)], sql)


def write_where(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    columns: list[list[Any]],
    statement: str,
    alike: Sequence[Any] = (),
) -> list[str]:
    """Run a statement that reads its rows from `v`, a list of values with the given column names.

    `alike` are the values of its own marks, which come after those of the list.
    """
    if connection.dialect.name != "sqlite":
        arrays = ", ".join(f"%s::{type_name(table, name)}[]" for name in names)
        sql = f"WITH v ({quoted(names)}) AS (SELECT * FROM unnest({arrays})) {statement}"
        return list(connection.exec_driver_sql(sql, (*columns, *alike)).scalars())
    rows = list(zip(*columns, strict=True))
    most = min(SQLITE_ROWS, (SQLITE_VARIABLES - len(alike)) // len(names))
    row = f"({', '.join('?' * len(names))})"
    written: list[str] = []
    for start in range(0, len(rows), most):
        batch = rows[start : start + most]
        sql = f"WITH v ({quoted(names)}) AS (VALUES {', '.join([row] * len(batch))}) {statement}"
        flat = (*chain.from_iterable(batch), *alike)
        written.extend(connection.exec_driver_sql(sql, flat).scalars())
    return written
