"""How fair a roster has been so far: what each member has behind them, by role and kind of day."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from service.access import Actor
from service.duty.allowed import find_roster
from service.duty.civil import UnitDays
from service.duty.people import cards_of
from service.duty.problem import gather
from service.roster.facts import CATEGORIES


class Standing(NamedTuple):
    """A member in a role: `level` is what fairness counts (turns taken, and what absence and late joining excuse).

    `turns` are the watches that were theirs, `served` those they served themselves; each by kind of day.
    """

    role: str
    person: str
    name: str
    level: dict[str, int]
    turns: dict[str, int]
    served: dict[str, int]


def fairness(session: Session, actor: Actor, roster: str, *, now: datetime) -> list[Standing]:
    """Each member's standing over the watches up to today, those with most behind them first."""
    row, path = find_roster(session, actor, roster, members=True)
    return standings(session, row, UnitDays(session, path), now)


def standings(session: Session, roster: Any, civil: UnitDays, now: datetime) -> list[Standing]:
    """The same of a roster that was found already, with the days of its unit."""
    tomorrow = civil.calendar.civil(now) + timedelta(days=1)
    world = gather(session, roster, tomorrow, tomorrow, civil=civil, wishes=False)
    problem, past = world.problem, world.past
    category = categories(civil, past)
    turns = counted(past, category, "turn_of")
    served = counted(past, category, "served_by")
    cards = cards_of(session, (person for role in problem.roles for person in role.members))
    found = [
        Standing(
            role.code,
            person,
            cards[person].name if person in cards else person,
            {name: behind.count(name) for name in CATEGORIES},
            {name: turns[role.code, name, person] for name in CATEGORIES},
            {name: served[role.code, name, person] for name in CATEGORIES},
        )
        for role in problem.roles
        for person, behind in role.served.items()
    ]
    return sorted(found, key=lambda one: (one.role, -one.level["total"], -one.level["holiday"], one.person))


def categories(civil: UnitDays, past: list[Any]) -> dict[date, str]:
    """Day → workday, rest day or holiday, for the days there were watches on."""
    if not past:
        return {}
    days = [row.on for row in past]
    return {day.on: day.category for day in civil.between(min(days), max(days))}


def counted(past: Iterable[Any], category: dict[date, str], whose: str) -> Counter[tuple[str, str, str]]:
    """(role, kind of day, person) → watches; every watch counts in `total`."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in past:
        person = getattr(row, whose)
        if person:
            found[row.role, "total", person] += 1
            found[row.role, category[row.on], person] += category[row.on] != "workday"
    return found
