"""What a sweep of the ledger costs as the ledger grows: `python -m tests.bench.ledger [--smoke] [--sizes N …]`.

The same thousand hazards are overdue in ledgers of 10,000, 100,000 and 1,000,000; the rest are closed or lie ahead. One
sweep opens their thousand cases with all rungs. Each line is the median of the rounds, and its ratio to the smallest.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from models import ChainLink, Hazard, HazardCycle, Person, Unit
from service import store
from service.hazards import sweep as hazard_sweep
from service.rules.steps import Step, make
from tests.bench.engines import ENGINES, fresh

START = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = 500
DUE = 1_000
WANTED = 1.5
SOME = 20_000


def settle(engine: Engine) -> None:
    """A town of so many enterprises, four people in its chain."""
    steps = [make(Unit, "town", "made", {"name": "镇", "parent": None, "path": "/town/", "kind": "town"})]
    enterprise = {"parent": "town", "kind": "enterprise"}
    steps += [
        make(Unit, f"u{n:04}", "made", enterprise | {"name": f"企业{n}", "path": f"/town/u{n:04}/"})
        for n in range(UNITS)
    ]
    for level in range(1, 5):
        link = {"unit": "town", "level": level, "person": f"p{level}"}
        steps.append(make(Person, f"p{level}", "made", {"name": f"第{level}级", "unit": "town"}))
        steps.append(make(ChainLink, f"town:{level}:p{level}", "made", link))
    with store.transaction(engine) as session:
        for step in steps:
            store.require(session, [step], now=START, by="bench")


def hazard(number: int, due_at: datetime, *, is_open: bool) -> list[Step]:
    """A hazard and its time round."""
    code = f"H-{number:07}"
    values: dict[str, Any] = {
        "unit": f"u{number % UNITS:04}", "description": f"隐患{number}", "level": "general", "mode": "by_deadline",
        "source": "sheet", "found_on": date(2025, 12, 1), "due_at": due_at,
        "state": "assigned" if is_open else "closed", "attend_at": due_at if is_open else None,
    }  # fmt: skip
    first = {"hazard": code, "cycle": 1, "found_on": date(2025, 12, 1), "first_due_at": due_at, "due_at": due_at}
    return [make(Hazard, code, "made", values), make(HazardCycle, f"{code}:cycle:1", "made", first)]


def grow(engine: Engine, since: int, until: int) -> None:
    """More hazards that are none of the sweep's business: four of five closed, the others due in later years."""
    for start in range(since, until, SOME):
        later = START + timedelta(days=900)
        steps = [step for n in range(start, min(until, start + SOME)) for step in hazard(n, later, is_open=n % 5 == 0)]
        with store.transaction(engine) as session:
            store.apply(session, steps, now=START, by="bench", journal=False)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))  # what a server does by itself in its quiet minutes


def one_round(engine: Engine, number: int) -> float:
    """Seconds of a sweep over a thousand hazards that have just become overdue."""
    now = START + timedelta(days=number + 1)
    first = 5_000_000 + number * DUE
    with store.transaction(engine) as session:
        steps = [step for n in range(first, first + DUE) for step in hazard(n, now, is_open=True)]
        store.apply(session, steps, now=START, by="bench", journal=False)
    began = time.perf_counter()
    done = hazard_sweep.sweep(engine, now)
    seconds = time.perf_counter() - began
    assert done.applied == DUE, done
    return seconds


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smoke", action="store_true", help="small ledgers: does it run at all")
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument("--engine", choices=ENGINES, action="append")
    asked.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    given = asked.parse_args()
    sizes: Sequence[int] = (100, 1_000) if given.smoke else given.sizes
    for kind in given.engine or ENGINES:
        compare(kind, sizes, given.rounds)


def compare(kind: str, sizes: Sequence[int], rounds: int) -> None:
    """Ledgers of all sizes side by side, swept by turns: a slow moment of the machine meets all of them."""
    with ExitStack() as open_still:
        engines = {size: open_still.enter_context(fresh(kind)) for size in sizes}
        for size, engine in engines.items():
            settle(engine)
            grow(engine, 0, size)
            one_round(engine, 0)  # the first fills the caches
        taken: dict[int, list[float]] = {size: [] for size in sizes}
        for number in range(1, rounds + 1):
            for size, engine in engines.items():
                taken[size].append(one_round(engine, number))
    smallest = statistics.median(taken[sizes[0]])
    for size, times in taken.items():
        median = statistics.median(times)
        print(
            f"{kind:10} {size:>9,} hazards, {DUE:,} due: {median * 1000:>7.0f} ms"
            f"  ratio {median / smallest:.2f} ({WANTED:.2f} at most wanted)",
            flush=True,
        )


if __name__ == "__main__":
    main()
