"""Two processes sweep one database at the same time: the end is that of one alone, and nothing is there twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from service import sweeps
from tests.databases import Databases
from tests.service import worlds
from tests.stories.busy import busy, instants
from tests.stories.sweeper import Nursery, nursery

SWEEPERS = 2


@pytest.fixture
def children() -> Iterator[Nursery]:
    with nursery() as opened:
        yield opened


@pytest.fixture
def alone(all_databases: Databases, tmp_path: Path) -> dict[str, list[Any]]:
    """What one sweeper by itself makes of the busy year."""
    engine = busy(all_databases.sqlite(tmp_path / "alone.sqlite"))
    for now in instants(days=30):
        sweeps.sweep(engine, now)
    found = worlds.everything(engine)
    engine.dispose()
    return found


def once_each(engine: Engine) -> None:
    """No task was planned, opened, warned of or missed twice, and no notice says again what another has said."""
    lines = Counter(line[1:3] for line in worlds.journal(engine) if line[2].startswith("campaign:"))
    assert [line for line, count in lines.items() if count > 1] == []
    said = Counter((one.subject, one.kind, one.recipient) for one in worlds.notices(engine).values())
    assert [one for one, count in said.items() if count > 1 and one[1].startswith("task_")] == []


@pytest.mark.slow
def test_two_sweepers_end_as_one(engine: Engine, children: Nursery, alone: dict[str, list[Any]]) -> None:
    address = busy(engine).url.render_as_string(hide_password=False)
    engine.dispose()  # on SQLite a forked child must not find this one's locks
    for now in instants(days=30):
        started = [children.start(address, [now]) for _ in range(SWEEPERS)]
        assert [children.wait(child) for child in started] == [0] * SWEEPERS, now
    found = worlds.everything(engine)
    assert found["tasks"] == alone["tasks"]
    assert found["lines"] == alone["lines"]
    assert found["notices"] == alone["notices"]
    assert found == alone
    once_each(engine)
    assert len(found["tasks"]) > 3_000


@pytest.mark.slow
def test_two_sweepers_after_a_year_asleep(engine: Engine, children: Nursery, all_databases: Databases) -> None:
    """All of the year at one instant: both find the same thousands of tasks to make and to miss."""
    address = busy(engine).url.render_as_string(hide_password=False)
    engine.dispose()
    last = instants(days=30)[-1]
    started = [children.start(address, [last]) for _ in range(SWEEPERS)]
    assert [children.wait(child) for child in started] == [0] * SWEEPERS
    once_each(engine)
    states = Counter(task.state for task in worlds.tasks(engine).values())
    assert set(states) == {"missed"}
    file = Path(all_databases.folder) / f"asleep-{engine.dialect.name}.sqlite"
    by_one = busy(all_databases.sqlite(file))
    sweeps.sweep(by_one, last)
    assert worlds.everything(engine) == worlds.everything(by_one)
    by_one.dispose()
