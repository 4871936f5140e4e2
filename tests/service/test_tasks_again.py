"""Sent back, handed over, called off; approvals that others wait for; and what a submission must hold."""

from typing import Any

import pytest
from sqlalchemy import Engine

from models import Activity, Event, Person, Task, TaskAnswer, TaskFigure
from service import store, sweeps
from service.errors import Refused
from service.rules.steps import change
from service.tasks import acts as tasks
from tests.service import worlds
from tests.service.test_tasks_acts import ANSWERS, KEY, NOON, do, reach, task, told
from tests.service.worlds import at, drive, once


def reject(engine: Engine, when: str) -> None:
    with store.transaction(engine) as session:
        tasks.reject(session, worlds.actor(session, "coord"), KEY, now=at(when), reason="照片不清")


@pytest.mark.parametrize(
    ("when", "closes", "attend"),
    [
        # in time: nothing moves, and the warning of the day before is still to come
        ("2026-03-03 12:00", "2026-03-09", "2026-03-05"),
        ("2026-03-05 12:00", "2026-03-11", "2026-03-06"),
        # late: three working days from now, Saturday and Sunday not counted
        ("2026-03-06 12:00", "2026-03-12", "2026-03-12"),
        # after the window had ended
        ("2026-03-20 12:00", "2026-03-26", "2026-03-26"),
    ],
)
def test_sent_back_it_is_open_for_three_working_days_more(engine: Engine, when: str, closes: str, attend: str) -> None:
    reach(engine, "submitted")
    reject(engine, when)
    found = task(engine)
    assert (found.state, found.submitted_at, found.submitted_by, found.reason) == ("open", None, None, "照片不清")
    assert (found.due_at, found.closes_at, found.attend_at) == (at("2026-03-06"), at(closes), at(attend))
    assert told(engine, "task_rejected")["grid1"].owed_at == at(when)
    sweeps.sweep(engine, at("2026-05-01"))
    assert task(engine).state == "missed"


def test_sent_back_twice_it_is_told_twice_and_its_papers_are_replaced(engine: Engine) -> None:
    reach(engine, "submitted")
    reject(engine, "2026-03-03 12:00")
    with store.transaction(engine) as session:
        who = worlds.actor(session, "inspector")
        answers = {"general:1": ("na", ""), "general:2": ("pass", "")}
        tasks.submit(session, who, KEY, now=NOON, figures={"people": 5}, answers=answers)
    assert [row.value for row in worlds.rows(engine, TaskFigure)] == [5.0]
    assert [row.mark for row in worlds.rows(engine, TaskAnswer)] == ["na", "pass"]
    reject(engine, "2026-03-03 14:00")
    rejected = [one for one in worlds.notices(engine).values() if one.kind == "task_rejected"]
    assert sorted(one.recipient for one in rejected) == ["grid1", "grid1", "inspector"]
    do(engine, "submit", "grid1")
    do(engine, "accept", "coord")
    assert task(engine).state == "accepted"
    assert len(worlds.rows(engine, TaskAnswer)) == 2


def test_handed_over_the_new_one_is_told_and_goes_on_with_it(engine: Engine) -> None:
    reach(engine, "open")
    do(engine, "reassign", "coord")
    assert (task(engine).assignee, task(engine).co_assignee) == ("grid2", None)
    assert worlds.journal(engine, "reassigned") == [("coord", "reassigned", KEY, "换人")]
    assert told(engine, "task_assigned")["grid2"].owed_at == NOON
    sweeps.sweep(engine, at("2026-03-06"))
    assert set(told(engine, "task_overdue")) <= {"grid2"}
    do(engine, "submit", "grid2")


@pytest.mark.parametrize("person", ["nobody", "stranger", "gone", ""])
def test_a_task_is_not_given_to_who_is_not_there(engine: Engine, person: str) -> None:
    reach(engine, "open")
    worlds.write(engine, *worlds.person_steps([("gone", "v1")]))
    worlds.write(engine, change(Person, "gone", 1, "left", {"left_on": NOON.date()}))
    with store.transaction(engine) as session, pytest.raises(Refused) as refused:
        tasks.reassign(session, worlds.actor(session, "coord"), KEY, now=NOON, person=person, reason="x")
    assert [fault.field for fault in refused.value.faults] == ["person"]


def test_called_off_it_stays_so_and_its_people_are_told(engine: Engine) -> None:
    reach(engine, "open")
    do(engine, "cancel", "coord")
    assert (task(engine).state, task(engine).reason, task(engine).attend_at) == ("cancelled", "重复", None)
    assert list(told(engine, "task_cancelled")) == ["grid1"]
    worlds.apply(engine, drive(once("2026-03-02", due={"days": 4}, window={"days": 9})), at("2026-03-03 13:00"))
    sweeps.sweep(engine, at("2026-03-04"))
    assert task(engine).state == "cancelled", "planning takes up only what it called off itself"


def test_called_off_before_it_opened_nobody_is_told(engine: Engine) -> None:
    reach(engine, "cancelled")
    assert told(engine, "task_cancelled") == {}
    sweeps.sweep(engine, at("2026-03-04"))
    assert task(engine).state == "cancelled"


# -- approvals ---------------------------------------------------------------------------------------------------------


def test_an_approval_triggers_who_waits_for_it(engine: Engine) -> None:
    first = once("2026-03-02", key="once", due={"days": 3}, window={"days": 3})
    then = once("2026-03-02", key="then", when={"on_approval": "once"}, due={"days": 1})
    worlds.launch(worlds.found(engine), drive(first, then), at("2026-02-20"))
    sweeps.sweep(engine, at("2026-03-02 09:00"))
    with store.transaction(engine) as session:
        tasks.submit(session, worlds.actor(session, "grid1"), KEY, now=NOON)
    sweeps.sweep(engine, NOON)
    assert "then:2026-03-03:v1" not in worlds.tasks(engine)
    do(engine, "accept", "coord")
    (event,) = worlds.rows(engine, Event)
    assert (event.name, event.unit, event.happened_at, event.note) == ("approved:drive:once", "v1", NOON, KEY)
    assert worlds.row(engine, Activity, "drive:then").stale
    assert not worlds.row(engine, Activity, "drive:once").stale
    sweeps.sweep(engine, at("2026-03-20"))  # slept on: it is owed all the same
    found = {key: one for key, one in worlds.tasks(engine).items() if key.startswith("then")}
    assert list(found) == ["then:2026-03-03:v1"]
    assert (found["then:2026-03-03:v1"].opens_at, found["then:2026-03-03:v1"].state) == (NOON, "missed")


# -- what a submission must hold ---------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {"figures": {"people": 3}, "answers": ANSWERS}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"figures": {}}, ["figures.people"]),
        ({"figures": {"people": 3, "cars": 1}}, ["figures.cars"]),
        ({"figures": {"people": -1}}, ["figures.people"]),
        ({"figures": {"people": float("nan")}}, ["figures.people"]),
        ({"figures": {"people": float("inf")}}, ["figures.people"]),
        ({"figures": {"people": 1e9 + 1}}, ["figures.people"]),
        ({"answers": {}}, ["answers.general:1", "answers.general:2"]),
        ({"answers": ANSWERS | {"general:3": ("pass", "")}}, ["answers.general:3"]),
        ({"answers": ANSWERS | {"general:1": ("perhaps", "")}}, ["answers.general:1"]),
        ({"note": "x" * 20_001}, ["note"]),
        ({"figures": {}, "answers": {}}, ["figures.people", "answers.general:1", "answers.general:2"]),
    ],
)
def test_every_fault_of_a_submission_is_named(engine: Engine, given: dict[str, Any], fields: list[str]) -> None:
    reach(engine, "open")
    with store.transaction(engine) as session, pytest.raises(Refused) as refused:
        tasks.submit(session, worlds.actor(session, "grid1"), KEY, now=NOON, **(GOOD | given))
    assert [fault.field for fault in refused.value.faults] == fields
    assert worlds.row(engine, Task, KEY).state == "open"


@pytest.mark.parametrize("people", [0, 1, 2.5, 1e9])
def test_figures_from_nothing_to_a_thousand_million(engine: Engine, people: float) -> None:
    reach(engine, "open")
    with store.transaction(engine) as session:
        tasks.submit(
            session,
            worlds.actor(session, "grid1"),
            KEY,
            now=NOON,
            figures={"people": people},
            answers=ANSWERS,
            note="𠮷",
        )
    assert [row.value for row in worlds.rows(engine, TaskFigure)] == [people]
