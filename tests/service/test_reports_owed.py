"""Reports that tasks owe: made as the task opens, drafted by the sweep, and the task is submitted by the sending."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col

from models import Notice, Report, Task, TaskFigure
from models.kinds import ReportState, TaskState
from service import store, sweeps
from service.access import SYSTEM
from service.errors import Refused
from service.reports import sending, shown, writing
from service.tasks import acts as tasks
from tests.service import hazard_worlds as ledger
from tests.service import report_worlds as world
from tests.service.hazard_worlds import act, told
from tests.service.worlds import at, launch

START = at("2026-01-01 08:00")


def campaign(engine: Engine, **activity: Any) -> None:
    """A campaign whose one activity is a report of the town."""
    known = {
        "key": "r",
        "kind": "report",
        "name": "工作总结",
        "targets": {"kinds": ["town"], "within": "town"},
        "assignee": {"level": 3},
    }
    plan = {
        "key": "reports",
        "name": "报告",
        "owner": "town",
        "from": "2026-01-01",
        "to": "2026-12-31",
        "activities": [known | activity],
    }
    launch(engine, json.dumps(plan, ensure_ascii=False), START)


@pytest.fixture
def county(engine: Engine) -> Engine:
    ledger.found(engine)
    return engine


def owed(engine: Engine) -> list[Any]:
    return ledger.rows(engine, Report)


MONTHLY = {
    "when": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-3", "on_rest_day": "previous_workday"},
    "due": {"working_days": 3},
}


def test_a_monthly_report_opens_with_its_task_and_is_drafted(county: Engine) -> None:
    campaign(county, **MONTHLY)
    sweeps.sweep(county, at("2026-01-29 08:00"))
    (report,) = owed(county)
    assert (report.template, report.period, report.from_on, report.to_on) == (
        "monthly_form",
        "month",
        date(2026, 1, 1),
        date(2026, 1, 31),
    )
    assert report.state == ReportState.drafting
    assert report.key == f"report:{report.task}"
    assert json.loads(report.draft)["template"] == "monthly_form"
    assert told(county, "report_drafted") == ["chief"]
    # nothing more is owed at the same instant
    assert sum(one.applied for one in sweeps.sweep(county, at("2026-01-29 08:00")).values()) == 0


def test_it_is_drafted_again_when_the_days_are_over(county: Engine) -> None:
    campaign(county, **MONTHLY)
    sweeps.sweep(county, at("2026-01-29 08:00"))
    (report,) = owed(county)
    act(county, writing.write, "chief", report.key, "remarks", "本月无重大隐患", now=at("2026-01-30 10:00"))
    code = ledger.report(county, now=at("2026-01-30 11:00"))
    assert code
    sweeps.sweep(county, at("2026-02-02 00:00"))
    (report,) = owed(county)
    draft = json.loads(report.draft)
    assert world.value(draft, "hazards.found") == 1
    assert draft["texts"]["remarks"]["text"] == "本月无重大隐患"
    assert told(county, "report_drafted") == ["chief"]


@pytest.mark.parametrize(
    ("when", "period", "first", "last", "template"),
    [
        ({"rrule": "FREQ=WEEKLY;BYDAY=FR"}, "week", "2025-12-29", "2026-01-04", "phase_report"),
        (
            {"rrule": "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=22"},
            "quarter",
            "2026-01-01",
            "2026-03-31",
            "phase_report",
        ),
        ({"rrule": "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=20"}, "half_year", "2026-01-01", "2026-06-30", "town_summary"),
        ({"rrule": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=10"}, "year", "2026-01-01", "2026-12-31", "town_summary"),
        ({"date": "2026-07-25"}, "other", "2026-01-01", "2026-07-31", "town_summary"),
        ({"season": "flood", "every_days": 7}, "week", "2026-04-06", "2026-04-12", "phase_report"),
        (
            {"holiday": ["labour_day"], "opens_days_before": 5, "due_days_before": 1},
            "holiday",
            "2026-05-01",
            "2026-05-05",
            "duty_table",
        ),
    ],
)
def test_the_days_follow_from_how_it_comes_round(
    county: Engine, when: dict[str, Any], period: str, first: str, last: str, template: str
) -> None:
    from tests.service.worlds import season

    season(county, "2026-04-15", "2026-10-15", START)
    campaign(county, when=when)
    for day in range(0, 366, 6):
        sweeps.sweep(county, START + timedelta(days=day), only=("planning", "tasks"))
    one = min(owed(county), key=lambda report: report.made_at)
    assert (one.period, str(one.from_on), str(one.to_on), one.template) == (period, first, last, template)


def test_what_an_event_triggers_owes_no_report_of_days(county: Engine) -> None:
    from tests.service.worlds import happen

    campaign(county, when={"event": "resumption"})
    happen(county, "resumption", "town", "2026-02-01 08:00", now=at("2026-02-01 08:00"))
    sweeps.sweep(county, at("2026-02-01 09:00"))
    assert len(ledger.rows(county, Task, col(Task.kind) == "report")) == 1
    assert owed(county) == []


def test_a_task_opened_before_its_time_owes_its_report_too(county: Engine) -> None:
    campaign(county, when={"date": "2026-02-10"})
    sweeps.sweep(county, START)
    (task,) = ledger.rows(county, Task)
    act(county, tasks.open_task, "coord", task.key, now=at("2026-02-01 08:00"))
    assert [one.task for one in owed(county)] == [task.key]


def test_thirty_days_asleep_end_as_a_sweep_each_hour_does(engine: Engine, all_databases: Any, tmp_path: Any) -> None:
    ledger.found(engine)
    campaign(engine, **MONTHLY)
    other = all_databases.sqlite(tmp_path / "awake.sqlite")
    ledger.found(other)
    campaign(other, **MONTHLY)
    sweeps.sweep(engine, at("2026-02-20 08:00"))
    sweeps.sweep(engine, at("2026-02-20 08:00"))
    now = START
    while now < at("2026-02-20 08:00"):
        sweeps.sweep(other, now)
        now += timedelta(hours=9)
    sweeps.sweep(other, at("2026-02-20 08:00"))
    asleep, awake = (
        [(one.key, one.state, one.draft, one.attend_at, one.drafted_at) for one in owed(each)]
        for each in (engine, other)
    )
    assert asleep == awake
    heard = [{one.key for one in ledger.rows(each, Notice) if one.kind == "report_drafted"} for each in (engine, other)]
    assert heard[0] <= heard[1]
    other.dispose()


def test_sending_submits_the_task_with_the_numbers_it_asks_for(county: Engine) -> None:
    campaign(county, when={"date": "2026-03-02"}, due={"days": 9}, figures=["hazards", "visits", "guests"])
    ledger.report(county, now=at("2026-02-02 09:00"))
    now = at("2026-03-03 08:00")
    sweeps.sweep(county, now)
    (report,) = owed(county)
    world.freeze(county, report.key, "chief", now=now)
    world.sign(county, report.key, "leader", now=now)
    with pytest.raises(Refused) as refused:
        world.send(county, report.key, "chief", now=now)
    assert [fault.field for fault in refused.value.faults] == ["figures.guests"]
    assert ledger.row(county, Report, report.key).state == ReportState.frozen  # nothing half done
    world.send(county, report.key, "chief", now=now, figures={"guests": 7})
    (task,) = ledger.rows(county, Task)
    assert (task.state, task.submitted_by) == (TaskState.submitted, "chief")
    numbers = {one.name: one.value for one in ledger.rows(county, TaskFigure)}
    assert numbers == {"hazards": 1, "visits": 0, "guests": 7}


def test_after_the_window_it_is_sent_all_the_same(county: Engine) -> None:
    campaign(county, when={"date": "2026-03-02"})
    sweeps.sweep(county, at("2026-03-02 08:00"))
    (report,) = owed(county)
    late = at("2026-06-01 08:00")
    sweeps.sweep(county, late)
    world.freeze(county, report.key, "coord", now=late)
    world.sign(county, report.key, now=late)
    world.send(county, report.key, "coord", now=late)
    assert ledger.rows(county, Task)[0].state == TaskState.missed
    assert ledger.row(county, Report, report.key).state == ReportState.sent


def test_whoever_has_the_task_may_write_and_send_but_not_sign(county: Engine) -> None:
    campaign(county, when={"date": "2026-03-02"})
    now = at("2026-03-02 08:00")
    sweeps.sweep(county, now)
    (report,) = owed(county)
    with store.reading(county) as session:
        assert shown.whole(session, world.actor(county, "chief"), report.key).report["unit"] == "town"
        assert shown.snapshot_of(session, SYSTEM, report.key)["edition"] == 0
    world.freeze(county, report.key, "chief", now=now)
    with pytest.raises(Exception, match="role does not allow"):
        act(county, sending.sign, "chief", report.key, now=now)
