"""Duties counted: who served how many watches on which class of day, by role (志愿者节假日值勤 and the like)."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Person, Watch
from models.kinds import DayClass, WatchState
from service import units
from service.access import Actor, in_scope
from service.calendar.days import gather_calendar
from service.errors import Fault, Forbidden, Refused
from service.people.unit_acts import visible_unit

DAYS_MOST = 366
# a watch that was called off or left empty was served by nobody
UNSERVED = (WatchState.vacant, WatchState.absent, WatchState.cancelled)


class Counted(NamedTuple):
    """How many watches a person served in a role on days of one class, and how many of them on statutory holidays."""

    role: str
    day_class: DayClass
    person: str
    name: str
    watches: int


class Counts(NamedTuple):
    """The counts of a stretch of days: person by person, and in all by role and class (people-times, 人次)."""

    from_on: date
    to_on: date
    people: list[Counted]
    totals: list[dict[str, Any]]


def duties(
    session: Session,
    actor: Actor,
    *,
    unit: str,
    from_on: date,
    to_on: date,
    role: str | None = None,
    now: datetime,
) -> Counts:
    """The watches that people served at a unit and beneath on days from `from_on` to `to_on`, both included.

    A watch belongs to the day on which it begins, and counts once it has begun. Who serves is who counts, whosever turn
    it was.
    """
    top = visible_unit(session, actor, unit)
    if not actor.may("see", top.path):
        raise Forbidden("Your role does not allow this here")
    if not from_on <= to_on <= from_on + timedelta(days=DAYS_MOST):
        fault = Fault("to", "must lie within {days} days after from", {"days": DAYS_MOST})
        raise Refused("Some fields are wrong", faults=[fault])
    calendar = gather_calendar(session, zone=units.zone_of(session, unit))
    statement = select(col(Watch.role), col(Watch.on), col(Watch.starts_at), col(Watch.served_by), col(Person.name))
    statement = statement.join(Person, col(Watch.served_by) == col(Person.key))
    statement = statement.where(in_scope(Watch.unit, (top.path,)), col(Watch.state).not_in(UNSERVED))
    statement = statement.where(col(Watch.cancelled_at).is_(None), col(Watch.starts_at) <= now)
    began = (col(Watch.starts_at) >= calendar.start_of(from_on)) & (col(Watch.starts_at) < calendar.end_of(to_on))
    statement = statement.where(or_(began, col(Watch.on).between(from_on, to_on)))
    if role is not None:
        statement = statement.where(col(Watch.role) == role)
    counted: Counter[tuple[str, DayClass, str, str]] = Counter()
    for served_as, on, starts_at, person, name in session.execute(statement):
        day = on or calendar.civil(starts_at)
        if from_on <= day <= to_on:
            counted[served_as, calendar.day(day).day_class, person, name] += 1
    people = [Counted(*key, watches) for key, watches in sorted(counted.items())]
    return Counts(from_on, to_on, people, totals_of(people))


def totals_of(people: list[Counted]) -> list[dict[str, Any]]:
    """By role and class of day: the watches served (people-times) and by how many different people."""
    watches: Counter[tuple[str, str]] = Counter()
    for one in people:
        watches[one.role, one.day_class] += one.watches
    return [
        {
            "role": role, "day_class": day_class, "watches": many,
            "people": sum(1 for one in people if (one.role, one.day_class) == (role, day_class)),
        }
        for (role, day_class), many in sorted(watches.items())
    ]  # fmt: skip
