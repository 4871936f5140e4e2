"""Acts on incidents: reporting, clocks of a jurisdiction, corrections, reports upward, closing, striking out."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import Case, Incident, IncidentClock, IncidentLine, IncidentReport, Notice, Unit
from service import journal, store, sweeps
from service.access import SYSTEM, actor_for
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.incidents import acts as incidents
from service.incidents import clocks as incident_clocks
from service.incidents import lists as incident_lists
from service.rules.steps import change
from tests.service.hazard_worlds import act, found
from tests.service.worlds import at, row, rows, write

NOW = at("2026-03-02 08:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def county(engine: Engine) -> Engine:
    return found(engine)


def report(engine: Engine, who: str = "inspector", **what: Any) -> str:
    given = {
        "unit": "e1", "kind": "accident", "description": "除尘管道爆燃", "happened_at": NOW - 10 * MINUTE, "now": NOW,
    }  # fmt: skip
    return str(act(engine, incidents.report, who, **(given | what)))


def upward(engine: Engine, key: str, series: str = "first") -> dict[str, Any]:
    return {one.key.split(":", 3)[3]: one for one in rows(engine, IncidentReport) if f"{key}:{series}:" in one.key}


def faults(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {fault.field for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"kind": "storm"}, "kind"), ({"category": "x"}, "category"), ({"description": " "}, "description"),
        ({"happened_at": NOW + MINUTE}, "happened_at"), ({"happened_at": "今天"}, "happened_at"),
        ({"happened_at": NOW.replace(tzinfo=None)}, "happened_at"), ({"happened_at": at("1970-01-01")}, "happened_at"),
        ({"known_at": NOW - 11 * MINUTE}, "known_at"), ({"known_at": NOW + MINUTE}, "known_at"),
        ({"deaths": -1}, "deaths"), ({"injured": 1.5}, "injured"), ({"missing": True}, "missing"),
        ({"loss_yuan": 10**16}, "loss_yuan"), ({"place": "x" * 501}, "place"), ({"grade": "x"}, "grade"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_by_its_field(county: Engine, what: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        report(county, **what)
    assert field in faults(refused)
    assert (rows(county, Incident), rows(county, IncidentReport), rows(county, Notice)) == ([], [], [])


def test_who_may_report_and_who_sees_it(county: Engine) -> None:
    key = report(county, "staff", unit="v1")
    assert report(county, "coord") == "I-2026-000002"
    for who, error in (("viewer", Forbidden), ("stranger", NotFound), ("nobody", NotFound)):
        with pytest.raises(error):
            report(county, who)
    with store.reading(county) as session:
        for who in ("viewer", "above", "staff", "grid", "chief"):  # grid and chief answer for units that must report
            assert incident_lists.whole(session, actor_for(session, who), key, now=NOW).incident["key"] == key
        for who in ("stranger", "nobody"):
            with pytest.raises(NotFound):
                incident_lists.whole(session, actor_for(session, who), key, now=NOW)
        page = incident_lists.incidents(session, actor_for(session, "staff"), now=NOW)
        assert [one.key for one in page.items] == [key], "what they reported themselves"


def test_a_unit_that_was_closed_by_then_has_no_incident(county: Engine) -> None:
    write(county, change(Unit, "e2", 1, "closed", {"closed_on": at("2026-01-31").date()}))
    with pytest.raises(Refused):
        report(county, unit="e2")
    assert report(county, unit="e2", happened_at=at("2026-01-15 10:00"))


def test_a_jurisdiction_sets_shorter_clocks_and_open_incidents_keep_theirs(county: Engine) -> None:
    before = report(county)
    put = {"unit": "town", "phone_minutes": 20, "office_minutes": 40, "basis": "镇应急办〔2026〕1号"}
    clock = act(county, incident_clocks.put, "coord", now=NOW, **put)
    assert clock == "town::"
    after = report(county)
    assert {name: one.within_minutes for name, one in upward(county, before).items()} == {
        "0": 0, "1": 60, "2": 60, "3": 60,
    }  # fmt: skip
    assert {name: one.within_minutes for name, one in upward(county, after).items()} == {
        "0": 0, "1": 40, "1:phone": 20, "2": 40, "2:phone": 20, "3": 40, "3:phone": 20,
    }  # fmt: skip
    assert (row(county, Incident, after).basis, row(county, Incident, after).changes_days) == (put["basis"], 30)
    act(county, incident_clocks.put, "coord", now=NOW, unit="town", office_minutes=30, version=1)
    assert row(county, IncidentClock, clock).phone_minutes is None, "a row says what it says, and no more"
    with pytest.raises(Conflict):
        act(county, incident_clocks.put, "coord", now=NOW, unit="town", office_minutes=30, version=1)
    with pytest.raises(NotFound):
        act(county, incident_clocks.drop, "coord", "town:x:", now=NOW, version=2)
    act(county, incident_clocks.drop, "coord", clock, now=NOW, version=2)
    assert rows(county, IncidentClock) == []
    assert row(county, Incident, after).office_minutes == 40
    elsewhere = report(county, "above", unit="other")
    assert set(upward(county, elsewhere)) == {"0", "1"}


def test_who_may_set_clocks(county: Engine) -> None:
    for who, error in (("inspector", Forbidden), ("stranger", NotFound)):
        with pytest.raises(error):
            act(county, incident_clocks.put, who, now=NOW, unit="town", office_minutes=30)
    with pytest.raises(Forbidden):
        act(county, incident_clocks.put, "coord", now=NOW, office_minutes=30)
    assert act(county, incident_clocks.put, "above", now=NOW, office_minutes=30) == "::", "the one root is theirs"
    with pytest.raises(Refused) as refused:
        act(county, incident_clocks.put, "coord", now=NOW, unit="town", basis="x")
    assert faults(refused) == {"office_minutes"}
    with store.reading(county) as session:
        assert [one["key"] for one in incident_clocks.listed(session, actor_for(session, "stranger"))["items"]] == [
            "::"
        ]
        assert incident_clocks.listed(session, SYSTEM)["national"][0]["basis"] == "国务院令第493号"


def test_a_correction_is_a_new_line_and_the_old_values_stay(county: Engine) -> None:
    key = report(county, injured=3)
    act(county, incidents.correct, "inspector", key, now=NOW + MINUTE, reason="核实", injured=2, deaths=1)
    act(county, incidents.correct, "coord", key, now=NOW + 2 * MINUTE, reason="定损", loss_yuan=10_000_000)
    lines = [(one.nth, one.injured, one.deaths, one.loss_yuan, one.reason) for one in rows(county, IncidentLine)]
    assert lines == [(1, 3, 0, 0, ""), (2, 2, 1, 0, "核实"), (3, 2, 1, 10_000_000, "定损")]
    now = row(county, Incident, key)
    assert (now.injured, now.deaths, now.loss_yuan, now.grade, now.lines, now.changes) == (
        2, 1, 10_000_000, "larger", 3, 1,
    )  # fmt: skip
    with store.reading(county) as session:
        acts = [line.act for line in journal.lines(session, [key], limit=50)]
    assert acts.count("corrected") == 2
    assert set(upward(county, key, "change1")) == {"1", "2", "3"}, "loss changes no casualties"


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({}, "reason"), ({"injured": 0}, "reason"), ({"kind": "near_miss"}, "kind"), ({"known_at": NOW}, "known_at"),
        ({"happened_at": NOW + 2 * MINUTE}, "happened_at"), ({"happened_at": NOW + MINUTE}, "known_at"),
        ({"deaths": "1"}, "deaths"),
    ],
)  # fmt: skip
def test_a_bad_correction_is_refused(county: Engine, what: dict[str, Any], field: str) -> None:
    key = report(county)
    with pytest.raises(Refused) as refused:
        act(county, incidents.correct, "inspector", key, now=NOW + MINUTE, reason="核实", **what)
    assert field in faults(refused)
    with pytest.raises(Refused):
        act(county, incidents.correct, "inspector", key, now=NOW + MINUTE, reason=" ", deaths=1)
    with pytest.raises(Conflict):
        act(county, incidents.correct, "inspector", key, now=NOW + MINUTE, reason="核实", deaths=1, version=9)
    with pytest.raises(Forbidden):
        act(county, incidents.correct, "viewer", key, now=NOW + MINUTE, reason="核实", deaths=1)
    assert len(rows(county, IncidentLine)) == 1


def test_a_call_is_entered_with_the_instant_at_which_it_was_made(county: Engine) -> None:
    key = report(county)
    owed = upward(county, key)["1"].key
    later = NOW + 90 * MINUTE
    for made_at in (NOW - MINUTE, later + MINUTE):
        with pytest.raises(Refused):
            act(county, incidents.report_up, "boss", key, owed, now=later, made_at=made_at)
    with pytest.raises(NotFound):
        act(county, incidents.report_up, "boss", key, f"{owed}x", now=later)
    with pytest.raises(Forbidden):
        act(county, incidents.report_up, "viewer", key, owed, now=later)
    act(county, incidents.report_up, "boss", key, owed, now=later, made_at=NOW + 20 * MINUTE, text="电话报村")
    one = row(county, IncidentReport, owed)
    assert (one.made_at, one.made_by, one.text) == (NOW + 20 * MINUTE, "boss", "电话报村")
    with pytest.raises(Conflict):
        act(county, incidents.report_up, "boss", key, owed, now=later)


def test_what_lies_further_back_than_its_window_is_for_the_figures_alone(county: Engine) -> None:
    key = report(county, happened_at=at("2025-03-02 08:00"))
    assert key == "I-2025-000001", "the year in which it happened"
    assert (row(county, Incident, key).state, rows(county, IncidentReport), rows(county, Notice)) == ("closed", [], [])
    act(county, incidents.correct, "inspector", key, now=NOW, reason="年度核对", deaths=1)
    assert (row(county, Incident, key).deaths, rows(county, IncidentReport)) == (1, [])
    near = report(county, kind="near_miss")
    assert row(county, Incident, near).state == "closed", "nothing is owed about a near miss"
    assert {one.kind for one in rows(county, Notice)} == {"incident_corrected", "incident_reported"}


def test_void_ends_what_is_owed_and_is_final(county: Engine) -> None:
    key = report(county)
    sweeps.sweep(county, NOW + 61 * MINUTE, only=("incidents", "cases"))
    assert {case.state for case in rows(county, Case)} == {"open"}
    with pytest.raises(Forbidden):
        act(county, incidents.void, "inspector", key, now=NOW + 62 * MINUTE, reason="误报")
    act(county, incidents.void, "leader", key, now=NOW + 62 * MINUTE, reason="误报")
    assert {case.state for case in rows(county, Case)} == {"ended"}
    assert {one.attend_at for one in rows(county, IncidentReport)} == {None}
    for again in (incidents.void, incidents.close):
        with pytest.raises(Conflict):
            act(county, again, "leader", key, now=NOW + 63 * MINUTE, reason="误报")
    with pytest.raises(Conflict):
        act(county, incidents.correct, "inspector", key, now=NOW + 63 * MINUTE, reason="误报", deaths=1)


def test_the_list_is_asked_by_what_one_looks_for(county: Engine) -> None:
    first = report(county, category="fire", happened_at=NOW - 300 * MINUTE, known_at=NOW - 290 * MINUTE)
    second = report(county, "above", unit="other", kind="flash", happened_at=NOW - 20 * MINUTE)
    third = report(county, happened_at=NOW - 10 * MINUTE)

    def asked(who: str = "above", **what: Any) -> list[str]:
        with store.reading(county) as session:
            page = incident_lists.incidents(session, actor_for(session, who), now=NOW, **what)
            return [one.key for one in page.items]

    assert asked() == [third, second, first]
    assert asked("coord") == [third, first]
    assert asked(unit="other") == [second]
    assert asked(kinds=["flash"]) == [second]
    assert asked(category="fire") == asked(overdue=True) == [first]
    assert asked(overdue=False) == [third, second]
    assert asked(states=["closed"]) == []
    day = NOW.date()
    assert asked(happened_from=day, happened_to=day) == [third, second, first]
    assert asked(happened_from=day + timedelta(days=1)) == []
    with store.reading(county) as session:
        actor = actor_for(session, "above")
        page = incident_lists.incidents(session, actor, now=NOW, limit=2)
        rest = incident_lists.incidents(session, actor, now=NOW, limit=2, after=page.next)
    assert ([one.key for one in rest.items], rest.next) == ([first], None)
