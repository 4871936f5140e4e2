"""What members have behind them: turns taken, what absence and late joining excused, and their last watches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.duty import RosterMember
from service.duty.file import RosterFile
from service.roster import Problem
from service.roster.facts import CATEGORIES, Day, Role, Served
from service.roster.facts import Person as Somebody
from service.roster.fairness import starting_levels

Counts = dict[tuple[str, str, str], int]


def gather_served(
    session: Session,
    file: RosterFile,
    past: list[Any],
    days: tuple[Day, ...],
    people: Mapping[str, Somebody],
    from_on: date,
) -> dict[str, dict[str, Served]]:
    """Role → member → what they have behind them before the first day planned, and the last watches they served.

    `past` are the watches before it in the order of their days, `days` the civil days from the first to the last.
    """
    joined = {
        (role, person): on
        for role, person, on in session.execute(
            select(col(RosterMember.role), col(RosterMember.person), col(RosterMember.joined_on)).where(
                col(RosterMember.roster) == file.key
            )
        )
    }
    levels = past_levels(file, days, past, people, joined)
    last: dict[tuple[str, str], list[tuple[date, str | None]]] = defaultdict(list)
    since = from_on - reach(file.problem)
    for row in past:
        if row.served_by and row.on >= since:
            last[row.role, row.served_by].append((row.on, row.watch))
    return {
        role.code: {code: behind(role, code, levels, last[role.code, code]) for code in role.members}
        for role in file.problem.roles
    }


def behind(role: Role, code: str, levels: Counts, last: Iterable[tuple[date, str | None]]) -> Served:
    """What one member has behind them in a role: by the watches, and what the file says of the time before them."""
    known = role.served.get(code, Served())
    return Served(
        total=known.total + levels.get((role.code, "total", code), 0),
        rest_day=known.rest_day + levels.get((role.code, "rest_day", code), 0),
        holiday=known.holiday + levels.get((role.code, "holiday", code), 0),
        last=tuple(sorted([*known.last, *last], key=lambda one: (one[0], one[1] or ""))),
    )


def reach(problem: Problem) -> timedelta:
    """How far back a watch may still bear on the first day planned: rest owed, and limits in so many days."""
    rest = max(role.rest_days + role.rest_minutes // 1440 for role in problem.roles)
    windows = [window for person in problem.people.values() for window, _ in person.max_in]
    return timedelta(days=max([rest, *windows]) + 3)


def past_levels(
    file: RosterFile,
    days: tuple[Day, ...],
    past: list[Any],
    people: Mapping[str, Somebody],
    joined: Mapping[tuple[str, str], date | None],
) -> Counts:
    """(role, category, member) → turns taken and what absence or late joining excused, over the watches there were."""
    if not past:
        return {}
    taken: Counts = defaultdict(int)
    seats: dict[date, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    category = {day.on: day.category for day in days}
    for row in past:
        seats[row.on][row.role][row.watch] += 1
        since = joined.get((row.role, row.turn_of or ""))
        if row.turn_of and (since is None or since <= row.on):
            for name in CATEGORIES:
                taken[row.role, name, row.turn_of] += name in ("total", category[row.on])
    for role in file.problem.roles:
        known = {
            code: replace(person, first=latest(person.first, joined.get((role.code, code))))
            for code, person in people.items()
        }
        by_hand = tuple(replace(day, need={role.code: seats[day.on][role.code]}) for day in days)
        served = replace(file.problem, days=by_hand, people=known, roles=(replace(role, served={}),))
        for (code, name), excused in starting_levels(served, clipped=False).items():
            for person, amount in excused.items():
                taken[code, name, person] += amount
            known_levels = [taken[code, name, person] for person in excused]
            for person in role.members:
                if person not in excused and known_levels:
                    # away all the time, or come only now: they stand where the others do
                    taken[code, name, person] = max(taken[code, name, person], sum(known_levels) // len(known_levels))
    return taken


def latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)
