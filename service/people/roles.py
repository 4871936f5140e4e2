"""Roles: who holds which on which subtree; given and taken by an admin of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Grant
from service.access import Actor, in_scope
from service.errors import Fault, NotFound, Refused
from service.people import fields
from service.people.fields import fit_one
from service.people.person_acts import visible_person
from service.people.unit_acts import visible_unit
from service.rules.steps import make, remove
from service.store import require

ACT = "grant"


class GrantRecord(NamedTuple):
    key: str
    version: int
    person: str
    role: str
    unit: str


def grant(session: Session, actor: Actor, person: str, role: str, unit: str, *, now: datetime) -> str:
    """Give a person a role on a unit and everything beneath it; answers the grant's key.

    Raises Refused for a role that doesn't exist or a person who left, Conflict when they hold it already.
    """
    role = fit_one("role", fields.role, role)
    found = visible_unit(session, actor, unit)
    actor.must(ACT, found.path, see="see units")
    if visible_person(session, actor, person).left_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault("person", "has left")])
    key = grant_key(person, role, unit)
    step = make(Grant, key, "granted", {"person": person, "role": role, "unit": unit})
    require(session, [step], now=now, by=actor.person)
    return key


def revoke(session: Session, actor: Actor, person: str, role: str, unit: str, *, now: datetime) -> None:
    """Take a role on a unit away from a person; NotFound when they don't hold it there."""
    found = visible_unit(session, actor, unit)
    actor.must(ACT, found.path, see="see units")
    role, person = fit_one("role", fields.role, role), fit_one("person", fields.code, person)
    held = select(col(Grant.key), col(Grant.version)).where(col(Grant.person) == person, col(Grant.unit) == unit)
    standing = session.execute(held.where(col(Grant.role) == role)).one_or_none()
    if standing is None:
        raise NotFound("{person} does not hold the role {role} on {unit}", person=person, role=role, unit=unit)
    require(session, [remove(Grant, standing.key, standing.version, "revoked")], now=now, by=actor.person)


def grants(session: Session, actor: Actor, *, person: str | None = None, unit: str | None = None) -> list[GrantRecord]:
    """The roles held on the units the actor may see, of one person or on one unit; their own, everywhere."""
    statement = select(col(Grant.key), col(Grant.version), col(Grant.person), col(Grant.role), col(Grant.unit))
    if person is not None:
        statement = statement.where(col(Grant.person) == fit_one("person", fields.code, person))
    if unit is not None:
        statement = statement.where(col(Grant.unit) == fit_one("unit", fields.code, unit))
    if person is None or person != actor.person:
        statement = statement.where(in_scope(Grant.unit, actor.paths("see")))
    return [GrantRecord(*row) for row in session.execute(statement.order_by(col(Grant.key)))]


def grant_key(person: str, role: str, unit: str) -> str:
    return f"{person}:{role}:{unit}"
