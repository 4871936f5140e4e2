"""The calendar and the seasons in a real database: what is entered counts at once and only once."""

from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from models import DayOverride, Season, Unit, YearNotice
from models.kinds import DayClass, Festival, SeasonKind, UnitKind
from service import store
from service.calendar.days import (
    change_season,
    declare_season,
    enter_notice,
    gather_calendar,
    gather_seasons,
    read_notice,
    withdraw_season,
)
from service.errors import Conflict, NotFound, Refused
from service.rules.steps import Op, Step, make

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
NOTICE = """\
year: 2027
title: 假日安排
days:
  - {on: 2027-01-01, class: statutory_holiday, festival: new_year}
  - {from: 2027-02-05, to: 2027-02-08, class: statutory_holiday, festival: spring_festival}
  - {from: 2027-02-09, to: 2027-02-12, class: adjusted_rest_day}
  - {on: 2027-02-20, class: makeup_workday}
"""


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """An empty database of either kind, with one town in it."""
    with store.transaction(engine) as session:
        session.add(Unit(key="town", name="镇", path="/town/", kind=UnitKind.town))
    return engine


def write(session: Session, steps: list[Step]) -> None:
    store.require(session, steps, now=NOW, by="coordinator")


def enter(engine: Engine, text: str) -> list[Step]:
    with store.transaction(engine) as session:
        steps = enter_notice(session, read_notice(text))
        write(session, steps)
    return steps


def test_without_entries_the_calendar_is_the_librarys(engine: Engine) -> None:
    with store.reading(engine) as session:
        calendar = gather_calendar(session, zone=SHANGHAI)
        assert calendar.is_working(date(2026, 2, 14))
        assert calendar.day(date(2027, 2, 5)).provisional
        assert gather_calendar(session, zone=SHANGHAI) is calendar
        assert gather_calendar(session, zone=ZoneInfo("Asia/Urumqi")).zone.key == "Asia/Urumqi"


def test_an_entered_notice_replaces_the_librarys_year(engine: Engine) -> None:
    with store.reading(engine) as session:
        before = gather_calendar(session, zone=SHANGHAI)
    enter(engine, NOTICE)
    with store.reading(engine) as session:
        calendar = gather_calendar(session, zone=SHANGHAI)
    assert calendar.version != before.version
    assert calendar.is_working(date(2027, 2, 20))
    assert not before.is_working(date(2027, 2, 20))
    assert calendar.day(date(2027, 2, 12)).festival == Festival.spring_festival
    assert calendar.is_working(date(2027, 5, 3))  # a day in lieu the library guessed, and the notice doesn't have
    assert not calendar.day(date(2027, 6, 1)).provisional
    stretch = date(2027, 2, 1), date(2027, 2, 28)
    [was], [found] = before.breaks(*stretch), calendar.breaks(*stretch)
    assert (was.day_on, was.last_off_on, was.provisional) == (found.day_on, date(2027, 2, 10), True)
    assert (found.last_off_on, found.provisional) == (date(2027, 2, 14), False)


def test_entering_the_same_notice_again_changes_nothing(engine: Engine) -> None:
    assert len(enter(engine, NOTICE)) == 11
    assert enter(engine, NOTICE) == []


def test_a_corrected_notice_is_seen_at_once(engine: Engine) -> None:
    enter(engine, NOTICE)
    with store.reading(engine) as session:
        before = gather_calendar(session, zone=SHANGHAI)
    moved = NOTICE.replace("on: 2027-02-20", "on: 2027-02-21").replace("to: 2027-02-08", "to: 2027-02-09")
    steps = enter(engine, moved.replace("from: 2027-02-09", "from: 2027-02-10"))
    assert sorted((step.op, step.key) for step in steps) == [
        (Op.change, "2027"),
        (Op.change, "2027-02-09"),
        (Op.make, "2027-02-21"),
        (Op.remove, "2027-02-20"),
    ]
    with store.reading(engine) as session:
        calendar = gather_calendar(session, zone=SHANGHAI)
        assert session.exec(select(YearNotice)).one().version == 2
    assert calendar is not before
    assert calendar.is_working(date(2027, 2, 21))
    assert not calendar.is_working(date(2027, 2, 20))
    assert calendar.day(date(2027, 2, 9)).day_class == DayClass.statutory_holiday


def test_a_new_title_alone_is_kept(engine: Engine) -> None:
    enter(engine, NOTICE)
    [step] = enter(engine, NOTICE.replace("假日安排", "假日安排的通知"))
    assert (step.op, step.table, step.values) == (Op.change, YearNotice, {"title": "假日安排的通知"})


def test_a_day_in_december_passes_to_the_later_notice(engine: Engine) -> None:
    enter(engine, NOTICE + "  - {on: 2027-12-25, class: makeup_workday}\n")
    next_year = "year: 2028\ntitle: 下一年\ndays:\n  - {on: 2027-12-25, class: rest_day}\n"
    enter(engine, next_year)
    with store.reading(engine) as session:
        assert session.exec(select(DayOverride.notice).where(DayOverride.key == "2027-12-25")).one() == "2028"
        calendar = gather_calendar(session, zone=SHANGHAI)
    assert not calendar.is_working(date(2027, 12, 25))
    assert {2027, 2028} <= calendar.announced


def test_a_single_override_stands_over_the_library(engine: Engine) -> None:
    on = date(2026, 9, 3)
    values = {"on": on, "day_class": "adjusted_rest_day", "festival": None, "notice": ""}
    with store.transaction(engine) as session:
        write(session, [make(DayOverride, on.isoformat(), "day.set", values)])
        assert not gather_calendar(session, zone=SHANGHAI).is_working(on)
        assert not gather_calendar(session, zone=SHANGHAI).is_working(date(2026, 10, 1))


declare_flood = partial(declare_season, kind=SeasonKind.flood, from_on=date(2026, 4, 15), to_on=date(2026, 10, 15))


def test_seasons_are_declared_changed_and_withdrawn(engine: Engine) -> None:
    with store.transaction(engine) as session:
        write(session, declare_flood(session, unit="town", name=" 汛期 "))
        write(session, declare_flood(session))
    with store.reading(engine) as session:
        everywhere, town = gather_seasons(session)
    assert (everywhere.key, everywhere.unit) == ("flood:*:2026-04-15", None)
    assert (town.key, town.name, town.unit) == ("flood:town:2026-04-15", "汛期", "town")
    assert (town.kind, town.from_on, town.to_on) == (SeasonKind.flood, date(2026, 4, 15), date(2026, 10, 15))
    with store.transaction(engine) as session:
        changed = partial(change_season, key=town.key, from_on=date(2026, 4, 1), to_on=date(2026, 9, 30), name="汛期")
        write(session, changed(session, expects=1))
        write(session, withdraw_season(session, everywhere.key, 1, reason="entered twice"))
    with store.reading(engine) as session:
        [season] = gather_seasons(session)
        assert (season.from_on, season.to_on) == (date(2026, 4, 1), date(2026, 9, 30))
        assert changed(session, expects=2) == []


def test_faulty_seasons_are_refused(engine: Engine) -> None:
    with store.transaction(engine) as session:
        write(session, declare_flood(session))
    with store.reading(engine) as session:
        with pytest.raises(Refused) as refused:
            declare_flood(session, to_on=date(2026, 3, 15), unit="nowhere")
        assert [fault.field for fault in refused.value.faults] == ["to_on", "unit"]
        with pytest.raises(Conflict, match="2026-04-15"):
            declare_flood(session)
        key = "flood:*:2026-04-15"
        with pytest.raises(Refused):
            change_season(session, key, 1, from_on=date(2026, 5, 2), to_on=date(2026, 5, 1), name="")
        with pytest.raises(Conflict, match="in the meantime"):
            withdraw_season(session, key, 2)
        with pytest.raises(NotFound, match="flood:town"):
            withdraw_season(session, "flood:town:2026-04-15", 1)
        assert session.get(Season, key) is not None
