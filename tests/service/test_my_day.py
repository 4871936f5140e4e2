"""What waits for one person: each kind, its order, nobody else's, and five reads whatever there is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Watch
from models.kinds import WatchState
from service import my_day, store
from service.access import actor_for
from service.hazards import acts as hazards
from service.rules.steps import make
from service.tasks import acts as tasks
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, bring_to, report
from tests.service.worlds import counting, launch, write

NOON = FOUND + timedelta(hours=3)


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def day_of(engine: Engine, person: str, now: Any = NOON) -> my_day.Day:
    with store.reading(engine) as session:
        return my_day.day(session, actor_for(session, person), now=now)


def waits(engine: Engine, person: str) -> list[tuple[str, str]]:
    return [(row.what, row.key) for row in day_of(engine, person).waiting]


def a_watch(engine: Engine, key: str, hours: float, person: str = "staff", **more: Any) -> None:
    values = {
        "unit": "v1", "role": "officer", "starts_at": FOUND + timedelta(hours=hours),
        "ends_at": FOUND + timedelta(hours=hours + 12), "turn_of": person, "served_by": person,
    }  # fmt: skip
    write(engine, make(Watch, key, "made", values | more))


def test_hazards_wait_for_whoever_answers_for_them(county: Engine) -> None:
    named = bring_to(county, "assigned")
    act(county, hazards.assign, "inspector", report(county), responsible_unit="v1")
    mine = report(county, "inspector", mode="on_spot")
    bring_to(county, "submitted")
    assert [row.key for row in day_of(county, "boss").hazards] == [named]
    assert len(day_of(county, "grid").hazards) == 1
    assert [row.key for row in day_of(county, "inspector").hazards] == [mine]
    assert day_of(county, "stranger").hazards == []
    (late,) = day_of(county, "boss", FOUND + timedelta(days=60)).hazards
    assert late.overdue


def test_decisions_wait_for_whoever_may_make_them(county: Engine) -> None:
    fresh, handed_in = report(county), bring_to(county, "submitted")
    major = bring_to(county, "accepted", "major")
    assert waits(county, "inspector") == [("assign", fresh), ("accept", handed_in)]
    assert waits(county, "above") == [("assign", fresh), ("accept", handed_in), ("approve", major)]
    assert waits(county, "keeper") == waits(county, "above")  # of the village above the enterprise
    assert waits(county, "boss") == waits(county, "stranger") == waits(county, "viewer") == []
    act(county, hazards.submit, "inspector", report(county, mode="on_spot"), note="已清理")
    assert len(waits(county, "inspector")) == 2
    assert len(waits(county, "coord")) == 4


def test_a_unit_above_approves(county: Engine) -> None:
    code = report(county, unit="v1", level="major")
    act(county, hazards.assign, "inspector", code, responsible="grid", **worlds.MAJOR)
    act(county, hazards.submit, "grid", code, note="已整改")
    act(county, hazards.accept, "inspector", code)
    assert waits(county, "keeper") == []
    assert waits(county, "coord") == [("approve", code)]


def test_a_task_waits_for_its_doer_and_then_for_another(county: Engine) -> None:
    import json

    activity = {
        "key": "check", "kind": "inspection", "name": "检查", "when": {"date": "2026-03-02"}, "window": {"days": 2},
        "targets": {"kinds": ["village"]},
    }  # fmt: skip
    plan = {"key": "drive", "name": "整治", "owner": "town", "from": "2026-01-01", "to": "2026-12-31"}
    launch(county, json.dumps(plan | {"activities": [activity]}), FOUND - timedelta(days=9))
    worlds.sweep(county, FOUND)
    (task,) = day_of(county, "grid").tasks
    assert (task["name"], task["unit"]) == ("检查", "v1")
    act(county, tasks.submit, "grid", task["key"])
    assert day_of(county, "grid").tasks == []
    assert waits(county, "inspector") == [("task", task["key"])]
    assert waits(county, "grid") == []


def test_a_look_back_waits_until_it_is_answered_or_its_hazard_opens_again(county: Engine) -> None:
    code = worlds.closed(county)
    worlds.sweep(county, FOUND + timedelta(days=31))
    people = {who: [row.hazard for row in day_of(county, who).rechecks] for who, _ in worlds.PEOPLE}
    asked = [who for who, codes in people.items() if codes == [code]]
    assert asked
    assert "stranger" not in asked
    (key,) = [row.key for row in day_of(county, asked[0]).rechecks]
    worlds.look(county, key, "rebounded", now=FOUND + timedelta(days=31))
    assert day_of(county, asked[0]).rechecks == []


def test_a_watch_says_what_it_is_time_for(county: Engine) -> None:
    a_watch(county, "later", 48)
    a_watch(county, "sure", 49, state=WatchState.confirmed)
    a_watch(county, "soon", 4)
    a_watch(county, "on", 0, state=WatchState.on_duty)
    a_watch(county, "ends", -10.5, state=WatchState.on_duty)
    a_watch(county, "far", 24 * 20)
    a_watch(county, "over", -40)
    a_watch(county, "theirs", 4, "grid")
    a_watch(county, "off", 5, state=WatchState.cancelled)
    a_watch(county, "given", -2, state=WatchState.handed_over)
    assert [(one["key"], one["act"]) for one in day_of(county, "staff").watches] == [
        ("ends", "hand-over"), ("on", "log"), ("soon", "check-in"), ("later", "confirm"), ("sure", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("person", ["coord", "grid", "staff", "nobody", "above"])
def test_it_is_five_reads_whatever_there_is(county: Engine, person: str) -> None:
    for _ in range(3):
        bring_to(county, "assigned")
        bring_to(county, "submitted")
    with store.reading(county) as session:
        actor = actor_for(session, person)
        with counting(county) as sent:
            my_day.day(session, actor, now=NOON)
    assert len([one for one, _ in sent if one.lstrip().upper().startswith(("SELECT", "WITH"))]) <= 5
