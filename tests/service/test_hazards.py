"""The life of a hazard: what each act writes, whom it tells, and what it refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col

from models import Journal, RecheckDraw, Task
from service import evidence
from service.errors import Conflict, NotFound, Refused
from service.hazards import acts as hazards
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, at, cycle, hazard, looks, report, rows, told


@pytest.fixture
def county(engine: Engine) -> Engine:
    return worlds.found(engine)


def faults(engine: Engine, verb: Any, who: str, *what: Any, **more: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act(engine, verb, who, *what, **more)
    return [str(fault) for fault in refused.value.faults]


def test_a_general_hazard_from_finding_to_closing(county: Engine) -> None:
    code = report(county, place="二号车间", category="用电", rank=3)
    assert code == "H-2026-000001"
    row = hazard(county, code)
    assert (row.state, row.level, row.mode, row.source, row.found_by) == (
        "registered", "general", "by_deadline", "inspection", "inspector",
    )  # fmt: skip
    assert (row.found_on, row.due_at, row.attend_at) == (date(2026, 3, 2), at("2026-03-17"), at("2026-03-16"))
    act(county, hazards.assign, "inspector", code, responsible="boss", measures="加装防护盖", funds_yuan=500)
    act(county, hazards.begin, "boss", code)
    act(county, hazards.submit, "boss", code, note="已加装", now=at("2026-03-05 10:00"))
    act(county, hazards.accept, "inspector", code, now=at("2026-03-06 10:00"))
    row, first = hazard(county, code), cycle(county, code)
    assert (row.state, row.closed_at, row.attend_at, row.approved_by) == ("closed", at("2026-03-06 10:00"), None, None)
    assert (first.submitted_at, first.submitted_by, first.rectified) == (at("2026-03-05 10:00"), "boss", "已加装")
    assert (first.accepted_by, first.closed_at, first.closed_in_time) == ("inspector", at("2026-03-06 10:00"), True)
    assert {key: one.opens_at for key, one in looks(county, code).items()} == {
        "1.1": at("2026-04-05"), "1.2": at("2026-06-04"),
    }  # fmt: skip
    assert told(county, "hazard_reported") == ["keeper"]  # the nearest coordinator
    assert told(county, "hazard_assigned") == ["boss"]
    assert told(county, "hazard_submitted") == ["inspector", "keeper"]
    assert told(county, "hazard_closed") == ["boss"]


def test_a_major_hazard_needs_its_assurances_and_the_unit_above(county: Engine) -> None:
    code = report(county, level="major")
    assert hazard(county, code).due_at == at("2026-04-02")
    act(county, hazards.assign, "inspector", code, responsible="boss", measures="更换除尘管道")
    assert faults(county, hazards.begin, "boss", code) == [
        "funds_yuan: a major hazard needs it: one of the five assurances",
        "contingency: a major hazard needs it: one of the five assurances",
    ]
    act(county, hazards.assign, "inspector", code, funds_yuan=35_000, contingency="停产撤人")
    row = hazard(county, code)
    assert (row.responsible, row.measures, row.due_at) == (
        "boss",
        "更换除尘管道",
        at("2026-04-02"),
    )  # what stood stands
    act(county, hazards.begin, "boss", code)
    assert faults(county, hazards.assign, "inspector", code, measures="") == [
        "measures: a major hazard needs it: one of the five assurances"
    ]
    act(county, hazards.submit, "boss", code, note="已更换")
    act(county, hazards.accept, "inspector", code)
    assert (hazard(county, code).state, cycle(county, code).accepted_by) == ("submitted", "inspector")
    assert looks(county, code) == {}
    assert (told(county, "hazard_approve"), told(county, "hazard_accepted")) == (["keeper"], ["boss"])
    act(county, hazards.approve, "above", code, now=FOUND + timedelta(hours=1))
    row, first = hazard(county, code), cycle(county, code)
    assert (row.state, row.approved_by, first.accepted_by, first.accepted_at) == ("closed", "above", "inspector", FOUND)
    assert len(looks(county, code)) == 2


def test_the_unit_above_may_send_an_accepted_one_back(county: Engine) -> None:
    code = worlds.bring_to(county, "accepted", "major")
    act(county, hazards.reject, "above", code, reason="管道未验收")
    first = cycle(county, code)
    assert (hazard(county, code).state, first.accepted_by, first.submitted_by, first.rejections) == (
        "rectifying", None, None, 1,
    )  # fmt: skip
    act(county, hazards.submit, "boss", code, note="再次整改")
    with pytest.raises(Conflict):
        act(county, hazards.approve, "above", code)  # accepted it was, but not this


def test_what_is_fixed_on_the_spot_is_handed_in_at_once(county: Engine) -> None:
    code = report(county, mode="on_spot")
    row = hazard(county, code)
    assert (row.due_at, row.attend_at) == (at("2026-03-03"), at("2026-03-03"))
    act(county, hazards.submit, "inspector", code, note="当场清理")
    act(county, hazards.accept, "coord", code)
    assert (hazard(county, code).state, cycle(county, code).closed_in_time) == ("closed", True)


def test_a_submission_shows_how_it_is_after(county: Engine) -> None:
    code = worlds.bring_to(county, "rectifying")
    act(county, evidence.add, "boss", code, note="原状", stage="before")
    assert faults(county, hazards.submit, "boss", code) == [
        "note: say what was done, or add a photo or a note of how it is after"
    ]
    act(county, evidence.add, "boss", code, note="现状", stage="after")
    act(county, hazards.submit, "boss", code)
    assert hazard(county, code).state == "submitted"


def test_the_evidence_of_an_earlier_cycle_proves_nothing_now(county: Engine) -> None:
    code = worlds.closed(county)
    act(county, evidence.add, "boss", code, note="现状", stage="after")
    worlds.sweep(county, at("2026-04-01"))
    worlds.look(county, f"hazard:{code}:recheck:1.1", "rebounded", now=at("2026-04-02"))
    act(county, hazards.begin, "boss", code, now=at("2026-04-02"))
    assert len(faults(county, hazards.submit, "boss", code, now=at("2026-04-02"))) == 1


def test_a_rejection_counts_and_says_why_each_time(county: Engine) -> None:
    code = worlds.bring_to(county, "submitted")
    for _ in range(2):
        act(county, hazards.reject, "inspector", code, reason="盖板未固定")
        act(county, hazards.submit, "boss", code, note="已固定")
    assert cycle(county, code).rejections == 2
    assert told(county, "hazard_rejected") == ["boss", "boss"]
    assert faults(county, hazards.reject, "inspector", code, reason=" \n ") == ["reason: must not be empty"]


def test_closing_late_is_kept_for_ever(county: Engine) -> None:
    code = worlds.bring_to(county, "submitted")
    worlds.sweep(county, at("2026-03-17 09:00"))
    assert worlds.open_cases(county) == [f"hazard:{code}:1"]
    act(county, hazards.accept, "inspector", code, now=at("2026-03-17 10:00"))
    assert cycle(county, code).closed_in_time is False
    assert worlds.open_cases(county) == []


def test_deadlines_and_look_backs_come_from_the_campaign(county: Engine) -> None:
    worlds.campaign(
        county, deadlines={"general": {"days": 3}}, lookback={"after_days": [7], "window": {"days": 2}, "sample": 1.0}
    )
    code = report(county, campaign="drive")
    assert hazard(county, code).due_at == at("2026-03-06")
    major = report(county, campaign="drive", level="major")
    assert hazard(county, major).due_at == at("2026-04-02")  # the file names no major ones
    worlds.close(county, code, now=FOUND)
    (look,) = looks(county, code).values()
    assert (look.opens_at, look.due_at, look.campaign) == (at("2026-03-09"), at("2026-03-12"), "drive")


def test_where_a_sample_is_drawn_a_closure_owes_the_draw(county: Engine) -> None:
    worlds.campaign(county, lookback={"sample": 0.1})
    codes = [worlds.closed(county, campaign="drive") for _ in range(2)]
    assert [looks(county, code) for code in codes] == [{}, {}]
    (draw,) = rows(county, RecheckDraw)
    assert (draw.key, draw.attend_at, draw.share) == ("drive:2026-03-01:2026-03-31", at("2026-04-01"), 0.1)


def test_a_unit_may_answer_and_its_nearest_is_told(county: Engine) -> None:
    code = report(county)
    act(county, hazards.assign, "inspector", code, responsible_unit="v1")
    assert told(county, "hazard_assigned") == ["grid"]
    act(county, hazards.begin, "grid", code)
    assert hazard(county, code).state == "rectifying"
    act(county, hazards.assign, "inspector", code, responsible="boss")  # a new man, the work goes on
    assert (hazard(county, code).state, told(county, "hazard_assigned")) == ("rectifying", ["boss", "grid"])


def test_the_journal_says_who_did_what_and_why(county: Engine) -> None:
    code = worlds.bring_to(county, "submitted")
    act(county, hazards.reject, "inspector", code, reason="盖板未固定")
    lines = [(line.by, line.act, line.reason) for line in rows(county, Journal) if line.subject == code]
    assert lines == [
        ("inspector", "reported", ""), ("inspector", "assigned", ""), ("boss", "begun", ""), ("boss", "submitted", ""),
        ("inspector", "rejected", "盖板未固定"),
    ]  # fmt: skip


def test_whoever_has_a_task_reports_what_they_find_at_it(county: Engine) -> None:
    worlds.campaign(county)
    now = at("2026-12-31 09:00")
    worlds.sweep(county, now)
    (task,) = [row.key for row in rows(county, Task) if row.unit == "e1"]
    assert rows(county, Task, col(Task.key) == task)[0].assignee == "boss"
    code = report(county, "boss", task=task, now=now)
    assert (hazard(county, code).task, hazard(county, code).campaign, hazard(county, code).found_by) == (
        task, "drive", "boss",
    )  # fmt: skip
    for wrong in ({"task": task, "unit": "e2"}, {"task": None}):  # elsewhere, or without it, they hold no role
        with pytest.raises(NotFound):
            report(county, "boss", now=now, **wrong)
    with pytest.raises(NotFound):
        report(county, "nobody", task=task, now=now)
    with pytest.raises(Refused):
        report(county, "inspector", task=task, campaign="other", now=now)
