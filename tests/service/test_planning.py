"""Planning: how far it reaches, what it makes up for after a sleep, and how it follows a plan that changes."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models import Activity, Campaign, Event, Task, Unit
from service import store, units
from service.campaigns import planning
from service.rules.steps import Step, make
from service.store import Applied
from tests.service import worlds
from tests.service.worlds import at, drive, once, states, tenths

NEW_YEAR = at("2025-12-20")


def sweep(engine: Engine, on: str, *within: str) -> Applied:
    return planning.sweep(engine, at(on), within=within)


def keys(engine: Engine, unit: str = "e1") -> list[str]:
    """The marks of one unit's tasks that are not cancelled, as month-day."""
    found = worlds.tasks(engine)
    return [key.split(":")[1][5:] for key, task in found.items() if task.unit == unit and task.state != "cancelled"]


def test_tasks_are_made_forty_five_days_ahead_and_no_further(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths()), NEW_YEAR)
    assert sweep(engine, "2025-12-20") == Applied(4), "three enterprises in January, and how far it reaches"
    assert keys(engine) == ["01-10"]
    assert sweep(engine, "2025-12-26") == Applied()
    # 10 February 2026 is a Tuesday: 45 days before it begins is 27 December
    assert sweep(engine, "2025-12-26 23:59") == Applied()
    assert sweep(engine, "2025-12-27") == Applied(4)
    assert keys(engine) == ["01-10", "02-10"]
    task = worlds.row(engine, Task, "campaign:drive:monthly:2026-01-10:e1")
    assert (task.opens_at, task.due_at, task.closes_at) == (at("2026-01-12"), at("2026-01-20"), at("2026-01-27"))
    assert (task.state, task.attend_at, task.unit, task.version) == ("planned", at("2026-01-12"), "e1", 1)
    lines = worlds.journal(engine, "planned")
    assert lines.count(("sweep", "planned", "drive:monthly", "")) == 2
    assert len(lines) == 8


def test_the_last_turn_is_the_last_look(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(once("2026-02-01")), NEW_YEAR)
    sweep(engine, "2025-12-20")
    assert sorted(states(engine)) == ["once:2026-02-01:v1", "once:2026-02-01:v2"]
    row = worlds.row(engine, Activity, "drive:once")
    assert (row.attend_at, row.stale, row.planned_until_at) == (None, False, at("2026-02-01"))
    assert sweep(engine, "2027-12-20") == Applied()


def test_who_slept_from_the_start_owes_all_that_began_since(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths(), once("2026-01-01")), NEW_YEAR)
    sweep(engine, "2027-06-01")
    assert keys(engine) == [f"{month:02}-10" for month in range(1, 13)]
    assert keys(engine, "v1") == ["01-01"]
    sweep(engine, "2027-06-01")
    assert len(worlds.tasks(engine)) == 38


def test_a_campaign_that_starts_late_makes_no_past(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths()), at("2026-06-15"))
    sweep(engine, "2026-07-30")  # slept on
    assert keys(engine) == ["06-10", "07-10", "08-10", "09-10"], "June's window is open at the start, May's had ended"


def test_only_beneath_the_units_named(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths()), NEW_YEAR)
    other = drive(once("2026-01-01"), key="other", owner="city")
    worlds.launch(engine, other, NEW_YEAR)
    assert sweep(engine, "2025-12-20", "city") == Applied(2)
    assert list(states(engine)) == ["once:2026-01-01:c1"]
    assert sweep(engine, "2025-12-20", "nowhere") == Applied()
    assert sweep(engine, "2025-12-20", "town", "city") == Applied(4)


def test_planning_costs_no_more_statements_for_a_thousand_units(engine: Engine) -> None:
    units = [("town", None, "town", "", "")] + [(f"e{n:04}", "town", "enterprise", "", "") for n in range(10)]
    worlds.write(engine, *worlds.unit_steps(units))
    worlds.launch(engine, drive(tenths()), NEW_YEAR)
    with worlds.counting(engine) as few:
        assert sweep(engine, "2025-12-20") == Applied(11)
    more = [("far", "town", "village", "", "")] + [(f"f{n:04}", "far", "enterprise", "", "") for n in range(980)]
    worlds.write(engine, *worlds.unit_steps([units[0], *more])[1:])
    with worlds.counting(engine) as many:
        assert sweep(engine, "2025-12-27") == Applied(991)
    with worlds.counting(engine) as none:
        assert sweep(engine, "2025-12-28") == Applied()
    assert len(many) <= len(few)
    assert len(none) <= 2


# -- a plan that changes -----------------------------------------------------------------------------------------------


def test_a_changed_file_moves_what_has_not_opened_and_nothing_else(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(tenths()), NEW_YEAR)
    sweep(engine, "2025-12-27")
    worlds.apply(engine, drive(tenths(due={"days": 2})), at("2026-01-20"))
    sweep(engine, "2026-01-20")
    found = worlds.tasks(engine)
    assert (found["monthly:2026-01-10:e1"].due_at, found["monthly:2026-01-10:e1"].version) == (at("2026-01-20"), 1)
    assert (found["monthly:2026-02-10:e1"].due_at, found["monthly:2026-02-10:e1"].version) == (at("2026-02-13"), 2)
    assert worlds.journal(engine, "replanned")[0][2] == "campaign:drive:monthly:2026-02-10:e1"
    sweep(engine, "2026-01-20")
    assert len(worlds.journal(engine, "replanned")) == 3


def test_a_denser_plan_makes_no_past(engine: Engine) -> None:
    worlds.launch(worlds.found(engine), drive(once("2026-01-05", key="a")), NEW_YEAR)
    sweep(engine, "2025-12-20")
    weekly = {"rrule": "FREQ=WEEKLY;BYDAY=MO"}
    worlds.apply(engine, drive(once("2026-01-05", key="a", when=weekly, due={"days": 0})), at("2026-06-02 12:00"))
    sweep(engine, "2026-06-02 12:01")
    marks = keys(engine, "v1")
    assert marks[:3] == ["01-05", "06-01", "06-08"], "1 June is still open; four months of Mondays are not made up"
    assert marks[-1] == "07-13"


def test_an_activity_taken_out_and_put_back(engine: Engine) -> None:
    both = drive(tenths(), once("2026-12-01"))
    worlds.launch(worlds.found(engine), both, NEW_YEAR)
    sweep(engine, "2026-01-02")
    worlds.apply(engine, drive(once("2026-12-01")), at("2026-01-03"))
    sweep(engine, "2026-01-03")
    assert set(states(engine).values()) == {"cancelled"}
    worlds.apply(engine, both, at("2026-01-04"))
    sweep(engine, "2026-01-04")
    assert keys(engine) == ["01-10", "02-10"], "taken up again"
    worlds.apply(engine, drive(once("2026-12-01")), at("2026-01-05"))
    sweep(engine, "2026-01-05")
    worlds.apply(engine, both, at("2026-08-20"))
    sweep(engine, "2026-08-20")
    assert keys(engine) == ["08-10", "09-10"], "what passed while nobody asked for it is not owed; August is still open"
    assert len(worlds.journal(engine, "retired")) == 2


def test_put_back_within_its_window_a_task_is_taken_up_again(engine: Engine) -> None:
    text = drive(once("2026-02-02", window={"days": 20}), tenths())
    worlds.launch(worlds.found(engine), text, NEW_YEAR)
    sweep(engine, "2026-01-20")
    worlds.apply(engine, drive(tenths()), at("2026-01-25"))
    sweep(engine, "2026-01-25")
    worlds.apply(engine, text, at("2026-02-10"))
    sweep(engine, "2026-02-10")
    assert states(engine)["once:2026-02-02:v1"] == "planned"


# -- the calendar, seasons and events ----------------------------------------------------------------------------------


def test_what_the_calendar_moves_out_of_reach_is_not_lost(engine: Engine) -> None:
    """A notice may move an opening beyond the 45 days after its tasks have been made."""
    text = drive(once("2027-01-01", key="h", when={"holiday": ["qingming"]}), from_="2027-01-01", to="2027-12-31")
    worlds.launch(worlds.found(engine), text, at("2027-01-01"))
    # 清明 2027 is Monday 5 April: without a notice its days off begin on Saturday 3, and this opens on 27 March
    sweep(engine, "2027-02-10")
    assert worlds.tasks(engine)["h:2027-04-05:v1"].opens_at == at("2027-03-27")
    weekend = [("2027-04-03", "makeup_workday"), ("2027-04-04", "makeup_workday")]
    worlds.announce(engine, 2027, [*weekend, ("2027-04-05", "statutory_holiday, festival: qingming")], at("2027-02-10"))
    sweep(engine, "2027-02-10 00:01")
    for now in ("2027-02-12", "2027-03-01"):
        sweep(engine, now)
        task = worlds.tasks(engine)["h:2027-04-05:v1"]
        assert (task.state, task.opens_at) == ("planned", at("2027-03-29"))
    assert list(worlds.planned_by_preview(engine, text, "2027-01-01", "2027-12-31")) == list(worlds.tasks(engine))


def test_a_season_entered_late_makes_no_past(engine: Engine) -> None:
    patrol = once("2026-01-01", key="p", when={"season": "flood", "every_days": 7}, targets={"kinds": ["hazard_point"]})
    worlds.launch(worlds.found(engine), drive(patrol), NEW_YEAR)
    sweep(engine, "2025-12-20")
    worlds.season(engine, "2026-04-15", "2026-06-30", at("2026-06-01"))
    sweep(engine, "2026-06-01")
    assert keys(engine, "h1")[0] == "05-27", "due on 2 June and open until the 4th; what was before is past"
    assert keys(engine, "h1")[-1] == "06-24"


def test_an_event_rouses_only_who_waits_for_it(engine: Engine) -> None:
    works = once("2026-01-01", key="w", when={"event": "works"}, due={"days": 1})
    worlds.launch(worlds.found(engine), drive(works, tenths()), NEW_YEAR)
    sweep(engine, "2026-01-02")
    worlds.happen(engine, "works", "v1", "2026-01-15 10:00", now=at("2026-01-15 11:00"))
    rows = {row.key: row.stale for row in worlds.rows(engine, Activity)}
    assert rows == {"drive:w": True, "drive:monthly": False}
    sweep(engine, "2026-01-15 11:00")
    assert keys(engine, "v1") == ["01-15"]
    # registered late, and another before anybody looked: both are owed, by the time they were registered
    worlds.happen(engine, "works", "v2", "2026-01-14 10:00", now=at("2026-01-16 11:00"))
    worlds.happen(engine, "works", "v1", "2026-01-16 10:00", now=at("2026-01-17 11:00"))
    sweep(engine, "2026-03-01")
    assert (keys(engine, "v1"), keys(engine, "v2")) == (["01-15", "01-16"], ["01-14"])


def test_an_event_is_the_same_in_whatever_zone_it_is_told(engine: Engine) -> None:
    worlds.found(engine)
    key = worlds.happen(engine, "works", "v1", "2026-01-15 10:00", now=at("2026-01-15 11:00"))
    assert key == "works:v1:2026-01-15T02:00:00+00:00"
    assert worlds.row(engine, Event, key).happened_at == at("2026-01-15 10:00")


# -- while somebody plans ----------------------------------------------------------------------------------------------


def test_a_campaign_closed_while_it_is_planned_gets_no_tasks(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    key = worlds.launch(worlds.found(engine), drive(tenths()), NEW_YEAR)
    plan_steps = planning.plan_steps

    def closed_meanwhile(session: Session, row: Any, *, now: datetime, ahead: timedelta) -> tuple[Iterable[Step], Step]:
        found = plan_steps(session, row, now=now, ahead=ahead)
        worlds.run(engine, key, "close", NEW_YEAR + timedelta(hours=1))
        return found

    monkeypatch.setattr(planning, "plan_steps", closed_meanwhile)
    assert sweep(engine, "2025-12-20") == Applied()
    assert (worlds.row(engine, Campaign, key).state, worlds.tasks(engine)) == ("closed", {})


def test_two_sweeps_that_plan_the_same_undo_neither(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look at the activity before either writes how far it is planned: the second must wait and not be undone."""
    worlds.launch(worlds.found(engine), drive(tenths()), NEW_YEAR)
    meet, unchanged = Barrier(2), planning.unchanged

    def together(session: Session, row: Any, *, written: bool) -> bool:
        found = unchanged(session, row, written=written)
        if written:
            with suppress(BrokenBarrierError):  # where one is made to wait they never meet
                meet.wait(0.5)
        return found

    monkeypatch.setattr(planning, "unchanged", together)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(planning.sweep, engine, at("2025-12-20")) for _ in range(2)]
        assert sum(one.result().applied for one in both) > 0
    assert worlds.tasks(engine)


def test_a_units_own_zone_says_when_its_days_begin(engine: Engine) -> None:
    """The nearest unit above with a zone of its own decides; without any, the settings do."""
    with store.transaction(engine) as session:
        rows = {"root": ("", "/root/"), "far": ("Asia/Urumqi", "/root/far/"), "deep": ("", "/root/far/deep/")}
        for code, (zone, path) in rows.items():
            parent = path.split("/")[-3] or None
            values = {"name": code, "path": path, "parent": parent, "kind": "town", "zone": zone}
            store.require(session, [make(Unit, code, "made", values)], now=datetime(2026, 1, 1, tzinfo=UTC), by="test")
        assert [str(units.zone_of(session, code)) for code in rows] == ["Asia/Shanghai", "Asia/Urumqi", "Asia/Urumqi"]
