"""A year of any campaign: it settles, and what was foreseen is made; for each target exactly its turns."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.kinds import TaskState
from service import sweeps
from service.store import Applied
from tests.databases import Databases
from tests.service import worlds
from tests.service.worlds import at, drive, once, tenths
from tests.stories.lives import Life, begin, live, lives

deep = settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))


@deep
@given(lives(), st.lists(st.integers(0, 365), min_size=1, max_size=6))
def test_a_sweep_repeated_owes_nothing(
    all_databases: Databases, tmp_path_factory: pytest.TempPathFactory, life: Life, days: list[int]
) -> None:
    engine = all_databases.sqlite(tmp_path_factory.mktemp("settles") / "zhiban.sqlite")
    begin(engine, life)
    for day in sorted(days):
        now = life.started_at + timedelta(days=day)
        sweeps.sweep(engine, now)
        second = sweeps.sweep(engine, now)
        assert (second["planning"], second["tasks"]) == (Applied(), Applied())
        before = worlds.everything(engine)
        assert set(sweeps.sweep(engine, now).values()) == {Applied()}
        assert worlds.everything(engine) == before
    engine.dispose()


@deep
@given(lives(), st.lists(st.integers(0, 365 * 24), max_size=5))
def test_what_was_foreseen_is_made(
    all_databases: Databases, tmp_path_factory: pytest.TempPathFactory, life: Life, hours: list[int]
) -> None:
    """Nothing happens that nobody could foresee, and the campaign runs before it begins: all of it is made, no more."""
    engine = all_databases.sqlite(tmp_path_factory.mktemp("foreseen") / "zhiban.sqlite")
    early = Life(life.text, life.first, life.last, at(life.first.isoformat()) - timedelta(days=30), ())
    looks = [early.started_at + timedelta(hours=hour) for hour in hours]
    live(engine, early, [early.started_at, *looks])
    ahead = worlds.planned_by_preview(engine, life.text, "2025-01-01", "2027-12-31")
    made = {key: (t.unit, t.phase, t.opens_at, t.due_at, t.closes_at) for key, t in worlds.tasks(engine).items()}
    assert made == {key: (t.unit, t.phase, t.opens_at, t.due_at, t.closes_at) for key, t in ahead.items()}
    assert {t.state for t in worlds.tasks(engine).values()} <= {TaskState.missed}
    lines = Counter(line[1:3] for line in worlds.journal(engine) if line[2].startswith("campaign:"))
    assert set(lines.values()) <= {1}
    assert {subject.split(":", 2)[2] for act, subject in lines if act == "planned"} == set(made)
    engine.dispose()


def test_a_year_in_the_town(all_databases: Databases, tmp_path: Path) -> None:
    """The whole of 2026 by days: every task once, each told of once, none left open."""
    engine = worlds.found(all_databases.sqlite(tmp_path / "zhiban.sqlite"))
    holidays = once("2026-01-01", key="holidays", when={"holiday": ["spring_festival", "qingming", "labour_day"]})
    worlds.launch(engine, drive(tenths(), holidays), at("2025-12-01"))
    for day in range(420):
        sweeps.sweep(engine, at("2025-12-01") + timedelta(days=day))
    states = Counter(key.split(":")[0] + " " + task.state for key, task in worlds.tasks(engine).items())
    assert states == {"monthly missed": 36, "holidays missed": 6}
    kinds = Counter(one.kind for one in worlds.notices(engine).values() if one.kind.startswith("task_"))
    assert kinds["task_assigned"] == kinds["task_missed"] == 42
    engine.dispose()
