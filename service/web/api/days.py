"""`/days` and `/seasons`: the class of each day, a year's holiday notice, dated stretches."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import SeasonKind
from service import short_lists
from service.access import Actor
from service.calendar import seasons
from service.calendar.days import gather_calendar
from service.errors import Fault, Refused
from service.settings import settings
from service.web import shown
from service.web.asks import PAGE, After, Asked, Day, KeyInPath, Limit, gives, gives_nothing
from service.web.deps import Call
from service.web.forms import NewSeason, SeasonChanges

router = APIRouter(tags=["days"])

MOST_DAYS = 800
NOTICE = {"requestBody": {"required": True, "content": {"application/yaml": {"schema": {"type": "string"}}}}}


@router.get("/days", **gives(shown.Listing[shown.Day]))
def list_days(
    call: Call, from_on: Annotated[Day, Query(alias="from")], to_on: Annotated[Day, Query(alias="to")]
) -> Response:
    """The class, the festival and whether the office works, day by day, both ends included; 800 days at most."""
    if not timedelta(0) <= to_on - from_on < timedelta(days=MOST_DAYS):
        fault = Fault("to", "must be from the first day to {most} days after it", {"most": MOST_DAYS - 1})
        raise Refused("Some fields are wrong", faults=[fault])

    def look(session: Session, actor: Actor) -> Any:
        calendar = gather_calendar(session, zone=settings().zone_info())
        items = [
            {
                "on": day.on, "class": day.day_class, "festival": day.festival,
                "working": calendar.is_working(day.on), "provisional": day.provisional,
            }
            for day in calendar.days_between(from_on, to_on)
        ]  # fmt: skip
        return {"items": items, "next": None}

    return call.read(look)


@router.post("/days", openapi_extra=NOTICE, **gives(shown.Notified))
def enter_notice(call: Call) -> Response:
    """Enter a year's holiday notice: its file, as `zhiban calendar update` takes it."""

    def enter(session: Session, actor: Actor) -> Any:
        notice = seasons.enter_notice(session, actor, call.raw, now=call.now)
        return {"year": notice.year, "title": notice.title, "days": len(notice.days), "unnamed": notice.unnamed}

    return call.act(enter)


@router.get("/seasons", **gives(shown.Listing[shown.Season]))
def list_seasons(call: Call, kind: SeasonKind | None = None, limit: Limit = PAGE, after: After = None) -> Response:
    """The seasons that hold for the caller's units, in order of date."""

    def look(session: Session, actor: Actor) -> Any:
        found = seasons.seasons(session, actor, kind=kind)
        return short_lists.page_of(found, ("from_on", "key"), limit=limit, after=after)

    return call.read(look)


@router.post("/seasons", **gives(shown.Season, 201))
def declare_season(call: Call, form: NewSeason) -> Response:
    """Declare a season for a unit and everything beneath it, or everywhere."""

    def declare(session: Session, actor: Actor) -> Any:
        key = seasons.declare(session, actor, **form.model_dump(), now=call.now)
        return seasons.season(session, actor, key)

    return call.act(declare, status=201)


@router.patch("/seasons/{key}", **gives(shown.Season))
def change_season(call: Call, key: KeyInPath, form: SeasonChanges) -> Response:
    """Give a season other dates or another name."""

    def change(session: Session, actor: Actor) -> Any:
        seasons.change(session, actor, key, **form.model_dump(), now=call.now)
        return seasons.season(session, actor, key)

    return call.act(change)


@router.delete("/seasons/{key}", **gives_nothing())
def withdraw_season(call: Call, key: KeyInPath, version: int, reason: Asked = None) -> Response:
    """Take a season back."""
    return call.act(
        lambda session, actor: seasons.withdraw(session, actor, key, version=version, reason=reason or "", now=call.now)
    )
