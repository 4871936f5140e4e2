"""Days as the database knows them: the calendar and the seasons gathered, a year's notice and a season entered.

The acts answer Steps; `store.require` writes them in the transaction of the call.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from models import DayOverride, Row, Season, Unit, YearNotice
from models.kinds import DayClass, Festival, SeasonKind
from service.calendar.holidays_cn import library_years
from service.calendar.notice_file import HolidayNotice, read_notice
from service.errors import Conflict, Fault, NotFound, Refused
from service.rules.days import Calendar, SeasonFacts
from service.rules.days_known import DayFact, assemble
from service.rules.steps import Step, change, make, remove
from service.settings import settings
from service.store import only_reads

__all__ = [
    "HolidayNotice",
    "change_season",
    "days_set",
    "declare_season",
    "enter_notice",
    "gather_calendar",
    "gather_seasons",
    "read_notice",
    "withdraw_season",
]

CALENDARS_KEPT = 32
ENTERED = "entered days"
Overrides = tuple[tuple[date, str, str | None], ...]


def gather_calendar(session: Session, *, zone: ZoneInfo) -> Calendar:
    """The calendar of a zone as it stands now: the library's days with every entered notice and override over them.

    The entered rows are few and are read each time, so a new one counts at once; the same rows give the same object.
    Who only reads, reads them once.
    """
    known: tuple[Overrides, tuple[int, ...]] | None = session.info.get(ENTERED)
    if known is None:
        known = entered(session)
        if only_reads(session):
            session.info[ENTERED] = known
    return calendar_with(zone, *known)


def entered(session: Session) -> tuple[Overrides, tuple[int, ...]]:
    """The days that somebody set, and the years of which a notice was entered."""
    overrides = session.exec(
        select(col(DayOverride.on), col(DayOverride.day_class), col(DayOverride.festival)).order_by(
            col(DayOverride.key)
        )
    ).all()
    years = session.exec(select(YearNotice.key).order_by(col(YearNotice.key))).all()
    return tuple((on, day_class, festival) for on, day_class, festival in overrides), tuple(int(key) for key in years)


@lru_cache(maxsize=CALENDARS_KEPT)
def calendar_with(zone: ZoneInfo, overrides: Overrides, entered: tuple[int, ...]) -> Calendar:
    """The calendar of a zone with these rows over the library's days."""
    facts = [
        DayFact(on, DayClass(day_class), (Festival(festival),) if festival else ())
        for on, day_class, festival in overrides
    ]
    return assemble(zone, library_years(), facts, entered)


def days_set(session: Session, year: int) -> list[tuple[date, str, str | None]]:
    """The days of a year that differ from plain weeks, each with its class and its festival, as they hold now."""
    calendar = gather_calendar(session, zone=settings().zone_info())
    there = calendar.days_between(date(year, 1, 1), date(year, 12, 31))
    return [(day.on, day.day_class, day.festival) for day in there if day.on in calendar.days]


def gather_seasons(session: Session) -> list[SeasonFacts]:
    """Every season there is, of all units, in order of date."""
    rows = session.exec(select(Season).order_by(col(Season.from_on), col(Season.key))).all()
    return [SeasonFacts(row.key, SeasonKind(row.kind), row.name, row.unit, row.from_on, row.to_on) for row in rows]


def enter_notice(session: Session, notice: HolidayNotice) -> list[Step]:
    """What changes when a year's holiday notice is entered, or entered again corrected; nothing when it stands so.

    From then on the year is announced, and the library's own days of that year count no more.
    """
    year = str(notice.year)
    wanted = {
        day.on.isoformat(): {
            "on": day.on,
            "day_class": str(day.day_class),
            "festival": str(day.festivals[0]) if day.festivals else None,
            "notice": year,
        }
        for day in notice.days
    }
    rows = session.exec(
        select(DayOverride).where(or_(col(DayOverride.notice) == year, col(DayOverride.key).in_(wanted)))
    ).all()
    steps: list[Step] = []
    for row in rows:
        values = wanted.pop(row.key, None)
        if values is None:
            steps.append(remove(DayOverride, row.key, row.version, "day.unset", notice.title))
        elif values != standing(row, values):
            steps.append(change(DayOverride, row.key, row.version, "day.set", values, notice.title))
    steps += [make(DayOverride, key, "day.set", values, notice.title) for key, values in wanted.items()]
    head = session.get(YearNotice, year)
    if head is None:
        steps.append(make(YearNotice, year, "notice.enter", {"title": notice.title}))
    elif steps or head.title != notice.title:
        steps.append(change(YearNotice, year, head.version, "notice.enter", {"title": notice.title}))
    return steps


def declare_season(
    session: Session, *, kind: SeasonKind, from_on: date, to_on: date, unit: str | None = None, name: str = ""
) -> list[Step]:
    """A season for a unit and everything beneath it, or everywhere when `unit` is None; both days included.

    Raises Refused when it ends before it begins or the unit is not there, Conflict when one of that kind begins there
    on that day already.
    """
    key = f"{kind}:{unit or '*'}:{from_on}"
    if session.get(Season, key) is not None:
        raise Conflict("A season of this kind already begins there on {from_on}", from_on=from_on)
    faults = season_faults(from_on, to_on)
    if unit is not None and session.get(Unit, unit) is None:
        faults.append(Fault("unit", "there is no unit {unit}", {"unit": unit}))
    if faults:
        raise Refused("The season cannot be entered", faults=faults)
    values = {"kind": str(kind), "name": name.strip(), "unit": unit, "from_on": from_on, "to_on": to_on}
    return [make(Season, key, "season.declare", values)]


def change_season(session: Session, key: str, expects: int, *, from_on: date, to_on: date, name: str) -> list[Step]:
    """Other dates or another name for a season read at version `expects`; its key stays as it was given at first.

    Raises NotFound, Conflict when it has moved on since it was read, Refused when it ends before it begins.
    """
    row = season_at(session, key, expects)
    if faults := season_faults(from_on, to_on):
        raise Refused("The season cannot be entered", faults=list(faults))
    values = {"name": name.strip(), "from_on": from_on, "to_on": to_on}
    if values == standing(row, values):
        return []
    return [change(Season, key, expects, "season.change", values)]


def withdraw_season(session: Session, key: str, expects: int, *, reason: str = "") -> list[Step]:
    """A season taken back. Raises NotFound, and Conflict when it has moved on since it was read."""
    season_at(session, key, expects)
    return [remove(Season, key, expects, "season.withdraw", reason)]


def standing(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """What a row says now of these columns."""
    return {name: getattr(row, name) for name in names}


def season_at(session: Session, key: str, expects: int) -> Season:
    row = session.get(Season, key)
    if row is None:
        raise NotFound("There is no season {key}", key=key)
    if row.version != expects:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    return row


def season_faults(from_on: date, to_on: date) -> list[Fault]:
    return [Fault("to_on", "a season ends on the day it begins or later")] if to_on < from_on else []
