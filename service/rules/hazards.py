"""Hazards: which act each state admits, the guards, what time brings to one, and how it closes and comes back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from models import Hazard, HazardCycle
from models.kinds import HazardLevel, HazardMode, HazardState
from service.rules.days import Calendar
from service.rules.plan import Span
from service.rules.steps import Step, Telling, change, make

USUAL_DEADLINES: dict[str, Span] = {HazardLevel.general: Span(working_days=10), HazardLevel.major: Span(days=30)}
DUE_SOON_BEFORE = timedelta(days=1)
NAME_LENGTH = 80
REGISTERED, ASSIGNED, RECTIFYING = HazardState.registered, HazardState.assigned, HazardState.rectifying
SUBMITTED, CLOSED, VOID = HazardState.submitted, HazardState.closed, HazardState.void
OPEN = (REGISTERED, ASSIGNED, RECTIFYING, SUBMITTED)
ASSURANCES = ("responsible", "measures", "funds_yuan", "due_at", "contingency")

# act → the states in which a hazard admits it (domain states; being fixed on the spot may be submitted at once)
ADMITS: Mapping[str, tuple[HazardState, ...]] = {
    "assign": (REGISTERED, ASSIGNED, RECTIFYING),
    "begin": (ASSIGNED,),
    "submit": (ASSIGNED, RECTIFYING),  # who says it is rectified says that it was begun
    "submit on the spot": (REGISTERED, ASSIGNED, RECTIFYING),
    "reject": (SUBMITTED,),
    "accept": (SUBMITTED,),
    "approve": (SUBMITTED,),
    "extend": OPEN,
    "supervise": OPEN,
    "delist": (*OPEN, CLOSED),
    "rank": OPEN,
    "void": OPEN,
}


def admits(hazard: Any, act: str) -> bool:
    """Whether a hazard's state lets the act be done to it."""
    on_spot = act == "submit" and hazard.mode == HazardMode.on_spot
    return hazard.state in ADMITS["submit on the spot" if on_spot else act]


def deadline(found_on: date, span: Span, calendar: Calendar) -> datetime:
    """When a hazard found on a day must be closed: the day it was found does not count."""
    return calendar.after(calendar.start_of(found_on), span)


def due_of(found_on: date, level: str, mode: str, deadlines: Mapping[str, Span], calendar: Calendar) -> datetime:
    """When a hazard must be closed for which nobody named a day: on the spot that is the day it was found."""
    if mode == HazardMode.on_spot:
        return calendar.end_of(found_on)
    return deadline(found_on, deadlines.get(level, USUAL_DEADLINES[level]), calendar)


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
    responsible_unit: str | None
    due_at: datetime
    attend_at: datetime


def hazard_subject(code: str, cycle: int) -> str:
    """What a case about a hazard is about: this time round, not the hazard for ever."""
    return f"hazard:{code}:{cycle}"


def cycle_key(code: str, cycle: int) -> str:
    return f"{code}:cycle:{cycle}"


def first_look(due_at: datetime, now: datetime) -> datetime:
    """When the sweep must look at a hazard next: a day before it is due, or as it is."""
    return due_at - DUE_SOON_BEFORE if due_at - DUE_SOON_BEFORE > now else due_at


def advance(hazard: HazardFacts, now: datetime, people: tuple[str, ...]) -> Step | None:
    """Due soon is told to those who answer for it; what is overdue leaves the sweep's sight, its case has it now.

    A due date that was moved is told of anew as it comes near.
    """
    if hazard.due_at <= now:
        return change(Hazard, hazard.key, hazard.version, "overdue", {"attend_at": None})
    if hazard.attend_at > now:
        return None
    nth = f"{hazard.cycle}.{hazard.due_at:%Y%m%d%H%M}"
    told = telling("hazard_due_soon", people, hazard.attend_at, hazard_told(hazard), nth)
    return change(Hazard, hazard.key, hazard.version, "due_soon", {"attend_at": hazard.due_at}, tell=told)


def hazard_told(hazard: Any) -> dict[str, Any]:
    """What a notice about a hazard is made of."""
    return {
        "name": hazard.description[:NAME_LENGTH], "unit": hazard.unit, "code": hazard.key, "cycle": hazard.cycle,
        "level": str(hazard.level), "due_at": hazard.due_at.isoformat(),
    }  # fmt: skip


def telling(
    kind: str, people: Iterable[str], at: datetime, facts: dict[str, Any], nth: str, *, urgent: bool = False
) -> tuple[Telling, ...]:
    """One notice for each of these people, once."""
    return tuple(Telling(kind, person, at, facts, urgent, nth) for person in dict.fromkeys(people))


def first_cycle(code: str, found_on: date, due_at: datetime) -> Step:
    return cycle_begins(code, 1, found_on, due_at)


def cycle_begins(code: str, cycle: int, found_on: date, due_at: datetime) -> Step:
    """The step that opens a time round, its first due date written once and for all."""
    values = {"hazard": code, "cycle": cycle, "found_on": found_on, "first_due_at": due_at, "due_at": due_at}
    return make(HazardCycle, cycle_key(code, cycle), "cycle begins", values)


def in_time(closed_at: datetime, due_at: datetime) -> bool:
    """Whether a closure was in time: before the instant from which the hazard counts as overdue."""
    return closed_at < due_at


def closing(
    hazard: Any, cycle: Any, now: datetime, by: str, tell: tuple[Telling, ...] = (), reason: str = ""
) -> tuple[Step, Step]:
    """The steps that close a hazard and its time round; what an accepted major one adds is who approved it."""
    accepted = {"accepted_at": cycle.accepted_at or now, "accepted_by": cycle.accepted_by or by}
    frozen = {"closed_at": now, "closed_in_time": in_time(now, cycle.due_at)}
    values: dict[str, Any] = {"state": CLOSED, "closed_at": now, "attend_at": None}
    if cycle.accepted_by:
        values["approved_by"] = by
    return (
        change(Hazard, hazard.key, hazard.version, "closed", values, reason, tell),
        change(HazardCycle, cycle.key, cycle.version, "cycle closes", accepted | frozen),
    )


def rebounding(
    hazard: Any, now: datetime, found_on: date, due_at: datetime, note: str, people: Iterable[str]
) -> tuple[Step, Step]:
    """The steps that open a closed hazard again (反弹): its next time round, a new deadline, the chain told at once."""
    cycle = hazard.cycle + 1
    values = {
        "state": ASSIGNED, "cycle": cycle, "due_at": due_at, "closed_at": None, "approved_by": None,
        "attend_at": first_look(due_at, now),
    }  # fmt: skip
    facts = hazard_told(hazard) | {"cycle": cycle, "due_at": due_at.isoformat()}
    told = telling("hazard_rebounded", people, now, facts, str(cycle), urgent=True)
    return (
        change(Hazard, hazard.key, hazard.version, "rebounded", values, note, told),
        cycle_begins(hazard.key, cycle, found_on, due_at),
    )
