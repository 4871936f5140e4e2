"""The board: what is late and what is due, who is on duty, what is vacant, and how the ledger stands; by what one sees.

Each question is one grouped statement over the subtrees in sight, and answers numbers whose records a list shows.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import Session, col

from models import Hazard, HazardCycle, Person, Recheck, Roster, Task, Unit, Watch
from models.kinds import HazardLevel, HazardState, RecheckState, TaskState, WatchState
from service.access import Actor, in_scope
from service.progress import percent
from service.rules.days import Calendar
from service.rules.hazards import OPEN

WEEK = timedelta(days=7)
MONTHS = 12
AHEAD = timedelta(days=30)
LATELY = timedelta(days=90)
# how long ago an open hazard was found: up to so many days, the last without end
AGES: tuple[int | None, ...] = (7, 30, 90, None)
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


class LevelCount(NamedTuple):
    """The hazards of a level by state; of the open ones, how many are overdue, due soon, and how old."""

    level: str
    states: dict[str, int]
    open: int
    overdue: int
    due_soon: int
    ages: tuple[int, ...]


class Month(NamedTuple):
    """Hazards found in a month, and hazards closed in it (whenever they were found)."""

    first_on: date
    last_on: date
    found: int
    closed: int


class Ledger(NamedTuple):
    """The ledger at a glance; `rate` is closed of all that is not void, in percent."""

    levels: list[LevelCount]
    rate: float | None
    months: list[Month]

    @property
    def total(self) -> int:
        return sum(sum(one.states.values()) for one in self.levels)


class UnitDone(NamedTuple):
    """A unit with everything beneath it: tasks that fell due lately, and how many of them are done."""

    key: str
    name: str
    owed: int
    done: int
    rate: float


def tasks(session: Session, actor: Actor, *, now: datetime) -> Late:
    """What is late, due and to be accepted among the tasks in sight."""
    opened = col(Task.state) == TaskState.open
    statement = select(
        tally(and_(opened, col(Task.due_at) <= now)),
        tally(and_(opened, col(Task.due_at) > now, col(Task.due_at) <= now + WEEK)),
        tally(col(Task.state) == TaskState.submitted),
    ).where(col(Task.state).in_((TaskState.open, TaskState.submitted)), in_scope(Task.unit, actor.paths("see")))
    return Late(*session.execute(statement).one())


def looks(session: Session, actor: Actor, *, now: datetime) -> Looks:
    """The look-backs in sight that are missed, open or about to open."""
    state = col(Recheck.state)
    waiting = (RecheckState.missed, RecheckState.open, RecheckState.planned)
    statement = select(
        tally(state == RecheckState.missed),
        tally(state == RecheckState.open),
        tally(and_(state == RecheckState.planned, col(Recheck.opens_at) <= now + WEEK)),
    ).where(state.in_(waiting), in_scope(Recheck.unit, actor.paths("see")))
    return Looks(*session.execute(statement).one())


def ledger(session: Session, actor: Actor, *, now: datetime, calendar: Calendar) -> Ledger:
    """The hazards in sight by level and state, how old the open ones are, and the last twelve months."""
    today = calendar.civil(now)
    state, opened = col(Hazard.state), col(Hazard.state).in_(OPEN)
    bounds = [(AGES[n - 1] if n else None, most) for n, most in enumerate(AGES)]
    statement = select(
        col(Hazard.level),
        *(tally(state == one) for one in HazardState),
        tally(and_(opened, col(Hazard.due_at) <= now)),
        tally(and_(opened, col(Hazard.due_at) > now, col(Hazard.due_at) <= now + WEEK)),
        *(tally(and_(opened, aged(today, *bound))) for bound in bounds),
    )
    statement = statement.where(in_scope(Hazard.unit, actor.paths("see"))).group_by(col(Hazard.level))
    found = {str(row[0]): tuple(map(int, row[1:])) for row in session.execute(statement)}
    nothing = (0,) * (len(HazardState) + 2 + len(AGES))
    levels = [level_count(level, found.get(level, nothing)) for level in reversed(HazardLevel)]
    closed = sum(one.states[HazardState.closed] for one in levels)
    counted = sum(sum(one.states.values()) - one.states[HazardState.void] for one in levels)
    return Ledger(levels, percent(closed, counted), months(session, actor, today, calendar))


def level_count(level: str, numbers: Sequence[int]) -> LevelCount:
    states = dict(zip(map(str, HazardState), numbers, strict=False))
    overdue, due_soon, *ages = numbers[len(HazardState) :]
    return LevelCount(str(level), states, sum(states[one] for one in OPEN), overdue, due_soon, tuple(ages))


def aged(today: date, above: int | None, most: int | None) -> Any:
    """Found more than `above` and at most `most` days ago."""
    younger = [] if most is None else [col(Hazard.found_on) >= today - timedelta(days=most)]
    older = [] if above is None else [col(Hazard.found_on) < today - timedelta(days=above)]
    return and_(*younger, *older)


def months(session: Session, actor: Actor, today: date, calendar: Calendar) -> list[Month]:
    """Found and closed in each of the last twelve months, this one last."""
    firsts = [first_of(today, n - MONTHS + 1) for n in range(MONTHS)]
    spans = [(first, first_of(first, 1) - timedelta(days=1)) for first in firsts]
    start = firsts[0]
    columns: list[Any] = []
    for first, last in spans:
        columns.append(tally(and_(col(HazardCycle.found_on) >= first, col(HazardCycle.found_on) <= last)))
        closed = col(HazardCycle.closed_at)
        columns.append(tally(and_(closed >= calendar.start_of(first), closed < calendar.end_of(last))))
    statement = select(*columns).join(Hazard, col(HazardCycle.hazard) == col(Hazard.key))
    lately = or_(col(HazardCycle.found_on) >= start, col(HazardCycle.closed_at) >= calendar.start_of(start))
    statement = statement.where(lately, col(Hazard.state) != HazardState.void)
    numbers = session.execute(statement.where(in_scope(Hazard.unit, actor.paths("see")))).one()
    return [Month(*span, int(numbers[2 * n]), int(numbers[2 * n + 1])) for n, span in enumerate(spans)]


def first_of(day: date, months_on: int) -> date:
    """The first day of a month so many months on."""
    number = day.year * 12 + day.month - 1 + months_on
    return date(number // 12, number % 12 + 1, 1)


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


def vacant(session: Session, actor: Actor, *, now: datetime) -> tuple[int, list[Any]]:
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
    rows = session.execute(statement.order_by(col(Watch.starts_at), col(Watch.key)).limit(VACANT_SHOWN)).all()
    return (int(rows[0].many) if rows else 0), list(rows)


def by_unit(session: Session, actor: Actor, *, now: datetime) -> list[UnitDone]:
    """The units right beneath what all in sight share: tasks due in the last ninety days, the least done first."""
    statement = select(col(Unit.path), func.count(), tally(col(Task.state) == TaskState.accepted))
    statement = statement.join(Unit, col(Task.unit) == col(Unit.key)).where(
        col(Task.due_at) > now - LATELY, col(Task.due_at) <= now, col(Task.state) != TaskState.cancelled,
        in_scope(Task.unit, actor.paths("see")),
    )  # fmt: skip
    rows = [
        (path.strip("/").split("/"), owed, int(done))
        for path, owed, done in session.execute(statement.group_by(col(Unit.path)))
    ]
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


def shared(lines: Sequence[Sequence[str]]) -> int:
    """How many of their first parts all the lines have in common."""
    depth = 0
    for parts in zip(*lines, strict=False):
        if len(set(parts)) > 1:
            break
        depth += 1
    return depth


def tally(condition: Any) -> Any:
    """How many rows of the group meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
