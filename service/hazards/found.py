"""Finding one hazard, held for the act that follows; who answers for it, who hears of it, and its open case."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Hazard, HazardCycle, Person, Unit
from models.base import table_of
from models.kinds import Role
from service import cases, units
from service.access import Actor
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.hazards.fields import long_text
from service.people.fields import fit_one
from service.rules.chain import NOBODY
from service.rules.hazards import admits, cycle_key, hazard_subject
from service.rules.steps import Step

SAID = {"closed": "closed out", "submitted": "to be accepted"}  # as its pages call these states
HEARD_AT_MOST = 4  # coordinators that hear of one hazard: a digest to everybody is read by nobody


class Found(NamedTuple):
    """A hazard, its time round, and the path of its unit."""

    hazard: Any
    cycle: Any
    path: str


def held(session: Session, statement: Any, table: Any, *, others_wait: bool = True) -> Any:
    """The statement, its rows of one table held until the transaction ends; SQLite has one writer anyway.

    With `others_wait` false, rows that somebody else holds are left out: a sweep takes what nobody else is at.
    """
    if session.get_bind().dialect.name != "postgresql":
        return statement
    return statement.with_for_update(of=table, key_share=True, skip_locked=not others_wait)


def find(session: Session, actor: Actor, code: str, *, to_read: bool = False) -> Found:
    """The hazard, held so that nobody else changes it or its case meanwhile; NotFound also for one out of sight.

    With `to_read` nothing is held.
    """
    statement = select(table_of(Hazard), col(Unit.path), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Hazard.unit) == col(Unit.key)).where(col(Hazard.key) == code)
    row = session.execute(statement if to_read else held(session, statement, Hazard)).one_or_none()
    if row is None or not (actor.may("see", row.path) or concerns(session, actor, row)):
        raise NotFound("There is no hazard {code}", code=code)
    key = cycle_key(code, row.cycle)
    cycle = session.execute(select(table_of(HazardCycle)).where(col(HazardCycle.key) == key)).one()
    return Found(row, cycle, row.path)


def concerns(session: Session, actor: Actor, hazard: Any) -> bool:
    """Whether somebody has to do with a hazard without holding a role there."""
    named = (hazard.responsible, hazard.found_by, hazard.supervisor)
    return actor.person in named or actor.person in answerable(session, hazard)


def answerable(session: Session, hazard: Any) -> tuple[str, ...]:
    """Who must see to it: the responsible person, else who stands nearest the ground in the chain of its unit."""
    if hazard.responsible:
        return (hazard.responsible,)
    unit = hazard.responsible_unit or hazard.unit
    return units.gather_chains(session, [unit]).get(unit, NOBODY).at(1).people[:2]


def coordinators(session: Session, unit: str) -> tuple[str, ...]:
    """Who coordinates for a unit: those to whom the role is granted there or nearest above."""
    return units.gather_holders(session, Role.coordinator, [unit]).get(unit, ())[:HEARD_AT_MOST]


def others(actor: Actor, people: Iterable[str | None]) -> list[str]:
    """These people without the one who acts, who knows it already."""
    return [person for person in people if person and person != actor.person]


def may(actor: Actor, act: str, found: Found) -> None:
    """Refuse who sees a hazard and may not do this to it; who doesn't see it never gets this far."""
    if not actor.may(act, found.path):
        raise Forbidden("Your role does not allow this here")


def admitted(hazard: Any, act: str, version: int | None) -> None:
    """Refuse an act on a hazard that has moved on, or whose state does not admit it."""
    if version is not None and version != hazard.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if not admits(hazard, act):
        state = SAID.get(hazard.state, str(hazard.state))
        raise Conflict("The hazard is {state}; this can't be done to it now", state=state)


def hazard_case_ends(session: Session, hazard: Any, now: datetime, why: str) -> list[Step]:
    """The step that ends the open case about this time round of a hazard, if there is one."""
    return cases.ending(session, [hazard_subject(hazard.key, hazard.cycle)], now, why)


def known_person(session: Session, actor: Actor, person: str, field: str, unit: str) -> str:
    """The code of a person whom the actor may name: one in their sight, or anybody in the chain of the hazard's unit.

    Refused for whoever isn't there, left, or is neither.
    """
    there = select(col(Unit.path)).join(Person, col(Person.unit) == col(Unit.key))
    path = session.execute(there.where(col(Person.key) == person, col(Person.left_on).is_(None))).scalar_one_or_none()
    if path is not None and not (actor.may("see units", path) or person == actor.person):
        chain = units.gather_chains(session, [unit]).get(unit, NOBODY)
        path = path if any(person in people for people in chain.levels.values()) else None
    if path is None:
        raise Refused("Some fields are wrong", faults=[Fault(field, "there is no such person")])
    return person


def known_unit(session: Session, actor: Actor, unit: str, field: str) -> str:
    """The path of a unit that the actor may name and that is open; Refused for any other."""
    row = session.execute(select(col(Unit.path), col(Unit.closed_on)).where(col(Unit.key) == unit)).one_or_none()
    if row is None or not actor.may("see units", row.path):
        raise Refused("Some fields are wrong", faults=[Fault(field, "there is no unit {code}", {"code": unit})])
    if row.closed_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault(field, "is closed")])
    return str(row.path)


def needed(reason: str) -> str:
    """A reason that says something."""
    kept: str = fit_one("reason", long_text, reason)
    if not kept:
        raise Refused("A reason is needed", faults=[Fault("reason", "must not be empty")])
    return kept
