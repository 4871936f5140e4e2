"""The usual roster made from its form, by the same check and act as the file; and whom the form offers."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from models import Person, Roster, Unit
from models.kinds import UnitKind
from service.access import Actor, beneath, in_scope
from service.duty.allowed import PLAN
from service.duty.file import read
from service.duty.rosters import TAKEN, apply_file
from service.duty.usual import Usual, beside_fields, field_of, nobody_in, stem, written
from service.errors import Fault, Refused
from service.people import offered

PEOPLE_MOST = 120
WITHOUT_ROSTER = (UnitKind.household, UnitKind.hazard_point)


class Colleague(NamedTuple):
    """A person who may be ticked."""

    key: str
    name: str
    post: str


def make_usual(session: Session, actor: Actor, usual: Usual, *, now: datetime) -> str:
    """Make a roster from its form; answers its key, made of the unit and the name where none was given.

    Never changes a roster there is. Raises Refused with each fault at its field, Forbidden.
    """
    found = usual if usual.key else replace(usual, key=free_key(session, stem(usual.owner, usual.name)))
    faults = nobody_in(found)
    if usual.key and session.get(Roster, usual.key) is not None:
        faults.append(Fault("key", TAKEN))
    text = written(found)
    try:
        read(text)
        if not faults:
            return apply_file(session, actor, text, now=now).key
    except Refused as refused:
        named = {fault.field for fault in faults}
        beside = beside_fields(refused, partial(field_of, usual=found))
        faults += [fault for fault in beside if fault.field not in named]
    raise Refused("Some fields are wrong", faults=faults)


def free_key(session: Session, wish: str) -> str:
    """A key that no roster has: the one wished for, else with a number behind."""
    statement = select(col(Roster.key)).where(col(Roster.key).startswith(wish, autoescape=True))
    taken = set(session.execute(statement).scalars())
    return next(key for n in range(1, len(taken) + 2) if (key := wish if n == 1 else f"{wish}-{n}") not in taken)


def units_to_plan(session: Session, actor: Actor) -> list[offered.Offered]:
    """The open units whose rosters the actor may plan, in the order of the tree; no households, no hazard points."""
    return offered.units(session, actor, PLAN, without=WITHOUT_ROSTER)


def people_to_serve(session: Session, actor: Actor, unit: str, *, below: bool) -> tuple[list[Colleague], bool]:
    """Who may be put on a unit's roster, and whether there are more: its own people and those of its departments.

    With `below` all beneath it. By unit in the order of the tree; never anybody whom the actor may not see.
    """
    statement = select(col(Person.key), col(Person.name), col(Person.post)).join(
        Unit, col(Person.unit) == col(Unit.key)
    )
    if below:
        path = session.execute(select(col(Unit.path)).where(col(Unit.key) == unit)).scalar_one()
        statement = statement.where(beneath(path))
    else:
        office = and_(col(Unit.parent) == unit, col(Unit.kind) == UnitKind.department)
        statement = statement.where(or_(col(Unit.key) == unit, office))
    statement = statement.where(in_scope(Person.unit, actor.paths("see")), col(Person.left_on).is_(None))
    statement = statement.order_by(col(Unit.path), col(Person.key)).limit(PEOPLE_MOST + 1)
    found = [Colleague(*row) for row in session.execute(statement)]
    return found[:PEOPLE_MOST], len(found) > PEOPLE_MOST
