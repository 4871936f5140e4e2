"""Numbers declared with tasks are set beside what the records of the same say; what differs is said in the report."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Report, Task
from service import papers, sweeps
from service.reports import sending, wording
from service.tasks import acts as tasks
from service.words import LOCALES
from tests.service import hazard_worlds as ledger
from tests.service import report_worlds as world
from tests.service.hazard_worlds import act
from tests.service.worlds import at, launch

START = at("2026-01-01 08:00")
OPEN = at("2026-03-02 09:00")
FINDING = {"description": "配电箱无防护盖", "level": "general", "mode": "by_deadline"}


@pytest.fixture
def county(engine: Engine) -> Engine:
    ledger.found(engine)
    return engine


def launched(engine: Engine, *activities: dict[str, Any]) -> None:
    plan = {
        "key": "drive", "name": "专项整治", "owner": "town", "from": "2026-01-01", "to": "2026-12-31",
        "activities": list(activities),
    }  # fmt: skip
    launch(engine, json.dumps(plan, ensure_ascii=False), START)
    sweeps.sweep(engine, OPEN)


CHECK = {
    "key": "check", "kind": "inspection", "name": "安全检查", "when": {"date": "2026-03-02"}, "due": {"days": 5},
    "targets": {"kinds": ["village"], "within": "town"}, "figures": ["hazards", "rectified"],
}  # fmt: skip
SUMMARY = {
    "key": "summary", "kind": "report", "name": "工作总结", "when": {"date": "2026-03-02"}, "due": {"days": 20},
    "targets": {"kinds": ["town"], "within": "town"}, "assignee": {"level": 3}, "figures": ["hazards"],
}  # fmt: skip


def handed_in(engine: Engine, hazards: int, rectified: int = 0) -> None:
    """The village's check is handed in with one hazard in the ledger, whatever numbers are typed."""
    act(
        engine, tasks.submit, "inspector", "campaign:drive:check:2026-03-02:v1", now=OPEN,
        figures={"hazards": hazards, "rectified": rectified}, findings=[FINDING],
    )  # fmt: skip


def declared(snapshot: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (one["figure"], one["declared"], one["counted"], [each["unit"] for each in one["tasks"]])
        for one in snapshot["findings"]
        if one["kind"] == "declared"
    ]


def test_what_was_typed_with_a_task_of_work_is_set_beside_its_hazards(county: Engine) -> None:
    launched(county, CHECK)
    handed_in(county, 1)
    assert declared(world.drawing(county, "town")) == []
    ledger.report(county, now=OPEN)  # found otherwise: nothing that this task has declared
    assert declared(world.drawing(county, "town")) == []


def test_it_is_said_beside_the_figure_in_both_languages_and_in_print(county: Engine) -> None:
    launched(county, CHECK)
    handed_in(county, 12, 2)
    snapshot = world.drawing(county, "town", campaign="drive")
    assert declared(snapshot) == [("hazards.found", 12, 1, ["v1"]), ("hazards.rectified", 2, 0, ["v1"])]
    first = snapshot["findings"][snapshot["figures"]["hazards.found"]["findings"][0]]
    assert [wording.finding(snapshot, first, locale) for locale in LOCALES] == [
        "发现隐患：v1随任务填报12，相应记录为1。" if locale == "zh_CN" else
        "Hazards found: v1 declared 12 with tasks, while the records of the same say 1."
        for locale in LOCALES
    ]  # fmt: skip
    assert "v1随任务填报12" in papers.render(snapshot, "md", "zh_CN").decode()
    assert declared(world.drawing(county, "other")) == []
    assert declared(world.drawing(county, "town", last=at("2026-02-01").date())) == []


def test_the_same_number_twice_over_is_summed_and_the_first_units_named(county: Engine) -> None:
    launched(county, CHECK | {"targets": {"kinds": ["village", "enterprise"], "within": "town"}})
    for unit in ("v1", "e1", "e2"):
        key = f"campaign:drive:check:2026-03-02:{unit}"
        act(county, tasks.submit, "inspector", key, now=OPEN, figures={"hazards": 4, "rectified": 0})
    snapshot = world.drawing(county, "county")
    assert declared(snapshot) == [("hazards.found", 12, 0, ["v1", "e1", "e2"])]
    assert wording.finding(snapshot, snapshot["findings"][0], "zh_CN").startswith("发现隐患：v1等3家单位")


def sent_up(engine: Engine, **figures: int) -> Any:
    launched(engine, SUMMARY)
    ledger.report(engine, now=OPEN)
    (report,) = ledger.rows(engine, Report)
    world.freeze(engine, report.key, "chief", now=OPEN)
    world.sign(engine, report.key, "leader", now=OPEN)
    act(engine, sending.send, "chief", report.key, now=OPEN, figures=figures)
    return report


def test_what_was_typed_as_a_report_was_sent_is_set_beside_that_report(county: Engine) -> None:
    report = sent_up(county, hazards=81)
    days = {"first": report.from_on, "last": report.to_on}
    assert declared(world.drawing(county, "county", **days)) == [("hazards.found", 81, 1, ["town"])]
    assert declared(world.drawing(county, "county")) == [("hazards.found", 81, 1, ["town"])]  # of some of the days
    assert declared(world.drawing(county, "county", first=at("2026-03-01").date())) == []


def test_what_the_report_itself_said_agrees(county: Engine) -> None:
    report = sent_up(county)
    assert declared(world.drawing(county, "county", first=report.from_on, last=report.to_on)) == []


def test_without_any_report_it_is_set_beside_the_records(county: Engine) -> None:
    launched(county, SUMMARY)
    ledger.report(county, now=OPEN)
    (task,) = ledger.rows(county, Task)
    act(county, tasks.submit, "chief", task.key, now=OPEN, figures={"hazards": 7})
    (report,) = ledger.rows(county, Report)
    days = {"first": report.from_on, "last": report.to_on}
    assert declared(world.drawing(county, "county", **days)) == [("hazards.found", 7, 1, ["town"])]
    assert declared(world.drawing(county, "county", **days, template_key="duty_table")) == []  # it counts no hazards
