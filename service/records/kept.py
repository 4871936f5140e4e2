"""What is kept of a unit (documents, stores): finding one in sight, who may write, and lists of them."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Unit
from models.base import table_of
from service.access import Actor, in_scope
from service.errors import Conflict, Forbidden, NotFound
from service.lists import Page
from service.people.unit_acts import visible_unit

ACT = "keep records"


def find(
    session: Session, actor: Actor, table: Any, key: str, *keepers: str, to_read: bool = False, act: str = "see"
) -> Any:
    """The row with its unit's path and name, held unless it is only read; NotFound also for one out of sight.

    `keepers` are the columns that name people who have to do with it wherever they hold a role; whoever may `act` on
    its unit sees it, too.
    """
    columns: tuple[Any, ...] = (table_of(table), col(Unit.path), col(Unit.name).label("unit_name"))
    statement = select(*columns).join(Unit, col(table.unit) == col(Unit.key)).where(col(table.key) == key)
    if not to_read and session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(of=table, key_share=True)
    row = session.execute(statement).one_or_none()
    mine = row is not None and actor.person in [getattr(row, name) for name in keepers]
    if row is None or not (mine or actor.may("see", row.path) or actor.may(act, row.path)):
        raise NotFound("There is nothing of that name here")
    return row


def may_keep(actor: Actor, row: Any, *, keeper: str | None = None, act: str = ACT) -> None:
    """Refuse who sees a row but neither keeps it nor holds a role that may write it."""
    if not (actor.may(act, row.path) or (keeper is not None and keeper == actor.person)):
        raise Forbidden("Your role does not allow this here")


def at_version(row: Any, version: int | None) -> None:
    """Conflict for an act on a row that has moved on since it was read."""
    if version is not None and version != row.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")


def listed(
    session: Session,
    actor: Actor,
    table: Any,
    names: tuple[str, ...],
    *where: Any,
    unit: str | None,
    limit: int,
    after: str | None,
) -> Page:
    """A page of the rows of the units in sight, by key; `unit` asks for those at it and beneath."""
    shown = (*(col(getattr(table, name)) for name in names), col(Unit.name).label("unit_name"))
    statement = select(*shown).join(Unit, col(table.unit) == col(Unit.key))
    statement = statement.where(in_scope(table.unit, actor.paths("see")), *where)
    if unit is not None:
        statement = statement.where(in_scope(table.unit, (visible_unit(session, actor, unit).path,)))
    if after is not None:
        statement = statement.where(col(table.key) > after)
    rows = session.execute(statement.order_by(col(table.key)).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)
