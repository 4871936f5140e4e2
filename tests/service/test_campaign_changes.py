"""What a changed file is said to do is what it does: to every task, at the same instant, on both engines."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Task
from service import store, sweeps
from service.access import SYSTEM
from service.campaigns import acts as campaigns
from service.campaigns import changes as campaign_changes
from service.campaigns import year_strip
from service.campaigns.changes import Changes
from service.errors import Conflict, Refused
from tests.service import worlds
from tests.service.worlds import at, drive, once, tenths

FIRST = at("2026-01-02")
PATROL = once(
    "2026-01-01", key="patrol", when={"season": "flood", "every_days": 7}, targets={"kinds": ["hazard_point"]}
)


def foreseen(engine: Engine, text: str, now: datetime) -> Changes:
    with store.reading(engine) as session:
        return campaign_changes.changes(session, SYSTEM, text, now=now)


def standing(engine: Engine) -> dict[str, Any]:
    return {task.key: task for task in worlds.rows(engine, Task)}


def done(before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    """What became of each task between two looks."""
    found = dict.fromkeys(after.keys() - before.keys(), "made")
    for key, task in before.items():
        now = after[key]
        if now.state == task.state and now[:10] == task[:10] and now.version == task.version:
            continue
        was, is_ = task.state == "cancelled", now.state == "cancelled"
        found[key] = "cancelled" if is_ and not was else "resumed" if was and not is_ else "moved"
    return found


CHANGED = {
    "moved": drive(tenths(due={"days": 2}), once("2026-02-02")),
    "denser": drive(tenths(when={"rrule": "FREQ=WEEKLY;BYDAY=MO"}), once("2026-02-02")),
    "fewer": drive(once("2026-02-02")),
    "narrower": drive(tenths(targets={"kinds": ["enterprise"], "within": "v1"}), once("2026-02-02")),
    "another": drive(tenths(), once("2026-02-02"), once("2026-01-20", key="more")),
    "other day": drive(tenths(), once("2026-02-04")),
    "phases": drive(tenths(), once("2026-02-02"), phases=[{"name": "排查", "from": "2026-01-01", "to": "2026-05-31"}]),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_foreseen_is_done(engine: Engine, name: str) -> None:
    worlds.launch(worlds.found(engine), drive(tenths(), once("2026-02-02")), at("2025-12-01"))
    sweeps.sweep(engine, FIRST)
    now = at("2026-01-12 10:00")  # the tenth was a Saturday: January's self-check opened this morning
    sweeps.sweep(engine, now)
    before = standing(engine)
    said = foreseen(engine, CHANGED[name], now)
    assert standing(engine) == before
    assert (said.version > 0, said.state, said.same) == (True, "active", False)
    worlds.apply(engine, CHANGED[name], now)
    sweeps.sweep(engine, now, only=["planning"])
    after = standing(engine)
    assert {change.key: change.what for change in said.tasks} == done(before, after)
    for change in said.tasks:
        task = after[change.key]
        assert (change.unit, change.activity) == (task.unit, task.activity)
        assert change.becomes in (None, (task.opens_at, task.due_at, task.closes_at))
    assert said.tasks, "every one of these changes something"


def test_what_was_called_off_is_taken_up_again(engine: Engine) -> None:
    both = drive(tenths(), once("2026-12-01"))
    worlds.launch(worlds.found(engine), both, at("2025-12-01"))
    sweeps.sweep(engine, FIRST)
    worlds.apply(engine, drive(once("2026-12-01")), at("2026-01-03"))
    sweeps.sweep(engine, at("2026-01-03"))
    before = standing(engine)
    said = foreseen(engine, both, at("2026-01-04"))
    assert {change.what for change in said.tasks} == {"resumed"}
    worlds.apply(engine, both, at("2026-01-04"))
    sweeps.sweep(engine, at("2026-01-04"))
    assert {change.key: change.what for change in said.tasks} == done(before, standing(engine))


def test_a_new_one_a_draft_and_the_same_again(engine: Engine) -> None:
    text = drive(tenths())
    assert foreseen(worlds.found(engine), text, FIRST)[1:] == (0, "draft", False, ())
    worlds.apply(engine, text, FIRST)
    assert foreseen(engine, text, FIRST)[1:] == (1, "draft", True, ())
    assert foreseen(engine, drive(tenths(), once("2026-02-02")), FIRST)[1:] == (1, "draft", False, ())
    worlds.run(engine, "drive", "close", FIRST)
    with pytest.raises(Conflict):
        foreseen(engine, text, FIRST)
    with pytest.raises(Refused):
        foreseen(engine, drive(once("2026-13-01")), FIRST)


def test_nothing_is_written_and_the_plan_in_force_is_the_old_one(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths()), at("2025-12-01"))
    sweeps.sweep(engine, FIRST)
    before = worlds.everything(engine), worlds.journal(engine)
    with worlds.counting(engine) as sent, store.reading(engine) as session:
        campaign_changes.changes(session, SYSTEM, CHANGED["denser"], now=FIRST)
        assert len(campaigns.plans.plan_of(session, "drive")[0].activities) == 1
    assert {sql.split()[0] for sql, _ in sent} <= {"SELECT", "BEGIN"}
    assert (worlds.everything(engine), worlds.journal(engine)) == before


def test_the_strip_counts_what_the_preview_lists(engine: Engine) -> None:
    worlds.found(engine)
    worlds.season(engine, "2026-04-15", "2026-10-15", at("2025-12-01"))
    worlds.season(engine, "2026-05-01", "2026-06-01", at("2025-12-01"), "v2")
    worlds.close_unit(engine, "e2", date(2026, 6, 10), at("2025-12-01"))
    text = drive(tenths(), once("2026-03-02"), PATROL, once("2026-01-01", key="works", when={"event": "works"}))
    listed = worlds.planned_by_preview(engine, text, "2026-01-01", "2026-12-31")
    with store.reading(engine) as session:
        plan = campaigns.check(session, SYSTEM, text, now=FIRST)
        shown = year_strip.strip(session, plan, from_on=date(2026, 1, 1), to_on=date(2026, 12, 31))
    for activity in shown:
        tasks = [task for task in listed.values() if task.activity == activity.key]
        assert activity.tasks == len(tasks)
        assert [turn.opens_at for turn in activity.turns] == sorted({task.opens_at for task in tasks})
    assert [activity.tasks for activity in shown] == [29, 2, 5, 0]
