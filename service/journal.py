"""Reading the journal: who did what to a subject, when and why, for those who may know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlmodel import Session, col

from models import (
    Activity,
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
from service.access import EVERYWHERE, SYSTEM, Actor
from service.errors import Fault, Forbidden, NotFound, Refused
from service.lists import PAGE, Page
from service.units import in_batches

ACT = "read journal"
LOOKED_AT_FOR_A_PAGE, WALKED_FOR_A_PAGE = 300, 20_000
ITSELF = (SYSTEM.person, "sweep")
KEYS_AT_ONCE = 1_000  # each stands in the statement once for every table
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
NAMED: tuple[tuple[Any, Any], ...] = (
    (Unit, Unit.name),
    (Person, Person.name),
    (Campaign, Campaign.name),
    (Roster, Roster.name),
    (Checklist, Checklist.name),
    (Activity, Activity.name),
    (PlanDocument, PlanDocument.title),
    (StoreItem, StoreItem.name),
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


def newest(
    session: Session, actor: Actor, *, by_itself: bool = False, limit: int = PAGE, after: str | None = None
) -> Page:
    """A page of the newest lines that the actor may read, whatever they are about.

    `by_itself` has the lines of what zhiban does by itself among them, which are most. Only so many lines are looked at
    for a page: where few of them are the actor's the page is a short one. What belongs to no unit (a sign-in, a token,
    a rule for all) is read by those who may read the journal everywhere.
    """
    if not actor.paths(ACT):
        if actor.paths("see"):
            raise Forbidden("Your role does not allow this here")
        raise NotFound("There is nothing of that name here")
    before = number_of(after)
    if before is None:
        before = int(session.execute(select(func.max(col(Journal.id)))).scalar_one() or 0) + 1
    lowest = max(before - WALKED_FOR_A_PAGE, 0)
    statement = select(*COLUMNS).where(col(Journal.id) < before, col(Journal.id) >= lowest)
    if not by_itself:
        statement = statement.where(col(Journal.by).not_in(ITSELF), col(Journal.act) != "stale")
    rows = session.execute(statement.order_by(col(Journal.id).desc()).limit(LOOKED_AT_FOR_A_PAGE)).all()
    everywhere = reads_all(session, actor)
    places = {} if everywhere else places_of(session, {row.subject for row in rows})
    kept = [row for row in rows if everywhere or may_read(actor, places, row.subject)]
    if len(kept) > limit:
        return Page(kept[:limit], str(kept[limit - 1].id))
    if len(rows) == LOOKED_AT_FOR_A_PAGE:
        return Page(kept, str(rows[-1].id))
    return Page(kept, str(lowest) if lowest > 1 else None)


def reads_all(session: Session, actor: Actor) -> bool:
    """Whether the actor may read the journal at every root of the tree."""
    roots = session.execute(select(col(Unit.path)).where(col(Unit.parent).is_(None))).scalars().all()
    return all(actor.may(ACT, root) for root in roots)


def may_read(actor: Actor, places: Mapping[str, set[str]], subject: str) -> bool:
    """Whether everything that a subject may be, or is a part of, lies where the actor reads the journal."""
    while subject and subject not in places:
        subject = subject.rpartition(":")[0]
    return bool(subject) and all(actor.may(ACT, path) for path in places[subject])


def places_of(session: Session, subjects: Collection[str]) -> dict[str, set[str]]:
    """The paths of the units that subjects belong to, and of what they are parts of, by key: one statement."""
    keys = {":".join(parts[:n]) for parts in (one.split(":") for one in subjects) for n in range(1, len(parts) + 1)}
    found: dict[str, set[str]] = {}
    for batch in in_batches(keys, KEYS_AT_ONCE):
        selects: list[Any] = [
            select(col(key).label("key"), col(Unit.path).label("path"))
            .outerjoin(Unit, col(unit) == col(Unit.key))
            .where(col(key).in_(batch))
            for key, unit in PLACED
            if key is not Unit.key
        ]
        selects.append(select(col(Unit.key), col(Unit.path)).where(col(Unit.key).in_(batch)))
        for key, path in session.execute(union_all(*selects)):
            found.setdefault(key, set()).add(path or EVERYWHERE)
    return found


def called(session: Session, keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """Key → the table that it stands in and its name there, for what has one; one statement for all tables."""
    found: dict[str, tuple[str, str]] = {}
    for batch in in_batches(keys, KEYS_AT_ONCE):
        selects = [
            select(literal(table.__tablename__), col(table.key), col(name)).where(col(table.key).in_(batch))
            for table, name in NAMED
        ]
        for table, key, name in session.execute(union_all(*selects)):
            found.setdefault(key, (table, name))
    return found


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
