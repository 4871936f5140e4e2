"""Steps applied against raw set-based SQL of the same writes: `python -m tests.bench.steps [--smoke] [--engine …]`.

Cases that are due each climb a rung: a case and a rung change, each with its journal line, and a notice is born. The
steps are gathered and decided before the clock starts. `store.apply` writes them in one database; in another of the
same content the bare driver writes the same rows, made ready for it beforehand: `WITH … UPDATE`, and `INSERT` by
`executemany` on SQLite, by `unnest` on PostgreSQL. They take turns batch by batch, and must end alike.
"""

import argparse
import time
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Engine, Table
from sqlmodel import Session

from models import Journal, Notice
from models.base import table_of
from service import bulk, cases, store
from service.rules.cases import climb
from service.rules.steps import Step
from tests.bench.engines import ENGINES, fresh
from tests.bench.notices import NOW, cases_due, people

WANTED = 0.50
LINE = ("at", "by", "act", "subject", "reason")


class Rows(NamedTuple):
    """Rows of one table, column by column as the driver wants them; of a change the first two are key and version."""

    table: Table
    names: tuple[str, ...]
    columns: list[list[Any]]
    change: bool


def build(engine: Engine, many: int) -> None:
    """So many cases that are due, in a database that knows its own sizes."""
    people(engine, 100)
    cases_due(engine, many)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def owed(session: Session) -> list[Step]:
    """What one batch of cases owes."""
    found, rungs = cases.gather(session, NOW)
    return [step for case in found if (step := climb(case, rungs.get(case.key, ()), NOW))]


def ours(session: Session, steps: list[Step]) -> float:
    began = time.perf_counter()
    done = store.apply(session, steps, now=NOW, by="sweep")
    session.commit()
    assert done.refused == done.taken == 0
    return time.perf_counter() - began


def rows_of(engine: Engine, steps: Sequence[Step]) -> list[Rows]:
    """The rows that the steps write, ready for the driver."""
    every = list(chain.from_iterable((step, *step.then) for step in steps))
    grouped: dict[tuple[Table, tuple[str, ...]], list[Step]] = {}
    for step in every:
        grouped.setdefault((table_of(step.table), tuple(step.values)), []).append(step)
    found = [
        ready(engine, table, ("key", "version", *names), [(s.key, s.expects, *s.values.values()) for s in group], True)
        for (table, names), group in grouped.items()
    ]
    lines = [(NOW, "sweep", step.act, step.key, step.reason) for step in every]
    fixed = store.constants(table_of(Notice), store.PROMISED)
    told = [(*promise.row(), *fixed.values()) for step in every for promise in store.promises(step)]
    return [
        *found,
        ready(engine, table_of(Journal), LINE, lines, False),
        ready(engine, table_of(Notice), (*store.PROMISED, *fixed), told, False),
    ]


def ready(engine: Engine, table: Table, names: tuple[str, ...], rows: Sequence[Any], change: bool) -> Rows:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return Rows(table, names, bulk.columns_of(table, names, columns, engine.dialect), change)


def raw(connection: Any, sqlite: bool, batch: Sequence[Rows]) -> float:
    """Seconds in which the bare driver writes a batch in one transaction."""
    cursor = connection.cursor()
    began = time.perf_counter()
    if sqlite:
        cursor.execute("BEGIN IMMEDIATE")
    for rows in batch:
        if rows.change:
            update(cursor, sqlite, rows)
        elif sqlite:
            marks = ", ".join("?" * len(rows.names))
            sql = f'INSERT INTO "{rows.table.name}" ({bulk.quoted(rows.names)}) VALUES ({marks})'
            cursor.executemany(sql, list(zip(*rows.columns, strict=True)))
        else:
            sql = f'INSERT INTO "{rows.table.name}" ({bulk.quoted(rows.names)}) SELECT * FROM unnest({arrays(rows)})'
            cursor.execute(sql, rows.columns)
    connection.commit()
    return time.perf_counter() - began


def arrays(rows: Rows) -> str:
    return ", ".join(f"%s::{bulk.type_name(rows.table, name)}[]" for name in rows.names)


def update(cursor: Any, sqlite: bool, rows: Rows) -> None:
    name, names = rows.table.name, rows.names
    settings = ", ".join([*(f'"{one}" = v."{one}"' for one in names[2:]), f'"version" = "{name}"."version" + 1'])
    change = (
        f'UPDATE "{name}" SET {settings} FROM v WHERE "{name}"."key" = v."key" AND "{name}"."version" = v."version"'
    )
    head = f"WITH v ({bulk.quoted(names)}) AS"
    if not sqlite:
        cursor.execute(f"{head} (SELECT * FROM unnest({arrays(rows)})) {change}", rows.columns)
        return
    every = list(zip(*rows.columns, strict=True))
    most = bulk.SQLITE_VARIABLES // len(names)
    for start in range(0, len(every), most):
        some = every[start : start + most]
        row = f"({', '.join('?' * len(names))})"
        cursor.execute(f"{head} (VALUES {', '.join([row] * len(some))}) {change}", tuple(chain.from_iterable(some)))


def state(engine: Engine) -> list[list[Any]]:
    """All that was written, but for the numbers of the journal's lines."""
    with engine.connect() as connection:
        tables = [("case", "*", "key"), ("caserung", "*", "key"), ("journal", ", ".join(LINE), ", ".join(LINE))]
        tables.append(("notice", "*", "key"))
        return [
            [tuple(map(str, row)) for row in connection.exec_driver_sql(f'SELECT {what} FROM "{name}" ORDER BY {by}')]
            for name, what, by in tables
        ]


def compare(kind: str, many: int) -> float:
    """How many times as long the bare driver takes; above the wanted share when we are fast enough."""
    with fresh(kind) as engine, fresh(kind) as other:
        for each in (engine, other):
            build(each, many)
        bare = other.raw_connection()
        taken, alone, steps_done = 0.0, 0.0, 0
        while True:
            with Session(engine) as session:
                steps = owed(session)
                if not steps:
                    break
                batch = rows_of(engine, steps)
                taken += ours(session, steps)
            alone += raw(bare, kind == "sqlite", batch)
            steps_done += len(steps)
        bare.close()
        assert steps_done == many, (steps_done, many)
        assert state(engine) == state(other), "the two did not end alike"
    print(
        f"{kind:10} {many:,} steps applied  ours {many / taken:,.0f}/s  raw {many / alone:,.0f}/s  "
        f"ratio {alone / taken:.2f} ({WANTED:.2f} wanted)",
        flush=True,
    )
    return alone / taken


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="few steps: does it run at all")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    for kind in given.engine or ENGINES:
        compare(kind, 200 if given.smoke else 10_000)


if __name__ == "__main__":
    main()
