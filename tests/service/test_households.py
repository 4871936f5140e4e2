"""Welfare visits over lists of households: in by sheet with their tags, out as tasks, seen by those with roles."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from service import lists, people, reports_in, store, sweeps
from service.access import actor_for
from service.errors import NotFound, Refused
from service.figures import totals
from service.figures.base import Reach, Span
from service.imports.kinds import import_units
from service.tasks import acts as tasks
from tests.service.hazard_worlds import act
from tests.service.workbooks import UNITS, sheet
from tests.service.worlds import LONG_AGO, at, drive, found, launch, notices, states

MORNING = at("2026-11-20 09:00")
LONELY, CHILD = "独居老人", "留守儿童"
ROWS = (
    ("h-01", "王大爷户", "v1", "住户", "", "", LONELY, "一组3号", "13800130051"),
    ("h-02", "李奶奶户", "v1", "农户", "", "", f"{LONELY} 低保", "一组5号", ""),
    ("h-03", "小张户", "v2", "住户", "", "", CHILD, "二组1号", ""),
    ("h-04", "赵家", "v2", "住户", "", "", "", "二组2号", ""),
)
VISITS = {
    "key": "winter", "kind": "visit", "name": "取暖季走访", "when": {"date": "2026-11-20"}, "window": {"days": 10},
    "targets": {"kinds": ["household"], "tags": [LONELY, CHILD]}, "assignee": {"level": 1}, "figures": ["people"],
}  # fmt: skip


@pytest.fixture
def town(engine: Engine) -> Engine:
    found(engine)
    with store.transaction(engine) as session:
        import_units(session, actor_for(session, "coord"), sheet(UNITS, *ROWS), now=LONG_AGO)
    launch(engine, drive(VISITS), LONG_AGO)
    sweeps.sweep(engine, MORNING)
    return engine


def test_each_household_on_the_lists_has_its_visit(town: Engine) -> None:
    assert states(town) == {f"winter:2026-11-20:{unit}": "open" for unit in ("h-01", "h-02", "h-03")}
    told = {one.recipient for one in notices(town).values() if one.kind == "task_assigned"}
    assert told == {"grid1", "grid2"}, "whoever holds the grid visits"
    key = "campaign:drive:winter:2026-11-20:h-01"
    act(town, tasks.submit, "grid1", key, now=MORNING, figures={"people": 1}, note="烟道通畅")
    act(town, tasks.accept, "leader", key, now=MORNING)
    assert states(town)["winter:2026-11-20:h-01"] == "accepted"
    days = Span(date(2026, 11, 1), date(2026, 11, 30), at("2026-11-01 00:00"), at("2026-12-01 00:00"))
    with store.reading(town) as session:
        told = totals.count(session, ("visits.listed", "visits.times"), Reach("/"), days).values
    assert told == {"visits.listed": 1, "visits.times": 1}, "a household counts without a number typed"


def test_a_visit_that_is_missed_climbs(town: Engine) -> None:
    sweeps.sweep(town, MORNING + timedelta(days=12))
    assert set(states(town).values()) == {"missed"}


def test_names_and_addresses_are_seen_by_those_with_roles_there(town: Engine) -> None:
    with store.reading(town) as session:

        def homes(who: str) -> set[str]:
            return {one.key for one in people.units(session, actor_for(session, who), kind="household").items}

        assert homes("viewer") == homes("coord") == {"h-01", "h-02", "h-03", "h-04"}
        assert homes("staff") == {"h-01", "h-02"}  # a role at v1
        assert homes("stranger") == homes("grid2") == set()
        assert people.unit(session, actor_for(session, "viewer"), "h-01").address == "一组3号"
        with pytest.raises(NotFound):
            people.unit(session, actor_for(session, "stranger"), "h-01")
        assert lists.tasks(session, actor_for(session, "stranger")).items == []
        mine = lists.tasks(session, actor_for(session, "grid2"), person="grid2").items
        assert [one["unit"] for one in mine] == ["h-03"], "of no home but the one that is theirs to visit"


def test_the_public_learns_of_no_household(town: Engine) -> None:
    with store.transaction(town) as session, pytest.raises((NotFound, Refused)) as refused:
        reports_in.report_publicly(session, "h-01", "烟道堵塞", now=MORNING)
    with store.transaction(town) as session, pytest.raises((NotFound, Refused)) as unknown:
        reports_in.report_publicly(session, "h-99", "烟道堵塞", now=MORNING)
    assert [(one.field, one.reason) for one in refused.value.faults] == [
        (one.field, one.reason) for one in unknown.value.faults
    ]
    assert type(refused.value) is type(unknown.value)


def test_nobody_learns_the_name_of_a_home_by_its_address_on_the_page(town: Engine) -> None:
    with store.reading(town) as session:
        assert reports_in.named_publicly(session, "e1") == "e1"
        assert reports_in.named_publicly(session, "h-01") is None
