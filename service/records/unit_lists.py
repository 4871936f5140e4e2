"""Named lists of units (重点单位名单): each is a tag whose history says who stood on it, from when to when and why."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models import Unit, UnitList, UnitTag
from service import store
from service.access import Actor, in_scope
from service.errors import Conflict, Fault, NotFound, Refused
from service.hazards.fields import long_text, past_day
from service.hazards.found import known_unit
from service.lists import PAGE, Page
from service.people import fields
from service.people import unit_acts as people_units
from service.people.fields import fit, fit_one
from service.people.unit_acts import visible_unit
from service.records import kept
from service.rules.steps import change, make
from service.units import restless

ACT = people_units.ACT
NAMES = ("key", "version", "tag", "name", "owner", "basis")
MEMBER = ("key", "version", "unit", "from_on", "until_on", "reason", "until_reason")
CHECKS: fields.Fields = {"name": fields.name, "owner": fields.code, "basis": fields.text}
AHEAD_MOST = 366  # a day further off is a slip of the pen


def put(session: Session, actor: Actor, tag: str, *, now: datetime, version: int | None = None, **what: Any) -> None:
    """Give a list its name, its owner and what it is based on; made where there was none."""
    tag, values = fit_one("tag", fields.code, tag), fit(CHECKS, {"basis": ""} | what, needed=("name", "owner"))
    actor.must(ACT, known_unit(session, actor, values["owner"], "owner"), see="see units")
    key = f"list:{tag}"
    statement = select(*(col(getattr(UnitList, name)) for name in NAMES), col(Unit.path))
    statement = statement.join(Unit, col(UnitList.owner) == col(Unit.key)).where(col(UnitList.key) == key)
    row = session.execute(statement).one_or_none()
    if row is None:
        step = make(UnitList, key, "made", {"tag": tag, **values})
    else:
        actor.must(ACT, row.path, see="see units")
        kept.at_version(row, version)
        if all(getattr(row, name) == value for name, value in values.items()):
            return
        step = change(UnitList, key, row.version, "changed", values)
    store.require(session, [step], now=now, by=actor.person)


def find(session: Session, actor: Actor, tag: str) -> Any:
    """A list with its owner's path; NotFound also for one whose owner is out of sight."""
    statement = select(*(col(getattr(UnitList, name)) for name in NAMES), col(Unit.path))
    statement = statement.join(Unit, col(UnitList.owner) == col(Unit.key)).where(col(UnitList.tag) == tag)
    row = session.execute(statement).one_or_none()
    if row is None or not actor.may("see units", row.path):
        raise NotFound("There is no list {tag}", tag=tag)
    return row


def shown(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in NAMES}


def add(
    session: Session, actor: Actor, tag: str, unit: str, *, now: datetime, from_on: date | None = None, reason: str = ""
) -> None:
    """Put a unit on a list, from a day on (today where none is given, a year ahead at most), with the reason.

    Campaigns whose targets name the list look at what has not opened again.
    """
    reason, on = fit_one("reason", long_text, reason), from_on or fields.today(now)
    find(session, actor, tag)
    past_or_soon("from_on", on, now)
    place = visible_unit(session, actor, unit)
    actor.must(ACT, place.path, see="see units")
    if place.closed_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault("unit", "is closed")])
    standing = select(col(UnitTag.key), col(UnitTag.version), col(UnitTag.until_on))
    standing = standing.where(col(UnitTag.unit) == unit, col(UnitTag.tag) == tag)
    until = col(UnitTag.until_on)
    row = session.execute(standing.where(or_(until.is_(None), until >= on)).order_by(until.desc())).first()
    if row is not None and row.until_on is None:
        raise Conflict("The unit stands on this list already")
    step = people_units.tagged(unit, tag, on, reason)
    if row is not None:  # taken off and put on again on one day: as if it had never been off
        step = change(UnitTag, row.key, row.version, "tagged", {"until_on": None, "until_reason": ""}, reason)
    roused = restless(session, now=now, path=place.path, why=f"unit {unit} tagged {tag}")
    store.require(session, [step, *roused], now=now, by=actor.person)


def past_or_soon(field: str, on: date, now: datetime) -> None:
    """Refuse a day of other times."""
    fit_one(field, past_day, on)
    if (on - fields.today(now)).days > AHEAD_MOST:
        raise Refused("Some fields are wrong", faults=[Fault(field, "is more than a year ahead")])


def take_off(
    session: Session,
    actor: Actor,
    tag: str,
    unit: str,
    *,
    now: datetime,
    until_on: date | None = None,
    reason: str = "",
) -> None:
    """Take a unit off a list, with its last day on it (today where none is given) and the reason; the history stays."""
    reason, on = fit_one("reason", long_text, reason), until_on or fields.today(now)
    find(session, actor, tag)
    past_or_soon("until_on", on, now)
    place = visible_unit(session, actor, unit)
    actor.must(ACT, place.path, see="see units")
    statement = select(col(UnitTag.key), col(UnitTag.version), col(UnitTag.from_on))
    statement = statement.where(col(UnitTag.unit) == unit, col(UnitTag.tag) == tag, col(UnitTag.until_on).is_(None))
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("The unit {code} does not carry the tag {tag}", code=unit, tag=tag)
    if on < row.from_on:
        fault = Fault("until_on", "must not be before {on}", {"on": str(row.from_on)})
        raise Refused("Some fields are wrong", faults=[fault])
    step = change(UnitTag, row.key, row.version, "untagged", {"until_on": on, "until_reason": reason}, reason)
    roused = restless(session, now=now, path=place.path, why=f"unit {unit} untagged {tag}")
    store.require(session, [step, *roused], now=now, by=actor.person)


def listed(session: Session, actor: Actor, *, on: date, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of the lists in sight, each with how many units in sight stand on it on a day."""
    standing = select(func.count()).select_from(UnitTag).where(col(UnitTag.tag) == col(UnitList.tag), *held_on(on))
    standing = standing.where(in_scope(UnitTag.unit, actor.paths("see units")))
    count: Any = standing.correlate(UnitList).scalar_subquery().label("units")
    statement = select(*(col(getattr(UnitList, name)) for name in NAMES), count)
    statement = statement.where(in_scope(UnitList.owner, actor.paths("see units")))
    if after is not None:
        statement = statement.where(col(UnitList.key) > after)
    rows = session.execute(statement.order_by(col(UnitList.key)).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)


def held_on(on: date) -> tuple[Any, Any]:
    """The unit stood on the list on a day."""
    until = col(UnitTag.until_on)
    return col(UnitTag.from_on) <= on, or_(until.is_(None), until >= on)


def members(
    session: Session, actor: Actor, tag: str, *, on: date | None = None, limit: int = PAGE, after: str | None = None
) -> Page:
    """A page of the units in sight on a list: those who stood on it `on` a day, or its whole history."""
    find(session, actor, tag)
    columns: list[Any] = [col(getattr(UnitTag, name)) for name in MEMBER]
    statement = select(*columns, col(Unit.name).label("unit_name")).join(Unit, col(UnitTag.unit) == col(Unit.key))
    statement = statement.where(col(UnitTag.tag) == tag, in_scope(UnitTag.unit, actor.paths("see units")))
    if on is not None:
        statement = statement.where(*held_on(on))
    if after is not None:
        statement = statement.where(col(UnitTag.key) > after)
    rows = session.execute(statement.order_by(col(UnitTag.key)).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)
