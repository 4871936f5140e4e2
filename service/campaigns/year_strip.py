"""The turns of a plan on a strip of its days: what a campaign comes to, seen before anything of it is made."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from models.kinds import ActivityKind
from service.campaigns.planning import gather_settings, targets_for, turns_between
from service.rules.campaigns import Occurrence, UnitFacts, meets
from service.rules.plan import Plan


class Turn(NamedTuple):
    """One turn of an activity: when it opens and is due, and to how many units it comes."""

    opens_at: datetime
    due_at: datetime
    units: int


class ActivityTurns(NamedTuple):
    key: str
    name: str
    kind: ActivityKind
    turns: tuple[Turn, ...]

    @property
    def tasks(self) -> int:
        return sum(turn.units for turn in self.turns)


def strip(session: Session, plan: Plan, *, from_on: date, to_on: date) -> list[ActivityTurns]:
    """Every activity of a plan with its turns that open between two days, both included; nothing is written.

    Turns that open at one instant (a season's, that differ by place) are shown as one; those that come to nobody, not
    at all. What waits for an event has only the turns of events that are registered.
    """
    known = targets_for(session, (activity.targets for activity in plan.activities))
    found = []
    for activity, setting in zip(plan.activities, gather_settings(session, plan.activities), strict=True):
        turns = turns_between(plan, activity, setting, from_on, to_on)
        shown = counted(turns, known[activity.targets], activity.targets.tags)
        found.append(ActivityTurns(activity.key, activity.name, activity.kind, tuple(shown)))
    return found


def counted(turns: Iterable[Occurrence], targets: Sequence[UnitFacts], tags: Sequence[str]) -> Iterable[Turn]:
    """The turns with how many units each comes to."""
    closings = sorted(unit.closed_on for unit in targets if unit.closed_on is not None)
    many: dict[tuple[datetime, datetime], int] = defaultdict(int)
    for turn in turns:
        if tags or turn.unit is not None or turn.under != "/" or turn.except_under:
            number = sum(1 for _ in meets(turn, targets, tags))
        else:  # it comes to all that are still there, which need not be asked one by one
            number = len(targets) - bisect_right(closings, turn.planned_on)
        many[turn.opens_at, turn.due_at] += number
    return (Turn(*instants, number) for instants, number in sorted(many.items()) if number)
