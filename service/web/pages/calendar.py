"""The calendar: a year of days with their classes, the year's notice, and the seasons of a place."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import DayClass, SeasonKind
from service import unit_tree
from service.access import Actor
from service.calendar import seasons
from service.calendar.days import gather_calendar
from service.calendar.holidays_cn import YEARS
from service.errors import Fault, NotFound, Refused, Trouble
from service.people import offered
from service.rules.days import Calendar, Day
from service.settings import settings
from service.signin.sessions import Visitor
from service.web.asks import KeyInPath
from service.web.deps import Call, Incoming
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()

WEEK = 7


class Month(NamedTuple):
    """A month as weeks from Monday to Sunday; None where a day belongs to another month."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]


@router.get("/calendar")
def year_of_days(call: Call, year: Annotated[int | None, Query()] = None) -> Response:
    with visit(call) as (session, reader):
        return calendar_page(call, session, reader.actor, year)


def calendar_page(
    call: Incoming,
    session: Session,
    actor: Actor,
    year: int | None,
    form: Posted | None = None,
    trouble: Trouble | None = None,
) -> Response:
    if not actor.holds:
        raise NotFound("There is nothing of that name here")
    calendar = gather_calendar(session, zone=settings().zone_info())
    today = calendar.civil(call.now)
    shown = min(max(year or today.year, YEARS[0]), YEARS[-1])
    dated = [one for one in seasons.seasons(session, actor) if one.from_on.year <= shown <= one.to_on.year]
    names = unit_tree.names(session, {one.unit for one in dated})
    days = calendar.days_between(date(shown, 1, 1), date(shown, 12, 31))
    return show(
        call, "calendar.html", year=shown, first=YEARS[0], last=YEARS[-1], months=months_of(calendar, shown),
        breaks=named_days(days), today=today, provisional=shown not in calendar.announced, seasons=dated, names=names,
        kinds=tuple(SeasonKind), may_set=bool(actor.paths(seasons.ACT)), typed=form, trouble=trouble,
        offers=offered.units(session, actor, seasons.ACT),
        worked=sum(calendar.is_working(day.on) for day in days), plain=(DayClass.workday, DayClass.rest_day),
    )  # fmt: skip


def months_of(calendar: Calendar, year: int) -> list[Month]:
    found = []
    for month in range(1, 13):
        before, length = monthrange(year, month)
        days: list[Day | None] = [None] * before
        days += calendar.days_between(date(year, month, 1), date(year, month, length))
        days += [None] * (-len(days) % WEEK)
        weeks = tuple(tuple(days[n : n + WEEK]) for n in range(0, len(days), WEEK))
        found.append(Month(month, weeks))
    return found


class Stretch(NamedTuple):
    """Days of one class and festival that follow each other."""

    first_on: date
    last_on: date
    day_class: str
    festival: str | None


def named_days(days: Sequence[Day]) -> list[Stretch]:
    """The days that are neither plain workdays nor plain rest days, stretch by stretch."""
    found: list[Stretch] = []
    for day in days:
        if day.day_class in (DayClass.workday, DayClass.rest_day):
            continue
        last = found[-1] if found else None
        same = last and (last.day_class, last.festival) == (day.day_class, day.festival)
        if last and same and (day.on - last.last_on).days == 1:
            found[-1] = last._replace(last_on=day.on)
        else:
            found.append(Stretch(day.on, day.on, str(day.day_class), day.festival and str(day.festival)))
    return found


def again_at(call: Incoming, form: Posted) -> Any:
    def again(trouble: Trouble) -> Response:
        year = form.text("year")
        with visit(call) as (session, reader):
            shown = int(year) if year.isdigit() and len(year) == 4 else None
            return calendar_page(call, session, reader.actor, shown, form, trouble)

    return again


@router.post("/calendar/notice")
def enter_notice(call: Call, form: Form) -> Response:
    """A year's holiday notice, pasted or brought as a file."""
    files = form.files.get("file", [])
    text = files[0].data if files else form.text("notice").encode()

    def enter(session: Session, visitor: Visitor) -> int:
        if not text.strip():
            raise Refused("Some fields are wrong", faults=[Fault("notice", "is missing")])
        return seasons.enter_notice(session, visitor.actor, text, now=call.now).year

    return act(
        call, form, enter, then=lambda year: f"/calendar?year={year}", said=N_("The notice of {year} is entered"),
        facts=lambda year: {"year": year}, again=again_at(call, form),
    )  # fmt: skip


def day_in(form: Posted, name: str) -> date:
    try:
        return date.fromisoformat(form.text(name).strip())
    except ValueError:
        raise Refused("Some fields are wrong", faults=[Fault(name, "must be a date like 2023-04-01")]) from None


@router.post("/calendar/seasons")
def declare(call: Call, form: Form) -> Response:
    def enter(session: Session, visitor: Visitor) -> str:
        kind = form.text("kind")
        if kind not in tuple(SeasonKind):
            raise Refused("Some fields are wrong", faults=[Fault("kind", "is missing")])
        return seasons.declare(
            session, visitor.actor, kind=SeasonKind(kind), from_on=day_in(form, "from_on"), to_on=day_in(form, "to_on"),
            unit=form.text("unit").strip() or None, name=form.text("name"), now=call.now,
        )  # fmt: skip

    then = f"/calendar?year={form.text('from_on')[:4]}" if form.text("from_on")[:4].isdigit() else "/calendar"
    return act(call, form, enter, then=then, said=N_("The season is entered"), again=again_at(call, form))


@router.post("/calendar/seasons/{key}/withdraw")
def withdraw(call: Call, key: KeyInPath, form: Form) -> Response:
    def take_back(session: Session, visitor: Visitor) -> None:
        seasons.withdraw(session, visitor.actor, key, version=form.version() or 0, reason="", now=call.now)

    return act(call, form, take_back, then="/calendar", said=N_("The season is taken back"))
