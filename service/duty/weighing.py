"""Weighing a change of who serves: the rules it would break, and who could fill a gap most fairly."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import Roster
from models.base import table_of
from service.duty.breaches import N_, faults_of
from service.duty.civil import UnitDays
from service.duty.file import read
from service.duty.past import reach
from service.duty.problem import gather, with_strangers
from service.errors import Refused
from service.roster.facts import Fixed
from service.roster.judge import broken_rules, levels_after
from service.roster.plan import Assignment, Breach

FOR_PLANNERS = N_("This breaks rules of the roster ({n}); give a reason to do it all the same")
FOR_OTHERS = N_("This breaks rules of the roster ({n}); only whoever plans it may let it stand")


class Candidate(NamedTuple):
    """Somebody who could fill a gap: what it would break, and how much they have served so far."""

    person: str
    breaks: tuple[Breach, ...]
    level: int
    kind_level: int


class Scales:
    """A roster's watches around some days, as they are served now."""

    def __init__(self, session: Session, roster: Any, first: date, last: date, civil: UnitDays | None = None) -> None:
        around = reach(read(roster.text).problem)
        world = gather(session, roster, first - around, last + around, civil=civil, wishes=False)
        self.watches = world.standing
        self.problem = replace(world.problem, fixed=())
        self.seats = {key: person for key, one in world.standing.items() if (person := one.served_by)}

    @cached_property
    def broken_now(self) -> frozenset[str]:
        """The hard rules that the watches break as they are served now."""
        return frozenset(breach.text for breach in broken_rules(self.problem, self._assigned({})))

    @cached_property
    def levels(self) -> dict[str, dict[str, dict[str, int]]]:
        """What each member stands at with the watches as they are served now, by role and kind of day."""
        return levels_after(self.problem, self._assigned({}))

    def breaks(self, instead: Mapping[str, str | None]) -> list[Breach]:
        """The hard rules that hold now and would not, if these people served these watches."""
        strangers = (Fixed(date.min, "", "", person) for person in instead.values() if person)
        problem = replace(self.problem, people=with_strangers(self.problem.people, strangers))
        after = broken_rules(problem, self._assigned(instead))
        return [breach for breach in after if breach.text not in self.broken_now]

    def candidates(self, watch: Any) -> list[Candidate]:
        """The members who could serve a watch: those who break no rule first, then who has served least.

        On a holiday or a rest day the count of such days is asked first, then the count of all.
        """
        role = next((one for one in self.problem.roles if one.code == watch.role), None)
        day = next(one for one in self.problem.days if one.on == watch.on)
        if role is None:
            return []
        levels = self.levels[role.code]
        kind = "total" if day.category == "workday" else day.category
        found = [
            Candidate(
                person,
                tuple(self.breaks({watch.key: person})),
                levels["total"].get(person, 0),
                levels[kind].get(person, 0),
            )
            for person in role.members
            if person != watch.served_by
        ]
        return sorted(found, key=lambda one: (len(one.breaks), one.kind_level, one.level, one.person))

    def _assigned(self, instead: Mapping[str, str | None]) -> list[Assignment]:
        people = {**self.seats, **instead}
        known = set(self.problem.people) | {person for person in instead.values() if person}
        return [
            Assignment(one.on, one.watch, one.role, one.place, person)
            for key, one in self.watches.items()
            if (person := people.get(key)) is not None and person in known
        ]


def roster_row(session: Session, roster: str) -> Any:
    return session.execute(select(table_of(Roster)).where(col(Roster.key) == roster)).one()


def refuse_unless(session: Session, breaches: list[Breach], reason: str, *, planner: bool) -> None:
    """Refuse what breaks a rule, unless a planner gives a reason."""
    if breaches and not (planner and reason.strip()):
        why = FOR_PLANNERS if planner else FOR_OTHERS
        raise Refused(why, faults=faults_of(session, breaches), n=len(breaches))
