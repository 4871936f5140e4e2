"""The ledger read page by page, one hazard whole, and the look-backs that are to be done."""

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, or_, select, tuple_
from sqlmodel import Session, col

from models import Case, Enforcement, Extension, Hazard, HazardCycle, Recheck, Unit
from models.base import table_of
from service import evidence, journal
from service.access import Actor, in_scope
from service.cases import SHOWN as CASE_SHOWN
from service.errors import Fault, Refused
from service.hazard_found import find
from service.lists import PAGE, Page, cursor, place_of
from service.people_units import visible_unit
from service.rules.hazards import OPEN, hazard_subject

SHOWN = (
    "key", "version", "campaign", "task", "unit", "place", "description", "category", "level", "mode", "source", "rank",
    "found_on", "found_by", "state", "cycle", "responsible", "responsible_unit", "measures", "funds_yuan",
    "contingency", "due_at", "supervisor", "supervised_on", "delisted_on", "approved_by", "closed_at", "reason", "note",
)  # fmt: skip
RECHECK_SHOWN = (
    "key", "version", "hazard", "campaign", "unit", "cycle", "opens_at", "due_at", "state", "result", "assignee",
    "co_assignee", "done_at", "done_by", "note", "reason",
)  # fmt: skip


class HazardWhole(NamedTuple):
    """A hazard with all that belongs to it, in order, and who did what to it."""

    hazard: Any
    cycles: Sequence[Any]
    extensions: Sequence[Any]
    rechecks: Sequence[Any]
    enforcement: Sequence[Any]
    evidence: Sequence[Any]
    cases: Sequence[Any]
    journal: Sequence[Any]


def hazards(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    unit: str | None = None,
    campaign: str | None = None,
    level: str | None = None,
    states: Sequence[str] = (),
    overdue: bool | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the ledger, the latest finding first: what lies on the units the actor sees, and what is theirs.

    `unit` asks for everything at and beneath it (NotFound when out of sight); `overdue` for what is open and past its
    deadline at `now`, or (False) for all else.
    """
    statement = select(*(col(getattr(Hazard, name)) for name in SHOWN), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Hazard.unit) == col(Unit.key))
    mine = [col(column) == actor.person for column in (Hazard.responsible, Hazard.found_by, Hazard.supervisor)]
    statement = statement.where(or_(in_scope(Hazard.unit, actor.paths("see")), *mine))
    if unit is not None:
        statement = statement.where(in_scope(Hazard.unit, (visible_unit(session, actor, unit).path,)))
    for column, wanted in ((Hazard.campaign, campaign), (Hazard.level, level)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if states:
        statement = statement.where(col(Hazard.state).in_(states))
    if overdue is not None:
        late = col(Hazard.state).in_(OPEN) & (col(Hazard.due_at) <= now)
        statement = statement.where(late if overdue else ~late)
    if after is not None:
        on, key = day_and_key(after)
        days: Any = col(Hazard.found_on)
        place = tuple_(bindparam("on", on, type_=days.type), bindparam("after", key))
        statement = statement.where(tuple_(days, col(Hazard.key)) < place)
    statement = statement.order_by(col(Hazard.found_on).desc(), col(Hazard.key).desc())
    rows = session.execute(statement.limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(rows[:limit], cursor(rows[limit - 1].found_on, rows[limit - 1].key) if more else None)


def day_and_key(text: str) -> tuple[date, str]:
    """The day and the key that a cursor of the ledger stands for; Refused for one that is none of ours."""
    try:
        found, key = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return date.fromisoformat(found), str(key)
    except (ValueError, TypeError):
        raise Refused("Some fields are wrong", faults=[Fault("after", "is no cursor of this list")]) from None


def hazard(session: Session, actor: Actor, code: str) -> HazardWhole:
    """One hazard with its time rounds, look-backs, measures, evidence, cases and journal; NotFound out of sight."""
    found = find(session, actor, code, to_read=True).hazard
    shown = {name: getattr(found, name) for name in (*SHOWN, "unit_name")}

    def of(table: Any) -> Sequence[Any]:
        rows = select(table_of(table)).where(col(table.hazard) == code)
        return session.execute(rows.order_by(col(table.key))).all()

    rounds = sorted(of(HazardCycle), key=lambda row: int(row.cycle))
    looks = sorted(of(Recheck), key=lambda row: (row.opens_at, row.key))
    subjects = [*(hazard_subject(code, row.cycle) for row in rounds), *(row.key for row in looks)]
    climbing = select(*(col(getattr(Case, name)) for name in CASE_SHOWN)).where(col(Case.subject).in_(subjects))
    cases = session.execute(climbing.order_by(col(Case.began_at), col(Case.key))).all()
    parts = [code, *(row.key for row in looks), *(row.key for row in cases)]
    return HazardWhole(
        shown,
        rounds,
        of(Extension),
        looks,
        of(Enforcement),
        evidence.listed(session, actor, code),
        cases,
        journal.lines(session, parts, limit=PAGE),
    )


def rechecks(
    session: Session,
    actor: Actor,
    *,
    unit: str | None = None,
    hazard: str | None = None,
    person: str | None = None,
    states: Sequence[str] = (),
    due_before: datetime | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of look-backs by their due instants: those on the units the actor sees, and those they are to do."""
    statement = select(
        *(col(getattr(Recheck, name)) for name in RECHECK_SHOWN),
        col(Hazard.description).label("description"),
        col(Unit.name).label("unit_name"),
    )
    statement = statement.join(Hazard, col(Recheck.hazard) == col(Hazard.key))
    statement = statement.join(Unit, col(Recheck.unit) == col(Unit.key))
    mine = [col(column) == actor.person for column in (Recheck.assignee, Recheck.co_assignee)]
    statement = statement.where(or_(in_scope(Recheck.unit, actor.paths("see")), *mine))
    if unit is not None:
        statement = statement.where(in_scope(Recheck.unit, (visible_unit(session, actor, unit).path,)))
    if hazard is not None:
        statement = statement.where(col(Recheck.hazard) == hazard)
    if person is not None:
        statement = statement.where(or_(col(Recheck.assignee) == person, col(Recheck.co_assignee) == person))
    if states:
        statement = statement.where(col(Recheck.state).in_(states))
    if due_before is not None:
        statement = statement.where(col(Recheck.due_at) < due_before)
    if after is not None:
        at, key = place_of(after)
        instants: Any = col(Recheck.due_at)
        place = tuple_(bindparam("at", at, type_=instants.type), bindparam("after", key))
        statement = statement.where(tuple_(instants, col(Recheck.key)) > place)
    rows = session.execute(statement.order_by(col(Recheck.due_at), col(Recheck.key)).limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(rows[:limit], cursor(rows[limit - 1].due_at, rows[limit - 1].key) if more else None)
