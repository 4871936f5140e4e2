"""Rechecks (回头看): born with a closure or drawn by lot, what time brings to one, and what follows from its result."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from math import ceil
from random import Random
from typing import Any, NamedTuple

from models import Recheck, RecheckDraw
from models.kinds import RecheckState
from service.rules.chain import Holders
from service.rules.days import Calendar
from service.rules.plan import Lookback, Span
from service.rules.steps import Step, change, make
from service.rules.steps import Telling as Told

USUAL_LOOKBACK = Lookback()
DUE_SOON_BEFORE = timedelta(days=1)
BLOCKED_AGAIN_AFTER = Span(working_days=5)
WAITING = (RecheckState.planned, RecheckState.open)  # what time still brings something to
ANSWERABLE = (RecheckState.open, RecheckState.missed)  # what a person may still answer
SEED_BITS = 31


def recheck_key(hazard: str, cycle: int, n: int) -> str:
    return f"hazard:{hazard}:recheck:{cycle}.{n}"


def recheck(hazard: str, campaign: str | None, unit: str, cycle: int, n: int, span: tuple[datetime, datetime]) -> Step:
    """The step that plans the n-th look-back at a time round, with its window."""
    opens_at, due_at = span
    values = {
        "hazard": hazard, "campaign": campaign, "unit": unit, "cycle": cycle, "opens_at": opens_at, "due_at": due_at,
        "attend_at": opens_at,
    }  # fmt: skip
    return make(Recheck, recheck_key(hazard, cycle, n), "recheck planned", values)


def rechecks(
    hazard: Any, closed_at: datetime, lookback: Lookback, calendar: Calendar, *, start: int = 1, not_before: Any = None
) -> tuple[Step, ...]:
    """The look-backs that are owed for a closure, each with its window; none opens `not_before` an instant."""
    steps: list[Step] = []
    for n, days in enumerate(lookback.after_days, start):
        opens_at = calendar.start_of(calendar.civil(closed_at) + timedelta(days=days))
        opens_at = opens_at if not_before is None else max(opens_at, not_before)
        span = opens_at, calendar.after(opens_at, lookback.window)
        steps.append(recheck(hazard.key, hazard.campaign, hazard.unit, hazard.cycle, n, span))
    return tuple(steps)


def recheck_again(row: Any, n: int, now: datetime, window: Span, calendar: Calendar) -> Step:
    """Another look-back when the place could not be seen: a week later or so, never nothing."""
    opens_at = calendar.after(now, BLOCKED_AGAIN_AFTER)
    span = opens_at, calendar.after(opens_at, window)
    return recheck(row.hazard, row.campaign, row.unit, row.cycle, n, span)._replace(act="recheck planned again")


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
    people = lookers(row, holders)
    values: dict[str, Any] = {
        "state": RecheckState.missed if event == "recheck_missed" else RecheckState.open,
        "attend_at": min((later for later, _ in events if later > now), default=None),
        "assignee": people[0] if people else None,
        "co_assignee": people[1] if len(people) > 1 else None,
    }
    told = tuple(Told(event, person, at, recheck_told(row)) for person in people)
    return change(Recheck, row.key, row.version, event, values, tell=told)


def lookers(row: RecheckFacts, holders: Holders) -> tuple[str, ...]:
    """Who looks back: those it was opened for, or who would hold it if it opened now."""
    if row.state == RecheckState.planned:
        return holders.people[:2]
    return tuple(person for person in (row.assignee, row.co_assignee) if person)


def recheck_told(row: RecheckFacts) -> dict[str, Any]:
    """What a notice about a recheck is made of."""
    return {
        "name": row.name, "unit": row.unit, "code": row.hazard, "cycle": row.cycle, "due_at": row.due_at.isoformat()
    }  # fmt: skip


def drawn(population: Sequence[str], seed: int, share: float) -> list[str]:
    """A seeded sample of closed hazards for recheck: at least one of any, the same for the same seed and population."""
    ordered = sorted(population)
    size = min(len(ordered), max(1, ceil(round(len(ordered) * share, 9))))  # 0.07 * 100 is a little over 7
    return sorted(Random(seed).sample(ordered, size))


def month_of(on: date) -> tuple[date, date]:
    """The first and the last day of the month of a day."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def draw_owed(campaign: str, closed_on: date, share: float, calendar: Calendar) -> Step:
    """The step that owes a draw of what a campaign closes in a month, when the month is over; its seed is its key's."""
    first, last = month_of(closed_on)
    key = f"{campaign}:{first}:{last}"
    values = {
        "campaign": campaign, "from_on": first, "to_on": last, "share": share, "seed": seed_of(key),
        "attend_at": calendar.end_of(last),
    }  # fmt: skip
    return make(RecheckDraw, key, "draw owed", values)


def seed_of(key: str) -> int:
    """A seed that anybody can work out again from the draw's key, and that fits a database's integer."""
    return int.from_bytes(sha256(key.encode()).digest()[:4]) >> (32 - SEED_BITS)


class ClosedFacts(NamedTuple):
    """A hazard that was closed in the time a draw is about; `standing` rechecks of that time round exist already."""

    key: str
    campaign: str | None
    unit: str
    cycle: int
    closed_at: datetime
    standing: int = 0


def draw(
    row: Any, population: Mapping[str, ClosedFacts], lookback: Lookback, calendar: Calendar, now: datetime
) -> Step:
    """The step that draws a sample and plans the look-backs at what was drawn."""
    chosen = drawn(list(population), row.seed, row.share) if population else []
    values = {"population": len(population), "size": len(chosen), "drawn_at": now, "attend_at": None}
    births = [
        birth
        for key in chosen
        for closed in (population[key],)
        for birth in rechecks(
            closed, closed.closed_at, lookback, calendar, start=closed.standing + 1, not_before=row.attend_at
        )
    ]
    return change(RecheckDraw, row.key, row.version, "drawn", values)._replace(then=tuple(births))
