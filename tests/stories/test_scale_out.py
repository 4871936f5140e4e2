"""One machine is not enough: a round of forty counties is dealt out to two workers, and one goes dark midway."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models import Activity, Journal, Notice, Task
from service import clock, migrate, store, sweeps
from tests.stories.counties import found
from tests.stories.pool import Pool, fell, offspring
from tests.stories.upright import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up"), pytest.mark.timeout(600)]
COUNTIES = 40
CHUNKS = ["campaigns/chunk"]  # there are no hazards in these counties
TASK = (Task.key, Task.unit, Task.state, Task.opens_at, Task.due_at, Task.closes_at, Task.assignee)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    with Pool(tmp_path) as made:
        yield made


def settled(engine: Engine) -> int:
    """In how many counties the tasks have been planned."""
    with Session(engine) as session:
        done = select(func.count()).select_from(Activity).where(col(Activity.stale).is_(False))
        return session.execute(done).scalar_one()


def state(engine: Engine) -> tuple[list[Any], ...]:
    """Everything that sweeps write, but for the instants at which they wrote it."""
    with Session(engine) as session:
        tasks = session.execute(select(*(col(column) for column in TASK)).order_by(col(Task.key)))
        notices = session.execute(
            select(col(Notice.key), col(Notice.kind), col(Notice.recipient)).order_by(col(Notice.key))
        )
        lines = select(col(Journal.act), col(Journal.subject), func.count()).group_by(
            col(Journal.act), col(Journal.subject)
        )
        # how far a plan reaches hangs on the instant of the sweep, and is written down once a sweep that looks at it
        lines = lines.where(col(Journal.act) != "planned")
        journal = session.execute(lines.order_by(col(Journal.act), col(Journal.subject)))
        return ([tuple(row) for row in tasks], [tuple(row) for row in notices], [tuple(row) for row in journal])


def prepared(url: str, now: datetime) -> Engine:
    engine = store.open_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    migrate.upgrade(engine)
    found(engine, now, roots=COUNTIES, enterprises=10)
    return engine


def test_two_workers_one_killed_midway_do_what_one_process_does(pool: Pool) -> None:
    began = clock.now()
    alone, shared = (prepared(pool.database(name), began) for name in ("alone", "zhiban"))
    pool.pause_schedules()
    workers = {name: pool.worker(name) for name in ("first", "second")}

    def said(name: str) -> str:
        return (pool.folder / name).read_text()

    for name in workers:
        until(lambda name=name: "started!" in said(name), 60, f"the worker {name}")  # type: ignore[misc]
    first = pool.dispatch(size=8, to=CHUNKS, waits_for=20)
    dealer = until(
        lambda: next((name for name, one in workers.items() if pool.process(first) in offspring(one.pid)), ""),
        60,
        "a worker to take the round",
    )
    (doomed,) = workers.keys() - {dealer}
    until(
        lambda: 0 < settled(shared) < COUNTIES and offspring(workers[doomed].pid), 120, "the middle of it", every=0.02
    )
    fell(workers[doomed])
    assert settled(shared) < COUNTIES
    until(lambda: pool.state(first) == "COMPLETED", 120, "the round to end without the chunks that were lost", every=1)
    second = pool.dispatch(size=8, to=CHUNKS)
    until(lambda: pool.state(second) == "COMPLETED", 180, "the next round", every=1)

    sweeps.sweep(alone, clock.now())
    assert settled(shared) == COUNTIES
    assert state(shared) == state(alone)
    assert len(state(shared)[0]) > COUNTIES * 10
    for engine in (alone, shared):
        engine.dispose()
