"""The board: what is late and what is due, who is on duty, what is vacant, and how the ledger stands; by what one sees.

Each question is one grouped statement over the subtrees in sight, and answers numbers whose records a list shows.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, literal_column, or_, select, true
from sqlmodel import Session, col

from models import Hazard, HazardCycle, Person, Recheck, Roster, Task, Unit, Watch
from models.kinds import HazardLevel, HazardState, RecheckState, TaskState, WatchState
from service import store
from service.access import EVERYWHERE, Actor, in_scope
from service.by_name import HANDED_IN, UNDER_WAY, one_of
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
ONCE: Any = literal_column("1")  # by its name, as the index of those that came back is


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


def ledger(session: Session, actor: Actor, *, now: datetime, calendar: Calendar) -> Ledger:
    """The hazards in sight by level and state, how old the open ones are, and the last twelve months."""
    today, here = calendar.civil(now), in_scope(Hazard.unit, actor.paths("see"))
    states = by_state(session, here)
    standing = open_ones(session, here, now, calendar)
    levels = [level_count(level, states.get(level, {}), standing.get(level, ())) for level in reversed(HazardLevel)]
    closed = sum(one.states[HazardState.closed] for one in levels)
    counted = sum(sum(one.states.values()) - one.states[HazardState.void] for one in levels)
    found = months(session, here, today, calendar)
    return Ledger(levels, percent(closed, counted), found)


def by_state(session: Session, here: Any) -> dict[str, dict[str, int]]:
    """Level → state → how many; counted unit by unit first, as the index has them in that order."""
    groups = (col(Hazard.level), col(Hazard.state))
    counted = select(*groups, func.count().label("many")).where(here).group_by(col(Hazard.unit), *groups)
    units = store.by_index(counted, Hazard, "ix_hazard_unit_level_state").subquery()
    found: dict[str, dict[str, int]] = {}
    levels = (units.c.level, units.c.state)
    for level, state, many in session.execute(select(*levels, func.sum(units.c.many)).group_by(*levels)):
        found.setdefault(str(level), {})[str(state)] = int(many)
    return found


def open_ones(session: Session, here: Any, now: datetime, calendar: Calendar) -> dict[str, tuple[int, ...]]:
    """Of each level the open ones that are overdue, due soon, and of each age."""
    today = calendar.civil(now)
    bounds = [(AGES[n - 1] if n else None, most) for n, most in enumerate(AGES)]
    statement = select(
        col(Hazard.level),
        tally(col(Hazard.due_at) <= now),
        tally(and_(col(Hazard.due_at) > now, col(Hazard.due_at) <= calendar.end_of(week_to(today)))),
        *(tally(aged(today, *bound)) for bound in bounds),
    ).where(one_of(Hazard.state, OPEN), here)
    statement = store.by_index(statement, Hazard, "ix_hazard_open")
    rows = session.execute(statement.group_by(col(Hazard.level)))
    return {str(level): tuple(map(int, numbers)) for level, *numbers in rows}


def week_to(today: date) -> date:
    """The last of seven days that begin today."""
    return today + WEEK - timedelta(days=1)


def level_count(level: str, states: Mapping[str, int], numbers: Sequence[int]) -> LevelCount:
    overdue, due_soon, *ages = numbers or (0,) * (2 + len(AGES))
    every = {str(state): states.get(state, 0) for state in HazardState}
    return LevelCount(str(level), every, sum(every[one] for one in OPEN), overdue, due_soon, tuple(ages))


def aged(today: date, above: int | None, most: int | None) -> Any:
    """Found more than `above` and at most `most` days ago."""
    younger = [] if most is None else [col(Hazard.found_on) >= today - timedelta(days=most)]
    older = [] if above is None else [col(Hazard.found_on) < today - timedelta(days=above)]
    return and_(*younger, *older)


def months(session: Session, here: Any, today: date, calendar: Calendar) -> list[Month]:
    """Found and closed in each of the last twelve months, this one last.

    A hazard that never came back has its only time round on its own row, where an index counts it; the few that did are
    read time by time.
    """
    firsts = [first_of(today, n - MONTHS + 1) for n in range(MONTHS)]
    spans = [(first, first_of(first, 1) - timedelta(days=1)) for first in firsts]
    begins = [calendar.start_of(first) for first in firsts]
    real = (col(Hazard.state) != HazardState.void, here.is_(true()))
    once = (col(Hazard.cycle) == 1, *real)
    found, closed = [0] * MONTHS, [0] * MONTHS
    on: Any = col(Hazard.found_on)
    by_day = select(on, func.count()).where(on >= firsts[0], *once).group_by(on)
    for day, many in session.execute(store.by_index(by_day, Hazard, "ix_hazard_by_found")):
        add(found, bisect_right(firsts, day) - 1, many)
    at: Any = col(Hazard.closed_at)
    month: Any = case(*((at < begin, n) for n, begin in enumerate(begins[1:])), else_=MONTHS - 1).label("month")
    by_month = select(month, func.count()).where(at >= begins[0], *once).group_by("month")
    for place, many in session.execute(store.by_index(by_month, Hazard, "ix_hazard_closed")):
        add(closed, place, many)
    again = select(col(HazardCycle.found_on), col(HazardCycle.closed_at)).select_from(Hazard)
    again = again.join(HazardCycle, col(HazardCycle.hazard) == col(Hazard.key)).where(col(Hazard.cycle) > ONCE, *real)
    for day, instant in session.execute(store.by_index(again, Hazard, "ix_hazard_again")):
        add(found, bisect_right(firsts, day) - 1, 1)
        if instant is not None:
            add(closed, bisect_right(begins, instant) - 1, 1)
    return [Month(*span, found[n], closed[n]) for n, span in enumerate(spans)]


def add(to: list[int], place: int, many: int) -> None:
    """So many more in a month; what lies before the first is none of the months'."""
    if place >= 0:
        to[place] += many


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


def age_days(today: date, n: int) -> tuple[date | None, date]:
    """The first and the last day on which hazards of the n-th age were found; the oldest have no first."""
    most, above = AGES[n], AGES[n - 1] if n else None
    first = None if most is None else today - timedelta(days=most)
    return first, today if above is None else today - timedelta(days=above + 1)


def top_of(session: Session, actor: Actor) -> str | None:
    """The code of the one unit that all in sight is beneath; None where there are several."""
    paths = actor.paths("see")
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


def tally(condition: Any) -> Any:
    """How many rows of the group meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
