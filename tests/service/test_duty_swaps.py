"""Swaps, substitutes, take-overs, gaps and the serving of watches; turns stay whose they were."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models import DutyLog, Notice, PresenceCheck, Swap, Watch
from models.base import table_of
from service import store
from service.access import SYSTEM
from service.duty import gaps, presence, serving, swaps
from service.errors import Conflict, Forbidden, NotFound, Refused
from tests.service import worlds
from tests.service.duty_worlds import FROM, kept, published, watches

DAY = timedelta(days=1)
OFFICERS = {"grid1", "grid2", "staff", "inspector"}


def act(engine: Engine, call: Any, person: str, *given: Any, **named: Any) -> Any:
    """One act of one person, in a transaction of its own."""
    with store.transaction(engine) as session:
        who = SYSTEM if person == "zhiban" else worlds.actor(session, person)
        return call(session, who, *given, **named)


def officers(engine: Engine) -> list[Any]:
    """The officers' watches in order."""
    table = table_of(Watch)
    return sorted(worlds.rows(engine, Watch, table.c.role == "officer"), key=lambda row: row.starts_at)


def told(engine: Engine, *kinds: str) -> set[tuple[str, str, str]]:
    return {(one.kind, one.recipient, one.subject) for one in worlds.rows(engine, Notice) if one.kind in kinds}


def settled(engine: Engine, now: datetime) -> Engine:
    kept(engine, now)
    published(engine, now)
    return engine


def test_a_swap_is_asked_accepted_and_costs_nobody_a_turn(engine: Engine, now: datetime) -> None:
    settled(engine, now)
    mine = officers(engine)[0]
    other = next(row for row in officers(engine) if row.on >= mine.on + 4 * DAY and row.served_by != mine.served_by)
    key = act(engine, swaps.ask, mine.served_by, mine.key, other.served_by, now=now, in_return=other.key, reason="有事")
    assert told(engine, "swap_asked") == {("swap_asked", other.served_by, key)}
    (asked,) = [one for one in worlds.rows(engine, Notice) if one.kind == "swap_asked"]
    assert (asked.facts["return_at"], asked.facts["reason"]) == (other.starts_at.isoformat(), "有事")
    third = (OFFICERS - {mine.served_by, other.served_by}).pop()
    with pytest.raises((Forbidden, NotFound)):
        act(engine, swaps.accept, third, key, now=now)
    broken = act(engine, swaps.accept, "coord", key, now=now, reason="同意")
    by = {row.key: row for row in officers(engine)}
    assert (by[mine.key].served_by, by[mine.key].turn_of) == (other.served_by, mine.served_by)
    assert (by[other.key].served_by, by[other.key].turn_of) == (mine.served_by, other.served_by)
    assert by[mine.key].sequence == by[other.key].sequence == 1
    assert all(one.rule == "rest" for one in broken)
    row = worlds.row(engine, Swap, key)
    assert (row.state, row.answered_by) == ("accepted", "coord")
    with pytest.raises(Conflict):
        act(engine, swaps.decline, other.served_by, key, now=now)


def test_only_the_one_asked_says_yes_or_no(engine: Engine, now: datetime) -> None:
    settled(engine, now)
    mine = officers(engine)[0]
    asked = next(iter(sorted(OFFICERS - {mine.served_by})))
    key = act(engine, swaps.ask, mine.served_by, mine.key, asked, now=now)
    act(engine, swaps.decline, asked, key, now=now, reason="不行")
    assert told(engine, "swap_declined") == {("swap_declined", mine.served_by, key)}
    again = act(engine, swaps.ask, mine.served_by, mine.key, asked, now=now)
    assert again == f"{mine.key}:2"
    act(engine, swaps.withdraw, mine.served_by, again, now=now)
    assert worlds.row(engine, Swap, again).state == "withdrawn"
    with pytest.raises(Forbidden):
        act(engine, swaps.ask, asked, mine.key, asked, now=now)
    with pytest.raises(NotFound):
        act(engine, swaps.ask, "stranger", mine.key, asked, now=now)
    with pytest.raises(Refused):
        act(engine, swaps.ask, "coord", mine.key, mine.served_by, now=now)
    with pytest.raises(Conflict):
        act(engine, swaps.ask, mine.served_by, mine.key, asked, now=mine.starts_at)


def test_a_swap_that_breaks_a_rule_needs_a_planner_and_a_reason(engine: Engine, now: datetime) -> None:
    settled(engine, now)
    first, second = officers(engine)[:2]
    key = act(engine, swaps.ask, first.served_by, first.key, second.served_by, now=now)
    with pytest.raises(Refused) as refused:
        act(engine, swaps.accept, second.served_by, key, now=now, reason="我行")
    assert "without the rest owed" in str(refused.value.faults[0])
    broken = act(engine, swaps.accept, "coord", key, now=now, reason="人手不够")
    assert {one.rule for one in broken} == {"rest"}
    assert officers(engine)[0].served_by == second.served_by


def test_a_substitute_and_a_take_over_keep_the_turn(engine: Engine, now: datetime) -> None:
    settled(engine, now)
    mine = officers(engine)[0]
    act(engine, swaps.substitute, "coord", mine.key, "boss1", now=now, reason="借调")
    row = officers(engine)[0]
    assert (row.turn_of, row.served_by, row.state) == (mine.turn_of, "boss1", "published")
    assert ("duty_freed", mine.served_by, mine.key) in told(engine, "duty_freed")
    with pytest.raises(Conflict):
        act(engine, swaps.take, "grid1", mine.key, now=mine.starts_at - timedelta(hours=3))
    with pytest.raises(NotFound):
        act(engine, swaps.take, "stranger", mine.key, now=mine.starts_at)
    act(engine, swaps.take, "grid1", mine.key, now=mine.starts_at + timedelta(minutes=30))
    row = officers(engine)[0]
    assert (row.turn_of, row.served_by, row.state) == (mine.turn_of, "grid1", "on_duty")
    with pytest.raises(Conflict):
        act(engine, swaps.substitute, "coord", mine.key, "grid2", now=mine.starts_at + DAY / 2)


def test_an_absence_opens_gaps_and_the_fairest_are_named(engine: Engine, now: datetime) -> None:
    settled(engine, now)
    mine = officers(engine)[0]
    key = act(engine, gaps.enter_absence, mine.served_by, mine.served_by, FROM, FROM + DAY, now=now, reason="病假")
    row = officers(engine)[0]
    assert (row.state, row.turn_of, row.served_by, row.sequence) == ("vacant", None, None, 1)
    assert told(engine, "duty_gap") == {("duty_gap", "coord", mine.key)}
    with store.reading(engine) as session:
        (gap,) = gaps.gaps(session, SYSTEM, "night", now=now)
    assert gap.watch.key == mine.key
    assert {one.person for one in gap.candidates} == OFFICERS
    order = [(len(one.breaks), one.kind_level) for one in gap.candidates]
    assert order == sorted(order)
    away = next(one for one in gap.candidates if one.person == mine.served_by)
    assert any("on leave" in breach.text for breach in away.breaks)
    best = gap.candidates[0]
    with pytest.raises(Refused):
        act(engine, swaps.substitute, "coord", mine.key, away.person, now=now)
    act(engine, swaps.substitute, "coord", mine.key, best.person, now=now, reason="" if not best.breaks else "补岗")
    row = officers(engine)[0]
    assert (row.turn_of, row.served_by, row.state) == (best.person, best.person, "published")
    with pytest.raises(Conflict):
        act(engine, gaps.enter_absence, "coord", mine.served_by, FROM, FROM, now=now)
    with pytest.raises(NotFound):
        act(engine, gaps.enter_absence, "stranger", mine.served_by, FROM + 9 * DAY, FROM + 9 * DAY, now=now)
    act(engine, gaps.end_absence, "coord", key, now=now)
    assert officers(engine)[0].served_by == best.person


def test_a_watch_is_confirmed_checked_in_logged_and_handed_over(engine: Engine, now: datetime) -> None:
    settled(engine, now)
    first, second = officers(engine)[:2]
    one, two = first.served_by, second.served_by
    act(engine, serving.confirm, one, first.key, now=now)
    act(engine, serving.confirm, one, first.key, now=now)
    with pytest.raises(Forbidden):
        act(engine, serving.confirm, two, first.key, now=now)
    with pytest.raises(Conflict):
        act(engine, serving.check_in, one, first.key, now=now)
    act(engine, serving.check_in, one, first.key, now=first.starts_at)
    with pytest.raises(Refused):
        act(engine, serving.log, one, first.key, " ", now=first.starts_at)
    matter = act(engine, serving.log, one, first.key, "水库水位上涨", now=first.starts_at, matter=True)
    act(engine, serving.log, one, first.key, "巡查一次", now=first.starts_at + DAY / 2)
    left = act(engine, serving.hand_over, one, first.key, now=first.ends_at, note="注意水位")
    assert [row.key for row in left] == [matter]
    assert told(engine, "duty_handed_over") == {("duty_handed_over", two, first.key)}
    assert [row.text for row in worlds.rows(engine, DutyLog)] == ["水库水位上涨", "巡查一次", "注意水位"]
    with pytest.raises(Forbidden):
        act(engine, serving.settle, one, matter, now=second.starts_at)
    act(engine, serving.check_in, two, second.key, now=second.starts_at)
    with store.reading(engine) as session:
        assert [row.key for row in serving.open_matters(session, SYSTEM, second.key)] == [matter]
    act(engine, serving.settle, two, matter, now=second.starts_at + DAY / 2)
    assert act(engine, serving.hand_over, two, second.key, now=second.ends_at) == []
    with pytest.raises(Conflict):
        act(engine, serving.log, two, second.key, "晚了", now=second.ends_at)
    assert [row.state for row in officers(engine)[:2]] == ["handed_over", "handed_over"]


def test_presence_checks_are_drawn_by_a_seed_and_an_empty_post_is_told(engine: Engine, now: datetime) -> None:
    settled(engine, now)
    key = act(engine, presence.draw, "coord", "night", FROM, seed=7, count=1, now=now)
    (row,) = worlds.rows(engine, PresenceCheck)
    watch = next(one for one in watches(engine).values() if one.key == row.watch)
    assert (row.draw, row.seed) == (key, 7)
    assert watch.starts_at < row.due_at < watch.ends_at
    with pytest.raises(Conflict):
        act(engine, presence.record, "zhiban", row.key, present=False, now=now)
    with pytest.raises(Forbidden):
        act(engine, presence.record, "viewer", row.key, present=False, now=row.due_at)
    act(engine, presence.record, "admin", row.key, present=False, now=row.due_at, note="无人接听")
    assert ("duty_absent", "leader", row.watch) in told(engine, "duty_absent")
    absent = next(one for one in watches(engine).values() if one.key == row.watch)
    assert absent.state == "absent"
    with pytest.raises(Conflict):
        act(engine, presence.record, "admin", row.key, present=True, now=row.due_at)
    with pytest.raises(Refused):
        act(engine, presence.draw, "coord", "night", FROM, seed=7, count=0, now=now)
