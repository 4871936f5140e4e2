"""Cases on a real database: born with what is missed, climbed by the sweep, acknowledged and ended."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Case, CaseRung, Notice, Task
from models.kinds import CaseState, RungState
from service import cases, store, sweeps
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.tasks import acts as tasks
from tests.service import worlds
from tests.service.worlds import LONG_AGO, actor, at, row, rows

POLICY = [
    {"after": {"hours": 0}, "to": "assignee"},
    {"after": {"days": 1}, "to": {"level": 2}},
    {"after": {"days": 2}, "to": {"level": 3}},
]
DUE = at("2026-03-03")  # the villages' inspection of 2 March: due when that day is over
KEY = "campaign:drive:once:2026-03-02:v1"
CASE = f"case:{KEY}"


@pytest.fixture
def town(engine: Engine) -> Engine:
    """A town with one inspection of its two villages, which is overdue from 3 March on and missed a week later."""
    worlds.found(engine)
    once = worlds.once("2026-03-02", assignee={"level": 1}, window={"days": 7}, due={"days": 0})
    worlds.launch(engine, worlds.drive(once, escalation=POLICY), LONG_AGO)
    sweeps.sweep(engine, at("2026-03-02"))
    return engine


def do(engine: Engine, act: Any, by: str, *args: Any, **facts: Any) -> Any:
    with store.transaction(engine) as session:
        return act(session, actor(session, by), *args, **facts)


def case(engine: Engine, key: str = CASE) -> Any:
    return row(engine, Case, key)


def told(engine: Engine, subject: str = CASE) -> list[str]:
    return [one.key.removeprefix(f"{subject}:") for one in rows(engine, Notice) if one.subject == subject]


def test_what_falls_overdue_opens_its_case_and_takes_the_first_rung_in_the_same_round(town: Engine) -> None:
    late = DUE + timedelta(minutes=7)
    sweeps.sweep(town, late)
    found = case(town)
    assert (found.subject, found.kind, found.unit, found.policy) == (KEY, "task", "v1", "drive")
    assert (found.began_at, found.until_at, found.attend_at) == (DUE, row(town, Task, KEY).closes_at, at("2026-03-04"))
    assert told(town) == ["escalated.1:grid1"]
    (notice,) = (one for one in rows(town, Notice) if one.subject == CASE)
    assert notice.owed_at == DUE, "the true instant"
    rung = row(town, CaseRung, f"{CASE}:1")
    assert (rung.due_at, rung.taken_at, rung.state) == (DUE, late, RungState.taken)
    assert not any("task_overdue" in one.key for one in rows(town, Notice)), "told once, by the ladder"


def test_a_level_nobody_holds_is_passed_over(town: Engine) -> None:
    sweeps.sweep(town, at("2026-03-04"))
    other = "case:campaign:drive:once:2026-03-02:v2"
    assert row(town, CaseRung, f"{other}:2").state == RungState.passed_over
    assert told(town, other) == ["escalated.1:grid2", "escalated.3:chief", "escalated.3:mayor"]


def test_asleep_or_awake_it_ends_alike(town: Engine, engine: Engine) -> None:
    sweeps.sweep(town, at("2026-03-30"))
    found = case(town)
    assert (found.state, found.ended_at, found.rung) == (CaseState.ended, at("2026-03-10"), 3)
    assert told(town) == ["escalated.1:grid1", "escalated.2:deputy", "escalated.3:chief", "escalated.3:mayor"]
    assert sweeps.sweep(town, at("2026-03-30"))["cases"].applied == 0


def test_submitting_ends_it_and_rejecting_begins_another(town: Engine) -> None:
    sweeps.sweep(town, DUE)
    now = at("2026-03-03 09:00")
    do(town, tasks.submit, "grid1", KEY, now=now)
    assert (case(town).state, case(town).ended_at, case(town).attend_at) == (CaseState.ended, now, None)
    sweeps.sweep(town, at("2026-03-05"))
    assert told(town) == ["escalated.1:grid1"], "it climbs no further"
    now = at("2026-03-05 09:00")
    do(town, tasks.reject, "inspector", KEY, now=now, reason="没有照片")
    second = case(town, f"{CASE}:2")
    assert (second.began_at, second.until_at) == (now, row(town, Task, KEY).closes_at)
    sweeps.sweep(town, at("2026-03-20"))
    assert told(town, f"{CASE}:2")[-1] == "escalated.3:mayor"
    assert len(rows(town, Case, Case.subject == KEY)) == 2


def test_what_is_rejected_before_it_is_due_has_no_case_yet(town: Engine) -> None:
    do(town, tasks.submit, "grid1", KEY, now=at("2026-03-02 09:00"))
    do(town, tasks.reject, "inspector", KEY, now=at("2026-03-02 10:00"), reason="没有照片")
    assert rows(town, Case) == []
    sweeps.sweep(town, DUE)
    assert case(town).state == CaseState.open


def test_cancelling_ends_it(town: Engine) -> None:
    sweeps.sweep(town, DUE)
    do(town, tasks.cancel, "coord", KEY, now=DUE, reason="停业")
    assert case(town).state == CaseState.ended
    assert ("coord", "case ends", CASE, "cancelled") in worlds.journal(town, "case ends")


# -- acknowledging -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "error"),
    [
        ("grid1", None), ("chief", None), ("coord", None), ("leader", None), ("viewer", Forbidden),
        ("stranger", NotFound), ("boss1", NotFound),
    ],
)  # fmt: skip
def test_who_may_acknowledge(town: Engine, by: str, error: Any) -> None:
    sweeps.sweep(town, DUE)
    until_at = at("2026-03-06 12:00")
    if error is not None:
        with pytest.raises(error):
            do(town, cases.acknowledge, by, CASE, now=DUE, until_at=until_at)
        return
    do(town, cases.acknowledge, by, CASE, now=DUE, until_at=until_at, note="正在处理")
    assert (case(town).acknowledged_by, case(town).attend_at) == (by, until_at)
    assert (by, "acknowledged", CASE, "正在处理") in worlds.journal(town, "acknowledged")
    sweeps.sweep(town, at("2026-03-06"))
    assert told(town) == ["escalated.1:grid1"], "quiet until the instant they gave"
    sweeps.sweep(town, until_at)
    assert told(town) == ["escalated.1:grid1", "escalated.2:deputy", "escalated.3:chief", "escalated.3:mayor"]


@pytest.mark.parametrize(
    "until_at", [DUE, DUE - timedelta(days=1), DUE + timedelta(days=15), at("2026-03-04").replace(tzinfo=None)]
)
def test_an_instant_that_is_past_too_far_or_naive_is_refused(town: Engine, until_at: datetime) -> None:
    sweeps.sweep(town, DUE)
    with pytest.raises(Refused) as refusal:
        do(town, cases.acknowledge, "coord", CASE, now=DUE, until_at=until_at, note="x" * 2_001)
    assert [fault.field for fault in refusal.value.faults] == ["until_at", "note"]


def test_a_stale_or_ended_case_is_a_conflict(town: Engine) -> None:
    sweeps.sweep(town, DUE)
    until_at = at("2026-03-06")
    with pytest.raises(Conflict):
        do(town, cases.acknowledge, "coord", CASE, now=DUE, until_at=until_at, version=1)
    do(town, tasks.cancel, "coord", KEY, now=DUE, reason="停业")
    with pytest.raises(Conflict):
        do(town, cases.acknowledge, "coord", CASE, now=DUE, until_at=until_at)
    with pytest.raises(NotFound):
        do(town, cases.acknowledge, "coord", "case:none", now=DUE, until_at=until_at)


# -- reading -----------------------------------------------------------------------------------------------------------


def test_cases_are_listed_to_those_who_see_the_unit_or_stand_on_the_ladder(town: Engine) -> None:
    sweeps.sweep(town, DUE)
    with store.reading(town) as session:
        seen = {
            by: [one.key[-2:] for one in cases.listed(session, actor(session, by)).items]
            for by in ("coord", "grid1", "chief", "stranger")
        }
        assert seen == {"coord": ["v2", "v1"], "grid1": ["v1"], "chief": ["v2", "v1"], "stranger": []}
        by = actor(session, "coord")
        assert [one.unit for one in cases.listed(session, by, unit="v1").items] == ["v1"]
        assert cases.listed(session, by, state="ended").items == []
        assert len(cases.listed(session, by, subject=KEY).items) == 1
        first = cases.listed(session, by, limit=1)
        assert first.next is not None
        assert cases.listed(session, by, limit=1, after=first.next).next is None


def test_a_whole_case_shows_the_true_instant_beside_the_real_one(town: Engine) -> None:
    sweeps.sweep(town, DUE + timedelta(hours=30))
    with store.reading(town) as session:
        whole = cases.whole(session, actor(session, "coord"), CASE)
    assert whole.case["policy"] == "drive"
    assert [(one.due_at, one.taken_at) for one in whole.rungs] == [
        (DUE, DUE + timedelta(hours=30)), (at("2026-03-04"), DUE + timedelta(hours=30)), (at("2026-03-05"), None),
    ]  # fmt: skip
    assert [line.act for line in whole.journal] == ["climbed", "case begins"]


def test_a_sweep_within_some_units_leaves_the_others(town: Engine) -> None:
    sweeps.sweep(town, DUE, only=("tasks",))
    cases.sweep(town, DUE, within=("v2",))
    assert told(town) == []
    assert told(town, "case:campaign:drive:once:2026-03-02:v2") == ["escalated.1:grid2"]
