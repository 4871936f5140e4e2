"""What waits for one person: tasks, watches, rechecks and hazards of their own, and what others handed in to them.

Five reads, whatever there is: the first page of a telephone in a workshop.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, literal, or_, select, true, union, union_all
from sqlmodel import Session, col

from models import Activity, Hazard, HazardCycle, Recheck, Roster, Task, Unit, Watch
from models.kinds import HazardLevel, HazardMode, HazardState, TaskState, WatchState
from service import lists, store
from service.access import Actor, in_scope
from service.by_name import HANDED_IN
from service.duty.swaps import TAKEN_BEFORE
from service.ledger.lists import recheck_rows
from service.ledger.wishes import answered_for
from service.rules.rechecks import ANSWERABLE
from service.rules.watches import AHEAD

MOST = 50  # of each: who has more to do than that reads the lists
WATCHES_AHEAD = timedelta(days=14)
SHOWN_AFTER_END = timedelta(hours=12)  # a watch that was not handed over stays in sight
STANDING = (WatchState.published, WatchState.confirmed, WatchState.on_duty, WatchState.absent)
TO_RECTIFY = (HazardState.assigned, HazardState.rectifying)


class Day(NamedTuple):
    """What one person has to do, each the most pressing first."""

    tasks: Sequence[Any]
    watches: Sequence[Any]
    rechecks: Sequence[Any]
    hazards: Sequence[Any]
    waiting: Sequence[Any]


def day(session: Session, actor: Actor, *, now: datetime) -> Day:
    """Open tasks, watches of the next two weeks, rechecks to do, hazards to rectify, and what waits for a decision."""
    own = lists.tasks(session, actor, person=actor.person, states=[TaskState.open], limit=MOST)
    return Day(
        own.items, watches(session, actor, now=now), rechecks(session, actor), to_rectify(session, actor, now=now),
        waiting(session, actor),
    )  # fmt: skip


def watches(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """The watches that they serve, each with the act that it is time for: confirm, check-in, hand-over or none."""
    columns = [
        col(getattr(Watch, name)) for name in ("key", "version", "on", "watch", "role", "starts_at", "ends_at", "state")
    ]
    statement = select(*columns, col(Roster.name).label("roster_name"), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Watch.unit) == col(Unit.key))
    statement = statement.outerjoin(Roster, col(Watch.roster) == col(Roster.key))
    statement = statement.where(
        col(Watch.served_by) == actor.person, col(Watch.starts_at) <= now + WATCHES_AHEAD,
        col(Watch.ends_at) > now - SHOWN_AFTER_END, col(Watch.state).in_(STANDING),
    )  # fmt: skip
    rows = session.execute(statement.order_by(col(Watch.starts_at), col(Watch.key)).limit(MOST)).all()
    return [dict(row._mapping) | {"act": act_of(row, now)} for row in rows]


def act_of(watch: Any, now: datetime) -> str:
    """What whoever serves a watch can say now; nothing while it is too early, or over."""
    if watch.state == WatchState.on_duty:
        return "hand-over" if watch.ends_at - TAKEN_BEFORE <= now else "log"
    if watch.state in (*AHEAD, WatchState.absent) and watch.starts_at - TAKEN_BEFORE <= now < watch.ends_at:
        return "check-in"
    return "confirm" if watch.state == WatchState.published and now < watch.starts_at else ""


def rechecks(session: Session, actor: Actor) -> Sequence[Any]:
    """The look-backs that they can answer: open or missed, at a hazard that is still closed."""
    mine = union(
        *(
            select(col(Recheck.key)).where(column == actor.person)
            for column in (col(Recheck.assignee), col(Recheck.co_assignee))
        )
    )
    statement = recheck_rows().where(
        col(Recheck.key).in_(mine), col(Recheck.state).in_(ANSWERABLE), col(Hazard.state) == HazardState.closed,
        col(Hazard.cycle) == col(Recheck.cycle),
    )  # fmt: skip
    rows: Sequence[Any] = session.execute(statement.order_by(col(Recheck.due_at), col(Recheck.key)).limit(MOST)).all()
    return rows


def to_rectify(session: Session, actor: Actor, *, now: datetime) -> Sequence[Any]:
    """The hazards that they answer for and must rectify, and what they found and fix on the spot."""
    person = actor.person
    key = select(col(Hazard.key))
    given = (
        col(Hazard.state).in_(TO_RECTIFY).is_(true())
    )  # told so that it is not looked up: the person is few, it is many
    on_spot = and_(col(Hazard.mode) == HazardMode.on_spot, col(Hazard.state) == HazardState.registered)
    mine = union(
        key.where(col(Hazard.responsible) == person, given),
        *(key.where(*owned, given) for owned in answered_for(person)),
        key.where(col(Hazard.found_by) == person, on_spot),
    )
    shown = [col(getattr(Hazard, name)) for name in ("key", "description", "place", "level", "mode", "state", "due_at")]
    late: Any = (col(Hazard.due_at) <= now).label("overdue")
    statement = select(*shown, late, col(Unit.name).label("unit_name")).join(Unit, col(Hazard.unit) == col(Unit.key))
    statement = statement.where(col(Hazard.key).in_(mine))
    rows: Sequence[Any] = session.execute(statement.order_by(col(Hazard.due_at), col(Hazard.key)).limit(MOST)).all()
    return rows


def waiting(session: Session, actor: Actor) -> list[Any]:
    """What others wait for: hazards to assign, to accept and to approve, tasks to accept; never their own work.

    Each row: `what` (assign, accept, approve or task), `key`, `name`, `unit_name`, `due_at`.
    """
    parts = [*hazard_parts(actor), *task_parts(actor)]
    if not parts:
        return []
    rows = session.execute(union_all(*(select(part.subquery()) for part in parts))).all()
    mine = [row for row in rows if row.what != "approve" or approves(actor, row)]
    return sorted(mine, key=lambda row: (row.due_at, row.key))


def hazard_parts(actor: Actor) -> list[Any]:
    """The selects of hazards that wait for a decision of theirs."""
    named: list[Any] = [
        col(Hazard.key).label("key"),
        col(Hazard.description).label("name"),
        col(Unit.name).label("unit_name"),
    ]
    named += [col(Hazard.due_at).label("due_at"), col(Unit.path).label("path"), col(Hazard.unit).label("unit")]
    parts = []
    if paths := actor.paths("assign hazards"):
        fresh = select(literal("assign").label("what"), *named).join(Unit, col(Hazard.unit) == col(Unit.key))
        fresh = fresh.where(
            col(Hazard.state) == HazardState.registered, col(Hazard.mode) == HazardMode.by_deadline,
            in_scope(Hazard.unit, paths),
        )  # fmt: skip
        parts.append(pressing(fresh, col(Hazard.due_at)))
    for act, what, accepted in (
        ("accept hazards", "accept", col(HazardCycle.accepted_by).is_(None)),
        ("decide hazards", "approve", col(HazardCycle.accepted_by).is_not(None)),
    ):
        if not (paths := actor.paths(act)):
            continue
        handed_in = select(literal(what).label("what"), *named).join(Unit, col(Hazard.unit) == col(Unit.key))
        same_round = and_(col(HazardCycle.hazard) == col(Hazard.key), col(HazardCycle.cycle) == col(Hazard.cycle))
        handed_in = handed_in.join(HazardCycle, same_round).where(
            col(Hazard.state) == HazardState.submitted, accepted, others(col(HazardCycle.submitted_by), actor),
            others(col(Hazard.responsible), actor), in_scope(Hazard.unit, paths),
        )  # fmt: skip
        if what == "approve":
            handed_in = handed_in.where(col(Hazard.level) == HazardLevel.major)
        parts.append(pressing(handed_in, col(Hazard.due_at)))
    return parts


def task_parts(actor: Actor) -> list[Any]:
    """The select of tasks that wait for their acceptance."""
    paths = actor.paths("accept tasks")
    if not paths:
        return []
    named: list[Any] = [literal("task").label("what"), col(Task.key).label("key"), col(Activity.name).label("name")]
    named += [col(Unit.name).label("unit_name"), col(Task.due_at).label("due_at"), col(Unit.path).label("path")]
    statement = select(*named, col(Task.unit).label("unit")).join(Unit, col(Task.unit) == col(Unit.key))
    statement = statement.join(Activity, col(Task.activity) == col(Activity.key))
    statement = statement.where(
        col(Task.state) == HANDED_IN, others(col(Task.submitted_by), actor), in_scope(Task.unit, paths).is_(true()),
    )  # fmt: skip
    return [pressing(store.by_index(statement, Task, "ix_task_handed_in"), col(Task.due_at))]


def pressing(statement: Any, due_at: Any) -> Any:
    return statement.order_by(due_at).limit(MOST)


def others(column: Any, actor: Actor) -> Any:
    """Somebody else, or nobody."""
    return or_(column.is_(None), column != actor.person)


def approves(actor: Actor, row: Any) -> bool:
    """Whether they decide for a unit above the hazard's own, or at the top for its own."""
    above = row.path.removesuffix(f"{row.unit}/")
    return above == "/" or actor.may("decide hazards", above)
