"""The times round of a hazard as a time line: what happened in each, in order, with photos of before and after."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from models.kinds import RecheckResult, RecheckState
from service.rules.days import Calendar
from service.web.marks import N_


class Event(NamedTuple):
    """A point of the line: an instant or a civil day, what it is in words with their facts, who did it, what they said.

    `tone` is good, info, warn or bad; `ahead` what is still to come.
    """

    at: datetime
    whole_day: bool
    words: str
    facts: dict[str, Any]
    who: str | None
    said: str
    tone: str
    ahead: bool = False


class Round(NamedTuple):
    """A time round: its points in order, and its evidence."""

    cycle: Any
    events: Sequence[Event]
    before: Sequence[Any]
    after: Sequence[Any]
    rest: Sequence[Any]


RESULTS: dict[str, tuple[str, str]] = {
    RecheckResult.held: (N_("Looked back at: it has held"), "good"),
    RecheckResult.rebounded: (N_("Looked back at: it is there again"), "bad"),
    RecheckResult.blocked: (N_("Looked back at: the place could not be seen"), "warn"),
}
LOOKS: dict[str, tuple[str, str]] = {
    RecheckState.planned: (N_("A look-back is planned"), "info"),
    RecheckState.open: (N_("A look-back is due"), "info"),
    RecheckState.missed: (N_("A look-back was missed"), "bad"),
}


def rounds(whole: Any, code: str, calendar: Calendar, now: datetime) -> list[Round]:
    """The times round of a hazard, the newest first."""
    found = []
    for cycle in reversed(whole.cycles):
        proofs = [one for one in whole.evidence if one.cycle == cycle.cycle and one.subject == code]
        before = [one for one in proofs if one.stage == "before" and one.sha256]
        after = [one for one in proofs if one.stage == "after" and one.sha256]
        rest = [one for one in proofs if one not in before and one not in after]
        events = sorted(events_of(whole, cycle, calendar, now), key=lambda event: event.at)
        found.append(Round(cycle, events, before, after, rest))
    return found


def events_of(whole: Any, cycle: Any, calendar: Calendar, now: datetime) -> Iterator[Event]:
    """What happened in one time round, and what is still to come in it."""
    found_at = calendar.start_of(cycle.found_on)
    if cycle.cycle == 1:
        yield Event(found_at, True, N_("Found"), {}, whole.hazard["found_by"], "", "warn")
    else:
        yield Event(found_at, True, N_("Found again: it has rebounded"), {}, None, "", "bad")
    if cycle.closed_at is None:
        late = cycle.due_at <= now
        yield Event(cycle.due_at, True, N_("Deadline"), {}, None, "", "bad" if late else "info", not late)
    for one in whole.extensions:
        if one.cycle == cycle.cycle:
            facts = {"day": last_day(calendar, one.to_at)}
            yield Event(
                one.approved_at, False, N_("Deadline moved to {day}"), facts, one.approved_by, one.reason, "warn"
            )
    if cycle.submitted_at:
        yield Event(cycle.submitted_at, False, N_("Handed in"), {}, cycle.submitted_by, cycle.rectified, "info")
    if cycle.accepted_at:
        yield Event(cycle.accepted_at, False, N_("Accepted"), {}, cycle.accepted_by, "", "good")
    if cycle.closed_at:
        words = N_("Closed in time") if cycle.closed_in_time else N_("Closed late")
        tone = "good" if cycle.closed_in_time else "warn"
        yield Event(cycle.closed_at, False, words, {}, whole.hazard["approved_by"], "", tone)
    for look in whole.rechecks:
        if look.cycle == cycle.cycle:
            yield from looked(look, now)


def looked(look: Any, now: datetime) -> Iterator[Event]:
    """The point of a look-back; one that was called off or waived is none."""
    if look.state == RecheckState.done and look.done_at:
        words, tone = RESULTS[look.result]
        yield Event(look.done_at, False, words, {}, look.done_by, look.note, tone)
    elif look.state == RecheckState.waived:
        yield Event(
            look.done_at or look.due_at, False, N_("A look-back was waived"), {}, look.done_by, look.reason, "warn"
        )
    elif look.state in LOOKS:
        words, tone = LOOKS[look.state]
        at = look.opens_at if look.state == RecheckState.planned else look.due_at
        yield Event(at, True, words, {}, look.assignee, "", tone, at > now)


def last_day(calendar: Calendar, due_at: datetime) -> date:
    """The last day of a deadline, which is over when the next begins."""
    day = calendar.civil(due_at)
    return day.fromordinal(day.toordinal() - 1) if calendar.start_of(day) == due_at else day
