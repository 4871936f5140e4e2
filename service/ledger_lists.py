"""Lists of the ledger, page by page: hazards the newest first, rechecks by their due instants.

Only the columns that are shown are read, and a page begins right after the last row of the one before.
"""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, and_, bindparam, func, or_, select, tuple_
from sqlmodel import Session, col

from models import ChainLink, Hazard, Recheck, Unit
from service.access import Actor, in_scope
from service.listings import columns
from service.lists import PAGE, Page, cursor, in_sight, not_a_cursor, place_of
from service.rules.hazards import OPEN

HAZARD_COLUMNS = (
    "key", "version", "campaign", "task", "unit", "place", "description", "category", "level", "mode", "source", "rank",
    "found_on", "found_by", "state", "cycle", "responsible", "responsible_unit", "due_at", "supervisor",
    "supervised_on", "delisted_on", "closed_at",
)  # fmt: skip
RECHECK_COLUMNS = (
    "key", "version", "hazard", "campaign", "unit", "cycle", "opens_at", "due_at", "state", "result", "assignee",
    "co_assignee", "done_at", "done_by", "note", "reason",
)  # fmt: skip


def overdue(now: datetime) -> Any:
    """The hazard is not closed, and was due before now."""
    return and_(col(Hazard.state).in_(OPEN), col(Hazard.due_at) <= now)


def concern(person: str) -> Any:
    """The hazard has to do with a person: they are named in it, or answer for its unit while nobody is."""
    answers_for = select(col(ChainLink.unit)).where(col(ChainLink.person) == person, col(ChainLink.level) == 1)
    place = func.coalesce(col(Hazard.responsible_unit), col(Hazard.unit))
    return or_(
        *(col(named) == person for named in (Hazard.found_by, Hazard.responsible, Hazard.supervisor)),
        and_(col(Hazard.responsible).is_(None), place.in_(answers_for)),
    )


def hazards(
    session: Session | Connection,
    actor: Actor,
    *,
    now: datetime,
    unit: str | None = None,
    campaign: str | None = None,
    task: str | None = None,
    responsible: str | None = None,
    level: str | None = None,
    source: str | None = None,
    states: Sequence[str] = (),
    late: bool | None = None,
    found_from: date | None = None,
    found_to: date | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of hazards, those found last first: on the units the actor sees, and those that concern them.

    `unit` asks for everything at and beneath it (NotFound when out of sight), `late` for what is overdue or isn't.
    """
    statement = select(
        *columns(Hazard, HAZARD_COLUMNS), col(Unit.name).label("unit_name"), overdue(now).label("overdue")
    )
    statement = statement.join(Unit, col(Hazard.unit) == col(Unit.key))
    statement = statement.where(or_(in_scope(Hazard.unit, actor.paths("see")), concern(actor.person)))
    wishes = (
        (Hazard.campaign, campaign), (Hazard.task, task), (Hazard.responsible, responsible), (Hazard.level, level),
        (Hazard.source, source),
    )  # fmt: skip
    for column, wanted in wishes:
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if unit is not None:
        statement = statement.where(in_scope(Hazard.unit, (path_in_sight(session, actor, unit),)))
    if states:
        statement = statement.where(col(Hazard.state).in_(states))
    if late is not None:
        statement = statement.where(overdue(now) if late else ~overdue(now))
    if found_from is not None:
        statement = statement.where(col(Hazard.found_on) >= found_from)
    if found_to is not None:
        statement = statement.where(col(Hazard.found_on) <= found_to)
    at: Any = col(Hazard.found_on)
    if after is not None:
        day, key = day_of(after)
        place = tuple_(bindparam("at", day, type_=at.type), bindparam("after", key))
        statement = statement.where(tuple_(at, col(Hazard.key)) < place)
    rows = session.execute(statement.order_by(at.desc(), col(Hazard.key).desc()).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], cursor(last.found_on, last.key) if last else None)


def day_of(text: str) -> tuple[date, str]:
    """The day and the key that a cursor stands for; Refused for one that is none of ours."""
    try:
        on, key = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        day = date.fromisoformat(on)
    except (ValueError, TypeError, binascii.Error):
        raise not_a_cursor() from None
    if not isinstance(key, str):
        raise not_a_cursor()
    return day, key


def path_in_sight(session: Session | Connection, actor: Actor, unit: str) -> str:
    """The path of a unit; NotFound for one that is not there or that the actor may not see."""
    in_sight(session, actor, unit)
    return str(session.execute(select(col(Unit.path)).where(col(Unit.key) == unit)).scalar_one())


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
        statement = statement.where(in_scope(Recheck.unit, (path_in_sight(session, actor, unit),)))
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
