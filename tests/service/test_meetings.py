"""Meetings and study: who is called and comes, what is counted, and the minutes that are owed afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col

from models import Attendance, Meeting, TaskFigure
from models.kinds import CaseState
from service import cases, store, sweeps
from service.access import actor_for
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.records import meetings
from service.tasks import acts as tasks
from tests.service.hazard_worlds import act, told
from tests.service.worlds import LONG_AGO, at, drive, everything, found, journal, launch, once, row, rows

KEY = "campaign:drive:council:2026-03-02:town"
STUDY = "campaign:drive:study:2026-03-02:town"
MORNING = at("2026-03-02 09:00")  # a Monday
TOWN = {"targets": {"kinds": ["town"], "within": "town"}, "assignee": {"level": 3}, "window": {"days": 20}}
COUNCIL = once("2026-03-02", "council", kind="meeting", name="安委会全体会议", **TOWN)
LEARN = once("2026-03-02", "study", kind="study", name="中心组学习", figures=["copies", "attendance"], **TOWN)
WORKS = COUNCIL | {"parties": ["建设单位", "施工单位"], "minutes": {"days": 1}}
OUTSIDE = [{"name": "王某", "party": "建设单位"}, {"name": "李某", "party": "施工单位"}]


def held(engine: Engine, *activities: Any) -> Engine:
    found(engine)
    launch(engine, drive(*(activities or (COUNCIL, LEARN))), LONG_AGO)
    sweeps.sweep(engine, MORNING)
    return engine


@pytest.fixture
def town(engine: Engine) -> Engine:
    return held(engine)


def whole(engine: Engine, who: str, key: str = KEY) -> meetings.MeetingWhole:
    with store.reading(engine) as session:
        return meetings.whole(session, actor_for(session, who), key)


def called(engine: Engine, *people: str, key: str = KEY) -> None:
    act(engine, meetings.call, "coord", key, [{"person": one} for one in people], now=MORNING)


def test_who_was_called_speaks_for_the_party_that_is_named_later(town: Engine) -> None:
    called(town, "chief", "grid1")
    act(town, meetings.call, "coord", KEY, [{"person": "chief", "party": "监管部门"}], now=MORNING)
    assert [(one.person, one.party) for one in rows(town, Attendance)] == [("chief", "监管部门"), ("grid1", "")]
    act(town, meetings.call, "coord", KEY, [{"person": "chief", "party": "监管部门"}], now=MORNING)
    assert len(rows(town, Attendance)) == 2


def figures(engine: Engine, key: str = KEY) -> dict[str, float]:
    return {one.name: one.value for one in rows(engine, TaskFigure, col(TaskFigure.task) == key)}


def test_those_who_are_called_sign_in_and_are_counted(town: Engine) -> None:
    act(town, meetings.prepare, "chief", KEY, now=MORNING, agenda="一、传达文件\n二、部署检查", place="三楼会议室")
    called(town, "chief", "grid1", "grid2", "boss1")
    act(town, meetings.call, "coord", KEY, [{"name": "专家王某", "party": "专家"}], now=MORNING)
    act(town, meetings.sign_in, "grid1", KEY, now=MORNING)
    act(town, meetings.sign_in, "chief", KEY, now=MORNING)
    act(town, meetings.mark, "grid2", KEY, 3, "excused", now=MORNING, reason="下村")  # one's own excuse
    act(town, meetings.mark, "coord", KEY, 4, "absent", now=MORNING)
    act(town, meetings.mark, "chief", KEY, 5, "signed_in", now=MORNING)
    act(town, tasks.submit, "chief", KEY, now=MORNING + timedelta(hours=2), note="会议如期召开")
    assert figures(town) == {"attendance": 3.0, "called": 5.0}
    seen = whole(town, "boss1")  # who was called sees it, without a role there
    assert (seen.meeting["agenda"], seen.meeting["place"]) == ("一、传达文件\n二、部署检查", "三楼会议室")
    assert [(one["name"], one["mark"]) for one in seen.attendance] == [
        ("chief", "signed_in"),
        ("grid1", "signed_in"),
        ("grid2", "excused"),
        ("boss1", "absent"),
        ("专家王某", "signed_in"),
    ]
    assert seen.meeting["held_at"] == MORNING + timedelta(hours=2)
    assert ("grid2", "excused", f"{KEY}:attends:3", "下村") in journal(town)


def test_who_comes_late_is_counted_after_it_was_handed_in(town: Engine) -> None:
    called(town, "grid1", "grid2")
    act(town, tasks.submit, "chief", KEY, now=MORNING)
    assert figures(town) == {"attendance": 0.0, "called": 2.0}
    act(town, meetings.sign_in, "grid2", KEY, now=MORNING)
    called(town, "boss1", "grid1")  # who was called already stays as they are
    assert figures(town) == {"attendance": 1.0, "called": 3.0}
    act(town, tasks.accept, "leader", KEY, now=MORNING)
    with pytest.raises(Conflict):
        act(town, meetings.sign_in, "grid1", KEY, now=MORNING)


def test_counted_figures_are_not_typed_in(town: Engine) -> None:
    called(town, "grid1", key=STUDY)
    with pytest.raises(Refused) as refused:
        act(town, tasks.submit, "chief", STUDY, now=MORNING, figures={"attendance": 500, "copies": 3})
    assert [(one.field, one.reason) for one in refused.value.faults] == [
        ("figures.attendance", "is counted from who signed in")
    ]
    act(town, tasks.submit, "chief", STUDY, now=MORNING, figures={"copies": 3})
    assert figures(town, STUDY) == {"attendance": 0.0, "called": 1.0, "copies": 3.0}
    assert row(town, Meeting, STUDY).minutes_due_at is None, "of study no minutes are owed unless its file asks"


def test_minutes_are_owed_three_working_days_after_the_meeting_and_climb(town: Engine) -> None:
    act(town, meetings.hold, "chief", KEY, now=MORNING)
    due_at = row(town, Meeting, KEY).minutes_due_at
    assert at("2026-03-05") <= due_at <= at("2026-03-06")
    sweeps.sweep(town, due_at - timedelta(hours=23))
    assert told(town, "minutes_due_soon") == ["chief", "mayor"]
    sweeps.sweep(town, due_at)
    subject = f"{KEY}:minutes:20260302T010000"
    (case,) = [one for one in rows(town, cases.Case) if one.subject == subject]
    assert (case.kind, case.began_at, case.policy, case.name) == ("minutes", due_at, "usual", "安委会全体会议")
    assert sweeps.sweep(town, due_at)["records"].applied == 0
    with pytest.raises(Refused):
        act(town, meetings.write_minutes, "chief", KEY, "  ", now=due_at)
    act(town, meetings.write_minutes, "chief", KEY, "会议纪要全文", now=due_at + timedelta(hours=1))
    assert row(town, cases.Case, case.key).state == CaseState.ended
    written = row(town, Meeting, KEY)
    assert (written.minutes, written.minutes_by, written.attend_at) == ("会议纪要全文", "chief", None)
    act(
        town,
        meetings.write_minutes,
        "chief",
        KEY,
        "会议纪要(修订)",
        now=due_at + timedelta(days=1),
        version=written.version,
    )
    with pytest.raises(Conflict):
        act(town, meetings.write_minutes, "chief", KEY, "旧稿", now=due_at + timedelta(days=2), version=written.version)


def test_asleep_or_awake_the_minutes_end_alike(engine: Engine) -> None:
    last = MORNING + timedelta(days=9)
    held(engine)
    act(engine, meetings.hold, "chief", KEY, now=MORNING)
    sweeps.sweep(engine, last)
    slept = everything(engine), [tuple(one) for one in rows(engine, Meeting)], len(rows(engine, cases.Case))
    assert sweeps.sweep(engine, last)["records"].applied == 0
    assert (everything(engine), [tuple(one) for one in rows(engine, Meeting)], len(rows(engine, cases.Case))) == slept
    (case,) = [one for one in rows(engine, cases.Case) if one.kind == "minutes"]
    assert case.began_at == row(engine, Meeting, KEY).minutes_due_at


def test_a_meeting_needs_all_its_parties(engine: Engine) -> None:
    held(engine, WORKS)
    act(engine, meetings.call, "coord", KEY, OUTSIDE, now=MORNING)
    act(engine, meetings.mark, "coord", KEY, 1, "signed_in", now=MORNING)
    for verb in (meetings.hold, tasks.submit):
        with pytest.raises(Refused) as refused:
            act(engine, verb, "chief", KEY, now=MORNING)
        assert [str(one) for one in refused.value.faults] == ["attendance: nobody of 施工单位 has signed in"]
    assert whole(engine, "coord").missing_parties == ["施工单位"]
    act(engine, meetings.mark, "coord", KEY, 2, "signed_in", now=MORNING)
    act(engine, meetings.hold, "chief", KEY, now=MORNING)
    assert row(engine, Meeting, KEY).minutes_due_at == at("2026-03-04"), "a day, as its file says"
    act(engine, tasks.submit, "chief", KEY, now=MORNING)


def test_held_again_what_was_owed_of_the_first_time_is_settled(town: Engine) -> None:
    act(town, meetings.hold, "chief", KEY, now=MORNING)
    late = row(town, Meeting, KEY).minutes_due_at + timedelta(hours=1)
    sweeps.sweep(town, late)
    act(town, meetings.hold, "chief", KEY, now=late)
    (case,) = [one for one in rows(town, cases.Case) if one.kind == "minutes"]
    assert case.state == CaseState.ended
    sweeps.sweep(town, row(town, Meeting, KEY).minutes_due_at)
    assert [one.state for one in rows(town, cases.Case) if one.kind == "minutes"] == [CaseState.ended, CaseState.open]


@pytest.mark.parametrize(
    ("who", "verb", "what", "error"),
    [
        ("stranger", meetings.prepare, {"agenda": "x"}, NotFound),
        ("grid1", meetings.prepare, {"agenda": "x"}, NotFound),  # not called to it, no role there
        ("viewer", meetings.prepare, {"agenda": "x"}, Forbidden),
        ("viewer", meetings.hold, {}, Forbidden),
        ("viewer", meetings.sign_in, {}, Forbidden),
        ("chief", meetings.prepare, {"agenda": "x", "version": 3}, Conflict),
        ("chief", meetings.hold, {"held_at": MORNING + timedelta(days=1)}, Refused),
        ("chief", meetings.hold, {"held_at": MORNING - timedelta(days=61)}, Refused),
    ],
)
def test_who_may_not(town: Engine, who: str, verb: Any, what: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        act(town, verb, who, KEY, now=MORNING, **what)
    assert rows(town, Meeting) == []


@pytest.mark.parametrize(
    ("people", "fields"),
    [
        ([{"person": "nobody"}], ["people[0]"]),
        ([{"person": "grid1"}, {}], ["people[1]"]),
        ([{"name": "x"} | {"party": str(n)} for n in range(501)], ["people"]),
    ],
)
def test_who_cannot_be_called(town: Engine, people: list[dict[str, str]], fields: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        act(town, meetings.call, "coord", KEY, people, now=MORNING)
    assert [one.field for one in refused.value.faults] == fields
    assert rows(town, Attendance) == []


def test_bad_marks(town: Engine) -> None:
    called(town, "grid1", "grid2")
    for mark, reason, field in (("asleep", "", "mark"), ("excused", "", "reason")):
        with pytest.raises(Refused) as refused:
            act(town, meetings.mark, "coord", KEY, 1, mark, now=MORNING, reason=reason)
        assert [one.field for one in refused.value.faults] == [field]
    with pytest.raises(NotFound):
        act(town, meetings.mark, "coord", KEY, 9, "absent", now=MORNING)
    with pytest.raises(Forbidden):
        act(town, meetings.mark, "grid1", KEY, 2, "signed_in", now=MORNING)  # not for somebody else
    with pytest.raises(Forbidden):
        act(town, meetings.mark, "grid1", KEY, 1, "absent", now=MORNING)
    with pytest.raises(Conflict):
        act(town, meetings.write_minutes, "chief", KEY, "纪要", now=MORNING)  # not held yet
    with pytest.raises(NotFound):
        whole(town, "coord", "campaign:drive:council:2026-03-02:nowhere")


def test_lists(town: Engine) -> None:
    def keys(who: str, **asked: Any) -> list[str]:
        with store.reading(town) as session:
            return [one.key for one in meetings.listed(session, actor_for(session, who), **asked).items]

    called(town, "boss1")
    act(town, meetings.hold, "chief", KEY, now=MORNING)
    assert keys("coord") == [STUDY, KEY]
    assert keys("coord", kind="study") == [STUDY]
    assert keys("coord", minutes_owed=True) == [KEY]
    assert keys("coord", minutes_owed=False) == [STUDY]
    assert keys("boss1") == [KEY]
    assert keys("stranger") == []
    assert keys("coord", unit="v1") == []
