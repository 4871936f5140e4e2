"""How colleagues deal with a task: in time, late, not at all, sent back and done again; drawn once, from a seed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from models.kinds import ActivityKind
from service.demo.founding import Crew
from service.rules.days import Calendar

AFIELD = frozenset({ActivityKind.patrol, ActivityKind.self_check, ActivityKind.visit})
ON_DAYS_OFF = frozenset({ActivityKind.patrol, ActivityKind.visit, ActivityKind.presence_check})
OPENS_AT, SHUTS_AT = 8 * 60 + 30, 17 * 60 + 30  # the office's day, in minutes
MOMENT = timedelta(microseconds=1)  # a day's last moment still belongs to it, the midnight after does not
LATE_WITHIN = timedelta(days=4)


class Owed(NamedTuple):
    """A task that has just opened, as those who owe it see it; `village` is empty for the town itself."""

    key: str
    activity: str
    kind: str
    unit: str
    village: str
    planned_on: date
    due_at: datetime
    closes_at: datetime
    assignee: str | None
    co_assignee: str | None


class Deed(NamedTuple):
    """What somebody will do to a task at an instant; `words` are its reason, `to` whom it is given to."""

    at: datetime
    verb: str
    by: str
    words: str = ""
    to: str = ""


class Office(NamedTuple):
    """How work goes here: the colleagues' habits as they are written down, the town's own crew, and the calendar."""

    habits: Mapping[str, Any]
    crew: Crew
    days: Calendar


def course(task: Owed, seen_at: datetime, office: Office, stand_in: str, chance: Random) -> list[Deed]:
    """All that will happen to a task from when it is seen open, in order of time; nothing means it will be missed."""
    certain = task.activity in office.habits["certain"]
    turn = "" if certain else unusual_turn(office.habits, chance)
    seen_on = office.days.civil(seen_at)
    if turn == "cancelled":
        last = min(seen_on + timedelta(days=2), office.days.civil(task.closes_at - MOMENT))
        why = chance.choice(office.habits["cancellations"])
        return [Deed(moment(seen_on, last, task, office.days, chance), "cancel", office.crew.coordinator, why)]
    stretch = days_of_doing(task, seen_on, office, certain, chance)
    if stretch is None:
        return []
    at = moment(*stretch, task, office.days, chance)
    return handed_in(task, at, turn, office, stand_in, chance)


def unusual_turn(habits: Mapping[str, Any], chance: Random) -> str:
    """Whether a task is cancelled, rejected once, or reassigned; mostly none of these."""
    drawn = chance.random()
    for turn in ("cancelled", "rejected", "reassigned"):
        drawn -= habits[turn]
        if drawn < 0:
            return turn
    return ""


def days_of_doing(task: Owed, seen_on: date, office: Office, certain: bool, chance: Random) -> tuple[date, date] | None:
    """The first and the last day on which it may be done: in time, or late; None when it is not done at all."""
    habits, days = office.habits, office.days
    pace = habits["pace"].get(task.village, habits["pace"]["elsewhere"])
    in_time = (seen_on, days.civil(task.due_at - MOMENT))
    late_from = max(days.civil(task.due_at), seen_on)
    late = (late_from, min(days.civil(task.closes_at - MOMENT), late_from + LATE_WITHIN))
    possible = [stretch for stretch in (in_time, late) if stretch[0] <= stretch[1]]
    if chance.random() < pace and in_time in possible:
        return in_time
    if late in possible and (certain or chance.random() < habits["late_of_the_rest"]):
        return late
    return possible[0] if certain else None


def handed_in(task: Owed, at: datetime, turn: str, office: Office, stand_in: str, chance: Random) -> list[Deed]:
    """A submission at `at`, what comes before it and what follows."""
    habits, crew, days = office
    holders = [person for person in (task.assignee, task.co_assignee) if person]
    doer = chance.choice(holders) if holders else crew.coordinator
    deeds: list[Deed] = []
    if turn == "reassigned" and stand_in not in holders:
        given_at = at - timedelta(minutes=chance.randint(5, 25))
        deeds.append(Deed(given_at, "reassign", crew.coordinator, chance.choice(habits["reassignments"]), stand_in))
        doer = stand_in
    checker = crew.checker_of(doer, afield=task.kind in AFIELD)
    deeds.append(Deed(at, "submit", doer))
    if turn == "rejected":
        back_at = looked_at(at, days, chance)
        again_at = looked_at(back_at, days, chance)
        deeds.append(Deed(back_at, "reject", checker, chance.choice(habits["rejections"])))
        deeds.append(Deed(again_at, "submit", doer))
        at = again_at
    return [*deeds, Deed(looked_at(at, days, chance), "accept", checker)]


def moment(first: date, last: date, task: Owed, days: Calendar, chance: Random) -> datetime:
    """An instant in office hours of one of the days, a working one unless the task is work for any day."""
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = [on for on in every if days.is_working(on)]
    on = chance.choice(every if task.kind in ON_DAYS_OFF or not working else working)
    return moment_of_day(days, on, chance)


def moment_of_day(days: Calendar, on: date, chance: Random) -> datetime:
    """An instant in office hours of a day."""
    return days.start_of(on) + timedelta(minutes=chance.randint(OPENS_AT, SHUTS_AT))


def looked_at(since: datetime, days: Calendar, chance: Random) -> datetime:
    """When somebody gets to it: the same day a while later, or one of the next two working days."""
    on = days.add_working_days(days.civil(since), chance.choice((0, 1, 1, 2)))
    if on == days.civil(since):
        return since + timedelta(minutes=chance.randint(20, 120))
    return moment_of_day(days, on, chance)
