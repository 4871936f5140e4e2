"""The board: what is late and what is due, who is on duty, what is vacant, and how the ledger stands; by what one sees.

Each question is one grouped statement over the subtrees in sight, and answers numbers whose records a list shows.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select, true
from sqlmodel import Session, col

from models import Person, Recheck, Roster, Task, Unit, Watch
from models.kinds import RecheckState, TaskState, WatchState
from service import store
from service.access import EVERYWHERE, Actor, in_scope
from service.board_ledger import WEEK, tally
from service.by_name import HANDED_IN, UNDER_WAY, one_of
from service.campaigns.progress import percent

AHEAD = timedelta(days=30)
LATELY = timedelta(days=90)
VACANT_SHOWN = 6
UNITS_SHOWN = 12


class Late(NamedTuple):
    """Numbers of tasks: open ones past their deadline, due within seven days, and handed in but not accepted yet."""

    overdue: int
    due_soon: int
    to_accept: int


class Looks(NamedTuple):
    """Numbers of look-backs: missed and still to be made, open now, and opening within seven days."""

    missed: int
    open: int
    soon: int


class UnitDone(NamedTuple):
    """A unit with everything beneath it: tasks that fell due lately, and how many of them are done."""

    key: str
    name: str
    owed: int
    done: int
    rate: float


def tasks(session: Session, actor: Actor, *, now: datetime) -> Late:
    """What is late, due and to be accepted among the tasks in sight."""
    here, due_at = in_scope(Task.unit, actor.paths("see")).is_(true()), col(Task.due_at)
    late = select(tally(due_at <= now), tally(due_at > now)).where(
        col(Task.state) == UNDER_WAY, due_at <= now + WEEK, here
    )
    waiting = select(func.count()).select_from(Task).where(col(Task.state) == HANDED_IN, here)
    overdue, due_soon = session.execute(store.by_index(late, Task, "ix_task_under_way")).one()
    to_accept = session.execute(store.by_index(waiting, Task, "ix_task_handed_in")).scalar_one()
    return Late(int(overdue), int(due_soon), int(to_accept))


def looks(session: Session, actor: Actor, *, now: datetime) -> Looks:
    """The look-backs in sight that are missed, open or about to open."""
    state = col(Recheck.state)
    waiting = (RecheckState.planned, RecheckState.open, RecheckState.missed)
    statement = select(
        tally(state == RecheckState.missed),
        tally(state == RecheckState.open),
        tally(and_(state == RecheckState.planned, col(Recheck.opens_at) <= now + WEEK)),
    ).where(one_of(Recheck.state, waiting), in_scope(Recheck.unit, actor.paths("see")))
    return Looks(*session.execute(store.by_index(statement, Recheck, "ix_recheck_waiting")).one())


def on_duty(session: Session, actor: Actor, *, now: datetime) -> list[Any]:
    """Who serves now on the rosters in sight, with the phone to ring; leaders first."""
    columns = (Watch.key, Watch.role, Watch.state, Watch.starts_at, Watch.ends_at, Watch.served_by)
    statement = select(
        *(col(column) for column in columns), col(Person.name), col(Person.post), col(Person.mobile),
        col(Unit.name).label("unit_name"), col(Roster.name).label("roster_name"), col(Roster.phone).label("room_phone"),
        col(Watch.roster),
    )  # fmt: skip
    statement = statement.join(Person, col(Watch.served_by) == col(Person.key))
    statement = statement.join(Unit, col(Watch.unit) == col(Unit.key))
    statement = statement.outerjoin(Roster, col(Watch.roster) == col(Roster.key))
    statement = statement.where(
        col(Watch.starts_at) <= now, col(Watch.starts_at) > now - timedelta(days=2), col(Watch.ends_at) > now,
        col(Watch.state) != WatchState.cancelled,
        or_(in_scope(Watch.unit, actor.paths("see units")), col(Watch.served_by) == actor.person),
    )  # fmt: skip
    leaders_first = case((col(Watch.role) == "leader", 0), else_=1)
    return list(session.execute(statement.order_by(col(Unit.path), col(Watch.roster), leaders_first, col(Watch.key))))


def vacant(session: Session, actor: Actor, *, now: datetime, most: int = VACANT_SHOWN) -> tuple[int, list[Any]]:
    """How many watches of the next thirty days nobody serves, and the first of them."""
    statement: Any = select(
        col(Watch.key), col(Watch.on), col(Watch.role), col(Watch.starts_at), col(Watch.reason), col(Watch.roster),
        col(Roster.name).label("roster_name"), func.count().over().label("many"),
    )  # fmt: skip
    statement = statement.outerjoin(Roster, col(Watch.roster) == col(Roster.key))
    statement = statement.where(
        col(Watch.state) == WatchState.vacant, col(Watch.starts_at) > now, col(Watch.starts_at) <= now + AHEAD,
        in_scope(Watch.unit, actor.paths("see")),
    )  # fmt: skip
    rows = session.execute(statement.order_by(col(Watch.starts_at), col(Watch.key)).limit(most)).all()
    return (int(rows[0].many) if rows else 0), list(rows)


def by_unit(session: Session, actor: Actor, *, now: datetime) -> list[UnitDone]:
    """The units right beneath what all in sight share: tasks due in the last ninety days, the least done first."""
    since, until = lately(now)
    many, done = func.count().label("many"), tally(col(Task.state) == TaskState.accepted).label("done")
    counted = (
        select(col(Task.unit), many, done)
        .where(
            col(Task.due_at) > since, col(Task.due_at) <= until, col(Task.state) != TaskState.cancelled,
            in_scope(Task.unit, actor.paths("see")),
        )
        .group_by(col(Task.unit))
    )  # fmt: skip
    units = store.by_index(counted, Task, "ix_task_unit_due_at_state").subquery()
    statement: Any = select(col(Unit.path), units.c.many, units.c.done)
    statement = statement.join(units, col(Unit.key) == units.c.unit).order_by(col(Unit.path))
    rows = [(path.strip("/").split("/"), owed, int(done)) for path, owed, done in session.execute(statement)]
    depth = shared([segments for segments, _, _ in rows])
    groups: dict[str, list[int]] = {}
    for segments, owed, done in rows:
        if len(segments) > depth:
            group = groups.setdefault(segments[depth], [0, 0])
            group[0] += owed
            group[1] += done
    named = select(col(Unit.key), col(Unit.name)).where(col(Unit.key).in_(sorted(groups)))
    found = [
        UnitDone(key, name, groups[key][0], groups[key][1], percent(groups[key][1], groups[key][0]) or 0.0)
        for key, name in session.execute(named)
    ]
    return sorted(found, key=lambda one: (one.rate, -one.owed, one.key))[:UNITS_SHOWN]


def lately(now: datetime) -> tuple[datetime, datetime]:
    """The last ninety days, to the minute."""
    until = now.replace(second=0, microsecond=0)
    return until - LATELY, until


def top_of(session: Session, actor: Actor) -> str | None:
    """The code of the one unit that all in sight is beneath; None where there are several."""
    paths = tuple(actor.tops) or actor.paths("see")
    if EVERYWHERE not in paths:
        return paths[0].strip("/").rpartition("/")[2] if len(paths) == 1 else None
    tops = session.execute(select(col(Unit.key)).where(col(Unit.parent).is_(None)).limit(2)).scalars().all()
    return tops[0] if len(tops) == 1 else None


def shared(lines: Sequence[Sequence[str]]) -> int:
    """How many of their first parts all the lines have in common."""
    depth = 0
    for parts in zip(*lines, strict=False):
        if len(set(parts)) > 1:
            break
        depth += 1
    return depth
