"""An accident at two in the morning: who is told, which report upward is late, how it climbs, and how it ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Case, CaseRung, Incident, IncidentLine, IncidentReport, Notice
from models.base import table_of
from service import auditor, store, sweeps
from service.couriers import MemoryCourier
from service.incidents import acts as incidents
from service.rules.incidents import standing
from tests.service.hazard_worlds import act, found
from tests.service.messages import reach, send
from tests.service.worlds import at, row, rows

HAPPENED = at("2026-03-02 02:00")
MINUTE = timedelta(minutes=1)
NOUNS = ("incidents", "alerts", "cases")
PEOPLE = ("boss", "grid", "deputy", "chief", "secretary", "office", "above", "keeper", "coord")


@pytest.fixture
def county(engine: Engine) -> Engine:
    found(engine)
    for n, person in enumerate(PEOPLE):
        reach(engine, person, f"wecombot://12345678-1234-1234-1234-1234567890{n:02}")
    return engine


class Night:
    """The county from one minute to the next: swept, what is owed sent, and the auditor content all the while."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.memory = MemoryCourier()

    def until(self, first: datetime, last: datetime) -> None:
        now = first
        while now <= last:
            self.minute(now)
            now += MINUTE

    def minute(self, now: datetime) -> None:
        sweeps.sweep(self.engine, now, only=NOUNS)
        send(self.engine, now, self.memory)
        with store.reading(self.engine) as session:
            assert [one for one in auditor.audit(session, now) if not one.well] == []

    def told(self, kind: str) -> list[tuple[str, datetime]]:
        """Who has been told so, and from when it was owed."""
        asked = rows(self.engine, Notice, table_of(Notice).c.kind == kind)
        return sorted(((one.recipient, one.owed_at) for one in asked), key=lambda one: (one[1], one[0]))


def report(engine: Engine, key: str, name: str) -> Any:
    return row(engine, IncidentReport, f"incident:{key}:{name}")


def opened(engine: Engine) -> str:
    """The inspector enters at 02:15 what the head of the enterprise knew at 02:10."""
    return str(
        act(
            engine, incidents.report, "inspector", now=HAPPENED + 15 * MINUTE, unit="e1", kind="accident",
            category="industry", description="除尘管道爆燃", happened_at=HAPPENED, known_at=HAPPENED + 10 * MINUTE,
            injured=2,
        )
    )  # fmt: skip


def test_a_late_report_upward(county: Engine) -> None:
    night, key = Night(county), opened(county)
    assert key == "I-2026-000001"
    assert {name: report(county, key, name).due_at for name in ("first:0", "first:1", "first:2", "first:3")} == {
        "first:0": HAPPENED, "first:1": at("2026-03-02 03:10"), "first:2": at("2026-03-02 03:10"),
        "first:3": at("2026-03-02 03:10"),
    }  # fmt: skip
    night.until(HAPPENED + 15 * MINUTE, at("2026-03-02 02:39"))
    assert {who for who, _ in night.told("incident_report_due")} == {"boss", "grid", "chief"}
    assert {message.urgent for _, message in night.memory.got} == {True}, "it waits for no morning"
    act(county, incidents.report_up, "boss", key, f"incident:{key}:first:1", now=at("2026-03-02 02:40"), text="已报村")
    act(county, incidents.report_up, "grid", key, f"incident:{key}:first:2", now=at("2026-03-02 03:05"))
    night.until(at("2026-03-02 02:40"), at("2026-03-02 03:09"))
    assert rows(county, Case) == []

    night.until(at("2026-03-02 03:10"), at("2026-03-02 03:50"))
    late = report(county, key, "first:3")
    (case,) = rows(county, Case)
    assert (case.subject, case.kind, case.began_at, case.unit) == (late.key, "incident", late.due_at, "town")
    rungs = [(one.place, one.person, one.due_at - late.due_at, one.state) for one in rows(county, CaseRung)]
    assert rungs == [
        (1, "chief", 0 * MINUTE, "taken"), (2, None, 15 * MINUTE, "passed_over"), (3, "chief", 15 * MINUTE, "taken"),
        (4, "secretary", 60 * MINUTE, "waiting"), (5, "office", 120 * MINUTE, "waiting"),
    ]  # fmt: skip
    night.until(at("2026-03-02 03:51"), at("2026-03-02 09:20"))
    assert [who for who, _ in night.told("escalated")] == ["chief", "chief", "secretary", "office"]
    assert night.told("still_open") == [("office", at("2026-03-02 09:10"))], "four hours after the last rung"

    act(county, incidents.report_up, "chief", key, late.key, now=at("2026-03-02 09:30"), text="迟报说明")
    assert row(county, Case, case.key).state == "ended"
    assert [who for who, _ in night.told("incident_came")] == ["grid", "chief", "office"]
    assert standings(county, key, at("2026-03-02 09:30")) == {
        "first:0": "made", "first:1": "made", "first:2": "made", "first:3": "late",
        "closing:1": "waiting", "closing:2": "waiting", "closing:3": "waiting",
    }  # fmt: skip


def standings(engine: Engine, key: str, now: datetime) -> dict[str, str]:
    one, reports = row(engine, Incident, key), rows(engine, IncidentReport)
    return {
        report.key.split(":", 2)[2]: standing(report, reports, one.state, one.ends_at, now)
        for report in sorted(reports, key=lambda report: (report.limit_at, report.place))
    }


def test_casualties_change_and_the_window_closes(county: Engine) -> None:
    night, key = Night(county), opened(county)
    morning = at("2026-03-02 08:00")
    for place, who in enumerate(("boss", "grid", "chief"), 1):
        act(county, incidents.report_up, who, key, f"incident:{key}:first:{place}", now=HAPPENED + 20 * MINUTE)
    night.minute(morning)
    act(county, incidents.correct, "inspector", key, now=morning, reason="一人不治", deaths=1, injured=1)
    lines = [(one.nth, one.deaths, one.injured, one.by, one.reason) for one in rows(county, IncidentLine)]
    assert lines == [(1, 0, 2, "inspector", ""), (2, 1, 1, "inspector", "一人不治")], "the first line stays"
    assert {row(county, Incident, key).deaths, row(county, Incident, key).lines} == {1, 2}
    assert report(county, key, "change1:3").due_at == at("2026-03-02 09:00")
    act(county, incidents.correct, "inspector", key, now=morning, reason="地点", place="二号车间")
    assert row(county, Incident, key).changes == 1, "no casualties changed: nothing is owed"
    for place, who in enumerate(("boss", "grid", "chief"), 1):
        act(county, incidents.report_up, who, key, f"incident:{key}:change1:{place}", now=morning)
    assert rows(county, Case) == []

    closes = row(county, Incident, key).ends_at
    assert closes == at("2026-04-02"), "30 days after it happened"
    night.minute(closes - MINUTE)
    asked = len(night.told("incident_report_due"))
    night.minute(closes)
    assert len(night.told("incident_report_due")) == asked + 3, "the last report is asked for when the days are over"
    for place, who in enumerate(("boss", "grid", "chief"), 1):
        assert row(county, Incident, key).state == "open"
        act(county, incidents.report_up, who, key, f"incident:{key}:closing:{place}", now=closes + place * MINUTE)
    assert row(county, Incident, key).state == "closed"
    night.minute(closes + timedelta(days=3))
    assert rows(county, Case) == []


def test_what_nobody_reports_is_omitted_and_ends_with_the_incident(county: Engine) -> None:
    night, key = Night(county), opened(county)
    night.until(HAPPENED + 15 * MINUTE, HAPPENED + 75 * MINUTE)
    act(county, incidents.report_up, "chief", key, f"incident:{key}:first:3", now=HAPPENED + 76 * MINUTE)
    found = standings(county, key, HAPPENED + 76 * MINUTE)
    assert (found["first:1"], found["first:2"], found["first:3"]) == ("omitted", "omitted", "late")
    act(county, incidents.close, "leader", key, now=HAPPENED + 80 * MINUTE, reason="现场处置完毕")
    assert {case.state for case in rows(county, Case)} == {"ended"}
    assert set(standings(county, key, HAPPENED + 80 * MINUTE).values()) == {"made", "late", "omitted"}
    before = len(rows(county, Notice))
    night.minute(HAPPENED + timedelta(days=60))
    assert len(rows(county, Notice)) == before, "nothing more is owed"
