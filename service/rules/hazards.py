"""Hazards: the guards of their states, what time brings to them, and the rechecks born with a closure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import ceil
from random import Random
from typing import Any, NamedTuple

from models import Hazard, Recheck
from models.kinds import HazardLevel, HazardState, RecheckState
from service.rules.chain import Holders
from service.rules.days import Calendar
from service.rules.plan import Lookback, Span
from service.rules.steps import Step, Telling, change, make

USUAL_DEADLINES: dict[str, Span] = {HazardLevel.general: Span(working_days=10), HazardLevel.major: Span(days=30)}
USUAL_LOOKBACK = Lookback()
DUE_SOON_BEFORE = timedelta(days=1)
BLOCKED_AGAIN_AFTER = Span(working_days=5)
OPEN = (HazardState.registered, HazardState.assigned, HazardState.rectifying, HazardState.submitted)
ASSURANCES = ("responsible", "measures", "funds_yuan", "due_at", "contingency")


def deadline(found_on: date, span: Span, calendar: Calendar) -> datetime:
    """When a hazard found on a day must be closed: the day it was found does not count."""
    return calendar.after(calendar.start_of(found_on), span)


def missing_assurances(hazard: Any) -> tuple[str, ...]:
    """Which of the five assurances (五落实) a major hazard still lacks; none for a general one."""
    if hazard.level != HazardLevel.major:
        return ()
    return tuple(name for name in ASSURANCES if getattr(hazard, name) in (None, ""))


class HazardFacts(NamedTuple):
    """An open hazard as the sweep sees it."""

    key: str
    version: int
    campaign: str | None
    unit: str
    description: str
    level: str
    state: str
    cycle: int
    responsible: str | None
    due_at: datetime
    attend_at: datetime


def hazard_subject(code: str, cycle: int) -> str:
    """What a case about a hazard is about: this time round, not the hazard for ever."""
    return f"hazard:{code}:{cycle}"


def first_look(due_at: datetime, now: datetime) -> datetime:
    """When the sweep must look at a hazard next: a day before it is due, or as it is."""
    return due_at - DUE_SOON_BEFORE if due_at - DUE_SOON_BEFORE > now else due_at


def advance(hazard: HazardFacts, now: datetime, people: tuple[str, ...]) -> Step | None:
    """Due soon is told to those who answer for it; what is overdue leaves the sweep's sight, its case has it now."""
    if hazard.due_at <= now:
        return change(Hazard, hazard.key, hazard.version, "overdue", {"attend_at": None})
    if hazard.attend_at > now:
        return None
    told = tuple(
        Telling("hazard_due_soon", person, hazard.attend_at, hazard_told(hazard), nth=str(hazard.cycle))
        for person in people
    )
    return change(Hazard, hazard.key, hazard.version, "due_soon", {"attend_at": hazard.due_at}, tell=told)


def hazard_told(hazard: Any) -> dict[str, Any]:
    """What a notice about a hazard is made of."""
    return {
        "name": hazard.description[:80], "unit": hazard.unit, "code": hazard.key, "cycle": hazard.cycle,
        "level": str(hazard.level), "due_at": hazard.due_at.isoformat(),
    }  # fmt: skip


def rechecks(
    hazard: Any, closed_at: datetime, lookback: Lookback, calendar: Calendar, *, start: int = 1
) -> tuple[Step, ...]:
    """The look-backs (回头看) that are owed for a closure, each with its window; they belong to the closing step."""
    steps: list[Step] = []
    for n, days in enumerate(lookback.after_days, start):
        opens_at = calendar.start_of(calendar.civil(closed_at) + timedelta(days=days))
        steps.append(recheck(hazard, n, opens_at, calendar.after(opens_at, lookback.window)))
    return tuple(steps)


def recheck(hazard: Any, n: int, opens_at: datetime, due_at: datetime) -> Step:
    values = {
        "hazard": hazard.key, "campaign": hazard.campaign, "unit": hazard.unit, "cycle": hazard.cycle,
        "opens_at": opens_at, "due_at": due_at, "state": RecheckState.planned, "attend_at": opens_at,
    }  # fmt: skip
    return make(Recheck, f"hazard:{hazard.key}:recheck:{hazard.cycle}.{n}", "recheck planned", values)


def recheck_again(row: Any, n: int, now: datetime, window: Span, calendar: Calendar) -> Step:
    """Another look-back when the place could not be seen: a week later or so, never nothing."""
    opens_at = calendar.after(now, BLOCKED_AGAIN_AFTER)
    values = {
        "hazard": row.hazard, "campaign": row.campaign, "unit": row.unit, "cycle": row.cycle, "opens_at": opens_at,
        "due_at": calendar.after(opens_at, window), "state": RecheckState.planned, "attend_at": opens_at,
    }  # fmt: skip
    return make(Recheck, f"hazard:{row.hazard}:recheck:{row.cycle}.{n}", "recheck planned again", values)


class RecheckFacts(NamedTuple):
    """A recheck as the sweep sees it; `name` is its hazard's description."""

    key: str
    version: int
    hazard: str
    campaign: str | None
    unit: str
    cycle: int
    state: str
    opens_at: datetime
    due_at: datetime
    assignee: str | None
    co_assignee: str | None
    attend_at: datetime
    name: str = ""


def look_back(row: RecheckFacts, now: datetime, holders: Holders) -> Step | None:
    """What time brings to a recheck, of what was slept through only the last being told.

    It opens for the people who shall look, a day before its end they are reminded, and then it is missed.
    """
    events = [(row.opens_at, "recheck_due")] if row.state == RecheckState.planned else []
    if row.due_at - DUE_SOON_BEFORE > row.opens_at:
        events.append((row.due_at - DUE_SOON_BEFORE, "recheck_due_soon"))
    events.append((row.due_at, "recheck_missed"))
    passed = [(at, event) for at, event in events if row.attend_at <= at <= now]
    if not passed:
        return None
    at, event = passed[-1]
    values: dict[str, Any] = {"state": RecheckState.missed if event == "recheck_missed" else RecheckState.open}
    values["attend_at"] = min((later for later, _ in events if later > now), default=None)
    people = tuple(person for person in (row.assignee, row.co_assignee) if person)
    if row.state == RecheckState.planned:
        people = holders.people[:2]
        values["assignee"] = people[0] if people else None
        values["co_assignee"] = people[1] if len(people) > 1 else None
    facts = {"name": row.name, "unit": row.unit, "code": row.hazard, "due_at": row.due_at.isoformat()}
    told = tuple(Telling(event, person, at, facts) for person in people)
    return change(Recheck, row.key, row.version, event, values, tell=told)


def drawn(population: Sequence[str], seed: int, share: float) -> list[str]:
    """A seeded sample of closed hazards for recheck: at least one of any, the same for the same seed and population."""
    ordered = sorted(population)
    return (
        sorted(Random(seed).sample(ordered, min(len(ordered), max(1, ceil(len(ordered) * share))))) if ordered else []
    )
