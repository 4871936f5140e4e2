"""What people do to tasks: every act in every state, by everyone, and what each act leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models import Task, TaskAnswer, TaskFigure
from service import store, sweeps
from service.access import Actor
from service.errors import Conflict, Forbidden, NotFound, Refused, Trouble
from service.tasks import acts as tasks
from tests.service import worlds
from tests.service.worlds import at, drive, once

KEY = "campaign:drive:once:2026-03-02:v1"
ANSWERS = {"general:1": ("pass", ""), "general:2": ("fail", "老化")}
NOON = at("2026-03-03 12:00")

Act = Callable[[Session, Actor], None]
ACTS: dict[str, Act] = {
    "open": lambda session, who: tasks.open_task(session, who, KEY, now=NOON),
    "submit": lambda session, who: tasks.submit(
        session, who, KEY, now=NOON, figures={"people": 3}, answers=ANSWERS, note="已检查"
    ),
    "accept": lambda session, who: tasks.accept(session, who, KEY, now=NOON),
    "reject": lambda session, who: tasks.reject(session, who, KEY, now=NOON, reason="照片不清"),
    "reassign": lambda session, who: tasks.reassign(session, who, KEY, now=NOON, person="grid2", reason="换人"),
    "cancel": lambda session, who: tasks.cancel(session, who, KEY, now=NOON, reason="重复"),
}


def do(engine: Engine, act: str, who: str) -> None:
    with store.transaction(engine) as session:
        ACTS[act](session, worlds.actor(session, who))


def launched(engine: Engine) -> Engine:
    """Opens on Monday 2 March 2026, due with Thursday, its window ends with Sunday; two figures, two questions."""
    one = once("2026-03-02", due={"days": 3}, window={"days": 3}, figures=["people"], checklist="general")
    worlds.launch(worlds.found(engine), drive(one), at("2026-02-20"))
    sweeps.sweep(engine, at("2026-02-20"))
    return engine


def reach(engine: Engine, state: str) -> Engine:
    """The town with the task of v1 in a state; grid1 has it, and has submitted it where it has been."""
    launched(engine)
    if state == "cancelled":
        do(engine, "cancel", "coord")
    elif state != "planned":
        sweeps.sweep(engine, at("2026-03-02 09:00"))
    if state in ("submitted", "accepted"):
        do(engine, "submit", "grid1")
    if state == "accepted":
        do(engine, "accept", "coord")
    if state == "missed":
        sweeps.sweep(engine, at("2026-03-10"))
    assert task(engine).state == state
    return engine


def task(engine: Engine) -> Any:
    return worlds.row(engine, Task, KEY)


# -- every act in every state ------------------------------------------------------------------------------------------

LEADS_TO = {
    ("open", "planned"): "open", ("submit", "open"): "submitted", ("accept", "submitted"): "accepted",
    ("reject", "submitted"): "open", ("reassign", "open"): "open", ("cancel", "planned"): "cancelled",
    ("cancel", "open"): "cancelled",
}  # fmt: skip


@pytest.mark.parametrize("state", ["planned", "open", "submitted", "accepted", "missed", "cancelled"])
def test_which_acts_a_state_admits(engine: Engine, state: str) -> None:
    reach(engine, state)
    for act in ACTS:
        before = worlds.everything(engine)
        if (act, state) in LEADS_TO:
            session = Session(engine)
            ACTS[act](session, worlds.actor(session, "coord"))
            assert (
                session.connection().exec_driver_sql(f"SELECT state FROM task WHERE key = '{KEY}'").scalar_one()
                == (LEADS_TO[act, state])
            )
            session.close()
        else:
            with pytest.raises(Conflict) as refused:
                do(engine, act, "coord")
            assert refused.value.facts == {"state": state}
        assert worlds.everything(engine) == before


# -- by everyone -------------------------------------------------------------------------------------------------------

OK, NO, UNSEEN = None, Forbidden, NotFound
BY = ("grid1", "grid2", "coord", "inspector", "leader", "viewer", "staff", "admin", "stranger")
MAY: dict[str, tuple[type[Trouble] | None, ...]] = {
    # the assignee sees the task, holds no role, and is not the assignee before it opens
    "open": (UNSEEN, UNSEEN, OK, NO, NO, NO, UNSEEN, OK, UNSEEN),
    "submit": (OK, UNSEEN, OK, OK, NO, NO, UNSEEN, OK, UNSEEN),
    "accept": (NO, UNSEEN, OK, OK, OK, NO, UNSEEN, OK, UNSEEN),
    "reject": (NO, UNSEEN, OK, OK, OK, NO, UNSEEN, OK, UNSEEN),
    "reassign": (NO, UNSEEN, OK, NO, NO, NO, UNSEEN, OK, UNSEEN),
    "cancel": (NO, UNSEEN, OK, NO, NO, NO, UNSEEN, OK, UNSEEN),
}
FROM = {"open": "planned", "accept": "submitted", "reject": "submitted"}


@pytest.mark.parametrize("act", ACTS)
def test_who_may(engine: Engine, act: str) -> None:
    reach(engine, FROM.get(act, "open"))
    before = worlds.everything(engine)
    for who, refusal in zip(BY, MAY[act], strict=True):
        session = Session(engine)
        if refusal is None:
            ACTS[act](session, worlds.actor(session, who))
        else:
            with pytest.raises(refusal) as refused:
                ACTS[act](session, worlds.actor(session, who))
            assert type(refused.value) is refusal, (act, who)
        session.close()
    assert worlds.everything(engine) == before


def test_nobody_accepts_or_rejects_their_own_work(engine: Engine) -> None:
    reach(engine, "open")
    do(engine, "submit", "coord")
    for act in ("accept", "reject"):
        with pytest.raises(Forbidden, match="submitted"):
            do(engine, act, "coord")
    do(engine, "accept", "inspector")
    assert (task(engine).submitted_by, task(engine).accepted_by) == ("coord", "inspector")


def test_no_task_of_that_name(engine: Engine) -> None:
    worlds.found(engine)
    for act in ACTS:
        with pytest.raises(NotFound):
            do(engine, act, "admin")


def test_a_stale_version_is_a_conflict(engine: Engine) -> None:
    reach(engine, "open")
    version = task(engine).version
    for said in (version - 1, version + 1):
        with store.transaction(engine) as session, pytest.raises(Conflict, match="in the meantime"):
            tasks.cancel(session, worlds.actor(session, "coord"), KEY, now=NOON, reason="x", version=said)
    with store.transaction(engine) as session:
        tasks.cancel(session, worlds.actor(session, "coord"), KEY, now=NOON, reason="x", version=version)
    assert task(engine).version == version + 1


@pytest.mark.parametrize("act", ["reject", "reassign", "cancel"])
@pytest.mark.parametrize("reason", ["", " \n\t　", "x" * 20_001])
def test_a_reason_says_something_and_not_too_much(engine: Engine, act: str, reason: str) -> None:
    reach(engine, FROM.get(act, "open"))
    acts: dict[str, Any] = {"reject": tasks.reject, "reassign": tasks.reassign, "cancel": tasks.cancel}
    known = {"person": "grid2"} if act == "reassign" else {}
    with store.transaction(engine) as session, pytest.raises(Refused) as refused:
        acts[act](session, worlds.actor(session, "coord"), KEY, now=NOON, reason=reason, **known)
    assert [fault.field for fault in refused.value.faults] == ["reason"]


# -- what each leaves behind -------------------------------------------------------------------------------------------


def told(engine: Engine, kind: str) -> dict[str, Any]:
    return {one.recipient: one for one in worlds.notices(engine).values() if one.kind == kind and one.subject == KEY}


def test_opened_early_it_opens_then_and_is_due_as_before(engine: Engine) -> None:
    launched(engine)
    early = at("2026-02-25 09:00")
    with store.transaction(engine) as session:
        tasks.open_task(session, worlds.actor(session, "coord"), KEY, now=early)
    found = task(engine)
    assert (found.state, found.opens_at, found.due_at) == ("open", early, at("2026-03-06"))
    assert (found.assignee, found.attend_at) == ("grid1", at("2026-03-05"))
    assert worlds.journal(engine, "opened") == [("coord", "opened", KEY, "")]
    assert told(engine, "task_assigned")["grid1"].owed_at == early
    sweeps.sweep(engine, at("2026-03-02 09:00"))
    assert len(told(engine, "task_assigned")) == 1


def test_a_window_that_has_ended_is_not_opened(engine: Engine) -> None:
    launched(engine)
    with store.transaction(engine) as session, pytest.raises(Conflict):
        tasks.open_task(session, worlds.actor(session, "coord"), KEY, now=at("2026-03-09"))


@pytest.mark.parametrize(
    ("when", "late"), [("2026-03-05 23:59", False), ("2026-03-06 00:00", True), ("2026-03-08 23:59", True)]
)
def test_late_is_taken_until_the_window_ends(engine: Engine, when: str, late: bool) -> None:
    reach(engine, "open")
    with store.transaction(engine) as session:
        tasks.submit(session, worlds.actor(session, "grid1"), KEY, now=at(when), figures={"people": 0}, answers=ANSWERS)
    found = task(engine)
    assert (found.state, found.submitted_at, found.submitted_by) == ("submitted", at(when), "grid1")
    assert (found.submitted_at >= found.due_at) is late
    sweeps.sweep(engine, at("2026-04-01"))
    assert task(engine).state == "submitted", "what has been handed in is not missed"


def test_after_the_window_it_is_missed_even_before_the_sweep(engine: Engine) -> None:
    reach(engine, "open")
    with store.transaction(engine) as session, pytest.raises(Conflict, match="missed"):
        tasks.submit(session, worlds.actor(session, "grid1"), KEY, now=at("2026-03-09"), figures={"people": 0})


def test_what_is_handed_in_is_kept(engine: Engine) -> None:
    reach(engine, "submitted")
    assert [(row.name, row.value) for row in worlds.rows(engine, TaskFigure)] == [("people", 3.0)]
    assert {row.item: (row.mark, row.note) for row in worlds.rows(engine, TaskAnswer)} == ANSWERS
    assert (task(engine).note, task(engine).attend_at) == ("已检查", None)
    do(engine, "accept", "inspector")
    assert (task(engine).accepted_at, task(engine).accepted_by) == (NOON, "inspector")
