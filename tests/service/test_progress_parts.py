"""The parts of a campaign counted in one go are those counted one by one."""

import pytest
from sqlalchemy import Engine

from models import Task
from service import store, sweeps
from service.campaigns import acts as campaigns
from service.campaigns import progress
from service.campaigns.progress import Progress
from service.rules.steps import change
from tests.service import worlds
from tests.service.worlds import at, drive, once, tenths

NOW = at("2026-03-12 09:00")
PHASES = [
    {"name": "排查", "from": "2026-01-01", "to": "2026-02-28"},
    {"name": "整治", "from": "2026-03-01", "to": "2026-05-31"},
]


def furnished(engine: Engine) -> Engine:
    """A campaign in whose third month some tasks are missed, some open, one handed in late and taken."""
    text = drive(tenths(), once("2026-03-02", window={"days": 30}), key="parts", phases=PHASES)
    worlds.launch(worlds.found(engine), text, at("2026-01-01"))
    sweeps.sweep(engine, NOW)
    key = "campaign:parts:once:2026-03-02:v1"
    values = {"state": "accepted", "submitted_at": NOW, "accepted_at": NOW, "attend_at": None}
    worlds.write(engine, change(Task, key, worlds.row(engine, Task, key).version, "accepted", values))
    return engine


@pytest.mark.parametrize("who", ["coord", "viewer", "stranger"])
def test_they_are_the_same_for_whoever_looks(engine: Engine, who: str) -> None:
    furnished(engine)
    with store.reading(engine) as session:
        actor = worlds.actor(session, who)
        seen = worlds.actor(session, "coord")
        row = campaigns.find(session, seen, "parts")
        parts = progress.parts_of_campaign(session, actor, row, now=NOW)
        if who == "stranger":
            assert {by: part.total.owed for by, part in parts.items()} == {"unit": 0, "phase": 0, "kind": 0}
            return
        for by in progress.PARTS:
            assert parts[by] == progress.of_campaign(session, actor, "parts", by=by, now=NOW), by
        assert {by: by_hand(engine, by) for by in ("phase", "kind")} == {
            by: {group.key: group.counts[3:7] for group in parts[by].groups} for by in ("phase", "kind")
        }
    assert counted(parts["phase"]) == {"排查": (0, 0), "整治": (1, 1)}
    assert parts["kind"].total.late == 1
    assert counted(parts["unit"]) == {"v1": (1, 1), "v2": (0, 0)}
    assert counted(parts["kind"]) == {"inspection": (1, 1), "self_check": (0, 0)}


def by_hand(engine: Engine, by: str) -> dict[str, tuple[int, int, int, int]]:
    """Due this year, done of it, late and overdue of each group, task by task."""
    found: dict[str, tuple[int, int, int, int]] = {}
    for task in worlds.rows(engine, Task):
        due = at("2026-01-01") < task.due_at <= at("2027-01-01") and task.state != "cancelled"
        late = task.submitted_at is not None and task.submitted_at > task.due_at
        numbers = (due, due and task.state == "accepted", late, task.state == "open" and task.due_at <= NOW)
        known = found.get(getattr(task, by), (0, 0, 0, 0))
        found[getattr(task, by)] = tuple(a + b for a, b in zip(known, numbers, strict=True))  # type: ignore[assignment]
    return found


def counted(progress: Progress) -> dict[str, tuple[int, int]]:
    return {group.key: (group.counts.done, group.counts.late) for group in progress.groups}
