"""The ledger as the board shows it: by level, state and age, the rate, and twelve months of found and closed."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, literal_column, select, true
from sqlmodel import Session, col

from models import Hazard, HazardCycle
from models.kinds import HazardLevel, HazardState
from service import store
from service.access import Actor, in_scope
from service.by_name import one_of
from service.campaigns.progress import percent
from service.rules.days import Calendar
from service.rules.hazards import OPEN

WEEK = timedelta(days=7)
MONTHS = 12
# how long ago an open hazard was found: up to so many days, the last without end
AGES: tuple[int | None, ...] = (7, 30, 90, None)
ONCE: Any = literal_column("1")  # by its name, as the index of those that came back is


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


def age_days(today: date, n: int) -> tuple[date | None, date]:
    """The first and the last day on which hazards of the n-th age were found; the oldest have no first."""
    most, above = AGES[n], AGES[n - 1] if n else None
    first = None if most is None else today - timedelta(days=most)
    return first, today if above is None else today - timedelta(days=above + 1)


def tally(condition: Any) -> Any:
    """How many rows of the group meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
