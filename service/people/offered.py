"""What is offered while a code is typed: units and people the reader may see, each by its name; some, never all."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Person, Unit
from models.kinds import UnitKind
from service.access import Actor, in_scope, units_beneath

OFFERED = 500


class Offered(NamedTuple):
    """A code and what people call it."""

    key: str
    name: str


def units(
    session: Session, actor: Actor, act: str = "see units", *, without: Collection[UnitKind] = ()
) -> list[Offered]:
    """Open units where `act` is allowed, in the order of the tree; `without` some kinds of them."""
    statement = select(col(Unit.key), col(Unit.name)).where(units_beneath(actor.paths(act)))
    if without:
        statement = statement.where(col(Unit.kind).not_in(without))
    statement = statement.where(col(Unit.closed_on).is_(None)).order_by(col(Unit.path)).limit(OFFERED)
    return [Offered(*row) for row in session.execute(statement)]


def staff(session: Session, actor: Actor, act: str = "see", *which: Any) -> list[Offered]:
    """People who serve where `act` is allowed, by staff number, with their post behind the name; `which` of them."""
    statement = select(col(Person.key), col(Person.name), col(Person.post))
    statement = statement.where(in_scope(Person.unit, actor.paths(act)), col(Person.left_on).is_(None), *which)
    rows = session.execute(statement.order_by(col(Person.key)).limit(OFFERED))
    return [Offered(key, f"{name} {post}".strip()) for key, name, post in rows]
