"""Registered projects: the meeting comes before the works, and so does the one before they resume."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Event, Project
from service import store, sweeps
from service.access import actor_for
from service.campaigns import acts as campaigns
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.records import meetings, projects, unit_lists
from service.rules.projects import Gate
from service.tasks import acts as tasks
from tests.service.hazard_worlds import act
from tests.service.worlds import LONG_AGO, apply, at, drive, found, launch, row, rows, run, states

MORNING = at("2026-03-02 09:00")
PARTIES = ["建设单位", "施工单位", "监理单位", "监管部门"]
MEETING = {
    "key": "four", "kind": "meeting", "name": "四方约谈", "when": {"event": "project"}, "parties": PARTIES,
    "targets": {"kinds": ["enterprise"]}, "assignee": {"level": 1}, "due": {"working_days": 3},
}  # fmt: skip
RESUME = MEETING | {"key": "resume", "name": "复工报备", "when": {"event": "resumption"}, "parties": []}
WORKS = {"code": "P-1", "unit": "e1", "name": "新建厂房", "kind": "project"}
FOUR = "campaign:drive:four:2026-03-02:e1"


@pytest.fixture
def town(engine: Engine) -> Engine:
    found(engine)
    launch(engine, drive(MEETING, RESUME), LONG_AGO)
    return engine


def register(engine: Engine, who: str = "staff", now: Any = MORNING, **what: Any) -> str:
    return str(act(engine, projects.register, who, now=now, **(WORKS | what)))


def gate(engine: Engine, code: str = "P-1", who: str = "viewer") -> Gate:
    with store.reading(engine) as session:
        return projects.may_begin(session, actor_for(session, who), code)


def meet(engine: Engine, key: str, now: Any, parties: list[str]) -> None:
    people = [{"name": f"{party}代表", "party": party} for party in parties]
    act(engine, meetings.call, "boss1", key, people, now=now)
    for number in range(1, len(people) + 1):
        act(engine, meetings.mark, "boss1", key, number, "signed_in", now=now)
    act(engine, tasks.submit, "boss1", key, now=now)


def test_works_begin_after_the_four_parties_have_met(town: Engine) -> None:
    register(town)
    assert gate(town) == Gate(False, True, (FOUR,)), "before anybody has planned it, the gate is shut already"
    with pytest.raises(Conflict):
        act(town, projects.begin, "staff", "P-1", now=MORNING)
    sweeps.sweep(town, MORNING)
    assert states(town) == {"four:2026-03-02:e1": "open"}
    meet_at = MORNING + timedelta(days=1)
    with pytest.raises(Refused):
        meet(town, FOUR, meet_at, PARTIES[:3])
    assert gate(town).may_begin is False
    meet(town, FOUR, meet_at, PARTIES)
    assert gate(town) == Gate(True, True, ())
    act(town, projects.begin, "staff", "P-1", now=meet_at, note="准予开工")
    assert (row(town, Project, "project:P-1").began_at, row(town, Project, "project:P-1").began_by) == (
        meet_at,
        "staff",
    )
    with pytest.raises(Conflict):
        act(town, projects.begin, "staff", "P-1", now=meet_at)
    with store.reading(town) as session:
        whole = projects.whole(session, actor_for(session, "viewer"), "P-1")
        assert [one.name for one in whole.meetings] == ["四方约谈"]
        assert {one.act for one in whole.journal} == {"registered", "works begin"}
        listed = projects.listed(session, actor_for(session, "viewer"), begun=True)
        assert [one.key for one in listed.items] == ["project:P-1"]
        assert projects.listed(session, actor_for(session, "viewer"), begun=False).items == []
        assert projects.listed(session, actor_for(session, "stranger")).items == []


def test_a_meeting_sent_back_shuts_the_gate_again(town: Engine) -> None:
    register(town)
    sweeps.sweep(town, MORNING)
    meet(town, FOUR, MORNING, PARTIES)
    act(town, tasks.reject, "leader", FOUR, now=MORNING, reason="记录不全")
    assert gate(town).may_begin is False


def test_two_projects_on_one_day_wait_for_one_meeting_each(town: Engine) -> None:
    """Whichever of them happened first, each has the meeting that its own registration called, for ever."""
    register(town)
    sweeps.sweep(town, MORNING)
    register(town, now=MORNING + timedelta(hours=1), code="P-2", name="改建仓库")
    with store.transaction(town) as session:  # entered later, though it happened earlier
        system = actor_for(session, "inspector")
        early = MORNING - timedelta(hours=2)
        campaigns.register_event(
            session, system, name="project", unit="e1", now=MORNING + timedelta(hours=2), happened_at=early
        )
    sweeps.sweep(town, MORNING + timedelta(hours=3))
    assert sorted(states(town)) == ["four:2026-03-02.2:e1", "four:2026-03-02.3:e1", "four:2026-03-02:e1"]
    assert gate(town).waiting == (FOUR,)
    assert gate(town, "P-2").waiting == ("campaign:drive:four:2026-03-02.2:e1",)
    meet(town, FOUR, MORNING + timedelta(hours=4), PARTIES)
    assert (gate(town).may_begin, gate(town, "P-2").may_begin) == (True, False)


def test_works_that_resume_are_reported_first(town: Engine) -> None:
    register(town, kind="复工", code="R-1")
    sweeps.sweep(town, MORNING)
    key = "campaign:drive:resume:2026-03-02:e1"
    assert gate(town, "R-1") == Gate(False, True, (key,))
    act(town, tasks.submit, "boss1", key, now=MORNING)
    assert gate(town, "R-1").may_begin is True
    assert [one.name for one in rows(town, Event)] == ["resumption"]


def test_where_no_meeting_is_planned_the_gate_stays_shut(engine: Engine) -> None:
    found(engine)
    apply(engine, drive(MEETING), LONG_AGO)  # a draft calls nobody
    register(engine)
    assert gate(engine) == Gate(False, False, ())
    with pytest.raises(Conflict):
        act(engine, projects.begin, "staff", "P-1", now=MORNING)
    register(engine, code="P-9", unit="v1")
    run(engine, "drive", "activate", MORNING)
    assert gate(engine).planned is True
    assert gate(engine, "P-9").planned is False  # a village is no target of it


def test_a_list_decides_whom_it_concerns_on_that_day(engine: Engine) -> None:
    found(engine)
    act(engine, unit_lists.put, "coord", "works", now=MORNING, name="工程名单", owner="town")
    act(engine, unit_lists.add, "coord", "works", "e1", now=MORNING, from_on=date(2026, 3, 3))
    launch(engine, drive(MEETING | {"targets": {"tags": ["works"]}}), LONG_AGO)
    register(engine)
    assert gate(engine).planned is False
    register(engine, now=MORNING + timedelta(days=1), code="P-2")
    assert gate(engine, "P-2").planned is True


@pytest.mark.parametrize(
    ("what", "field"), [({"unit": "x"}, "unit"), ({"kind": "party"}, "kind"), ({"name": ""}, "name")]
)
def test_what_is_no_project(town: Engine, what: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        register(town, **what)
    assert [one.field for one in refused.value.faults] == [field]
    assert rows(town, Event) == rows(town, Project) == []


def test_who_may_not(town: Engine) -> None:
    register(town)
    with pytest.raises(Conflict):
        register(town, unit="e2")  # the code is taken, and no event is left behind
    assert len(rows(town, Event)) == 1
    for who, error in (("viewer", Forbidden), ("stranger", (NotFound, Refused))):
        with pytest.raises(error):  # type: ignore[arg-type]
            register(town, who, code="P-3")
    with pytest.raises(NotFound):
        gate(town, who="stranger")
    with pytest.raises(Forbidden):
        act(town, projects.begin, "viewer", "P-1", now=MORNING)
