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
# where neither a campaign nor its parent says otherwise: assignee at once, then up the chain, then the office above
USUAL: tuple[Rung, ...] = (
    Rung(Span(hours=0)),
    Rung(Span(working_days=1), level=2),
    Rung(Span(working_days=2), level=3),
    Rung(Span(working_days=3), level=4),
    Rung(Span(working_days=5), level=3, of_parent=True),
)


class Missed(NamedTuple):
    """What a case is about: its subject, the instant it should have been done by, and who had it.

    `until_at` is when it ends by itself (a task's window), None when only a person can end it. `nth` tells a second
    case of one subject from the first.
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
    """
    key = case_key(missed.subject, missed.nth)
    rungs: list[Step] = []
    inherited: datetime | None = None
    first: datetime | None = None
    for place, rung in enumerate(ladder.policy, 1):
        due_at = instant(missed.began_at, rung.after, calendar)
        people = climbers(rung, missed, ladder)
        if inherited is not None:
            due_at = min(due_at, inherited)
        values: dict[str, Any] = {
            "case": key, "place": place, "due_at": due_at, "level": rung.level or 0, "of_parent": rung.of_parent,
            "person": people[0] if people else None, "co_person": people[1] if len(people) > 1 else None,
        }  # fmt: skip
        if people:
            inherited = None
            first = due_at if first is None else min(first, due_at)
            rungs.append(make(CaseRung, f"{key}:{place}", "rung", values | {"state": RungState.waiting, "reason": ""}))
        else:
            inherited = due_at
            reason = "nobody holds this level"
            rungs.append(
                make(CaseRung, f"{key}:{place}", "rung", values | {"state": RungState.passed_over, "reason": reason})
            )
    values = {
        "subject": missed.subject, "kind": missed.kind, "name": missed.name, "unit": missed.unit,
        "policy": missed.policy, "began_at": missed.began_at, "until_at": missed.until_at,
        "attend_at": first or missed.began_at + REPEATS_EVERY,
    }  # fmt: skip
    return make(Case, key, "case begins", values)._replace(then=tuple(rungs))


def instant(began_at: datetime, span: Span, calendar: Calendar) -> datetime:
    """When a rung is due. A missed day ends at midnight, which belongs to the next: days count from before it."""
    if span.hours is not None:
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
    repeats: int
    paused_until_at: datetime | None


class RungFacts(NamedTuple):
    """A rung of an open case."""

    key: str
    version: int
    case: str
    place: int
    due_at: datetime
    state: str
    person: str | None
    co_person: str | None


def climb(case: CaseFacts, rungs: Sequence[RungFacts], now: datetime) -> Step | None:
    """What an open case owes at `now`: every rung whose instant has come is told, the true instant beside the real one.

    After the last rung it repeats weekly, to those on the highest; what was slept through is told once. While it is
    acknowledged nothing is told; when the pause ends it goes on where it stood. None if nothing has come.
    """
    if case.paused_until_at is not None and case.paused_until_at > now:
        return None
    reach = now if case.until_at is None else min(now, case.until_at)
    ordered = sorted(rungs, key=lambda rung: (rung.due_at, rung.place))
    waiting = [rung for rung in ordered if rung.state == RungState.waiting]
    due = [rung for rung in waiting if rung.due_at <= reach]
    told = [telling(case, rung, "escalated", rung.due_at, str(rung.place)) for rung in due]
    taken = tuple(
        change(CaseRung, rung.key, rung.version, "taken", {"state": RungState.taken, "taken_at": now}) for rung in due
    )
    climbed = [rung for rung in ordered if rung.state == RungState.taken or rung in due]
    left = [rung for rung in waiting if rung.due_at > reach]
    repeats, again_at = case.repeats, None
    if not left:
        last_at = climbed[-1].due_at if climbed else case.began_at
        repeats = max(case.repeats, (reach - last_at) // REPEATS_EVERY)
        again_at = last_at + (repeats + 1) * REPEATS_EVERY
        if repeats > case.repeats and climbed:
            told.append(telling(case, climbed[-1], "still_open", last_at + repeats * REPEATS_EVERY, f"again{repeats}"))
    ended = case.until_at is not None and case.until_at <= now
    if not due and repeats == case.repeats and not ended and case.paused_until_at is None:
        return None
    values: dict[str, Any] = {
        "rung": max((rung.place for rung in climbed), default=0),
        "repeats": repeats,
        "paused_until_at": None,
        "attend_at": left[0].due_at if left else again_at,
    }
    if ended:
        values |= {"state": CaseState.ended, "ended_at": case.until_at, "attend_at": None}
    people = tuple(one for group in told for one in group)
    return change(Case, case.key, case.version, "climbed", values, tell=people)._replace(then=taken)


def telling(case: CaseFacts, rung: RungFacts, kind: str, at: datetime, nth: str) -> tuple[Telling, ...]:
    """One rung's notices: each names its case, rung, policy and the instant it was due."""
    facts = {
        "name": case.name, "unit": case.unit, "subject": case.subject, "about": case.kind, "rung": rung.place,
        "policy": case.policy, "began_at": case.began_at.isoformat(), "due_at": case.began_at.isoformat(),
    }  # fmt: skip
    return tuple(Telling(kind, person, at, facts, nth=nth) for person in (rung.person, rung.co_person) if person)


def end(key: str, version: int, now: datetime, why: str) -> Step:
    """The step that ends a case because its subject is settled."""
    return change(Case, key, version, "case ends", {"state": CaseState.ended, "ended_at": now, "attend_at": None}, why)
