"""Named lists of units with their history, which campaigns choose by: on each turn's own day."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from models import UnitTag
from service import people, store, sweeps
from service.access import actor_for
from service.errors import Conflict, Forbidden, NotFound, Refused
from service.records import unit_lists
from tests.service.hazard_worlds import act
from tests.service.worlds import at, drive, found, launch, row, rows, states

MORNING = at("2026-03-02 09:00")
LIST = {"name": "重点危险废物产生单位名单", "owner": "town", "basis": "环办〔2026〕1号"}
DAILY = {
    "key": "daily", "kind": "inspection", "when": {"rrule": "FREQ=WEEKLY;BYDAY=MO"}, "due": {"days": 1},
    "targets": {"tags": ["waste"]},
}  # fmt: skip


@pytest.fixture
def town(engine: Engine) -> Engine:
    found(engine)
    act(engine, unit_lists.put, "coord", "waste", now=MORNING, **LIST)
    return engine


def members(engine: Engine, who: str = "viewer", **asked: Any) -> list[tuple[str, date, date | None]]:
    with store.reading(engine) as session:
        found_now = unit_lists.members(session, actor_for(session, who), "waste", **asked)
        return [(one.unit, one.from_on, one.until_on) for one in found_now.items]


def test_a_list_remembers_who_stood_on_it_and_why(town: Engine) -> None:
    act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING, from_on=date(2025, 1, 1), reason="年产废10吨以上")
    act(town, unit_lists.add, "coord", "waste", "e2", now=MORNING)
    with pytest.raises(Conflict):
        act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING)
    act(town, unit_lists.take_off, "coord", "waste", "e1", now=MORNING, until_on=date(2025, 12, 31), reason="停产")
    tag = row(town, UnitTag, "e1:waste:2025-01-01")
    assert (tag.reason, tag.until_on, tag.until_reason) == ("年产废10吨以上", date(2025, 12, 31), "停产")
    act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING, from_on=date(2026, 6, 1), reason="复产")
    assert members(town, on=date(2025, 6, 1)) == [("e1", date(2025, 1, 1), date(2025, 12, 31))]
    assert [one[0] for one in members(town, on=date(2026, 3, 2))] == ["e2"]
    assert [one[0] for one in members(town, on=date(2026, 6, 1))] == ["e1", "e2"]
    assert len(members(town)) == 3
    assert len(members(town, limit=2)) == 2
    with store.reading(town) as session:
        (listed,) = unit_lists.listed(session, actor_for(session, "viewer"), on=date(2026, 3, 2)).items
        assert (listed.tag, listed.name, listed.units) == ("waste", LIST["name"], 1)
        assert unit_lists.listed(session, actor_for(session, "stranger"), on=date(2026, 3, 2)).items == []
    with pytest.raises(NotFound):
        members(town, "stranger")


def test_taken_off_and_put_on_again_on_one_day(town: Engine) -> None:
    act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING)
    act(town, unit_lists.take_off, "coord", "waste", "e1", now=MORNING, reason="误操作")
    act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING)
    assert members(town) == [("e1", date(2026, 3, 2), None)]


def test_targets_honour_the_days_of_a_list(town: Engine) -> None:
    """A unit has the turns of the days on which it stands on the list, and no others, without anybody's help."""
    act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING)
    act(town, unit_lists.add, "coord", "waste", "e2", now=MORNING, from_on=date(2026, 3, 16))
    launch(town, drive(DAILY), MORNING)
    sweeps.sweep(town, MORNING)
    first = {key.partition(":")[2] for key in states(town) if key < "daily:2026-03-24"}
    assert first == {f"2026-03-{n:02}:e1" for n in (2, 9, 16, 23)} | {"2026-03-16:e2", "2026-03-23:e2"}
    act(town, unit_lists.take_off, "coord", "waste", "e1", now=MORNING, until_on=date(2026, 3, 9))
    sweeps.sweep(town, MORNING)
    left = {key.partition(":")[2] for key, state in states(town).items() if state != "cancelled"}
    assert {key for key in left if key < "2026-03-24"} == {
        "2026-03-02:e1", "2026-03-09:e1", "2026-03-16:e2", "2026-03-23:e2",
    }  # fmt: skip


def test_a_plain_tag_counts_from_the_day_it_is_put_on(town: Engine) -> None:
    with store.transaction(town) as session:
        people.tag_unit(session, actor_for(session, "coord"), "e1", "waste", now=at("2026-03-10 12:00"))
    launch(town, drive(DAILY), at("2026-03-10 12:00"))
    sweeps.sweep(town, at("2026-03-10 12:00"))
    assert min(states(town)) == "daily:2026-03-16:e1"


def test_who_may_not_and_what_is_wrong(town: Engine) -> None:
    for who, error in (("viewer", Forbidden), ("stranger", (NotFound, Refused))):
        with pytest.raises(error):  # type: ignore[arg-type]
            act(town, unit_lists.put, who, "waste", now=MORNING, **LIST)
        with pytest.raises((Forbidden, NotFound)):
            act(town, unit_lists.add, who, "waste", "e1", now=MORNING)
        with pytest.raises((Forbidden, NotFound)):
            act(town, unit_lists.take_off, who, "waste", "e1", now=MORNING)
    with pytest.raises(NotFound):
        act(town, unit_lists.add, "coord", "none", "e1", now=MORNING)
    with pytest.raises(NotFound):
        act(town, unit_lists.take_off, "coord", "waste", "e1", now=MORNING)
    with pytest.raises(Refused):
        act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING, from_on=date(2028, 1, 1))
    act(town, unit_lists.add, "coord", "waste", "e1", now=MORNING)
    with pytest.raises(Refused):
        act(town, unit_lists.take_off, "coord", "waste", "e1", now=MORNING, until_on=date(2026, 3, 1))
    act(town, unit_lists.put, "coord", "waste", now=MORNING, **LIST)  # as it is: nothing
    act(town, unit_lists.put, "coord", "waste", now=MORNING, version=1, **(LIST | {"name": "名单"}))
    with pytest.raises(Conflict):
        act(town, unit_lists.put, "coord", "waste", now=MORNING, version=1, **LIST)
    assert len(rows(town, UnitTag)) == 2
