"""What the engine is asked about a roster: its days with their classes, its people, what they served, what stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Absence, Person, Watch, Wish
from models.base import table_of
from models.kinds import WatchState
from service import units
from service.duty.civil import UnitDays, days_of
from service.duty.file import RosterFile, read
from service.duty.past import gather_served
from service.roster import Problem
from service.roster.facts import CATEGORIES, Day, Fixed, Leave, Served
from service.roster.facts import Person as Somebody
from service.roster.facts import Wish as Wished

LOOKED_BACK = timedelta(days=731)
# states of a watch that a new plan must leave as they are
TOUCHED = frozenset({WatchState.confirmed, WatchState.on_duty, WatchState.handed_over, WatchState.absent})


class World(NamedTuple):
    """A roster's problem, its file, the watches that stand in the stretch, by their key, and those before it."""

    problem: Problem
    file: RosterFile
    standing: dict[str, Any]
    past: list[Any]


def gather(
    session: Session,
    roster: Any,
    from_on: date,
    to_on: date,
    *,
    fixed: bool = True,
    afresh: bool = False,
    civil: UnitDays | None = None,
    wishes: bool = True,
) -> World:
    """The problem of planning a roster from one day to another, both included.

    Served so far is counted from the watches by whose turn they were, with what absence and late joining excuse.
    `fixed`: published watches stand; with `afresh` only those that people have changed or confirmed do. `civil` are
    the days of the roster's unit, where they were read already; without `wishes` nobody's are.
    """
    file = read(roster.text)
    civil = days_of(session, roster.owner) if civil is None else civil
    days = civil.between(from_on, to_on)
    watches = gather_watches(session, roster.key, from_on - LOOKED_BACK, to_on)
    standing = {row.key: row for row in watches if row.on >= from_on}
    past = [row for row in watches if row.on < from_on]
    people = gather_people(session, file, from_on, to_on, wished=wishes)
    seats = fixed_seats(standing.values(), file.problem, days, afresh=afresh) if fixed else ()
    problem = replace(file.problem, days=days, people=with_strangers(people, seats), key=roster.key, fixed=seats)
    before = civil.between(past[0].on, past[-1].on) if past else ()
    served = gather_served(session, file, past, before, people, from_on)
    roles = tuple(
        replace(role, served=shifted(served[role.code], role.code, seats, standing, problem), members=role.members)
        for role in problem.roles
    )
    return World(replace(problem, roles=roles), file, standing, past)


def gather_days(session: Session, owner: str, from_on: date, to_on: date) -> tuple[Day, ...]:
    """The days with their class and the seasons that hold for the unit."""
    return days_of(session, owner).between(from_on, to_on)


def gather_watches(session: Session, roster: str, from_on: date, to_on: date) -> list[Any]:
    """The roster's watches between two days that were not called off."""
    statement = select(table_of(Watch)).where(
        col(Watch.roster) == roster, col(Watch.on) >= from_on, col(Watch.on) <= to_on,
        col(Watch.state) != WatchState.cancelled,
    )  # fmt: skip
    return list(session.execute(statement.order_by(col(Watch.key))))


def gather_people(
    session: Session, file: RosterFile, from_on: date, to_on: date, *, wished: bool = True
) -> dict[str, Somebody]:
    """The members with their absences, their wishes where asked for and, for those who left, their last day."""
    codes = list(file.problem.people)
    away: dict[str, list[Leave]] = defaultdict(list)
    wishes: dict[str, list[Wished]] = defaultdict(list)
    left: dict[str, date] = {}
    for batch in units.in_batches(codes):
        for row in session.execute(select(table_of(Absence)).where(col(Absence.person).in_(batch))):
            away[row.person].append(Leave(row.from_on, row.to_on))
        asked = select(table_of(Wish)).where(
            col(Wish.person).in_(batch), col(Wish.on) >= from_on, col(Wish.on) <= to_on
        )
        for row in session.execute(asked) if wished else ():
            wishes[row.person].append(Wished(row.on, row.weight, row.want))
        gone = select(col(Person.key), col(Person.left_on)).where(col(Person.key).in_(batch))
        left.update((code, on) for code, on in session.execute(gone) if on is not None)
    return {
        code: replace(
            person,
            leave=merged([*person.leave, *away[code]]),
            wishes=(*person.wishes, *sorted(wishes[code], key=lambda one: one.on)),
            last=min(filter(None, (person.last, left[code] - timedelta(days=1)))) if code in left else person.last,
        )
        for code, person in file.problem.people.items()
    }


def merged(stretches: Iterable[Leave]) -> tuple[Leave, ...]:
    """Stretches away in order, those that touch or overlap as one."""
    found: list[Leave] = []
    for leave in sorted(stretches, key=lambda one: (one.first, one.last)):
        if found and leave.first <= found[-1].last + timedelta(days=1):
            found[-1] = Leave(found[-1].first, max(found[-1].last, leave.last))
        else:
            found.append(leave)
    return tuple(found)


def fixed_seats(standing: Iterable[Any], problem: Problem, days: Iterable[Day], *, afresh: bool) -> tuple[Fixed, ...]:
    """The seats that a new plan leaves as they are: whoever will really serve stands there.

    Seats beyond the day's need are given up, the last places first, unless people have confirmed or changed them.
    """
    by_day, roles = {day.on: day for day in days}, {role.code: role for role in problem.roles}
    codes = {watch.code for watch in problem.watches}
    left: dict[tuple[date, str, str], int] = {
        (on, code, role.code): role.seats(day, code)
        for on, day in by_day.items()
        for code in codes
        for role in problem.roles
    }
    found = []
    for row in sorted(standing, key=lambda row: (not touched(row), row.place)):
        seat = (row.on, row.watch, row.role)
        if not row.served_by or row.role not in roles or row.watch not in codes or (afresh and not touched(row)):
            continue
        if left[seat] > 0 or touched(row):
            left[seat] -= 1
            found.append(Fixed(row.on, row.watch, row.role, row.served_by, row.place))
    return tuple(sorted(found, key=lambda seat: (seat.on, seat.watch, seat.role, seat.place or 0)))


def touched(row: Any) -> bool:
    """Whether people have confirmed a watch, begun it, or changed who serves it."""
    return row.state in TOUCHED or (row.served_by is not None and row.served_by != row.turn_of)


def with_strangers(people: Mapping[str, Somebody], seats: Iterable[Fixed]) -> dict[str, Somebody]:
    """The people, and those who stand in a seat without being members."""
    return {seat.person: Somebody(seat.person) for seat in seats} | dict(people)


def shifted(
    served: Mapping[str, Served], role: str, seats: Iterable[Fixed], standing: Mapping[str, Any], problem: Problem
) -> dict[str, Served]:
    """What members have served, put right for seats that somebody else serves in their turn.

    The engine counts a fixed seat for whoever stands in it; it was another's turn, so one goes back and one is added.
    """
    moved: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    category = {day.on: day.category for day in problem.days}
    turns = {(row.on, row.watch, row.role, row.place): row.turn_of for row in standing.values()}
    for seat in seats:
        turn_of = turns.get((seat.on, seat.watch, seat.role, seat.place))
        if seat.role != role or turn_of in (None, seat.person):
            continue
        for person, by in ((seat.person, -1), (turn_of, 1)):
            for n, name in enumerate(CATEGORIES):
                moved[str(person)][n] += by * (name in ("total", category[seat.on]))
    return {
        code: replace(
            one, total=one.total + moved[code][0], rest_day=one.rest_day + moved[code][1],
            holiday=one.holiday + moved[code][2],
        )
        for code, one in served.items()
    }  # fmt: skip
