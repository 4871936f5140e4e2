"""Reading the journal: who did what to a subject, when and why, for those who may know."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import (
    Campaign,
    Case,
    Checklist,
    Enforcement,
    Event,
    Hazard,
    Journal,
    Person,
    PlanDocument,
    Project,
    Recheck,
    Roster,
    Season,
    StoreItem,
    Task,
    TeamMember,
    Unit,
    UnitList,
    Watch,
)
from service.access import EVERYWHERE, Actor
from service.errors import Fault, Forbidden, NotFound, Refused
from service.lists import PAGE, Page

ACT = "read journal"
COLUMNS = tuple(col(getattr(Journal, name)) for name in ("id", "at", "by", "act", "subject", "reason"))
# table → the column that names the unit it belongs to
PLACED: tuple[tuple[Any, Any], ...] = (
    (Unit.key, Unit.key),
    (Task.key, Task.unit),
    (Hazard.key, Hazard.unit),
    (Recheck.key, Recheck.unit),
    (Enforcement.key, Enforcement.unit),
    (Case.key, Case.unit),
    (Campaign.key, Campaign.owner),
    (Person.key, Person.unit),
    (Event.key, Event.unit),
    (Season.key, Season.unit),
    (Checklist.key, Checklist.owner),
    (Roster.key, Roster.owner),
    (Watch.key, Watch.unit),
    (PlanDocument.key, PlanDocument.unit),
    (StoreItem.key, StoreItem.unit),
    (TeamMember.key, TeamMember.unit),
    (UnitList.key, UnitList.owner),
    (Project.key, Project.unit),
)


def of_subject(session: Session, actor: Actor, subject: str, *, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of a subject's journal, the newest line first.

    A subject is the key of a row; that of a part (a figure of a task, a level of a chain) stands under the whole.
    NotFound for one that is not there or out of sight, Forbidden where the actor may see but not read the journal.
    """
    paths = list(paths_of(session, subject))
    if not paths or not any(actor.may("see units", path) for path in paths):
        raise NotFound("There is nothing of that name here")
    if not all(actor.may(ACT, path) for path in paths):
        raise Forbidden("Your role does not allow this here")
    rows = lines(session, [subject], limit=limit + 1, before=number_of(after))
    return Page(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None)


def lines(session: Session, subjects: Sequence[str], *, limit: int, before: int | None = None) -> Sequence[Any]:
    """The newest lines about some subjects, from before a line on where one is named."""
    statement = select(*COLUMNS).where(col(Journal.subject).in_(subjects))
    if before is not None:
        statement = statement.where(col(Journal.id) < before)
    return session.execute(statement.order_by(col(Journal.id).desc()).limit(limit)).all()


def number_of(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Refused("Some fields are wrong", faults=[Fault("after", "is no cursor of this list")])
    return int(after)


def paths_of(session: Session, subject: str) -> Iterator[str]:
    """The paths of the units that a subject may belong to: a key may stand in several tables, the journal names none.

    Where the whole key stands nowhere, what comes before its last colon is looked for: parts are named so.
    """
    while subject:
        found = False
        for key, unit in PLACED:
            row = session.execute(select(col(unit)).where(col(key) == subject)).one_or_none()
            if row is not None:
                found = True
                path = select(col(Unit.path)).where(col(Unit.key) == row[0])
                yield EVERYWHERE if row[0] is None else session.execute(path).scalar_one()
        if found:
            return
        subject = subject.rpartition(":")[0]
