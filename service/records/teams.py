"""Teams (三员 …): people in a role at a unit, from a day until another; and the units that have nobody."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models import Person, TeamMember, Unit
from models.base import table_of
from service import store
from service.access import Actor, in_scope, units_beneath
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.hazards.fields import long_text, past_day
from service.hazards.found import known_person, known_unit
from service.lists import PAGE, Page
from service.people import fields
from service.people.fields import fit, fit_one
from service.people.unit_acts import visible_unit
from service.records import kept
from service.rules import teams as rules
from service.rules.steps import change, make

ACT = "change people"
NAMES = ("key", "version", "unit", "role", "person", "from_on", "until_on", "reason")
MOST_UNITS = 5_000
CHECKS: fields.Fields = {"unit": fields.code, "role": fields.code, "person": fields.code, "from_on": past_day}


class Gap(NamedTuple):
    """A unit where nobody holds a role."""

    unit: str
    unit_name: str
    role: str


def join(session: Session, actor: Actor, *, now: datetime, reason: str = "", **what: Any) -> str:
    """Put a person into a role at a unit, from a day on (today where none is given); answers the row's key."""
    values = fit(CHECKS, {"from_on": fields.today(now)} | what, needed=("unit", "role", "person"))
    reason = fit_one("reason", long_text, reason)
    unit, role, person = values["unit"], values["role"], values["person"]
    actor.must(ACT, known_unit(session, actor, unit, "unit"), see="see units")
    known_person(session, actor, person, "person", unit)
    standing = select(col(TeamMember.key)).where(
        col(TeamMember.unit) == unit, col(TeamMember.role) == role, col(TeamMember.person) == person
    )
    standing = standing.where(or_(col(TeamMember.until_on).is_(None), col(TeamMember.until_on) >= values["from_on"]))
    if session.execute(standing).first() is not None:
        raise Conflict("This person holds the role there already")
    key = f"team:{unit}:{role}:{person}:{values['from_on']}"
    store.require(
        session, [make(TeamMember, key, "joined", {**values, "reason": reason}, reason)], now=now, by=actor.person
    )
    return key


def leave(
    session: Session,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    until_on: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> None:
    """End a person's time in a role, with its last day (today where none is given); the history stays."""
    until_on, reason = until_on or fields.today(now), fit_one("reason", long_text, reason)
    row = kept.find(session, actor, TeamMember, key, "person")
    kept.may_keep(actor, row, act=ACT)
    kept.at_version(row, version)
    if row.until_on is not None:
        raise Conflict("This has ended already")
    if until_on < row.from_on:
        fault = Fault("until_on", "must not be before {on}", {"on": str(row.from_on)})
        raise Refused("Some fields are wrong", faults=[fault])
    step = change(TeamMember, key, row.version, "left", {"until_on": until_on}, reason)
    store.require(session, [step], now=now, by=actor.person)


def listed(
    session: Session,
    actor: Actor,
    *,
    unit: str | None = None,
    role: str | None = None,
    person: str | None = None,
    on: date | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the people in roles at units in sight: those who held one `on` a day, or all there ever were."""
    shown: list[Any] = [col(getattr(TeamMember, name)) for name in NAMES]
    shown += [col(Unit.name).label("unit_name"), col(Person.name), col(Person.mobile)]
    statement = select(*shown).join(Unit, col(TeamMember.unit) == col(Unit.key))
    statement = statement.join(Person, col(TeamMember.person) == col(Person.key))
    statement = statement.where(in_scope(TeamMember.unit, actor.paths("see")))
    if unit is not None:
        statement = statement.where(in_scope(TeamMember.unit, (visible_unit(session, actor, unit).path,)))
    if role is not None:
        statement = statement.where(col(TeamMember.role) == role)
    if person is not None:
        statement = statement.where(col(TeamMember.person) == person)
    if on is not None:
        statement = statement.where(*holding(on))
    if after is not None:
        statement = statement.where(col(TeamMember.key) > after)
    rows = session.execute(statement.order_by(col(TeamMember.key)).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)


def holding(on: date) -> tuple[Any, Any]:
    """The role was held on a day."""
    until = col(TeamMember.until_on)
    return col(TeamMember.from_on) <= on, or_(until.is_(None), until >= on)


def gaps(
    session: Session, actor: Actor, *, unit: str, kind: str, roles: Sequence[str] = (), on: date, now: datetime
) -> list[Gap]:
    """The open units of a kind at a unit and beneath where nobody holds one of the roles on a day.

    Roles that are not named are all that anybody holds there. Who has left an office holds no role of it.
    """
    top = visible_unit(session, actor, unit)
    if not actor.may("see", top.path):
        raise Forbidden("Your role does not allow this here")
    kept_kind = fit_one("kind", fields.unit_kind, kind)
    asked = select(col(Unit.key), col(Unit.name)).where(units_beneath((top.path,)), col(Unit.kind) == kept_kind)
    asked = asked.where(or_(col(Unit.closed_on).is_(None), col(Unit.closed_on) > on)).order_by(col(Unit.path))
    names = {row.key: row.name for row in session.execute(asked.limit(MOST_UNITS + 1))}
    if len(names) > MOST_UNITS:
        fault = Fault("unit", "has more than {most} of this kind beneath it: ask lower down", {"most": MOST_UNITS})
        raise Refused("Some fields are wrong", faults=[fault])
    statement = select(table_of(TeamMember)).join(Person, col(TeamMember.person) == col(Person.key))
    statement = statement.where(in_scope(TeamMember.unit, (top.path,)), *holding(on))
    members = session.execute(statement.where(or_(col(Person.left_on).is_(None), col(Person.left_on) > on))).all()
    wanted = list(dict.fromkeys(roles)) or sorted({member.role for member in members})
    return [Gap(code, names[code], role) for code, role in rules.gaps(list(names), wanted, members, on)]


def find(session: Session, actor: Actor, key: str) -> Any:
    """One person's time in a role; NotFound also for one out of sight."""
    row = kept.find(session, actor, TeamMember, key, "person", to_read=True)
    name = session.execute(
        select(col(Person.name), col(Person.mobile)).where(col(Person.key) == row.person)
    ).one_or_none()
    if name is None:
        raise NotFound("There is nothing of that name here")
    return {field: getattr(row, field) for field in (*NAMES, "unit_name")} | dict(name._mapping)
