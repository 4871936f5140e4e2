"""Cases: the ladder that something overdue climbs, frozen when it begins, and what a case owes at an instant."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from models import Case, CaseRung
from models.kinds import CaseState, RungState
from service.rules.chain import Chain
from service.rules.days import Calendar
from service.rules.plan import Rung, Span
from service.rules.steps import Step, Telling, change, make

REPEATS_EVERY = timedelta(days=7)
# emergencies run on wall clocks, wake people, and go on after the last rung in hours or minutes instead of weeks
EMERGENCIES = frozenset({"alert", "incident"})
PAUSED_AT_MOST = timedelta(days=14)
NOBODY_HOLDS = "nobody holds this level"
# where neither a campaign nor its parent says otherwise: assignee at once, then up the chain, then the office above
USUAL: tuple[Rung, ...] = (
    Rung(Span(hours=0)),
    Rung(Span(working_days=1), level=2),
    Rung(Span(working_days=2), level=3),
    Rung(Span(working_days=3), level=4),
    Rung(Span(working_days=5), level=3, of_parent=True),
)
# a report upward about an accident that is late: nobody waits for a working day
URGENT: tuple[Rung, ...] = (
    Rung(Span(minutes=0)),
    Rung(Span(minutes=15), level=2),
    Rung(Span(minutes=30), level=3),
    Rung(Span(minutes=60), level=4),
    Rung(Span(minutes=120), level=3, of_parent=True),
)
URGENT_REPEATS_MINUTES = 240


class Missed(NamedTuple):
    """What a case is about: its subject, the instant it should have been done by, and who had it.

    `until_at` is from when nobody can make it good any more (a task's window has ended), None when a person always can.
    `nth` tells a second case of one subject from the first. After the last rung it repeats every `repeat_minutes`, or
    weekly where there are none.
    """

    subject: str
    kind: str
    name: str
    unit: str
    policy: str
    began_at: datetime
    people: tuple[str, ...]
    until_at: datetime | None = None
    nth: str = ""
    repeat_minutes: int | None = None


class Ladder(NamedTuple):
    """What decides who is told: the policy, the unit's chain, and that of the office above (None: there is none)."""

    policy: Sequence[Rung]
    chain: Chain
    above: Chain | None


def case_key(subject: str, nth: str = "") -> str:
    return f"case:{subject}:{nth}" if nth else f"case:{subject}"


def begin(missed: Missed, ladder: Ladder, calendar: Calendar) -> Step:
    """The step that opens a case with its whole ladder, people and instants frozen as they stand now.

    A level that nobody holds is passed over at once: the rung above it takes over its instant, and the rung says so.
    When nobody holds any of them, whoever had it stands on a rung of their own, so that somebody hears.
    """
    key = case_key(missed.subject, missed.nth)
    stands: list[tuple[datetime, Rung, tuple[str, ...]]] = []
    inherited: datetime | None = None
    for rung in ladder.policy:
        people = climbers(rung, missed, ladder)
        due_at = instant(missed.began_at, rung.after, calendar)
        if inherited is not None:
            due_at = min(due_at, inherited)
        inherited = None if people else due_at
        stands.append((due_at, rung, people))
    if inherited is not None and not any(people for _, _, people in stands):
        first_at = min(due_at for due_at, _, _ in stands)
        stands.append((first_at, Rung(Span(hours=0)), missed.people[:2]))
    first = min((due_at for due_at, _, people in stands if people), default=None)
    values = {
        "subject": missed.subject, "kind": missed.kind, "name": missed.name, "unit": missed.unit,
        "policy": missed.policy, "began_at": missed.began_at, "until_at": missed.until_at,
        "repeat_minutes": missed.repeat_minutes, "attend_at": first or silent_until(missed),
    }  # fmt: skip
    rungs = tuple(frozen(key, place, *stand) for place, stand in enumerate(stands, 1))
    return make(Case, key, "case begins", values)._replace(then=rungs)


def frozen(key: str, place: int, due_at: datetime, rung: Rung, people: tuple[str, ...]) -> Step:
    """One rung of a case, as it stands when the case begins."""
    values: dict[str, Any] = {
        "case": key, "place": place, "due_at": due_at, "level": rung.level or 0, "of_parent": rung.of_parent,
        "person": people[0] if people else None, "co_person": people[1] if len(people) > 1 else None,
        "state": RungState.waiting if people else RungState.passed_over, "reason": "" if people else NOBODY_HOLDS,
    }  # fmt: skip
    return make(CaseRung, f"{key}:{place}", "rung", values)


def silent_until(missed: Missed) -> datetime:
    """When to look at a case with nobody on its ladder."""
    again_at = missed.began_at + pace(missed.repeat_minutes)
    return again_at if missed.until_at is None else min(again_at, missed.until_at)


def pace(minutes: int | None) -> timedelta:
    """How long after its last rung, and then again and again, a case is repeated."""
    return REPEATS_EVERY if minutes is None else timedelta(minutes=minutes)


def told_at_once(case: Step, at: datetime) -> frozenset[str]:
    """Those who hear of it through a rung that is due by `at`: what began the case need not tell them as well."""
    due = (rung.values for rung in case.then if rung.values["due_at"] <= at)
    return frozenset(person for rung in due for person in (rung["person"], rung["co_person"]) if person)


def instant(began_at: datetime, span: Span, calendar: Calendar) -> datetime:
    """When a rung is due. A missed day ends at midnight, which belongs to the next: days count from before it."""
    if span.hours is not None or span.minutes is not None:
        return calendar.after(began_at, span)
    return max(began_at, calendar.after(began_at - timedelta(microseconds=1), span))


def climbers(rung: Rung, missed: Missed, ladder: Ladder) -> tuple[str, ...]:
    """Who stands on a rung: those who had it, or who hold the level in the unit's chain or the office above's."""
    if rung.level is None:
        return missed.people[:2]
    chain = ladder.above if rung.of_parent else ladder.chain
    return () if chain is None else chain.levels.get(rung.level, ())[:2]


class CaseFacts(NamedTuple):
    """An open case as the sweep sees it."""

    key: str
    version: int
    subject: str
    kind: str
    name: str
    unit: str
    policy: str
    began_at: datetime
    until_at: datetime | None
    rung: int
    repeats: int
    paused_until_at: datetime | None
    attend_at: datetime | None
    repeat_minutes: int | None = None


class RungFacts(NamedTuple):
    """A rung of an open case."""

    key: str
    version: int
    case: str
    place: int
    due_at: datetime
    level: int
    of_parent: bool
    state: str
    person: str | None
    co_person: str | None


def climb(case: CaseFacts, rungs: Sequence[RungFacts], now: datetime) -> Step | None:
    """What an open case owes at `now`: every rung whose instant has come is told, the true instant beside the real one.

    After the last rung it repeats, to those on the highest; what was slept through is told once. While it is
    acknowledged nothing is told; when the pause ends it goes on where it stood. What can't be made good any more
    (`until_at` has passed) still climbs its ladder to the top, and then ends. None if nothing has come.
    """
    if case.paused_until_at is not None and case.paused_until_at > now:
        return None
    ordered = sorted(rungs, key=lambda rung: (rung.due_at, rung.place))
    waiting = [rung for rung in ordered if rung.state == RungState.waiting]
    due = [rung for rung in waiting if rung.due_at <= now]
    left = [rung for rung in waiting if rung.due_at > now]
    climbed = [rung for rung in ordered if rung.state == RungState.taken or rung in due]
    told = [one for rung in due for one in telling(case, rung, ordered, "escalated", rung.due_at, str(rung.place))]
    values: dict[str, Any] = {
        "rung": max((rung.place for rung in climbed), default=0),
        "repeats": case.repeats,
        "paused_until_at": None,
        "attend_at": left[0].due_at if left else None,
    }
    if not left:
        last_at = climbed[-1].due_at if climbed else case.began_at
        over_at = over(case, last_at)
        ended = over_at is not None and over_at <= now
        every = pace(case.repeat_minutes)
        repeats = max(case.repeats, ((over_at if over_at and ended else now) - last_at) // every)
        again_at = last_at + (repeats + 1) * every
        values |= {"repeats": repeats, "attend_at": again_at if over_at is None else min(again_at, over_at)}
        if repeats > case.repeats and climbed:
            at = last_at + repeats * every
            told += telling(case, climbed[-1], ordered, "still_open", at, f"again{repeats}")
        if ended:
            values |= {"state": CaseState.ended, "ended_at": over_at, "attend_at": None}
    if not due and all(getattr(case, name, None) == value for name, value in values.items()):
        return None
    taken = tuple(
        change(CaseRung, rung.key, rung.version, "taken", {"state": RungState.taken, "taken_at": now}) for rung in due
    )
    return change(Case, case.key, case.version, "climbed", values, tell=tuple(told))._replace(then=taken)


def over(case: CaseFacts, last_at: datetime) -> datetime | None:
    """When a case ends by itself: with its subject's window, but not before its last rung and the end of a pause."""
    if case.until_at is None:
        return None
    return max(case.until_at, last_at, case.paused_until_at or case.until_at)


def telling(
    case: CaseFacts, rung: RungFacts, rungs: Sequence[RungFacts], kind: str, at: datetime, nth: str
) -> tuple[Telling, ...]:
    """One rung's notices: each names its case, rung, policy, who was passed over, and the instant it was due.

    Those of an emergency are urgent: they wait for no morning.
    """
    facts = {
        "name": case.name, "unit": case.unit, "subject": case.subject, "about": case.kind, "rung": rung.place,
        "rungs": len(rungs), "rung_level": rung.level, "of_parent": rung.of_parent,
        "passed_over": skipped(rung, rungs), "policy": case.policy, "due_at": case.began_at.isoformat(),
    }  # fmt: skip
    people = dict.fromkeys(person for person in (rung.person, rung.co_person) if person)
    return tuple(Telling(kind, person, at, facts, case.kind in EMERGENCIES, nth) for person in people)


def skipped(rung: RungFacts, rungs: Sequence[RungFacts]) -> list[int]:
    """The levels right beneath a rung that nobody held when the case began."""
    found: list[int] = []
    for below in sorted((one for one in rungs if one.place < rung.place), key=lambda one: one.place, reverse=True):
        if below.state != RungState.passed_over:
            break
        found.insert(0, below.level)
    return found


def end(key: str, version: int, now: datetime, why: str) -> Step:
    """The step that ends a case because its subject is settled."""
    values = {"state": CaseState.ended, "ended_at": now, "paused_until_at": None, "attend_at": None}
    return change(Case, key, version, "case ends", values, why)


def pause(key: str, version: int, person: str, until_at: datetime, note: str) -> Step:
    """The step of an acknowledgement: somebody knows and is at it, and it is quiet until the instant they gave."""
    values = {"acknowledged_by": person, "paused_until_at": until_at, "attend_at": until_at}
    return change(Case, key, version, "acknowledged", values, note)
