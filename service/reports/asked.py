"""What a report is asked of: a unit, days, a campaign and a template, checked before anything is counted."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Campaign, Unit
from service import units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.errors import Fault, NotFound, Refused
from service.figures.base import Span
from service.reports.templates import template, template_for
from service.rules.days import Calendar
from service.rules.reports import Stretch, kind_of_stretch
from service.settings import settings

LONGEST_DAYS = 366 * 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as it was asked for. `key` None: it is only drawn and not kept."""

    unit: str
    path: str
    name: str
    kind: str
    zone: str
    stretch: Stretch
    template: str
    campaign: str | None = None
    key: str | None = None

    def over(self, stretch: Stretch) -> "Asked":
        """The same of other days."""
        return replace(self, stretch=stretch)


def ask(
    session: Session,
    actor: Actor,
    *,
    unit: str,
    from_on: date,
    to_on: date,
    template_key: str | None = None,
    campaign: str | None = None,
    period: str | None = None,
) -> Asked:
    """A report to be drawn of a unit and everything beneath it, of days both included.

    Without a template it takes the one for its stretch of days. Raises NotFound for a unit or a campaign out of sight,
    Refused for days in the wrong order, too many of them, or a template that isn't there or lacks its campaign.
    """
    place = find_unit(session, actor, unit)
    checked(from_on, to_on)
    stretch = Stretch(kind_of_stretch(from_on, to_on), from_on, to_on)
    if period is not None:
        stretch = stretch._replace(period=type(stretch.period)(period))
    chosen = template(template_key or template_for(stretch.period, str(place.kind)))
    if chosen.needs_campaign and campaign is None:
        raise Refused("Some fields are wrong", faults=[Fault("campaign", "this template is of one campaign; name it")])
    if campaign is not None:
        seen(session, actor, campaign)
    zone = units.zone_of(session, unit).key
    return Asked(unit, place.path, place.name, str(place.kind), zone, stretch, chosen.key, campaign)


def find_unit(session: Session, actor: Actor, unit: str) -> Any:
    """The unit's row; NotFound for one that is not there or that the actor may not see."""
    columns = (Unit.key, Unit.path, Unit.name, Unit.kind)
    row = session.execute(select(*(col(one) for one in columns)).where(col(Unit.key) == unit)).one_or_none()
    if row is None or not actor.may("see", row.path):
        raise NotFound("There is no unit {code}", code=unit)
    return row


def checked(from_on: date, to_on: date) -> None:
    """Refuse days that are no stretch."""
    if to_on < from_on:
        raise Refused("The period is wrong", faults=[Fault("to", "is before the first day")])
    if (to_on - from_on).days > LONGEST_DAYS:
        raise Refused("The period is wrong", faults=[Fault("to", "is more than five years after the first day")])


def seen(session: Session, actor: Actor, campaign: str) -> None:
    """NotFound for a campaign that is not there, or whose owner's place and everything above is out of sight."""
    statement = select(col(Unit.path)).join(Campaign, col(Campaign.owner) == col(Unit.key))
    path = session.execute(statement.where(col(Campaign.key) == campaign)).scalar_one_or_none()
    if path is None or not (actor.may("see", path) or any(top.startswith(path) for top in actor.paths("see"))):
        raise NotFound("There is no campaign {key}", key=campaign)


def span_of(session: Session, stretch: Stretch, zone: str) -> Span:
    """The instants that days begin and are over at, where they are."""
    calendar = calendar_of(session, zone)
    return Span(stretch.from_on, stretch.to_on, calendar.start_of(stretch.from_on), calendar.end_of(stretch.to_on))


def calendar_of(session: Session, zone: str) -> Calendar:
    from zoneinfo import ZoneInfo

    return gather_calendar(session, zone=ZoneInfo(zone) if zone else settings().zone_info())
