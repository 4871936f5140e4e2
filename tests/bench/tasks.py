"""Materialising tasks against the raw driver, and what an idle sweep costs: `python -m tests.bench.tasks [--smoke]`.

Each line is a ratio taken in one run. "raw" is the driver's own bulk insert of the very same rows (tasks and journal)
into the same schema: `executemany` on SQLite; on PostgreSQL `executemany`, and `COPY` beside it as the limit.
"""

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from models import Task, Unit
from models.base import table_of
from service import store, sweeps
from service.access import SYSTEM
from service.campaigns import acts as campaigns
from service.campaigns import planning
from service.rules.steps import make
from tests.bench.engines import ENGINES, fresh

START = datetime(2023, 1, 1, tzinfo=UTC)
PLAN = """
key: bench
name: 台账压力
owner: root
from: 2023-01-02
to: 2023-12-31
targets: {{within: root, kinds: [enterprise]}}
activities:
  - key: daily
    kind: patrol
    name: 每日巡查
    when: {{rrule: "FREQ=DAILY;COUNT={days}"}}
    due: {{days: 1}}
    assignee: {{level: 1}}
"""
TASK_COLUMNS = [column.name for column in table_of(Task).columns]
JOURNAL_COLUMNS = ["at", "by", "act", "subject", "reason"]


def build(engine: Engine, units: int, days: int) -> None:
    """A root with so many enterprises, and one campaign that visits each of them daily."""
    with store.transaction(engine) as session:
        root = make(Unit, "root", "made", {"name": "镇", "parent": None, "path": "/root/", "kind": "town"})
        store.require(session, [root], now=START, by="bench")
        store.require(
            session,
            [
                make(
                    Unit,
                    f"e{n:06}",
                    "made",
                    {"name": f"厂{n}", "parent": "root", "path": f"/root/e{n:06}/", "kind": "enterprise"},
                )
                for n in range(units)
            ],
            now=START,
            by="bench",
        )
    with store.transaction(engine) as session:
        campaigns.apply_file(session, SYSTEM, PLAN.format(days=days), now=START)
        campaigns.run(session, SYSTEM, "bench", "activate", now=START)


def ours(engine: Engine) -> tuple[int, float]:
    """Rows (tasks and journal lines) and seconds of one planning sweep."""
    began = time.perf_counter()
    done = planning.sweep(engine, START)
    return 2 * (done.applied - 1), time.perf_counter() - began


def rows_of(engine: Engine, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    """The rows as the driver hands them out, ready to be handed in again."""
    names = ", ".join(f'"{name}"' for name in columns)
    where = " WHERE act = 'planned' AND subject LIKE 'campaign:%%'" if table == "journal" else ""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(f'SELECT {names} FROM "{table}"{where}')]


def raw(engine: Engine, tasks: list[tuple[Any, ...]], lines: list[tuple[Any, ...]], *, copy: bool) -> float:
    """Seconds in which the bare driver writes the same rows into emptied tables, in transactions of the same size."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM task"))
        connection.execute(text("DELETE FROM journal"))
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    bare = engine.raw_connection()
    cursor = bare.cursor()
    sqlite = engine.dialect.name == "sqlite"
    began = time.perf_counter()
    for start in range(0, len(tasks), planning.BATCH):
        if sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for table, columns, rows in (("task", TASK_COLUMNS, tasks), ("journal", JOURNAL_COLUMNS, lines)):
            batch = rows[start : start + planning.BATCH]
            names = ", ".join(f'"{name}"' for name in columns)
            if copy:
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as out:  # type: ignore[attr-defined]
                    for row in batch:
                        out.write_row(row)
            else:
                cursor.executemany(
                    f'INSERT INTO "{table}" ({names}) VALUES ({", ".join([mark] * len(columns))})', batch
                )
        bare.commit()
    seconds = time.perf_counter() - began
    bare.close()
    return seconds


def materialise(kind: str, units: int, days: int) -> None:
    """Our sweep and the raw driver, the same rows, one after the other in the same database."""
    with fresh(kind) as engine:
        build(engine, units, days)
        rows, seconds = ours(engine)
        assert rows == 2 * units * days, (rows, units, days)
        tasks = rows_of(engine, "task", TASK_COLUMNS)
        lines = rows_of(engine, "journal", JOURNAL_COLUMNS)
        bare = raw(engine, tasks, lines, copy=False)
        words = f"{kind:10} {units * days:>9,} tasks  ours {rows / seconds:>9,.0f} rows/s  raw {rows / bare:>9,.0f}"
        words += f"  ratio {bare / seconds:.2f} (0.50 wanted)"
        if kind == "postgresql":
            limit = raw(engine, tasks, lines, copy=True)
            words += f"  COPY {rows / limit:>9,.0f}, ratio {limit / seconds:.2f}"
        print(words, flush=True)


def idle(kind: str, few: int, many: int, rounds: int) -> None:
    """A sweep with nothing due, over few and over many tasks that lie ahead, by turns."""
    now = START + timedelta(minutes=1)
    with fresh(kind) as small, fresh(kind) as large:
        for engine, count in ((small, few), (large, many)):
            build(engine, count // 20, 20)
            planning.sweep(engine, START)
            for _ in range(3):  # the statistics of what has just been made are not the sweep's
                sweeps.sweep(engine, now)
        taken: dict[Engine, list[float]] = {small: [], large: []}
        for _ in range(rounds):
            for engine, times in taken.items():
                began = time.perf_counter()
                sweeps.sweep(engine, now)
                times.append(time.perf_counter() - began)
        over_few, over_many = (statistics.median(times) for times in taken.values())
    print(
        f"{kind:10} idle sweep  over {few:,}: {over_few * 1000:.2f} ms  over {many:,}: {over_many * 1000:.2f} ms"
        f"  ratio {over_many / over_few:.2f} (1.20 at most wanted)",
        flush=True,
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small sizes: does it run at all")
    asked.add_argument("--engine", choices=ENGINES, action="append")
    given = asked.parse_args()
    for kind in given.engine or ENGINES:
        if given.smoke:
            materialise(kind, 50, 4)
            idle(kind, 100, 400, 3)
            continue
        materialise(kind, 5_000, 20)
        materialise(kind, 25_000, 40)
        idle(kind, 10_000, 1_000_000, 50)


if __name__ == "__main__":
    main()
