"""Lists of the ledger, page by page: hazards the newest first, rechecks by their due instants.

Only the columns that are shown are read, and a page begins right after the last row of the one before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select, tuple_
from sqlmodel import Session, col

from models import Hazard, Recheck, Unit
from service.access import EVERYWHERE, Actor, in_scope
from service.ledger.orders import in_order
from service.ledger.ways import ways
from service.ledger.wishes import Wishes, asked_for, overdue, seen
from service.listings import columns
from service.lists import PAGE, Page, cursor, in_sight, place_of

COUNTED = 1_000
HAZARD_COLUMNS = (
    "key", "version", "campaign", "task", "unit", "place", "description", "category", "level", "mode", "source", "rank",
    "found_on", "found_by", "state", "cycle", "responsible", "responsible_unit", "due_at", "supervisor",
    "supervised_on", "delisted_on", "closed_at",
)  # fmt: skip
RECHECK_COLUMNS = (
    "key", "version", "hazard", "campaign", "unit", "cycle", "opens_at", "due_at", "state", "result", "assignee",
    "co_assignee", "done_at", "done_by", "note", "reason",
)  # fmt: skip


class Ledger(NamedTuple):
    """A page of the ledger; `many` is how many there are, counted up to `COUNTED` + 1, None where it isn't counted."""

    items: Sequence[Any]
    next: str | None
    many: int | None


def hazards(session: Session | Connection, actor: Actor, *, now: datetime, **asked: Any) -> Page:
    """A page of hazards as `ledger` has it."""
    return Page(*ledger(session, actor, now=now, **asked)[:2])


def ledger(
    session: Session | Connection,
    actor: Actor,
    *,
    now: datetime,
    sort: str = "found",
    limit: int = PAGE,
    after: str | None = None,
    **asked: Any,
) -> Ledger:
    """A page of hazards: on the units the actor sees and those that concern them, narrowed by what `Wishes` asks.

    `sort` is found (the newest first), due (the most pressing first), level (major ones first, the newest of each) or
    rank (by their ranks, then those without one, the newest first). NotFound for a unit out of sight.

    How it is found stands in `ledger.ways`. What holds a piece of text is only counted where it is looked for in few.
    """
    wishes = Wishes(**asked)
    path = None if wishes.unit is None else in_sight(session, actor, wishes.unit)
    # all units lie beneath a top: who asks for that asks for no unit
    asks = asked_for(wishes, None if path in actor.tops else path, now=now)
    if EVERYWHERE not in actor.paths("see") and (path is None or not actor.may("see", path)):
        asks["sight"] = seen(actor)
    found, counting = ways(session, actor, asks, sort, wishes, now, COUNTED)
    page, many = in_order(session, found, hazard_rows(now), sort, limit, after)
    if many is None and counting is None and after is None:
        many = 0  # few say with each how many they are: there is none
    if many is None and (counting is None or not wishes.text):
        many = counted(session, found[0].keys if counting is None else counting)
    return Ledger(*page, None if many is None else min(many, COUNTED + 1))


def hazard_rows(now: datetime) -> Any:
    """Hazards as a list shows them, each with its unit's name and whether it is overdue."""
    named: Any = (col(Unit.name).label("unit_name"), overdue(now).label("overdue"))
    return select(*columns(Hazard, HAZARD_COLUMNS), *named).join(Unit, col(Hazard.unit) == col(Unit.key))


def counted(session: Session | Connection, asked: Any) -> int:
    """How many hazards a select finds, counted up to one more than `COUNTED` and no further."""
    some = asked.limit(COUNTED + 1).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def rechecks(
    session: Session | Connection,
    actor: Actor,
    *,
    unit: str | None = None,
    hazard: str | None = None,
    campaign: str | None = None,
    person: str | None = None,
    states: Sequence[str] = (),
    due_before: datetime | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of rechecks in the order of their due instants: those on the units the actor sees, and their own."""
    mine = or_(col(Recheck.assignee) == actor.person, col(Recheck.co_assignee) == actor.person)
    statement = recheck_rows().where(or_(in_scope(Recheck.unit, actor.paths("see")), mine))
    for column, wanted in ((Recheck.hazard, hazard), (Recheck.campaign, campaign)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if unit is not None:
        statement = statement.where(in_scope(Recheck.unit, (in_sight(session, actor, unit),)))
    if person is not None:
        statement = statement.where(or_(col(Recheck.assignee) == person, col(Recheck.co_assignee) == person))
    if states:
        statement = statement.where(col(Recheck.state).in_(states))
    if due_before is not None:
        statement = statement.where(col(Recheck.due_at) < due_before)
    at: Any = col(Recheck.due_at)
    if after is not None:
        instant, key = place_of(after)
        place = tuple_(bindparam("at", instant, type_=at.type), bindparam("after", key))
        statement = statement.where(tuple_(at, col(Recheck.key)) > place)
    rows = session.execute(statement.order_by(at, col(Recheck.key)).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], cursor(last.due_at, last.key) if last else None)


def recheck_rows() -> Any:
    """Rechecks, each with what its hazard is and where."""
    shown = columns(Recheck, RECHECK_COLUMNS)
    named: Any = (col(Hazard.description).label("description"), col(Unit.name).label("unit_name"))
    statement = select(*shown, *named).join(Hazard, col(Recheck.hazard) == col(Hazard.key))
    return statement.join(Unit, col(Recheck.unit) == col(Unit.key))
